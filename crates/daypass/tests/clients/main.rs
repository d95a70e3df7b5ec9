//! Unmodified clients against `daypass up`: the AWS CLI, boto3, GitHub's toolkit, Octokit, PyGithub, the AWS SDK for
//! JavaScript. What they need is installed by `cargo xtask test --only prerequisites`; a client that is not there fails
//! its test.

#![expect(clippy::disallowed_methods, reason = "the tests start programs, and read what they write")]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod accounts;
mod aws_cli;
mod boto3;
mod cloudfront;
mod deploy;
mod gateway;
mod gateway_anew;
mod github;
#[path = "../rehearse/house.rs"]
#[expect(dead_code, reason = "the tests of rehearsals need more of it")]
mod house;
mod import;
mod javascript;
mod kill;
mod operations;
mod rehearse;
mod sandbox;
mod seed;
mod shell;
mod toolkit;
mod trail;
mod validate;
mod versions;
