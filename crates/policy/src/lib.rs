//! The IAM policy language: documents with source spans, patterns, condition operators, and evaluation with reasons.
//!
//! This room is pure and knows no HTTP, storage, clock or GitHub. A [`Document`] is read once, with the grammar of its
//! [`Kind`]; a [`Request`] is put to documents by [`evaluate()`] or [`evaluate_trust`]; the [`Evaluation`] says what every
//! statement contributed, and the first element that failed in each.
//!
//! What is not known is refused when it is written: an operator outside [`operator`], a policy variable. Nothing can be
//! evaluated that was not read by [`Document::parse`], so a document kept from elsewhere with something unknown in it
//! is no document, its reader gets the error, and nothing is ever skipped in an evaluation.

pub mod catalogue;
mod condition;
pub mod context;
pub mod document;
mod evaluate;
mod grammar;
mod grant;
mod json;
pub mod operator;
pub mod pattern;
pub mod principal;
pub mod reason;
pub mod span;
pub mod validate;

pub use context::{Context, Values};
pub use document::{
    Condition, Document, Effect, Kind, ParseError, Patterns, Places, Principals, Statement, Version,
};
pub use evaluate::{Named, Policies, Request, decide, decide_trust, evaluate, evaluate_trust};
pub use grammar::{POLICY_BYTES_MAX, STATEMENTS_MAX};
pub use json::DEPTH_MAX;
pub use operator::{Comparison, Operator, Quantifier};
pub use principal::{Principal, PrincipalPattern};
pub use reason::{Decision, Evaluation, Layer, LayerReport, Mismatch, Outcome, StatementReport, Verdict};
pub use span::Span;
