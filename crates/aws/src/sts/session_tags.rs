//! Session tags and source identity: from the claims of a token, or from the parameters of AssumeRole.
//!
//! Source: IAM user guide, "Pass session tags in AWS STS" and "Monitor and control actions taken with assumed roles".

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::AwsError;
use crate::parameters::Parameters;

/// The most session tags.
pub const TAGS_MAX: usize = 50;
/// Characters of a tag's key.
pub const TAG_KEY_CHARACTERS_MAX: usize = 128;
/// Characters of a tag's value.
pub const TAG_VALUE_CHARACTERS_MAX: usize = 256;

const TAGS_CLAIM: &str = "https://aws.amazon.com/tags";
const FLAT_TAG_PREFIX: &str = "https://aws.amazon.com/tags/principal_tags/";
const FLAT_TRANSITIVE: &str = "https://aws.amazon.com/tags/transitive_tag_keys";
const SOURCE_IDENTITY_CLAIM: &str = "https://aws.amazon.com/source_identity";

/// Tags of a session, and which of them go along when it assumes another role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionTags {
    /// By key.
    pub tags: BTreeMap<String, String>,
    /// Keys of the transitive ones.
    pub transitive: Vec<String>,
}

/// The tags that a token asks for, in either of the two forms of the claim.
///
/// # Errors
/// `InvalidIdentityToken` where the claim has another form: each value is a list of exactly one text.
pub fn of_token(claims: &Map<String, Value>) -> Result<SessionTags, AwsError> {
    let malformed = || {
        AwsError::bad_request(
            "InvalidIdentityToken",
            "principal_tags passed in claim is not in correct format.",
        )
    };
    let mut found = SessionTags::default();
    if let Some(claim) = claims.get(TAGS_CLAIM).filter(|claim| !claim.is_null()) {
        let claim = claim.as_object().ok_or_else(malformed)?;
        if let Some(tags) = claim.get("principal_tags").filter(|tags| !tags.is_null()) {
            for (key, value) in tags.as_object().ok_or_else(malformed)? {
                let [Value::String(value)] = value.as_array().map(Vec::as_slice).ok_or_else(malformed)?
                else {
                    return Err(malformed());
                };
                found.insert(key, value).ok_or_else(malformed)?;
            }
        }
        found.transitive = texts(claim.get("transitive_tag_keys")).ok_or_else(malformed)?;
    }
    for (name, value) in claims {
        if let Some(key) = name.strip_prefix(FLAT_TAG_PREFIX) {
            found.insert(key, value.as_str().ok_or_else(malformed)?).ok_or_else(malformed)?;
        }
    }
    found.transitive.extend(texts(claims.get(FLAT_TRANSITIVE)).ok_or_else(malformed)?);
    if found.is_valid() { Ok(found) } else { Err(malformed()) }
}

/// The source identity that a token asks for, 2 to 64 characters.
///
/// # Errors
/// `InvalidIdentityToken` where it is of another form.
pub fn source_identity_of_token(claims: &Map<String, Value>) -> Result<Option<String>, AwsError> {
    match claims.get(SOURCE_IDENTITY_CLAIM) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text))
            if (2..=64).contains(&text.chars().count())
                && text.chars().all(crate::parameters::is_name_character) =>
        {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(AwsError::bad_request(
            "InvalidIdentityToken",
            "source_identity passed in claim is not in correct format.",
        )),
    }
}

