//! A deployment that waits, with all that its reviewers need to know.

use daypass_aws::Account;
use daypass_github::gate::{Gate, State};
use daypass_github::run::{Run, RunJob};
use daypass_github::subject;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::allows::{Allowances, allowances};
use super::gate_state::{gate_state, jobs_for, may_bypass, may_review};
use super::moment::Moment;
use super::opens::{OpenedRole, opened_roles};
use super::page::{Chip, sentence};
use super::viewer::Viewer;
use crate::github::hub::Holdings;
use crate::github::hub::job_context::of_run;
use crate::github::mint::foreseen;
use crate::state::App;

/// The most roles that are told of with one deployment; how many more there are is said.
const ROLES_MAX: usize = 20;

/// A deployment that waits.
pub(super) struct Waiting {
    /// What names it on the page.
    pub(super) anchor: String,
    pub(super) run: u64,
    pub(super) title: String,
    pub(super) repository: String,
    pub(super) reference: String,
    pub(super) sha: String,
    pub(super) event: String,
    pub(super) pull_request: Option<u64>,
    pub(super) from_fork: bool,
    pub(super) actor: String,
    pub(super) workflow: String,
    pub(super) workflow_path: String,
    pub(super) environment: String,
    pub(super) environment_id: u64,
    /// The names of the jobs that wait, which one answer lets go on together.
    pub(super) jobs: Vec<String>,
    pub(super) since: Moment,
    /// The end of the wait timer.
    pub(super) until: Option<Moment>,
    /// How many programs have not answered.
    pub(super) rules: usize,
    /// Whether a review is missing.
    pub(super) for_review: bool,
    pub(super) reviewers: Vec<String>,
    pub(super) prevents_self_review: bool,
    /// Why this viewer may not review; `None` where they may.
    pub(super) not_by_you: Option<String>,
    pub(super) may_bypass: bool,
    pub(super) state: String,
    /// The subject of the token that the first of the jobs would have.
    pub(super) subject: String,
    /// Why no job gets a token whatever is decided.
    pub(super) no_token: Option<String>,
    pub(super) opens: Vec<Opened>,
    /// How many roles more there are.
    pub(super) opens_more: usize,
}

/// A role that an approval opens.
pub(super) struct Opened {
    pub(super) role: OpenedRole,
    pub(super) allows: Allowances,
}

impl Opened {
    /// The page of the role.
    pub(super) fn page(&self) -> String {
        format!("/console/roles/{}/{}", self.role.account, self.role.name)
    }
}

impl Waiting {
    /// What is missing, in a few words.
    pub(super) fn waits_for_chip(&self) -> Chip {
        let mut missing = Vec::new();
        missing.extend(self.for_review.then_some("a review"));
        missing.extend(self.until.is_some().then_some("its timer"));
        missing.extend((self.rules > 0).then_some("a custom rule"));
        Chip::waits(format!("waits for {}", missing.join(" and ")))
    }
}

/// The environments of a run at which jobs wait, by number.
pub(super) fn environments(run: &Run, now: Timestamp) -> Vec<u64> {
    let mut found = Vec::new();
    for job in run.jobs.iter().filter(|job| job.is_waiting(now)) {
        if let Some(gate) = &job.gate
            && !found.contains(&gate.environment().id)
        {
            found.push(gate.environment().id);
        }
    }
    found
}

/// What waits at an environment of a run; `None` where nothing does.
pub(super) fn of_run_at(
    app: &App,
    holdings: &Holdings,
    viewer: &Viewer,
    (run, environment): (&Run, u64),
    now: Timestamp,
) -> Option<Waiting> {
    let waits: Vec<(&RunJob, &Gate)> =
        jobs_for(run, environment).filter(|(job, _)| job.is_waiting(now)).collect();
    let (job, gate) = waits.first().copied()?;
    let State::Waiting(missing) = gate.state(now) else { return None };
    let repository = holdings.repository(&run.repository)?;
    let person = holdings.person(&viewer.who.user, repository);
    let settings = gate.environment();
    let refused = may_review(gate, &person, now).err();
    let claims = token_claims(app, holdings, run, job, now);
    let roles: Vec<(OpenedRole, Allowances)> =
        claims.as_ref().map_or_else(Vec::new, |(claims, _)| opened(app, claims, now));
    let opens_more = roles.len().saturating_sub(ROLES_MAX);
    let granted = waits.iter().any(|(job, _)| job.planned.id_token.granted);
    Some(Waiting {
        anchor: format!("deployment-{}-{environment}", run.id),
        run: run.id,
        title: run.title.clone(),
        repository: run.repository.clone(),
        reference: run.reference.clone(),
        sha: run.sha.clone(),
        event: run.event.clone(),
        pull_request: run.pull_request,
        from_fork: run.from_fork,
        actor: run.actor.login.clone(),
        workflow: run.workflow.name.clone(),
        workflow_path: run.workflow.path.clone(),
        environment: settings.name.clone(),
        environment_id: environment,
        jobs: waits.iter().map(|(job, _)| job.name.clone()).collect(),
        since: Moment::new(gate.requested_at(), now),
        until: missing.until.map(|until| Moment::new(until, now)),
        rules: missing.for_rules.len(),
        for_review: missing.for_review,
        reviewers: settings.reviewers.iter().map(|reviewer| holdings.reviewer_name(*reviewer)).collect(),
        prevents_self_review: settings.prevent_self_review,
        not_by_you: refused.map(|error| sentence(&error.to_string())),
        may_bypass: may_bypass(gate, &person, now),
        state: gate_state(run, environment, now),
        subject: claims.map(|(_, subject)| subject).unwrap_or_default(),
        no_token: (!granted).then(|| sentence(&job.planned.id_token.reason)),
        opens: roles.into_iter().take(ROLES_MAX).map(|(role, allows)| Opened { role, allows }).collect(),
        opens_more,
    })
}

/// The claims that a job's token would have now, and their subject; `None` where no token can say what it would have to.
pub(super) fn token_claims(
    app: &App,
    holdings: &Holdings,
    run: &Run,
    job: &RunJob,
    now: Timestamp,
) -> Option<(Map<String, Value>, String)> {
    let context = of_run(run, job, holdings, &app.config).ok()?;
    Some((foreseen(&app.config, &context, now), subject(&context)))
}

/// The roles that some claims open in all accounts, with what they may do.
fn opened(app: &App, claims: &Map<String, Value>, now: Timestamp) -> Vec<(OpenedRole, Allowances)> {
    let accounts: Vec<_> = app.accounts.iter().map(|account| account.load_full()).collect();
    let roles = opened_roles(accounts.iter().map(|account| &**account), claims, now);
    let known = |role: &OpenedRole| -> Option<Allowances> {
        let account: &Account = accounts.iter().find(|account| account.id == role.account)?;
        Some(allowances(account, account.role(&role.name)?))
    };
    roles.into_iter().filter_map(|role| known(&role).map(|allows| (role, allows))).collect()
}
