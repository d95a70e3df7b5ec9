//! Assembly: listeners, the issuer's endpoints, the request pipeline and the control API.
//!
//! A sandbox listens on two addresses. Every request on either passes the [`guard`] first.
//!
//! | address | answers | to |
//! |---|---|---|
//! | AWS | STS, IAM, S3, CloudTrail | whoever signs with a key of the account |
//! | GitHub | discovery and keys | anybody |
//! | | a job's token | the job, by its request token |
//! | | the control calls below `/_daypass` | whoever has the control token |
//! | | the console's pages below `/console` | users who signed in with a token |
//!
//! The clock, randomness, files and sockets of the whole program enter here and in the store.

#![expect(
    clippy::disallowed_methods,
    reason = "the server is an edge: it reads the clock and files, and opens sockets"
)]

mod account_documents;
pub mod accounts;
pub mod app;
pub mod aws;
mod bearer;
mod bucket_policies;
pub mod clock;
pub mod config;
pub mod console;
pub mod control;
pub mod data_directory;
pub mod distributions;
pub mod github;
pub mod guard;
pub mod issuers;
pub mod listener;
pub mod mend;
mod opened_sessions;
pub mod random;
pub mod rehearsal;
mod sandbox;
pub mod snapshot;
mod start_error;
pub mod state;
pub mod tls;
pub mod upstreams;
mod whole_body;

pub use config::Config;
pub use sandbox::{ImportFile, Options, Sandbox};
pub use start_error::StartError;
