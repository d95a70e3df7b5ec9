//! What a job will be, before the jobs that it needs are over.

use std::collections::BTreeMap;

use super::machine::Run;
use crate::workflow::{JobResult, Outcome, SettleError, SettledJob, Settlement};

/// Why a job cannot be foreseen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Foresight {
    /// It depends on what other jobs hand on.
    #[error("what the job {0} will be depends on jobs that are not over")]
    Later(String),
    /// It will fail.
    #[error(transparent)]
    Fails(#[from] SettleError),
    /// Its `if` will not hold.
    #[error("{0}")]
    Skipped(String),
    /// There is no such job.
    #[error("the run has no job `{0}`")]
    Unknown(String),
}

impl Run {
    /// A job as it will be, should all that it needs succeed; what cannot be told before is an error.
    ///
    /// # Errors
    /// Why it cannot be told, or why the job will fail.
    pub fn foresee(&self, key: &str) -> Result<SettledJob, Foresight> {
        let plan = self.plan();
        let job = plan.job(key).ok_or_else(|| Foresight::Unknown(key.to_owned()))?;
        let is_later = job.environment.as_ref().is_some_and(|named| named.name.known().is_none());
        let mut outcomes = self.outcomes();
        // What other jobs hand on is not known; only where nothing hangs on it may they be taken to have succeeded.
        if !(is_later || job.later_matrix.is_some()) {
            for other in self.jobs.iter().filter(|other| other.conclusion().is_none()) {
                let outcome = Outcome { result: JobResult::Success, outputs: BTreeMap::new() };
                outcomes.insert(other.planned.key.clone(), outcome);
            }
        }
        match plan.settle(key, &self.base(), &outcomes)? {
            Settlement::Ready(settled) => Ok(*settled),
            Settlement::Skipped { reason } => Err(Foresight::Skipped(reason)),
            Settlement::Matrix(_) | Settlement::Waits(_) => Err(Foresight::Later(key.to_owned())),
        }
    }
}
