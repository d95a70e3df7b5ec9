//! An operation: on what it works, how it is done, and what the trail keeps of it.
//!
//! Resources and condition keys of an action: service authorization reference, "Actions, resources, and condition keys
//! for AWS Identity and Access Management". `requestParameters`: CloudTrail user guide, "Logging IAM and AWS STS API
//! calls"; a member's name is the parameter's with a small first letter.

use std::fmt;

use daypass_policy::Values;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::arn;
use crate::error::AwsError;
use crate::explanation::Reason;
use crate::iam::policy_names::POLICY_ARN;
use crate::iam::questions::{self, Question};
use crate::iam::{condition_keys, malformed, policy_names, provider_url, role_names, tags};
use crate::identifier::Random;
use crate::outcome::Outcome;
use crate::parameters::Parameters;

/// Everything that an operation is done with.
pub struct Call<'a> {
    /// The account as it is.
    pub account: &'a Account,
    /// What was sent.
    pub parameters: &'a Parameters,
    /// The account's time.
    pub now: Timestamp,
    /// For the ids of new roles and policies.
    pub random: &'a mut dyn Random,
}

/// How an operation is done.
pub type Run = fn(&mut Call<'_>) -> Result<Outcome, AwsError>;

/// One operation of the API.
pub struct Operation {
    /// Its name, e.g. `CreateRole`.
    pub name: &'static str,
    /// Whether it only reads: CloudTrail's `readOnly`.
    pub read_only: bool,
    /// Whether the answer has an `<XxxResult>` element; without it the answer holds its metadata only.
    pub has_result: bool,
    pub(super) target: Target,
    pub(super) fields: &'static [Field],
    pub(super) run: Run,
}

/// On what an operation works.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// All managed policies.
    AllPolicies,
    /// All providers.
    AllProviders,
    /// A managed policy that is not there yet; `Path` and `PolicyName` name it.
    NewPolicy,
    /// A provider that is not there yet; `Url` names it.
    NewProvider,
    /// A role that is not there yet; `Path` and `RoleName` name it.
    NewRole,
    /// The managed policy of `PolicyArn`.
    Policy,
    /// The provider of `OpenIDConnectProviderArn`.
    Provider,
    /// The role of `RoleName`.
    Role,
    /// The roles under `PathPrefix`.
    RolesUnderPath,
}

/// A parameter as the trail keeps it.
#[derive(Debug, Clone, Copy)]
pub enum Field {
    /// `true` or `false`.
    Flag(&'static str),
    /// A list of texts.
    List(&'static str),
    /// A whole number.
    Number(&'static str),
    /// `Tags`.
    Tags,
    /// A text.
    Text(&'static str),
}

/// Whether the answer has a result element.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer {
    Nothing,
    Result,
}

impl fmt::Debug for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Operation").field(&self.name).finish()
    }
}

impl Operation {
    /// The action that policies name, e.g. `iam:CreateRole`.
    #[must_use]
    pub fn action(&self) -> String {
        format!("iam:{}", self.name)
    }

    /// The ARN that policies are asked about.
    ///
    /// It is the ARN of the very thing that [`Operation::execute`] would work on: a role is found here as it is found
    /// there, without regard to case, and then named by its own path and name.
    #[must_use]
    pub fn resource(&self, account: &Account, parameters: &Parameters) -> String {
        let text = |name: &str| parameters.text(name).unwrap_or_default();
        match self.target {
            // It names nothing: only a policy that is about anything at all lets policies be listed.
            Target::AllPolicies => "*".to_owned(),
            Target::AllProviders => arn::provider(&account.id, "*"),
            Target::NewPolicy => {
                let path = parameters.text("Path").filter(|path| policy_names::is_path(path)).unwrap_or("/");
                arn::policy(account.id.as_str(), path, text("PolicyName"))
            }
            Target::NewProvider => arn::provider(&account.id, &provider_url::probable_location(text("Url"))),
            Target::NewRole => {
                let path = parameters.text("Path").filter(|path| role_names::is_path(path)).unwrap_or("/");
                arn::role(&account.id, path, text("RoleName"))
            }
            Target::Policy => text(POLICY_ARN).to_owned(),
            Target::Provider => text("OpenIDConnectProviderArn").to_owned(),
            Target::Role => {
                let name = text("RoleName");
                account
                    .role(name)
                    .map_or_else(|| arn::role(&account.id, "/", name), |role| role.arn(&account.id))
            }
            Target::RolesUnderPath => {
                let prefix =
                    parameters.text("PathPrefix").filter(|prefix| prefix.starts_with('/')).unwrap_or("/");
                arn::role(&account.id, prefix, "")
            }
        }
    }

    /// IAM's own condition keys for this call: see [`crate::iam::condition_keys`].
    #[must_use]
    pub fn condition_keys(&self, account: &Account, parameters: &Parameters) -> Vec<(String, Values)> {
        condition_keys::of(self, account, parameters)
    }

    /// What the caller's policies are asked before [`Operation::execute`]; all must be allowed.
    #[must_use]
    pub fn questions(&self, account: &Account, parameters: &Parameters) -> Vec<Question> {
        questions::of(self, account, parameters)
    }

    /// What the operator may know of a refusal besides AWS's words: what is wrong with a policy, and where.
    #[must_use]
    pub fn reason(&self, error: &AwsError, parameters: &Parameters) -> Option<Reason> {
        malformed::reason(error, self.name, parameters)
    }

    /// CloudTrail's `requestParameters`: for calls that are done and for those that are refused. `None` where nothing
    /// was sent. No operation of IAM that is offered takes a secret.
    #[must_use]
    pub fn request_parameters(&self, parameters: &Parameters) -> Option<Value> {
        let mut kept = Map::new();
        for field in self.fields {
            let (name, value) = match *field {
                Field::Flag(name) => (name, parameters.text(name).map(flag_or_text)),
                Field::List(name) => (name, parameters.list(name).map(|items| json!(items))),
                Field::Number(name) => (name, parameters.text(name).map(number_or_text)),
                Field::Tags => ("Tags", tags::event(&tags::sent(parameters))),
                Field::Text(name) => (name, parameters.text(name).map(|text| json!(text))),
            };
            if let Some(value) = value {
                kept.insert(event_name(name), value);
            }
        }
        (!kept.is_empty()).then_some(Value::Object(kept))
    }

    /// Does the operation. Nothing has happened when it returns: the outcome says what is to change.
    ///
    /// # Errors
    /// AWS's refusal in its own words.
    pub fn execute(&self, call: &mut Call<'_>) -> Result<Outcome, AwsError> {
        let mut outcome = (self.run)(call)?;
        outcome.event.request_parameters = self.request_parameters(call.parameters);
        Ok(outcome)
    }
}

fn flag_or_text(text: &str) -> Value {
    text.to_ascii_lowercase().parse::<bool>().map_or_else(|_| json!(text), |flag| json!(flag))
}

fn number_or_text(text: &str) -> Value {
    text.parse::<i32>().map_or_else(|_| json!(text), |number| json!(number))
}

/// CloudTrail's name of a parameter: its own with a small first letter, `clientIDList` for `ClientIDList`.
fn event_name(parameter: &str) -> String {
    let mut characters = parameter.chars();
    characters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(characters).collect()
}
