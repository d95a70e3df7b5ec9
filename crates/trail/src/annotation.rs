//! What daypass keeps beside a record, for the operator alone.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The claims behind an exchange, and the reasons of a decision.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Annotation {
    /// The verified claims of the token that was exchanged; never the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Map<String, Value>>,
    /// The decision and its reasons.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub explanation: Value,
}
