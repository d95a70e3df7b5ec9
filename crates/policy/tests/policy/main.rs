//! The policy language from outside: texts in, errors and decisions out.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod accounts;
mod agreement;
mod control;
mod decisions;
mod documents;
mod grammar;
mod json;
mod operator_table;
mod operators;
mod principals;
mod properties;
mod reasons;
mod seed;
mod variables;
