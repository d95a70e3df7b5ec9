//! Functions: made, shown, deleted.

use serde_json::{Value, json};

use super::{All, One, Request, put, revision, shown};
use crate::lambda::arn::{Named, is_version};
use crate::lambda::code::Code;
use crate::lambda::error::LambdaError;
use crate::lambda::limits::FUNCTIONS;
use crate::lambda::model::{Configuration, Function, Kept, version_key};
use crate::lambda::{Outcome, configuration as settings, shown as show};

use super::versions::Publication;

/// The function that a request wants to be made.
pub(super) fn named(request: &Request<'_>) -> Result<Named, LambdaError> {
    let named = Named::read(request.fields().needed("FunctionName")?, None, &request.place)?;
    let place = &request.place;
    let is_own = named.account == place.account && named.region == place.region;
    if named.qualifier.is_some() || !is_own {
        let message = format!("{} cannot be made from here", named.qualified());
        return Err(LambdaError::invalid(message));
    }
    Ok(named)
}

pub(super) fn create(all: &All<'_>, code: Option<Code>) -> Result<Outcome, LambdaError> {
    let named = named(all.request)?;
    let fields = all.request.fields();
    let settings = settings::of_new(&fields, &named.name)?;
    let tags = fields.tags()?.unwrap_or_default();
    let code = code.ok_or_else(LambdaError::service)?;
    if all.functions.one(&named.key()).is_some() {
        return Err(LambdaError::conflict(format!("Function already exist: {}", named.name)));
    }
    if all.functions.len() >= FUNCTIONS {
        return Err(LambdaError::too_many("functions", FUNCTIONS));
    }
    let now = all.request.place.now;
    let latest = Configuration {
        code: code.digest.clone(),
        size: code.size(),
        settings,
        revision: revision(),
        made: now,
        changed: now,
    };
    let function = Function { latest, last_version: 0, aliases: Default::default(), tags };
    let kept = Kept { function: function.into(), versions: Default::default() };
    let one = One { request: all.request, named: &named, kept: &kept };
    let outcome = if fields.flag("Publish")? {
        let description = kept.function.latest.settings.description.clone();
        Publication::of(&one, &kept.function, description)?.outcome()
    } else {
        latest_outcome(&one, &kept.function)
    };
    let mut changes = vec![put(named.key(), &*kept.function)?];
    changes.extend(outcome.changes);
    Ok(Outcome { changes, code: Some(code), ..outcome })
}

/// The answer of an operation on `$LATEST` that changed it.
pub(super) fn latest_outcome(one: &One<'_>, function: &Function) -> Outcome {
    let place = &one.request.place;
    let arn = one.named.arn();
    let members = show::configuration(&function.latest, (&one.named.name, &arn, "$LATEST"), place);
    let recorded = Some(show::recorded(members.clone()));
    Outcome { body: Some(Value::Object(members)), recorded, ..Outcome::default() }
}

impl<'a> One<'a> {
    /// The configuration that the qualifier means, its version, and the ARN that answers show.
    pub(super) fn meant(&self) -> Result<(&'a Configuration, String, String), LambdaError> {
        let absent = || LambdaError::no_function(&self.named.qualified());
        let version = match self.named.qualifier.as_deref() {
            None => return Ok((&self.kept.function.latest, "$LATEST".to_owned(), self.named.arn())),
            Some(qualifier) if qualifier == "$LATEST" || is_version(qualifier) => qualifier,
            Some(alias) => &self.kept.function.aliases.get(alias).ok_or_else(absent)?.version,
        };
        let configuration = self.version(version).ok_or_else(absent)?;
        Ok((configuration, version.to_owned(), self.named.qualified()))
    }

    /// The configuration of `$LATEST` or of a version.
    pub(super) fn version(&self, version: &str) -> Option<&'a Configuration> {
        if version == "$LATEST" {
            return Some(&self.kept.function.latest);
        }
        let number: u64 = version.parse().ok()?;
        self.kept.versions.get(&number).map(|version| &version.configuration)
    }
}

pub(super) fn configuration(one: &One<'_>) -> Result<Outcome, LambdaError> {
    let (configuration, version, arn) = one.meant()?;
    let place = &one.request.place;
    Ok(shown(Value::Object(show::configuration(configuration, (&one.named.name, &arn, &version), place))))
}

pub(super) fn get(one: &One<'_>) -> Result<Outcome, LambdaError> {
    let (configuration, version, arn) = one.meant()?;
    let place = &one.request.place;
    let members = show::configuration(configuration, (&one.named.name, &arn, &version), place);
    let mut answer = json!({
        "Configuration": members,
        "Code": { "RepositoryType": "S3", "Location": (one.request.location)(&configuration.code) },
    });
    let tags = &one.kept.function.tags;
    if let Some(answer) = answer.as_object_mut()
        && !tags.is_empty()
    {
        answer.insert("Tags".to_owned(), json!(tags));
    }
    Ok(shown(answer))
}

/// Deletes the function, or one of its versions.
pub(super) fn delete(one: &One<'_>) -> Result<Outcome, LambdaError> {
    let key = one.named.key();
    let deleted = |changes| Outcome { changes, leaves_code: true, body: None, ..Outcome::default() };
    let Some(qualifier) = one.named.qualifier.as_deref() else {
        let versions = one.kept.versions.keys().map(|number| super::delete(version_key(&key, *number)));
        let changes = versions.chain([super::delete(key.clone())]).collect();
        return Ok(deleted(changes));
    };
    if qualifier == "$LATEST" {
        let message = "$LATEST version cannot be deleted without deleting the function.";
        return Err(LambdaError::invalid(message));
    }
    let number: Option<u64> = qualifier.parse().ok();
    let Some(number) = number.filter(|number| one.kept.versions.contains_key(number)) else {
        // An alias is deleted by DeleteAlias alone. The words were not observed.
        return Err(LambdaError::no_function(&one.named.qualified()));
    };
    let aliases = &one.kept.function.aliases;
    let names: Vec<&str> = aliases
        .iter()
        .filter(|(_, alias)| alias.version == qualifier || alias.weights.contains_key(qualifier))
        .map(|(name, _)| name.as_str())
        .collect();
    if !names.is_empty() {
        let message = format!(
            "Version {qualifier} cannot be deleted: it is referenced by the aliases [{}].",
            names.join(", ")
        );
        return Err(LambdaError::conflict(message));
    }
    Ok(deleted(vec![super::delete(version_key(&key, number))]))
}
