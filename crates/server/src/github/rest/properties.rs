//! `/repos/{owner}/{repo}/properties/values`: custom properties of a repository, as far as tokens can have them.
//!
//! What an organisation allows as values is not kept. Several values of one property are kept as tokens have them, with
//! commas between.
//!
//! Source: GitHub docs, REST API "Custom properties" of repositories, "Managing custom properties".

use axum::http::StatusCode;
use daypass_github::hosting::{Need, Permission, Role};
use serde_json::{Value, json};

use super::answer::{Answer, empty, ok};
use super::auth::{At, Call, Right};
use super::fields::{Fields, Given, Sent};
use super::problem::Problem;
use crate::github::hub::{HubError, record};

/// Looking at properties.
pub(super) const READ: Need = Need::read(Permission::Metadata);
/// Setting them. GitHub has a permission of its own for it, which the sandbox does not tell apart.
pub(super) const WRITE: Need = Need::write(Permission::Administration, Role::Admin);
/// The most properties of a repository: an organisation defines as many.
const PROPERTIES_MAX: usize = 100;
/// Characters of a property's name and of a value.
const CHARACTERS_MAX: usize = 75;

/// `GET .../properties/values`
pub(super) async fn list(call: Call, At((owner, name)): At<(String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    let values = repository.properties.iter();
    ok(values.map(|(name, value)| json!({ "property_name": name, "value": value })).collect())
}

/// `PATCH .../properties/values`
pub(super) async fn set(call: Call, At((owner, name)): At<(String, String)>, body: Sent) -> Answer {
    let repository = call.repository(&owner, &name, WRITE)?;
    let fields = Fields::read(body)?;
    let Given::Value(listed) = fields.objects("properties", PROPERTIES_MAX)? else {
        return Err(Fields::not_supplied(&["properties"]));
    };
    let values = listed.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let full_name = &repository.full_name;
    call.write(Right::Repository(full_name, WRITE), |draft, _| {
        let properties = &mut draft.repository(full_name)?.properties;
        for (name, value) in values {
            match value {
                Some(value) => properties.insert(name, value),
                None => properties.remove(&name),
            };
        }
        if properties.len() > PROPERTIES_MAX {
            return Err(HubError::TooMany(format!(
                "a repository has {PROPERTIES_MAX} properties at the most"
            )));
        }
        let parameters = json!({ "repository": full_name, "properties": properties });
        draft.note(record::PROPERTIES_UPDATED, parameters);
        Ok(())
    })
    .await?;
    empty(StatusCode::NO_CONTENT)
}

/// Whether a property can be called so.
pub(super) fn is_name(text: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '$' | '#');
    (1..=CHARACTERS_MAX).contains(&text.len()) && text.chars().all(allowed)
}

/// A property's name and value; none takes the value away.
fn read(fields: &Fields) -> Result<(String, Option<String>), Problem> {
    let name = fields.required_text("property_name")?;
    if !is_name(&name) {
        let problem = format!("a name has 1 to {CHARACTERS_MAX} letters, digits, or _ - $ #.");
        return Err(fields.wrong("property_name", &problem));
    }
    let value = match fields.raw("value") {
        Given::Absent => return Err(Fields::not_supplied(&["value"])),
        Given::Null => None,
        Given::Value(value) => Some(text(value).ok_or_else(|| {
            let problem =
                format!("a value is a text of {CHARACTERS_MAX} characters at the most, or a list of such.");
            fields.wrong("value", &problem)
        })?),
    };
    Ok((name, value))
}

fn text(value: &Value) -> Option<String> {
    let one = |value: &Value| {
        let text = value.as_str()?;
        let fits = text.chars().count() <= CHARACTERS_MAX && !text.chars().any(char::is_control);
        fits.then(|| text.to_owned())
    };
    match value {
        Value::Array(values) if values.len() <= PROPERTIES_MAX => {
            values.iter().map(one).collect::<Option<Vec<_>>>().map(|values| values.join(","))
        }
        value => one(value),
    }
}
