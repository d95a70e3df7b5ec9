//! Published versions, which never change.

use serde_json::Value;

use super::{One, must_be_revision, put, revision};
use crate::lambda::error::LambdaError;
use crate::lambda::limits::VERSIONS;
use crate::lambda::model::{Configuration, Function, Version, version_key};
use crate::lambda::{Outcome, shown as show, status};
use daypass_store::Change;

/// Publishes what `$LATEST` is.
///
/// Source: Lambda API reference, PublishVersion.
pub(super) fn publish(one: &One<'_>) -> Result<Outcome, LambdaError> {
    let fields = one.request.fields();
    let function = &*one.kept.function;
    let latest = &function.latest;
    status::must_be_settled(latest, &one.named.arn(), one.request.place.now)?;
    must_be_revision(fields.text("RevisionId")?, &latest.revision)?;
    if let Some(wanted) = fields.text("CodeSha256")?
        && wanted != latest.code.base64()
    {
        let message = format!(
            "CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({}). Please try again with the \
             CodeSHA256 in $LATEST.",
            latest.code.base64()
        );
        return Err(LambdaError::invalid(message));
    }
    let given = fields.text_up_to("Description", 256)?.filter(|text| !text.is_empty());
    let description = given.unwrap_or(&latest.settings.description).to_owned();
    Ok(Publication::of(one, function, description)?.outcome())
}

/// A version that was published, or was there already.
pub(super) struct Publication {
    changes: Vec<Change>,
    body: serde_json::Map<String, Value>,
}

impl Publication {
    /// Publishes `function`'s `$LATEST`. Where code and settings are those of the last version, it is that one.
    pub(super) fn of(one: &One<'_>, function: &Function, description: String) -> Result<Self, LambdaError> {
        let last = one.kept.versions.last_key_value();
        if let Some((number, version)) = last
            && is_same(&version.configuration, &function.latest)
        {
            return Ok(Self { changes: Vec::new(), body: show(one, *number, &version.configuration) });
        }
        if one.kept.versions.len() >= VERSIONS {
            return Err(LambdaError::too_many("versions of this function", VERSIONS));
        }
        let number = function.last_version.saturating_add(1);
        let mut configuration = function.latest.clone();
        configuration.settings.description = description;
        configuration.revision = revision();
        let key = one.named.key();
        let counted = Function { last_version: number, ..function.clone() };
        let version = Version { configuration };
        let changes = vec![put(key.clone(), &counted)?, put(version_key(&key, number), &version)?];
        Ok(Self { changes, body: show(one, number, &version.configuration) })
    }

    pub(super) fn outcome(self) -> Outcome {
        let recorded = Some(show::recorded(self.body.clone()));
        let body = Some(Value::Object(self.body));
        Outcome { changes: self.changes, body, recorded, ..Outcome::default() }
    }
}

fn show(one: &One<'_>, number: u64, configuration: &Configuration) -> serde_json::Map<String, Value> {
    let arn = format!("{}:{number}", one.named.arn());
    show::configuration(configuration, (&one.named.name, &arn, &number.to_string()), &one.request.place)
}

/// Whether two are the same but for their descriptions.
fn is_same(version: &Configuration, latest: &Configuration) -> bool {
    let mut settings = latest.settings.clone();
    settings.description.clone_from(&version.settings.description);
    version.code == latest.code && version.settings == settings
}
