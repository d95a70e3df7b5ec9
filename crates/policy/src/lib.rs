//! The IAM policy language: documents with source spans, patterns, condition operators, and evaluation with reasons.
//!
//! This room is pure and knows no HTTP, storage, clock or GitHub. A [`Document`] is read once, with the grammar of its
//! [`Kind`]; a [`Request`] is put to documents by [`evaluate()`] or [`evaluate_trust`]; the [`Evaluation`] says what every
//! statement contributed, and the first element that failed in each.
//!
//! What is not known is refused when it is written: an operator outside [`operators`], a value that its operator cannot
//! read, a malformed policy variable. Nothing can be evaluated that was not read by [`Document::parse`], so a document
//! kept from elsewhere with something unknown in it is no document, its reader gets the error, and nothing is ever
//! skipped in an evaluation.
//!
//! A document is compiled when it is read: patterns are classified, values parsed and sorted, keys hashed. [`decide`]
//! and [`decide_trust`] answer from that without allocation; [`evaluate()`] asks the same statements and gives reasons.

pub mod catalogue;
mod condition;
pub mod context;
pub mod document;
mod evaluate;
mod grammar;
mod json;
pub mod operators;
pub mod pattern;
pub mod principal;
pub mod reason;
mod rule;
pub mod span;
pub mod validate;
mod variables;

pub use context::{Context, Values};
pub use document::{
    Condition, Document, Effect, Kind, ParseError, Patterns, Places, Principals, Statement, Version,
};
pub use evaluate::{Named, Policies, Request, decide, decide_trust, evaluate, evaluate_trust};
pub use grammar::{POLICY_BYTES_MAX, STATEMENTS_MAX};
pub use json::DEPTH_MAX;
pub use operators::{Comparison, Operator, Quantifier};
pub use principal::{Principal, PrincipalPattern};
pub use reason::{Decision, Evaluation, Layer, LayerReport, Mismatch, Outcome, StatementReport, Verdict};
pub use span::Span;
