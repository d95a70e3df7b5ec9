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
use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::{provider_url, role_names, tags};
use crate::identifier::Random;
use crate::outcome::Outcome;
use crate::parameters::Parameters;

/// Everything that an operation is done with.
pub struct Call<'a> {
    /// The account as it is.
    pub account: &'a Account,
    /// Who calls.
    pub caller: &'a Caller,
    /// What was sent.
    pub parameters: &'a Parameters,
    /// The account's time.
    pub now: Timestamp,
    /// For the ids of new roles.
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
    /// All providers.
    AllProviders,
    /// The account as a whole: `*`.
    Anything,
    /// What a parameter names, of a kind that the account has none of.
    Named {
        /// The kind as ARNs name it, e.g. `user`.
        kind: &'static str,
        /// The parameter that holds the name.
        parameter: &'static str,
    },
    /// A provider that is not there yet; `Url` names it.
    NewProvider,
    /// A role that is not there yet; `Path` and `RoleName` name it.
    NewRole,
    /// The provider of `OpenIDConnectProviderArn`.
    Provider,
    /// The role of `RoleName`.
    Role,
    /// The roles under `PathPrefix`.
    RolesUnderPath,
    /// The entity whose ARN is in `PolicySourceArn`.
    Source,
    /// What lies under `PathPrefix`, of a kind that the account has none of.
    Under {
        /// The kind as ARNs name it, e.g. `user`.
        kind: &'static str,
    },
}

/// A parameter as the trail keeps it.
#[derive(Debug, Clone, Copy)]
pub enum Field {
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
            Target::AllProviders => arn::provider(&account.id, "*"),
            Target::Anything => "*".to_owned(),
            Target::Named { kind, parameter } => {
                let path = parameters.text("Path").filter(|path| role_names::is_path(path)).unwrap_or("/");
                arn::entity(&account.id, kind, path, text(parameter))
            }
            Target::NewProvider => arn::provider(&account.id, &provider_url::probable_location(text("Url"))),
            Target::NewRole => {
                let path = parameters.text("Path").filter(|path| role_names::is_path(path)).unwrap_or("/");
                arn::role(&account.id, path, text("RoleName"))
            }
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
            Target::Source => text("PolicySourceArn").to_owned(),
            Target::Under { kind } => {
                let prefix =
                    parameters.text("PathPrefix").filter(|prefix| prefix.starts_with('/')).unwrap_or("/");
                arn::entity(&account.id, kind, prefix, "")
            }
        }
    }

    /// IAM's own condition keys for this call: `aws:RequestTag/KEY` and `aws:TagKeys` for the tags that it brings or
    /// takes away, `aws:ResourceTag/KEY` and `iam:ResourceTag/KEY` for those of the thing it works on.
    #[must_use]
    pub fn condition_keys(&self, account: &Account, parameters: &Parameters) -> Vec<(String, Values)> {
        let mut keys = Vec::new();
        let brought = tags::sent(parameters);
        let mut tag_keys: Vec<String> = brought.iter().map(|(key, _)| (*key).to_owned()).collect();
        tag_keys.extend(parameters.list("TagKeys").into_iter().flatten().map(str::to_owned));
        for (key, value) in brought {
            keys.push((format!("aws:RequestTag/{key}"), Values::One(value.to_owned())));
        }
        if !tag_keys.is_empty() {
            keys.push(("aws:TagKeys".to_owned(), Values::Many(tag_keys)));
        }
        let present = match self.target {
            Target::AllProviders
            | Target::Anything
            | Target::Named { .. }
            | Target::NewProvider
            | Target::NewRole
            | Target::RolesUnderPath
            | Target::Under { .. } => None,
            Target::Source => parameters
                .text("PolicySourceArn")
                .and_then(arn::RoleArn::parse)
                .filter(|source| source.account == account.id.as_str())
                .and_then(|source| account.role(source.name))
                .map(|role| &role.tags),
            Target::Provider => parameters
                .text("OpenIDConnectProviderArn")
                .and_then(|name| arn::provider_location(&account.id, name))
                .and_then(|location| account.provider(location))
                .map(|provider| &provider.tags),
            Target::Role => {
                parameters.text("RoleName").and_then(|name| account.role(name)).map(|role| &role.tags)
            }
        };
        for (key, value) in present.into_iter().flatten() {
            keys.push((format!("aws:ResourceTag/{key}"), Values::One(value.clone())));
            keys.push((format!("iam:ResourceTag/{key}"), Values::One(value.clone())));
        }
        keys
    }

    /// CloudTrail's `requestParameters`: for calls that are done and for those that are refused. `None` where nothing
    /// was sent. No operation of IAM that is offered takes a secret.
    #[must_use]
    pub fn request_parameters(&self, parameters: &Parameters) -> Option<Value> {
        let mut kept = Map::new();
        for field in self.fields {
            let (name, value) = match *field {
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

fn number_or_text(text: &str) -> Value {
    text.parse::<i32>().map_or_else(|_| json!(text), |number| json!(number))
}

/// CloudTrail's name of a parameter: its own with a small first letter, `clientIDList` for `ClientIDList`.
fn event_name(parameter: &str) -> String {
    let mut characters = parameter.chars();
    characters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(characters).collect()
}
