//! The values of a workflow's inputs: what was given, checked, and the defaults.
//!
//! Source: GitHub docs, "Workflow syntax for GitHub Actions", `on.workflow_call.inputs` and
//! `on.workflow_dispatch.inputs`; the sentences are GitHub's where they were seen.

use serde_json::{Map, Value, json};

use super::input::{Input, InputKind};

/// Characters of all inputs of a dispatch together. GitHub docs, "Events that trigger workflows".
pub const INPUT_CHARACTERS_MAX: usize = 65_535;

/// Why inputs are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// A value that the input cannot have.
    #[error("Provided value '{value}' for input '{input}' not in the list of allowed values")]
    NotAllowed {
        /// The input.
        input: String,
        /// The value, cut to 100 characters.
        value: String,
        /// What it could be.
        allowed: String,
    },
    /// The input is needed.
    #[error("Required input '{input}' not provided")]
    Required {
        /// The input.
        input: String,
    },
    /// The call gives no value for an input that it needs.
    #[error("Input {input} is required, but not provided while calling.")]
    RequiredOfCall {
        /// The input.
        input: String,
    },
    /// The call gives no secret that is needed.
    #[error("Secret {secret} is required, but not provided while calling.")]
    RequiredSecret {
        /// The secret.
        secret: String,
    },
    /// Too long, all together.
    #[error("inputs are too large: they have {INPUT_CHARACTERS_MAX} characters at the most, not {0}")]
    TooLong(usize),
    /// There are no such inputs.
    #[error("Unexpected inputs provided: {}", json!(inputs))]
    Unexpected {
        /// Their names.
        inputs: Vec<String>,
    },
    /// The called workflow has no such input.
    #[error("Invalid input, {input} is not defined in the referenced workflow.")]
    UnexpectedInCall {
        /// Its name.
        input: String,
    },
    /// The called workflow has no such secret.
    #[error("Invalid secret, {secret} is not defined in the referenced workflow.")]
    UnexpectedSecret {
        /// Its name.
        secret: String,
    },
}

impl InputError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotAllowed { input, allowed, .. } => Some(format!("`{input}` is {allowed}")),
            _ => None,
        }
    }
}

/// The context `inputs` of a run that was dispatched.
pub(super) fn dispatched(
    definitions: &[Input],
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, InputError> {
    let length = given.values().map(|value| shown(value).chars().count()).sum();
    if length > INPUT_CHARACTERS_MAX {
        return Err(InputError::TooLong(length));
    }
    let unknown = |name: &&String| !definitions.iter().any(|input| input.name.eq_ignore_ascii_case(name));
    let inputs: Vec<String> = given.keys().filter(unknown).cloned().collect();
    if !inputs.is_empty() {
        return Err(InputError::Unexpected { inputs });
    }
    let mut values = Map::new();
    for input in definitions {
        let value = match (of(given, &input.name), &input.default) {
            (Some(value), _) => check(input, value)?,
            (None, Some(default)) => check(input, &default.value)?,
            (None, None) if input.required => {
                return Err(InputError::Required { input: input.name.clone() });
            }
            (None, None) => nothing(input.kind),
        };
        values.insert(input.name.clone(), value);
    }
    Ok(values)
}

/// Whether a call gives what the called workflow takes, whatever the values are.
pub(super) fn check_names<'a>(
    definitions: &[Input],
    given: impl Iterator<Item = &'a String> + Clone,
) -> Result<(), InputError> {
    for name in given.clone() {
        if !definitions.iter().any(|input| input.name.eq_ignore_ascii_case(name)) {
            return Err(InputError::UnexpectedInCall { input: name.clone() });
        }
    }
    for input in definitions.iter().filter(|input| input.required) {
        if !given.clone().any(|name| name.eq_ignore_ascii_case(&input.name)) {
            return Err(InputError::RequiredOfCall { input: input.name.clone() });
        }
    }
    Ok(())
}

/// The context `inputs` of a called workflow. The defaults are values already.
pub(super) fn called(
    definitions: &[Input],
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, InputError> {
    let mut values = Map::new();
    for input in definitions {
        let value = match (of(given, &input.name), &input.default) {
            (Some(value), _) => check(input, value)?,
            (None, Some(default)) => check(input, &default.value)?,
            (None, None) => nothing(input.kind),
        };
        values.insert(input.name.clone(), value);
    }
    Ok(values)
}

/// GitHub finds inputs without regard to case.
fn of<'a>(given: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    given.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// What an input is that nobody gives.
fn nothing(kind: InputKind) -> Value {
    match kind {
        InputKind::Boolean => Value::Bool(false),
        InputKind::Number => json!(0),
        InputKind::Choice | InputKind::Environment | InputKind::String => json!(""),
    }
}

fn check(input: &Input, value: &Value) -> Result<Value, InputError> {
    let text = shown(value);
    let refuse = |allowed: String| InputError::NotAllowed {
        input: input.name.clone(),
        value: text.chars().take(100).collect(),
        allowed,
    };
    match input.kind {
        InputKind::Boolean => match text.as_str() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(refuse("`true` or `false`".to_owned())),
        },
        InputKind::Number => {
            let number =
                if value.is_number() { Some(value.clone()) } else { serde_json::from_str(&text).ok() };
            number.filter(Value::is_number).ok_or_else(|| refuse("a number".to_owned()))
        }
        InputKind::Choice if !input.options.contains(&text) => {
            Err(refuse(format!("one of {}", input.options.join(", "))))
        }
        InputKind::Choice | InputKind::Environment | InputKind::String => {
            if value.is_array() || value.is_object() {
                return Err(refuse("a text".to_owned()));
            }
            Ok(Value::String(text))
        }
    }
}

/// A value as text; a text without its quotation marks.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
