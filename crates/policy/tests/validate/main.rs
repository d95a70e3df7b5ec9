//! Validation: every check on a policy that it is about and on one that it is not about.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::panic, reason = "a fixture of no kind stops the tests")]
#![expect(clippy::disallowed_methods, reason = "the fixtures are files")]

mod fixtures;
mod whole;
