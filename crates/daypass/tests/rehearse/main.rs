//! `daypass rehearse` as a process, against a sandbox in this one.

#![expect(clippy::disallowed_methods, reason = "the tests start the program, and write its files")]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod bad_input;
mod calls;
mod execute;
mod gate;
mod house;
mod table;
