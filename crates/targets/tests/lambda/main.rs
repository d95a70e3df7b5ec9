//! Lambda's control plane as a function: what is kept, a request and a time in; an answer and changes out.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod archive;
mod house;
mod stories;
