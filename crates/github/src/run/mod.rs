//! Workflow runs: what a job is, when it may start, when it may have a token.
//!
//! | module | rule |
//! |---|---|
//! | [`foresee`] | what a job will be |
//! | [`job`] | one job and where it stands |
//! | [`machine`] | what time and finished jobs do to a run |
//! | [`review`] | what people and programs do at its gates |
//! | [`token`] | when a job may have a token, and which |
//!
//! | a job is | it goes on when | it then is |
//! |---|---|---|
//! | pending | all jobs that it needs are over, and its `if` holds | queued; waiting, where it names an environment |
//! | pending | all jobs that it needs are over, and its `if` does not hold | completed: skipped |
//! | pending | its environment cannot be made, or its texts cannot be read | completed: failure |
//! | waiting | its gate opens | queued |
//! | waiting | its gate is rejected, refused or expired | completed: failure |
//! | waiting, queued | the run is cancelled | completed: cancelled |
//! | queued | a runner starts it | in progress |
//! | queued | nobody starts it for 24 hours | completed: cancelled |
//! | queued, in progress | its approval is withdrawn | completed: cancelled |
//! | in progress | its runner says what came of it | completed |
//! | in progress | its time is up | completed: timed out |
//!
//! Source: GitHub docs, "Workflow syntax" (`jobs.<job_id>.needs`, `if`, `timeout-minutes`), "Usage limits" and REST API
//! "Workflow runs", "Workflow jobs".

pub mod foresee;
pub mod job;
pub mod machine;
pub mod occurrence;
pub mod review;
pub mod token;

pub use foresee::Foresight;
pub use job::{Conclusion, JobEnvironment, JobStatus, Phase, RunJob};
pub use machine::{Actor, Place, Run, RunStatus, RunWorkflow, TEXT_BYTES_MAX};
pub use occurrence::Occurrence;
pub use review::{Review, ReviewState, RunError};
pub use token::TokenRefusal;
