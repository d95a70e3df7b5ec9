//! What a file is: a policy, a plan of Terraform, or a template of CloudFormation.

use daypass_diagnostic::{Finding, Location, Source};
use daypass_policy::Kind;
use serde_json::Value;

use super::render::Places;
use super::{cloudformation, template, terraform};
use crate::failure::Failure;

/// A policy that a file holds.
#[derive(Debug)]
pub(super) struct Found {
    /// What to call it: the file, and which of its policies.
    pub(super) name: String,
    /// The text that its findings point into.
    pub(super) shown: String,
    /// The policy as JSON, where it is not the text itself.
    pub(super) policy: String,
    pub(super) kind: Kind,
    pub(super) resource_type: Option<String>,
    /// Where the parts of the JSON stand in the text that is shown; `None` where they are the same.
    pub(super) places: Option<Places>,
    /// What could not be checked.
    pub(super) notes: Vec<Finding>,
}

impl Found {
    /// A policy that is a text by itself.
    pub(super) fn whole(name: String, text: String, kind: Kind) -> Self {
        Self {
            name,
            shown: text.clone(),
            policy: text,
            kind,
            resource_type: None,
            places: None,
            notes: Vec::new(),
        }
    }

    pub(super) fn source(&self) -> Source<'_> {
        Source { name: &self.name, text: &self.shown }
    }

    /// Moves a place of the JSON to that of the text that is shown.
    pub(super) fn place(&self, location: &mut Location) {
        if let Some(places) = &self.places {
            places.translate(location);
        }
    }
}

/// The policies of a file. A JSON text that is nothing else is taken as a policy, so that its mistakes are findings.
pub(super) fn policies(file: &str, text: &str, kind: Option<Kind>) -> Result<Vec<Found>, Failure> {
    let is_json = text.trim_start().starts_with(['{', '[']) || file.ends_with(".json");
    if !is_json {
        let root = template::read(file, text)?;
        return Ok(cloudformation::policies(file, text, &root, kind));
    }
    let value: Option<Value> = serde_json::from_str(text).ok();
    let has = |name: &str| value.as_ref().is_some_and(|value| value.get(name).is_some());
    if !has("Statement") && (has("planned_values") || has("resource_changes")) {
        return Ok(value.map(|plan| terraform::policies(file, &plan)).unwrap_or_default());
    }
    if !has("Statement") && has("Resources") {
        // Tabs are white space in JSON, and none in YAML; within texts JSON has none.
        let root = template::read(file, &text.replace('\t', " "))?;
        return Ok(cloudformation::policies(file, text, &root, kind));
    }
    let kind = kind.unwrap_or_else(|| value.as_ref().map_or(Kind::Identity, guess));
    Ok(vec![Found::whole(file.to_owned(), text.to_owned(), kind)])
}

/// What kind of policy a document is, by its elements: with principals it is a resource's policy, and where it is only
/// about assuming a role, a trust policy.
pub(super) fn guess(policy: &Value) -> Kind {
    let statements: Vec<&Value> = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(statement) => vec![statement],
        None => Vec::new(),
    };
    let has = |name: &str| statements.iter().any(|statement| statement.get(name).is_some());
    if !has("Principal") && !has("NotPrincipal") {
        return Kind::Identity;
    }
    let actions = statements.iter().filter_map(|statement| statement.get("Action"));
    let mut texts = actions.flat_map(|actions| match actions {
        Value::Array(texts) => texts.iter().collect(),
        text => vec![text],
    });
    let is_sts =
        |action: &Value| action.as_str().is_some_and(|text| text.to_ascii_lowercase().starts_with("sts:"));
    let all_sts = texts.all(is_sts);
    if all_sts && !has("Resource") && !has("NotResource") { Kind::Trust } else { Kind::Resource }
}
