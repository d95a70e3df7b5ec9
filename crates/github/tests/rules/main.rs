//! What a job's token says, from outside.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod claims;
mod customization;
mod job;
mod mend;
mod subject;
