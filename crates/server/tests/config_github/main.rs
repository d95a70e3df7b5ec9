//! What `daypass.toml` may say of GitHub's side, and the words for what it may not.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![expect(clippy::disallowed_methods, reason = "the tests write the files that are read")]

mod anything;
mod apps;
mod example;
mod folder;
mod issuers;
mod people;
mod repositories;
