//! What the trail keeps of a request: no code, and no values of environment variables.
//!
//! Source: Lambda developer guide, "Logging AWS Lambda API calls using AWS CloudTrail".

use serde_json::{Map, Value, json};

use super::{Asked, Request};
use crate::member::with_small_letter;

/// CloudTrail's `requestParameters` of a call.
#[must_use]
pub fn request_parameters(asked: &Asked, request: &Request<'_>) -> Value {
    let mut parameters = Map::new();
    for (name, value) in request.body {
        let kept = match name.as_str() {
            "ZipFile" => continue,
            "Code" => without(value, "ZipFile"),
            "Environment" => json!({}),
            _ => value.clone(),
        };
        parameters.insert(with_small_letter(name), kept);
    }
    for (name, value) in request.query {
        parameters.insert(with_small_letter(name), json!(value));
    }
    if let Some(named) = &asked.named {
        parameters.insert("functionName".to_owned(), json!(named.name));
        parameters.insert("fullyQualifiedArn".to_owned(), json!(named.qualified()));
    }
    if let Some(alias) = &asked.alias {
        parameters.insert("name".to_owned(), json!(alias));
    }
    Value::Object(parameters)
}

fn without(value: &Value, left_out: &str) -> Value {
    let members = value.as_object().into_iter().flatten();
    Value::Object(
        members
            .filter(|(name, _)| *name != left_out)
            .map(|(name, value)| (with_small_letter(name), value.clone()))
            .collect(),
    )
}
