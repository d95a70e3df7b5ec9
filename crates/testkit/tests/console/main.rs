//! The console over HTTP, and in a real browser: who gets in, what they see, and what their answers do.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod aws_side;
mod browser;
mod decisions;
mod late;
mod pages;
mod sign_in;
mod trust_map;
mod world;
