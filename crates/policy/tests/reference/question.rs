//! A question, as the reference reads it: JSON and texts.

use std::collections::BTreeMap;

use serde_json::Value;

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) enum Asking {
    Anonymous,
    /// A session with its role, or a role alone: the ARNs it answers to, first the one that calls.
    Aws {
        arns: Vec<String>,
        account: String,
    },
    Federated(String),
    Service(String),
}

/// What is asked, under which policies.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) asking: Asking,
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) resource_account: Option<String>,
    /// By key in lower case.
    pub(crate) context: BTreeMap<String, Vec<String>>,
    pub(crate) identity: Vec<Value>,
    pub(crate) session: Option<Vec<Value>>,
    pub(crate) boundary: Option<Value>,
    pub(crate) resource_policies: Vec<Value>,
    pub(crate) service_control: Vec<Vec<Value>>,
    pub(crate) resource_control: Vec<Vec<Value>>,
    pub(crate) trust: Value,
}

/// The three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Allowed,
    ExplicitlyDenied,
    ImplicitlyDenied,
}
