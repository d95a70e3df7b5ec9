//! Texts of a workflow, evaluated: each failure says at which line.

use std::time::Duration;

use daypass_github::expression::{self, Context};
use daypass_github::workflow::{Text, Texts};
use serde_json::Value;

use super::environment::Variables;

/// The longest time that is waited for a step or job, in minutes: a month, so that no sum of it overflows.
const MINUTES_MAX: f64 = 43_200.0;

/// A text.
pub(crate) fn text(text: &Text, context: &Context) -> Result<String, String> {
    expression::interpolate(&text.value, context).map_err(|error| at(text.line, error))
}

/// Texts by name.
pub(crate) fn texts(texts: &Texts, context: &Context) -> Result<Variables, String> {
    texts.iter().map(|(name, value)| Ok((name.clone(), text(value, context)?))).collect()
}

/// Whether an `if:` holds; without any, whether nothing failed.
pub(crate) fn condition(text: Option<&Text>, context: &Context) -> Result<bool, String> {
    let Some(text) = text else {
        return expression::condition("success()", context).map_err(|error| error.to_string());
    };
    expression::condition(&text.value, context).map_err(|error| at(text.line, error))
}

/// `true` or `false`; false where nothing is said.
pub(crate) fn truth(text: Option<&Text>, context: &Context) -> Result<bool, String> {
    let Some(text) = text else { return Ok(false) };
    match expression::evaluate(&text.value, context).map_err(|error| at(text.line, error))? {
        Value::Bool(value) => Ok(value),
        Value::String(value) if value == "true" => Ok(true),
        Value::String(value) if value == "false" || value.is_empty() => Ok(false),
        other => Err(at(text.line, format!("`{other}` is neither true nor false"))),
    }
}

/// A number of minutes; nothing where nothing is said.
pub(crate) fn minutes(minutes: Option<&Text>, context: &Context) -> Result<Option<Duration>, String> {
    let Some(minutes) = minutes else { return Ok(None) };
    let value = text(minutes, context)?;
    let number = value.trim().parse::<f64>().ok().filter(|number| *number > 0.0 && *number <= MINUTES_MAX);
    let number = number
        .ok_or_else(|| at(minutes.line, format!("`{value}` is no number of minutes up to {MINUTES_MAX}")))?;
    Ok(Some(Duration::from_secs_f64(number * 60.0)))
}

fn at(line: usize, what: impl std::fmt::Display) -> String {
    format!("line {line}: {what}")
}
