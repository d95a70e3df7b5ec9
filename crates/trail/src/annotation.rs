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

/// An [`Annotation`] that is written from what others hold.
#[derive(Debug, Serialize)]
pub struct BorrowedAnnotation<'a, E> {
    /// As [`Annotation::token`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<&'a Map<String, Value>>,
    /// As [`Annotation::explanation`].
    pub explanation: &'a E,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_borrowed_is_read_owned() {
        let claims = json!({ "sub": "repo:o/r" }).as_object().cloned().unwrap();
        for token in [Some(&claims), None] {
            let borrowed = BorrowedAnnotation { token, explanation: &json!({ "allowed": true }) };
            let read: Annotation = serde_json::from_value(json!(borrowed)).unwrap();
            assert_eq!(read, Annotation { token: token.cloned(), explanation: json!({ "allowed": true }) });
        }
    }
}
