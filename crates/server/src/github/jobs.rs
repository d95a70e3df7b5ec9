//! The jobs that may ask for a token: each has an address and a random secret, as a job with `id-token: write` has.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use daypass_github::JobContext;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::data_directory::Secret;
use crate::random::{SystemRandom, hexadecimal};

/// The most jobs at a time; the oldest makes room. Each holds about a kilobyte.
const JOBS_MAX: usize = 10_000;
/// How long a job may ask, by the sandbox's clock: GitHub's own job tokens last 24 hours at most.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// Random bytes of a request token.
const REQUEST_TOKEN_BYTES: usize = 32;

/// Whose request it is.
#[derive(Debug, Clone)]
pub enum Holder {
    /// A job that somebody described, of no run.
    Described(Arc<JobContext>),
    /// A job of a run; whether it may have a token is asked each time.
    OfRun {
        /// The run's number.
        run: u64,
        /// The job's number.
        job: u64,
    },
}

/// What a job is handed.
#[derive(Debug)]
pub struct Admitted {
    /// Names the job in the address that it asks.
    pub id: String,
    /// What it must show there.
    pub request_token: Secret,
}

/// Why a request for a token is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unauthorized {
    /// No job has such a secret, or its time is over.
    #[error("the request token is unknown or has expired")]
    Unknown,
    /// The secret is another job's.
    #[error("the request token belongs to another job")]
    OtherJob,
}

/// Every job that may ask. Held in memory only: jobs do not outlive the server.
#[derive(Default)]
pub struct Jobs {
    admitted: Mutex<Admissions>,
}

#[derive(Default)]
struct Admissions {
    /// By the hash of the secret: the secret itself is not kept, and how long a look-up takes tells nothing about it.
    by_hash: HashMap<Hash, Admission>,
    oldest_first: VecDeque<Hash>,
}

struct Admission {
    id: String,
    holder: Holder,
    ends_at: Timestamp,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Hash([u8; 32]);

impl Hash {
    fn of(secret: &str) -> Option<Self> {
        digest(&SHA256, secret.as_bytes()).as_ref().try_into().ok().map(Self)
    }
}

impl Jobs {
    /// No jobs yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets a job ask for tokens from now on.
    #[must_use]
    pub fn admit(&self, holder: Holder, now: Timestamp) -> Admitted {
        let id = Uuid::new_v4().to_string();
        let secret = hexadecimal(&SystemRandom::new().bytes::<REQUEST_TOKEN_BYTES>());
        let ends_at = now.checked_add(LIFETIME).unwrap_or(Timestamp::MAX);
        if let Some(hash) = Hash::of(&secret) {
            let mut admissions = self.lock();
            while admissions.by_hash.len() >= JOBS_MAX {
                let Some(oldest) = admissions.oldest_first.pop_front() else { break };
                admissions.by_hash.remove(&oldest);
            }
            admissions.oldest_first.push_back(hash);
            admissions.by_hash.insert(hash, Admission { id: id.clone(), holder, ends_at });
        }
        Admitted { id, request_token: Secret::new(secret) }
    }

    /// The job that a request comes from.
    ///
    /// # Errors
    /// [`Unauthorized`]
    pub fn authenticate(&self, id: &str, secret: &str, now: Timestamp) -> Result<Holder, Unauthorized> {
        let hash = Hash::of(secret).ok_or(Unauthorized::Unknown)?;
        let admissions = self.lock();
        let admission = admissions.by_hash.get(&hash).filter(|admission| now < admission.ends_at);
        let admission = admission.ok_or(Unauthorized::Unknown)?;
        if admission.id == id { Ok(admission.holder.clone()) } else { Err(Unauthorized::OtherJob) }
    }

    fn lock(&self) -> MutexGuard<'_, Admissions> {
        self.admitted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Jobs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Jobs").field("admitted", &self.lock().by_hash.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> Holder {
        Holder::OfRun { run: 1, job: 2 }
    }

    #[test]
    fn only_the_jobs_own_secret_lets_it_ask_and_only_for_a_day() {
        let jobs = Jobs::new();
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let (first, second) = (jobs.admit(job(), now), jobs.admit(job(), now));
        let ask = |id: &str, secret: &str, at| jobs.authenticate(id, secret, at).map(|_| ());
        assert_eq!(ask(&first.id, first.request_token.reveal(), now), Ok(()));
        assert_eq!(ask(&second.id, first.request_token.reveal(), now), Err(Unauthorized::OtherJob));
        assert_eq!(ask(&first.id, "", now), Err(Unauthorized::Unknown));
        let last = now + SignedDuration::from_secs(24 * 3_600 - 1);
        assert!(ask(&first.id, first.request_token.reveal(), last).is_ok());
        let over = now + SignedDuration::from_hours(24);
        assert_eq!(ask(&first.id, first.request_token.reveal(), over), Err(Unauthorized::Unknown));
    }

    #[test]
    fn the_oldest_job_makes_room() {
        let jobs = Jobs::new();
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let first = jobs.admit(job(), now);
        let second = jobs.admit(job(), now);
        for _ in 2..=JOBS_MAX {
            let _ = jobs.admit(job(), now);
        }
        let found = jobs.authenticate(&first.id, first.request_token.reveal(), now);
        assert_eq!(found.err(), Some(Unauthorized::Unknown));
        assert!(jobs.authenticate(&second.id, second.request_token.reveal(), now).is_ok());
    }
}
