//! The calling side: fetch an identity token as a job does, exchange it, and make signed calls with what comes back.
//!
//! Knows nothing of the server. The sandbox's tour and the test kit call through it, so that what they show is what any
//! client gets over the wire.

#![expect(clippy::disallowed_methods, reason = "a client signs with the wall clock, as every SDK does")]

mod answer;
mod aws;
mod credentials;
mod error;
mod github;
mod transport;

pub use answer::Answer;
pub use aws::{AwsClient, Service};
pub use credentials::Credentials;
pub use error::ClientError;
pub use github::id_token;
pub use transport::transport;