/// The tags that an AssumeRole call asks for.
///
/// # Errors
/// `ValidationError` where a tag is incomplete, named twice, or outside the limits.
pub fn of_parameters(parameters: &Parameters) -> Result<SessionTags, AwsError> {
    let mut found = SessionTags::default();
    for [key, value] in parameters.structures("Tags", ["Key", "Value"]) {
        let (Some(key), Some(value)) = (key, value) else {
            return Err(AwsError::validation("Each of Tags needs a Key and a Value"));
        };
        found.insert(key, value).ok_or_else(|| {
            AwsError::bad_request(
                "InvalidParameterValue",
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            )
        })?;
    }
    found.transitive =
        parameters.list("TransitiveTagKeys").unwrap_or_default().into_iter().map(str::to_owned).collect();
    if found.is_valid() {
        Ok(found)
    } else {
        Err(AwsError::validation(format!(
            "Tags are limited to {TAGS_MAX}, their keys to {TAG_KEY_CHARACTERS_MAX} and their values to \
             {TAG_VALUE_CHARACTERS_MAX} letters, digits, spaces and _.:/=+-@; a transitive key must be one of them"
        )))
    }
}

impl SessionTags {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }

    /// Adds a tag; `None` where there is one of this key already, however its letters are written: to policies `Team` and
    /// `team` are one condition key, and the second must not take the place of the first.
    #[must_use]
    pub(crate) fn insert(&mut self, key: &str, value: &str) -> Option<()> {
        if self.tags.keys().any(|known| known.eq_ignore_ascii_case(key)) {
            return None;
        }
        self.tags.insert(key.to_owned(), value.to_owned());
        Some(())
    }

    fn is_valid(&self) -> bool {
        self.tags.len() <= TAGS_MAX
            && self.tags.iter().all(|(key, value)| {
                (1..=TAG_KEY_CHARACTERS_MAX).contains(&key.chars().count())
                    && value.chars().count() <= TAG_VALUE_CHARACTERS_MAX
                    && key.chars().chain(value.chars()).all(is_tag_character)
            })
            && self.transitive.iter().all(|key| self.tags.contains_key(key))
    }
}

/// A character of `[\p{L}\p{Z}\p{N}_.:/=+\-@]`.
fn is_tag_character(character: char) -> bool {
    character.is_alphabetic()
        || character.is_numeric()
        || (character.is_whitespace() && !character.is_control())
        || matches!(character, '_' | '.' | ':' | '/' | '=' | '+' | '-' | '@')
}

/// A list of texts; none where it is absent; `None` where it is of another form.
fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    match value {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(items)) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(claims: Value) -> Result<SessionTags, AwsError> {
        of_token(claims.as_object().unwrap())
    }

    #[test]
    fn both_forms_are_read() {
        let nested = json!({"https://aws.amazon.com/tags": {
            "principal_tags": {"team": ["web"]}, "transitive_tag_keys": ["team"]}});
        let flat = json!({"https://aws.amazon.com/tags/principal_tags/team": "web",
            "https://aws.amazon.com/tags/transitive_tag_keys": ["team"]});
        let expected = SessionTags {
            tags: BTreeMap::from([("team".to_owned(), "web".to_owned())]),
            transitive: vec!["team".to_owned()],
        };
        assert_eq!(read(nested), Ok(expected.clone()));
        assert_eq!(read(flat), Ok(expected));
    }

    #[test]
    fn other_forms_are_refused() {
        for tags in [json!("web"), json!(["web", "ops"]), json!([]), json!([1]), json!({})] {
            let claims = json!({"https://aws.amazon.com/tags": {"principal_tags": {"team": tags}}});
            let message = read(claims.clone()).unwrap_err().message;
            assert_eq!(message, "principal_tags passed in claim is not in correct format.", "{claims}");
        }
        let transitive = json!({"https://aws.amazon.com/tags": {"transitive_tag_keys": ["team"]}});
        assert!(read(transitive).is_err(), "a transitive key without its tag");
    }

    #[test]
    fn two_spellings_of_one_key_are_refused() {
        let nested =
            json!({"https://aws.amazon.com/tags": {"principal_tags": {"team": ["web"], "Team": ["ops"]}}});
        let mixed = json!({"https://aws.amazon.com/tags": {"principal_tags": {"team": ["web"]}},
            "https://aws.amazon.com/tags/principal_tags/TEAM": "ops"});
        for claims in [nested, mixed] {
            assert_eq!(read(claims.clone()).unwrap_err().code, "InvalidIdentityToken", "{claims}");
        }
    }
}
