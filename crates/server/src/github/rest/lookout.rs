//! Which deployments an app is to be told of: looked for in the runs that changed, and no more at a time than can be told.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use daypass_github::gate::{State, Waiting};
use daypass_github::run::Run;
use jiff::Timestamp;

use crate::github::hub::Snapshot;

/// A job of a run whose gate waits for an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Wanted {
    pub(crate) run: u64,
    pub(crate) job: u64,
    pub(crate) app: u64,
}

/// What was seen and told so far.
#[derive(Debug, Default)]
pub(crate) struct Lookout {
    seen: Arc<Snapshot>,
    /// Runs that are to be looked at: they changed, or not all of them could be told.
    open: BTreeSet<u64>,
    /// What waits and was told, by run.
    told: HashMap<u64, HashSet<Wanted>>,
}

impl Lookout {
    /// What waits for one of these apps and was not told yet, at most as much as there is room for: the rest comes when there
    /// is. What waits no more is forgotten.
    pub(crate) fn next(
        &mut self,
        snapshot: &Arc<Snapshot>,
        apps: &[u64],
        now: Timestamp,
        room: usize,
    ) -> Vec<Wanted> {
        let is_seen =
            |id: &u64, run: &Arc<Run>| self.seen.runs.get(id).is_some_and(|seen| Arc::ptr_eq(seen, run));
        let changed = snapshot.runs.iter().filter(|(id, run)| !is_seen(id, run)).map(|(id, _)| *id);
        self.open.extend(changed);
        self.told.retain(|id, _| snapshot.runs.contains_key(id));
        self.seen = Arc::clone(snapshot);
        let mut news = Vec::new();
        while news.len() < room {
            let Some(id) = self.open.pop_first() else { break };
            let Some(run) = snapshot.runs.get(&id) else { continue };
            let wanted = wanted(run, apps, now);
            let told = self.told.remove(&id).unwrap_or_default();
            let (mut told, new): (HashSet<_>, Vec<_>) = {
                let (told, new): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|it| told.contains(it));
                (told.into_iter().collect(), new)
            };
            let left = room - news.len();
            if new.len() > left {
                self.open.insert(id);
            }
            news.extend(new.into_iter().take(left).inspect(|it| {
                told.insert(*it);
            }));
            if !told.is_empty() {
                self.told.insert(id, told);
            }
        }
        news
    }
}

/// What of a run waits for one of these apps.
fn wanted(run: &Run, apps: &[u64], now: Timestamp) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for (job, gate) in run.jobs.iter().filter_map(|job| Some((job, job.gate.as_ref()?))) {
        let State::Waiting(Waiting { for_rules, .. }) = gate.state(now) else { continue };
        let rules = gate.environment().custom_rules.iter().filter(|rule| for_rules.contains(&rule.id));
        let apps = rules.map(|rule| rule.app_id).filter(|id| apps.contains(id));
        wanted.extend(apps.map(|app| Wanted { run: run.id, job: job.id, app }));
    }
    wanted
}
