//! The policies of a simulation, each under the name by which its statements are told.
//!
//! | policy | name (observed) |
//! |---|---|
//! | the first that is sent | `PolicyInputList.1` |
//! | the boundary that is sent | `PermissionsBoundaryPolicyInputList.1` |
//! | the resource policy that is sent | `ResourcePolicy` |
//! | the inline policy `deploy` of the role `ci` | `role_ci_deploy` |
//! | a managed policy | its name |

use daypass_policy::{Document, Kind, Named, ParseError};

use super::exclusions::{self, Exclusions};
use crate::account::{Account, ManagedPolicy, Role};
use crate::error::AwsError;
use crate::iam::trust_policies::DOCUMENT;
use crate::parameters::Parameters;

/// A policy of a simulation.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name.
    pub id: String,
    /// Itself.
    pub document: Document,
}

/// The policies of a simulation.
#[derive(Debug, Default)]
pub struct Sources {
    /// The caller's own.
    pub identity: Vec<Source>,
    /// The permissions boundary.
    pub boundary: Option<Source>,
    /// The resource's.
    pub resource: Option<Source>,
    /// The organisation's service control policies, level by level, the root's first.
    pub service_control: Vec<Vec<Source>>,
}

impl Sources {
    /// Reads those that are sent.
    ///
    /// # Errors
    /// `ValidationError` for a text's length and letters; `InvalidInput` for one that is no policy of its kind, for more
    /// than one boundary and for more than seven levels of an organisation.
    pub fn sent(parameters: &Parameters) -> Result<Self, AwsError> {
        /// The deepest that an organisation goes: its root, five levels of units, the account.
        const LEVELS_MAX: usize = 7;
        const LEVELS: &str = "OrderedOrganizationPolicyInputList";
        let identity = list(parameters, Kind::Identity, "PolicyInputList", "PolicyInputList")?;
        let name = "PermissionsBoundaryPolicyInputList";
        let mut boundary = list(parameters, Kind::Boundary, name, name)?;
        if boundary.len() > 1 {
            return Err(AwsError::invalid_input(
                "Invalid Entry: only one permissions boundary policy can be simulated.",
            ));
        }
        let mut resource = Vec::new();
        if let Some(text) = parameters.text("ResourcePolicy") {
            let document = document(parameters, Kind::Resource, "ResourcePolicy", text)?;
            resource.push(Source { id: "ResourcePolicy".to_owned(), document });
        }
        let mut service_control = Vec::new();
        for level in 1.. {
            let name = format!("{LEVELS}.member.{level}.ServiceControlPolicyInputList");
            if parameters.list(&name).is_none() {
                break;
            }
            if level > LEVELS_MAX {
                return Err(AwsError::invalid_input(format!(
                    "Invalid Entry: {LEVELS} has more than {LEVELS_MAX} levels."
                )));
            }
            let id = format!("{LEVELS}.{level}");
            service_control.push(list(parameters, Kind::ServiceControl, &name, &id)?);
        }
        Ok(Self { identity, boundary: boundary.pop(), resource: resource.pop(), service_control })
    }

    /// The policies of a role, but for those that are left out.
    ///
    /// # Errors
    /// `PolicyEvaluation` where one of them cannot be read.
    pub fn of_role(account: &Account, role: &Role, exclusions: &Exclusions) -> Result<Self, AwsError> {
        let mut sources = Self::default();
        for (name, policy) in &role.policies {
            if exclusions.has_kind(exclusions::Kind::Inline) || exclusions.has_inline(name, &role.name) {
                continue;
            }
            let document = policy.document().map_err(|detail| unreadable(name, detail))?.clone();
            sources.identity.push(Source { id: format!("role_{}_{name}", role.name), document });
        }
        for arn in &role.attached {
            let kind = if crate::aws_managed::is_name(arn) {
                exclusions::Kind::AwsManaged
            } else {
                exclusions::Kind::UserManaged
            };
            if !exclusions.has_kind(kind) && !exclusions.has_arn(arn) {
                sources.identity.push(managed(account, arn)?);
            }
        }
        if let Some(arn) = &role.boundary
            && !exclusions.has_kind(exclusions::Kind::Boundary)
        {
            sources.boundary = Some(managed(account, arn)?);
        }
        Ok(sources)
    }

    /// How long all of them are together, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let control = self.service_control.iter().flatten();
        let all = self.identity.iter().chain(&self.boundary).chain(&self.resource).chain(control);
        all.map(|source| source.document.text().len()).sum()
    }

    /// Adds others; a boundary that is among them takes the place of the one that is there.
    pub fn extend(&mut self, others: Self) {
        self.identity.extend(others.identity);
        self.boundary = others.boundary.or(self.boundary.take());
        self.resource = others.resource.or(self.resource.take());
        self.service_control.extend(others.service_control);
    }
}

impl Source {
    /// The policy as the evaluator takes it.
    #[must_use]
    pub fn named(&self) -> Named<'_> {
        Named { name: &self.id, document: &self.document }
    }
}

/// Reads a list of policies that are sent; `id` begins their names.
fn list(parameters: &Parameters, kind: Kind, name: &str, id: &str) -> Result<Vec<Source>, AwsError> {
    let texts = parameters.list(name).unwrap_or_default();
    let numbered = texts.into_iter().zip(1..);
    numbered
        .map(|(text, number): (&str, usize)| {
            let id = format!("{id}.{number}");
            document(parameters, kind, &id, text).map(|document| Source { id, document })
        })
        .collect()
}

fn document(parameters: &Parameters, kind: Kind, id: &str, text: &str) -> Result<Document, AwsError> {
    let mut check = parameters.check();
    check.value(id, text, DOCUMENT);
    check.finish()?;
    Document::parse(kind, text).map_err(|error| malformed(id, &error))
}

/// `InvalidInput` for a policy that is sent and is none.
fn malformed(id: &str, error: &ParseError) -> AwsError {
    let span = error.span();
    AwsError::invalid_input(format!(
        "Invalid Entry: {id} is not a valid policy document: {error} (line {}, column {})",
        span.line, span.column
    ))
}

fn managed(account: &Account, arn: &str) -> Result<Source, AwsError> {
    let policy = account.policy(arn).ok_or_else(|| unreadable(arn, "there is no such policy"))?;
    let document = ManagedPolicy::document(policy).map_err(|detail| unreadable(arn, detail))?;
    Ok(Source { id: policy.name.clone(), document: document.clone() })
}

/// `PolicyEvaluation`, 500: a kept policy cannot be asked.
fn unreadable(policy: &str, detail: &str) -> AwsError {
    AwsError {
        code: "PolicyEvaluation",
        message: format!("The policy {policy} cannot be evaluated: {detail}").into(),
        status: 500,
    }
}
