//! Aliases: names for versions that may be moved.
//!
//! Source: Lambda API reference, CreateAlias, UpdateAlias, GetAlias, DeleteAlias.

use std::collections::BTreeMap;

use super::{One, must_be_revision, put, revision, shown};
use crate::lambda::arn::is_alias;
use crate::lambda::error::LambdaError;
use crate::lambda::fields::Fields;
use crate::lambda::limits::ALIASES;
use crate::lambda::model::{Alias, Function};
use crate::lambda::{Outcome, shown as show};

pub(super) fn create(one: &One<'_>) -> Result<Outcome, LambdaError> {
    let fields = one.request.fields();
    let name = fields.needed("Name")?;
    if !is_alias(name) {
        let constraint = "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)";
        return Err(LambdaError::constraint(name, "name", constraint));
    }
    let aliases = &one.kept.function.aliases;
    if aliases.contains_key(name) {
        let message = format!("Alias already exists: {}:{name}", one.named.arn());
        return Err(LambdaError::conflict(message));
    }
    if aliases.len() >= ALIASES {
        return Err(LambdaError::too_many("aliases of this function", ALIASES));
    }
    let version = version(one, fields.needed("FunctionVersion")?)?;
    let alias = Alias {
        weights: weights(one, &fields, &version)?.unwrap_or_default(),
        description: fields.text_up_to("Description", 256)?.unwrap_or_default().to_owned(),
        version,
        revision: revision(),
    };
    keep(one, name, alias)
}

pub(super) fn update(one: &One<'_>, name: &str) -> Result<Outcome, LambdaError> {
    let fields = one.request.fields();
    let mut alias = existing(one, name)?.clone();
    must_be_revision(fields.text("RevisionId")?, &alias.revision)?;
    if let Some(wanted) = fields.text("FunctionVersion")? {
        alias.version = version(one, wanted)?;
    }
    if let Some(description) = fields.text_up_to("Description", 256)? {
        description.clone_into(&mut alias.description);
    }
    if let Some(weights) = weights(one, &fields, &alias.version)? {
        alias.weights = weights;
    } else if alias.weights.contains_key(&alias.version) {
        return Err(same_version(&alias.version));
    }
    alias.revision = revision();
    keep(one, name, alias)
}

pub(super) fn get(one: &One<'_>, name: &str) -> Result<Outcome, LambdaError> {
    Ok(shown(show::alias(existing(one, name)?, name, &one.named.arn())))
}

/// Deletes one; as at AWS, one that is not there is deleted too.
pub(super) fn delete(one: &One<'_>, name: &str) -> Outcome {
    let mut function = Function::clone(&one.kept.function);
    if function.aliases.remove(name).is_none() {
        return Outcome::default();
    }
    let changes = put(one.named.key(), &function).into_iter().collect();
    Outcome { changes, ..Outcome::default() }
}

fn existing<'a>(one: &One<'a>, name: &str) -> Result<&'a Alias, LambdaError> {
    let absent = || LambdaError::no_alias(&format!("{}:{name}", one.named.arn()));
    one.kept.function.aliases.get(name).ok_or_else(absent)
}

fn keep(one: &One<'_>, name: &str, alias: Alias) -> Result<Outcome, LambdaError> {
    let body = show::alias(&alias, name, &one.named.arn());
    let mut function = Function::clone(&one.kept.function);
    function.aliases.insert(name.to_owned(), alias);
    let changes = vec![put(one.named.key(), &function)?];
    Ok(Outcome { changes, recorded: Some(body.clone()), ..shown(body) })
}

/// A version that is there.
fn version(one: &One<'_>, version: &str) -> Result<String, LambdaError> {
    let absent = || LambdaError::no_function(&format!("{}:{version}", one.named.arn()));
    one.version(version).map(|_| version.to_owned()).ok_or_else(absent)
}

/// The second version that an alias names; `None` where the request does not speak of it.
fn weights(
    one: &One<'_>,
    fields: &Fields<'_>,
    first: &str,
) -> Result<Option<BTreeMap<String, f64>>, LambdaError> {
    let Some(routing) = fields.structure("RoutingConfig")? else { return Ok(None) };
    let weights = routing.weights("AdditionalVersionWeights")?.unwrap_or_default();
    if weights.len() > 1 {
        return Err(LambdaError::invalid(
            "Number of items in AdditionalVersionWeights cannot be greater than 1",
        ));
    }
    for (second, weight) in &weights {
        version(one, second)?;
        if second == first {
            return Err(same_version(second));
        }
        if second == "$LATEST" || first == "$LATEST" {
            return Err(LambdaError::invalid(
                "$LATEST is not supported for an alias pointing to more than 1 version",
            ));
        }
        if !(0.0..=1.0).contains(weight) {
            let constraint =
                "Map value must satisfy constraint: [Member must have value less than or equal to 1.0]";
            let member = "routingConfig.additionalVersionWeights";
            return Err(LambdaError::constraint(&weight.to_string(), member, constraint));
        }
    }
    Ok(Some(weights))
}

fn same_version(version: &str) -> LambdaError {
    LambdaError::invalid(format!(
        "Invalid function version {version}. Function version {version} is already included in routing configuration."
    ))
}
