//! Changes of `$LATEST`: its code, its settings.

use super::functions::latest_outcome;
use super::versions::Publication;
use super::{One, must_be_revision, put, revision};
use crate::lambda::code::Code;
use crate::lambda::configuration as settings;
use crate::lambda::error::LambdaError;
use crate::lambda::model::{Configuration, Function};
use crate::lambda::{Outcome, status};

/// Refuses to change anything but `$LATEST`, and while it is being changed.
fn may_change(one: &One<'_>) -> Result<(), LambdaError> {
    if one.named.qualifier.as_deref().is_some_and(|qualifier| qualifier != "$LATEST") {
        // The words were not observed.
        return Err(LambdaError::invalid("Only $LATEST can be updated"));
    }
    let latest = &one.kept.function.latest;
    status::must_be_settled(latest, &one.named.arn(), one.request.place.now)?;
    must_be_revision(one.request.fields().text("RevisionId")?, &latest.revision)
}

/// Source: Lambda API reference, UpdateFunctionCode.
pub(super) fn code(one: &One<'_>, code: Option<Code>) -> Result<Outcome, LambdaError> {
    may_change(one)?;
    let fields = one.request.fields();
    let code = code.ok_or_else(LambdaError::service)?;
    let before = &*one.kept.function;
    let mut latest = Configuration {
        code: code.digest.clone(),
        size: code.size(),
        revision: revision(),
        changed: one.request.place.now,
        ..before.latest.clone()
    };
    if let Some(architecture) = settings::architecture(&fields)? {
        latest.settings.architecture = architecture;
    }
    let function = Function { latest, ..before.clone() };
    if fields.flag("DryRun")? {
        let shown = Function {
            latest: Configuration { changed: before.latest.changed, ..function.latest },
            ..function
        };
        return Ok(latest_outcome(one, &shown));
    }
    let outcome = if fields.flag("Publish")? {
        let description = function.latest.settings.description.clone();
        Publication::of(one, &function, description)?.outcome()
    } else {
        latest_outcome(one, &function)
    };
    // A publication keeps the function once more, with its new number: the last one counts.
    let mut changes = vec![put(one.named.key(), &function)?];
    changes.extend(outcome.changes);
    Ok(Outcome { changes, code: Some(code), leaves_code: true, ..outcome })
}

/// Source: Lambda API reference, UpdateFunctionConfiguration.
pub(super) fn configuration(one: &One<'_>) -> Result<Outcome, LambdaError> {
    may_change(one)?;
    let before = &*one.kept.function;
    let mut latest = before.latest.clone();
    settings::change(&mut latest.settings, &one.request.fields())?;
    latest.revision = revision();
    latest.changed = one.request.place.now;
    let function = Function { latest, ..before.clone() };
    let changes = vec![put(one.named.key(), &function)?];
    Ok(Outcome { changes, ..latest_outcome(one, &function) })
}
