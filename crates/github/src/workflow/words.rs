//! What can be known of a text before the jobs run that it speaks of.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::model::Text;
use crate::expression::{Context, ExpressionError, contexts, evaluate, interpolate};

/// A text of a plan. What is known is never read as an expression again, whatever stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Planned {
    /// It is this.
    Known(String),
    /// It becomes known with what it names: the expression as it was written.
    Later(String),
}

impl Planned {
    /// The text, or the expression that it will come from.
    #[must_use]
    pub fn shown(&self) -> &str {
        match self {
            Self::Known(text) | Self::Later(text) => text,
        }
    }

    /// The text where it is known.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        match self {
            Self::Known(text) => Some(text),
            Self::Later(_) => None,
        }
    }

    /// The text, with all that a context holds.
    ///
    /// # Errors
    /// [`ExpressionError`] where the text names what the context has not.
    pub fn settle(&self, context: &Context) -> Result<String, ExpressionError> {
        match self {
            Self::Known(text) => Ok(text.clone()),
            Self::Later(text) => interpolate(text, context),
        }
    }
}

/// The contexts of `name`, `environment`, `runs-on` and `strategy` (GitHub docs, "Contexts reference").
pub(super) const OF_JOB: &[&str] = &["github", "inputs", "matrix", "needs", "strategy", "vars"];
/// Of `run-name`.
pub(super) const OF_RUN: &[&str] = &["github", "inputs", "vars"];
/// Of the address of an environment, which is made when the job has ended.
pub(super) const OF_ADDRESS: &[&str] =
    &["env", "github", "inputs", "job", "matrix", "needs", "runner", "steps", "strategy", "vars"];

/// What is known when a run is planned.
pub(super) struct Known {
    pub(super) context: Context,
    /// Whether the run's numbers are in `github`.
    pub(super) has_run: bool,
}

impl Known {
    /// Whether an expression can be evaluated now.
    fn can(&self, text: &str, allowed: &[&str]) -> Result<bool, ExpressionError> {
        let named = contexts(text)?;
        if let Some(context) = named.iter().find(|name| !allowed.contains(&name.as_str())) {
            return Err(ExpressionError::Unavailable { context: context.clone() });
        }
        let is_known = named.iter().all(|name| self.context.values.contains_key(name));
        Ok(is_known && (self.has_run || !named.contains("github") || !speaks_of_run(text)))
    }

    pub(super) fn text(&self, text: &Text, allowed: &[&str]) -> Result<Planned, ExpressionError> {
        if self.can(&text.value, allowed)? {
            return interpolate(&text.value, &self.context).map(Planned::Known);
        }
        Ok(Planned::Later(text.value.clone()))
    }

    /// A value with all expressions in it; nothing where one of them cannot be known yet.
    pub(super) fn value(&self, value: &Value, allowed: &[&str]) -> Result<Option<Value>, ExpressionError> {
        if !values_are_known(value, &|text| self.can(text, allowed))? {
            return Ok(None);
        }
        settled_value(value, &self.context).map(Some)
    }
}

fn values_are_known(
    value: &Value,
    is_known: &dyn Fn(&str) -> Result<bool, ExpressionError>,
) -> Result<bool, ExpressionError> {
    match value {
        Value::Array(items) => {
            for item in items {
                if !values_are_known(item, is_known)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Value::Object(members) => {
            for member in members.values() {
                if !values_are_known(member, is_known)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Value::String(text) => is_known(text),
        Value::Bool(_) | Value::Null | Value::Number(_) => Ok(true),
    }
}

/// A value with all expressions in it.
pub(super) fn settled_value(value: &Value, context: &Context) -> Result<Value, ExpressionError> {
    match value {
        Value::Array(items) => items.iter().map(|item| settled_value(item, context)).collect(),
        Value::Object(members) => {
            let settled = members
                .iter()
                .map(|(name, member)| settled_value(member, context).map(|member| (name.clone(), member)));
            settled.collect::<Result<_, _>>().map(Value::Object)
        }
        Value::String(text) => evaluate(text, context),
        Value::Bool(_) | Value::Null | Value::Number(_) => Ok(value.clone()),
    }
}

/// Whether a text may need the run's numbers or addresses: it names one, or takes `github` as a whole.
fn speaks_of_run(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut parts = text.split("github");
    parts.next();
    let takes_whole = parts.any(|behind| {
        let behind = behind.trim_start();
        let member = behind.strip_prefix('.').map(str::trim_start);
        let index = behind.strip_prefix('[').map(str::trim_start);
        !(member.is_some_and(|member| !member.starts_with('*'))
            || index.is_some_and(|index| index.starts_with('\'')))
    });
    takes_whole || text.contains("run_") || text.contains("url")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_the_run() {
        for (text, expected) in [
            ("${{ github.ref_name }}", false),
            ("${{ github['ref'] }}", false),
            ("${{ github.run_id }}", true),
            ("${{ github['run_id'] }}", true),
            ("${{ GITHUB.RUN_NUMBER }}", true),
            ("${{ toJSON(github) }}", true),
            ("${{ github[inputs.x] }}", true),
            ("${{ join(github.*, '-') }}", true),
            ("${{ github.server_url }}/x", true),
        ] {
            assert_eq!(speaks_of_run(text), expected, "{text}");
        }
    }
}
