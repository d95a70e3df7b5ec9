//! The services where a credential is used: which IAM action and resource a call is, and the embedded back ends.
//!
//! A call arrives here **authenticated**: its signature was verified by the server, and its body is a stream that ends
//! in an [`body::Integrity`] error when a chunk signature, a payload hash or a length is wrong. This room decides what
//! the call is ([`authority::TargetCall`]), asks an [`authority::Authority`] whether it may happen, and does it.
//! It knows nothing of policies, sessions or the trail.
#![expect(
    clippy::disallowed_methods,
    reason = "the embedded back end keeps object bytes in files under names drawn at random"
)]

pub mod authority;
pub mod body;
pub mod cloudfront;
pub mod command_line;
mod entity;
mod folder;
pub mod gateway;
pub mod lambda;
mod member;
pub mod s3;
mod tag;
mod unbroken;
