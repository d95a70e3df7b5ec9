//! The Security Token Service: tokens and sessions in, sessions out.
//!
//! Source: STS API reference, version 2011-06-15.

pub mod access_key_info;
pub mod assume_role;
pub mod caller_identity;
pub mod condition_keys;
pub mod grant;
pub mod refusal;
pub mod roles_claim;
pub mod session_policies;
pub mod session_tags;
pub mod web_identity;
