//! What an operation comes to.

use daypass_trail::Resource;
use serde_json::Value;

use crate::account::Change;
use crate::error::AwsError;
use crate::explanation::{Check, Reason};
use crate::shape::Shape;

/// What the trail keeps of a call besides who called, when and from where.
///
/// Nothing in here is secret: tokens, secret keys and session tokens never enter an event.
#[derive(Debug, Clone, Default)]
pub struct Event {
    /// CloudTrail's `requestParameters`.
    pub request_parameters: Option<Value>,
    /// CloudTrail's `responseElements`; `None` for reads and failures.
    pub response_elements: Option<Value>,
    /// CloudTrail's `additionalEventData`.
    pub additional_event_data: Option<Value>,
    /// CloudTrail's `resources`.
    pub resources: Vec<Resource>,
}

/// What a permitted, well-formed operation comes to. Nothing of it has happened yet: the pipeline first makes the
/// event and the changes durable, then answers.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What to answer.
    pub result: Shape,
    /// What to change in the account.
    pub changes: Vec<Change>,
    /// What to write in the trail.
    pub event: Event,
}

impl Outcome {
    /// An outcome that only reads.
    #[must_use]
    pub fn read(result: Shape, request_parameters: Option<Value>) -> Self {
        Self { result, changes: Vec::new(), event: Event { request_parameters, ..Event::default() } }
    }
}

/// Why an operation was refused: AWS's words for the caller, the reason for the operator.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// What the caller is told.
    pub error: AwsError,
    /// What the operator may know besides; `None` where the error or the checks say it all.
    pub reason: Option<Reason>,
    /// The questions that were put to the policies until then.
    pub checks: Vec<Check>,
}

impl Refusal {
    /// A refusal with its reason.
    #[must_use]
    pub const fn because(error: AwsError, reason: Reason) -> Self {
        Self { error, reason: Some(reason), checks: Vec::new() }
    }

    /// The same after the questions that were put to the policies before.
    #[must_use]
    pub fn with(self, checks: &[Check]) -> Self {
        Self { checks: [checks, &self.checks].concat(), ..self }
    }
}

impl From<AwsError> for Refusal {
    fn from(error: AwsError) -> Self {
        Self { error, reason: None, checks: Vec::new() }
    }
}
