//! When a job may have a token.

use jiff::Timestamp;

use super::job::{Phase, RunJob};
use super::machine::Run;

/// Why a job gets no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// There is no such job.
    #[error("the run has no such job")]
    NoSuchJob,
    /// The job has not begun.
    #[error("the job {job} has not started: it is {status}")]
    NotStarted {
        /// The job.
        job: String,
        /// Where it stands.
        status: &'static str,
    },
    /// The job is over.
    #[error("the job {job} is over")]
    Over {
        /// The job.
        job: String,
    },
    /// The job was not granted `id-token: write`.
    #[error("the job {job} has no permission `id-token: write`: {reason}")]
    NotPermitted {
        /// The job.
        job: String,
        /// Why.
        reason: String,
    },
    /// The gate is not open.
    #[error("the job {job} may not deploy to {environment}: the deployment is {state}")]
    Gate {
        /// The job.
        job: String,
        /// The environment.
        environment: String,
        /// What state the gate is in.
        state: &'static str,
    },
}

impl Run {
    /// Whether a job may have a token now.
    ///
    /// **Invariant: no token that names an environment before its gate is open, nor after it was closed.** The gate is
    /// asked each time; a job that names an environment and has no gate is refused.
    ///
    /// # Errors
    /// [`TokenRefusal`]
    pub fn may_have_token(&self, id: u64, now: Timestamp) -> Result<&RunJob, TokenRefusal> {
        let job = self.job(id).ok_or(TokenRefusal::NoSuchJob)?;
        let key = || job.planned.key.clone();
        if let (Some(gate), Some(environment)) = (&job.gate, &job.environment)
            && !gate.may_have_token(now)
        {
            let (environment, state) = (environment.name.clone(), gate.state(now).name());
            return Err(TokenRefusal::Gate { job: key(), environment, state });
        }
        match job.phase {
            Phase::Started => {}
            Phase::Over(_) => return Err(TokenRefusal::Over { job: key() }),
            Phase::Pending | Phase::Ready => {
                return Err(TokenRefusal::NotStarted { job: key(), status: job.status(now).name() });
            }
        }
        if !job.planned.id_token.granted {
            let reason = job.planned.id_token.reason.clone();
            return Err(TokenRefusal::NotPermitted { job: key(), reason });
        }
        if let (None, Some(named)) = (&job.gate, &job.environment) {
            let environment = named.name.clone();
            return Err(TokenRefusal::Gate { job: key(), environment, state: "missing" });
        }
        Ok(job)
    }
}
