//! Session policies of a call: one inline, and managed ones by their ARN. What a session may do, all of them together
//! must allow besides the role's own policies.
//!
//! A managed session policy counts as it is at each call of the session, not as it was when the session began.
//!
//! Source: STS API reference, "AssumeRole", `Policy` and `PolicyArns`; IAM user guide, "Session policies".

use daypass_policy::{Document, Kind};
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::error::AwsError;
use crate::explanation::Reason;
use crate::outcome::Refusal;
use crate::parameters::{Check, Parameters, Text};

/// Characters of the session policies, inline and ARNs of managed ones together.
pub const SESSION_POLICY_CHARACTERS_MAX: usize = 2_048;
/// Managed session policies.
pub const SESSION_POLICY_ARNS_MAX: usize = 10;

const POLICY: Text = Text::of(1, SESSION_POLICY_CHARACTERS_MAX)
    .matching("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+", is_policy_character);
const ARN: Text = Text::of(20, 2_048);

/// The session policies that were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionPolicies {
    /// The text of the inline one.
    pub inline: Option<String>,
    /// The ARNs of the managed ones, in their order.
    pub arns: Vec<String>,
}

impl SessionPolicies {
    /// Reads `Policy` and `PolicyArns`.
    pub fn read(parameters: &Parameters, check: &mut Check<'_>) -> Self {
        let inline = check.optional("Policy", POLICY).map(str::to_owned);
        let sent = (1_usize..).map_while(|index| parameters.text(&format!("PolicyArns.member.{index}.arn")));
        // One more than there may be is enough to tell that there are too many.
        let arns: Vec<String> = sent.take(SESSION_POLICY_ARNS_MAX + 1).map(str::to_owned).collect();
        for (index, arn) in (1..).zip(&arns) {
            check.value(&format!("policyArns.{index}.member.arn"), arn, ARN);
        }
        check.at_most("policyArns", arns.len(), SESSION_POLICY_ARNS_MAX);
        Self { inline, arns }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inline.is_none() && self.arns.is_empty()
    }

    /// Characters of all of them.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.inline.iter().chain(&self.arns).map(|text| text.chars().count()).sum()
    }

    /// Checks that they can be read and are there.
    ///
    /// # Errors
    /// `MalformedPolicyDocument` for an inline policy that is none, with the place for the operator, and for a managed
    /// one that the account does not have: AWS's words for the latter were not observed. `PackedPolicyTooLarge` where
    /// their plain text is too long.
    pub fn check(&self, account: &Account) -> Result<(), Refusal> {
        if let Some(text) = &self.inline {
            Document::parse(Kind::Session, text).map_err(|error| {
                Refusal::because(AwsError::malformed_policy(error.to_string()), Reason::of_policy(&error))
            })?;
        }
        if let Some(absent) = self.arns.iter().find(|arn| account.policy(arn).is_none()) {
            let message = format!("Policy {absent} does not exist or is not attachable.");
            return Err(AwsError::malformed_policy(message).into());
        }
        let characters = self.characters();
        if characters > SESSION_POLICY_CHARACTERS_MAX {
            return Err(too_large((characters * 100).div_ceil(SESSION_POLICY_CHARACTERS_MAX)).into());
        }
        Ok(())
    }

    /// CloudTrail's `policy` and `policyArns`.
    pub(super) fn event(&self, parameters: &mut Map<String, Value>) {
        if let Some(policy) = &self.inline {
            parameters.insert("policy".to_owned(), json!(policy));
        }
        if !self.arns.is_empty() {
            let arns: Vec<Value> = self.arns.iter().map(|arn| json!({ "arn": arn })).collect();
            parameters.insert("policyArns".to_owned(), Value::Array(arns));
        }
    }
}

/// `PackedPolicyTooLarge`, 400.
#[must_use]
pub fn too_large(percent: usize) -> AwsError {
    AwsError::bad_request(
        "PackedPolicyTooLarge",
        format!("Packed policy consumes {percent}% of allotted space, please use smaller policy."),
    )
}

const fn is_policy_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{ff}')
}
