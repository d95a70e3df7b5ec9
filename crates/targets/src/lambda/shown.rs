//! Functions, versions and aliases as answers show them.

use serde_json::{Map, Value, json};

use super::Place;
use super::model::{Alias, Configuration};
use super::status;
use crate::member::with_small_letter;

/// `LastModified`, as Lambda writes it.
fn modified(configuration: &Configuration) -> String {
    configuration.changed.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()
}

/// A function's configuration. `arn` is that which the answer names: with the version for a version.
pub(super) fn configuration(
    configuration: &Configuration,
    (name, arn, version): (&str, &str, &str),
    place: &Place<'_>,
) -> Map<String, Value> {
    let settings = &configuration.settings;
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    put("FunctionName", json!(name));
    put("FunctionArn", json!(arn));
    put("Runtime", json!(settings.runtime));
    put("Role", json!(settings.role));
    put("Handler", json!(settings.handler));
    put("CodeSize", json!(configuration.size));
    put("Description", json!(settings.description));
    put("Timeout", json!(settings.timeout));
    put("MemorySize", json!(settings.memory));
    put("LastModified", json!(modified(configuration)));
    put("CodeSha256", json!(configuration.code.base64()));
    put("Version", json!(version));
    put("TracingConfig", json!({ "Mode": settings.tracing }));
    put("RevisionId", json!(configuration.revision));
    put("PackageType", json!("Zip"));
    put("Architectures", json!([settings.architecture]));
    put("EphemeralStorage", json!({ "Size": settings.ephemeral_storage }));
    put("SnapStart", json!({ "ApplyOn": "None", "OptimizationStatus": "Off" }));
    put("LoggingConfig", json!({ "LogFormat": settings.log_format, "LogGroup": settings.log_group }));
    if !settings.environment.0.is_empty() {
        put("Environment", json!({ "Variables": settings.environment.0 }));
    }
    status::show(configuration, place.now, &mut members);
    members
}

/// What the record says of an answer: without the values of environment variables.
///
/// Source: Lambda developer guide, "Logging AWS Lambda API calls using AWS CloudTrail": `Environment` is not recorded.
pub(super) fn recorded(mut shown: Map<String, Value>) -> Value {
    if shown.contains_key("Environment") {
        shown.insert("Environment".to_owned(), json!({}));
    }
    Value::Object(shown.into_iter().map(|(name, value)| (with_small_letter(&name), value)).collect())
}

/// An alias.
pub(super) fn alias(alias: &Alias, name: &str, function_arn: &str) -> Value {
    let mut shown = json!({
        "AliasArn": format!("{function_arn}:{name}"),
        "Name": name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": alias.revision,
    });
    if let Some(members) = shown.as_object_mut()
        && !alias.weights.is_empty()
    {
        let routing = json!({ "AdditionalVersionWeights": alias.weights });
        members.insert("RoutingConfig".to_owned(), routing);
    }
    shown
}
