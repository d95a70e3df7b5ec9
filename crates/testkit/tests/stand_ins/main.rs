//! Issuers that the sandbox stands in for, with subjects of their own, up to the exchange at STS.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod enterprise;
mod other_issuer;
mod seed_table;
