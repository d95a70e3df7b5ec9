//! Every rule for tokens and keys, from outside.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod claims;
mod fixture;
mod keys;
mod parse;
mod signature;
mod signing;
