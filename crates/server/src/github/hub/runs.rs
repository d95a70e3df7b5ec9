//! Reading runs: those that are not over from memory, the others from the store.

use std::sync::Arc;

use daypass_github::hosting::Repository;
use daypass_github::run::{Run, RunStatus};
use daypass_store::sqlite::Database;
use daypass_store::{RunFilter, RunIndex as _, RunRow};
use jiff::Timestamp;

use super::error::HubError;
use super::{Hub, Runs, UNFINISHED_RUNS_MAX};
use crate::start_error::StartError;

/// A page of runs, the newest first.
#[derive(Debug)]
pub struct RunPage {
    /// The runs.
    pub runs: Vec<Arc<Run>>,
    /// How many there are on all pages.
    pub total: u64,
}

impl Hub {
    /// A run, as it is now.
    ///
    /// # Errors
    /// [`HubError::Store`]
    pub async fn run(&self, id: u64) -> Result<Option<Arc<Run>>, HubError> {
        if let Some(run) = self.snapshot().runs.get(&id) {
            return Ok(Some(Arc::clone(run)));
        }
        let (database, Ok(number)) = (Arc::clone(&self.database), i64::try_from(id)) else { return Ok(None) };
        let found = reading(move || database.run(number)).await?;
        found.map(|text| read(&text).map(Arc::new)).transpose()
    }

    /// A page of runs.
    ///
    /// # Errors
    /// [`HubError::Store`]
    pub async fn runs(&self, filter: RunFilter, skip: usize, limit: usize) -> Result<RunPage, HubError> {
        let database = Arc::clone(&self.database);
        let (texts, total) =
            reading(move || Ok((database.runs(&filter, skip, limit)?, database.count_runs(&filter)?)))
                .await?;
        let snapshot = self.snapshot();
        let runs = texts.iter().map(|text| {
            read(text).map(|run| snapshot.runs.get(&run.id).map_or_else(|| Arc::new(run), Arc::clone))
        });
        Ok(RunPage { runs: runs.collect::<Result<_, _>>()?, total })
    }
}

/// Reads the store, away from the threads that answer requests.
async fn reading<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, daypass_store::StoreError> + Send + 'static,
) -> Result<T, HubError> {
    let read = tokio::task::spawn_blocking(read).await;
    let broken = |error: tokio::task::JoinError| daypass_store::StoreError::Failed(error.to_string());
    Ok(read.map_err(broken)??)
}

fn read(text: &str) -> Result<Run, HubError> {
    serde_json::from_str(text)
        .map_err(|error| HubError::Document(format!("a kept run cannot be read: {error}")))
}

/// The highest number that a run was given.
pub(super) fn last(database: &Database) -> Result<u64, StartError> {
    Ok(u64::try_from(database.last_run()?).unwrap_or_default())
}

/// The runs that are not over.
pub(super) fn unfinished(database: &Database) -> Result<Runs, StartError> {
    let filter =
        RunFilter { not_status: Some(RunStatus::Completed.name().to_owned()), ..RunFilter::default() };
    let mut runs = Runs::new();
    for text in database.runs(&filter, 0, UNFINISHED_RUNS_MAX)? {
        let run: Run =
            serde_json::from_str(&text).map_err(|error| StartError::document("run", "run", &error))?;
        runs.insert(run.id, Arc::new(run));
    }
    Ok(runs)
}

/// The rows of runs that are new or different. Those that are over leave the map.
pub(super) fn rows(before: &Runs, after: &mut Runs, now: Timestamp) -> Result<Vec<RunRow>, HubError> {
    let mut rows = Vec::new();
    let mut over = Vec::new();
    for (id, run) in &*after {
        // One that was not over before and did not change is not over now: time ends a run by changing it.
        if before.get(id).is_some_and(|known| Arc::ptr_eq(known, run)) {
            continue;
        }
        if run.status(now) == RunStatus::Completed {
            over.push(*id);
        }
        rows.push(row(run, now)?);
    }
    for id in over {
        after.remove(&id);
    }
    Ok(rows)
}

/// A run as the store lists it.
///
/// # Errors
/// [`HubError::Document`]
pub fn row(run: &Run, now: Timestamp) -> Result<RunRow, HubError> {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    Ok(RunRow {
        id: number(run.id),
        repository: Repository::key(&run.repository),
        workflow: number(run.workflow.id),
        status: run.status(now).name().to_owned(),
        conclusion: run.conclusion().map(|conclusion| conclusion.name().to_owned()),
        event: run.event.clone(),
        branch: run.branch().to_owned(),
        actor: run.actor.login.to_ascii_lowercase(),
        sha: run.sha.clone(),
        created: run.created,
        document: serde_json::to_string(run).map_err(|error| HubError::Document(error.to_string()))?,
    })
}
