//! `daypass simulate` and `daypass explain` as processes: what they print and how they end.

#![expect(clippy::disallowed_methods, reason = "the tests start the program, and write its files")]
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod exchanges;
mod explained;
mod folder;
mod json;
mod kinds;
mod questions;
