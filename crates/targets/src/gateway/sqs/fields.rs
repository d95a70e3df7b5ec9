//! The parameters of a request, in either protocol.

use daypass_wire::form::Form;
use http::Method;
use serde_json::{Map, Value};

use super::super::header::{cut, json_operation, once};
use super::super::{Request, Unknown, strict};
use crate::authority::ConditionKey;

/// The API version of the query protocol.
const VERSION: &str = "2012-11-05";

/// The query protocol's type.
const FORM: &str = "application/x-www-form-urlencoded";

/// What a request says.
pub(super) enum Fields<'a> {
    Json {
        operation: &'a str,
        members: Map<String, Value>,
    },
    Query {
        operation: String,
        /// Each name once.
        fields: Vec<(String, String)>,
        path: &'a str,
    },
}

impl<'a> Fields<'a> {
    pub(super) fn read(request: &Request<'a>) -> Result<Self, Unknown> {
        let parts = request.parts;
        if parts.headers.contains_key("x-amz-target") {
            let operation = json_operation(parts, "AmazonSQS", &["application/x-amz-json-1.0"])?;
            return Ok(Self::Json { operation, members: strict::object(request.body)? });
        }
        // A form in the query and one in the body could be read by different readers.
        if parts.method != Method::POST || parts.uri.query().is_some() {
            return Err(Unknown::because("the query protocol is a POST with a form, without a query"));
        }
        let kind = once(parts, "content-type")?;
        if !is_form(kind) || parts.headers.contains_key("content-encoding") {
            return Err(Unknown::because(format!("the content type {} is not a form's", cut(kind))));
        }
        let form = Form::parse(request.body)
            .map_err(|error| Unknown::because(format!("the form cannot be read: {error}")))?;
        let mut fields: Vec<(String, String)> = Vec::new();
        for (name, value) in form {
            fields.push((name.into_owned(), value.into_owned()));
        }
        let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| matches!(pair, [left, right] if left == right)) {
            return Err(Unknown::because("a field of the form is there twice"));
        }
        let value =
            |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let operation = value("Action").ok_or_else(|| Unknown::because("the form has no Action"))?;
        if value("Version").is_some_and(|version| version != VERSION) {
            return Err(Unknown::because(format!("the version is not {VERSION}")));
        }
        Ok(Self::Query { operation, fields, path: parts.uri.path() })
    }

    pub(super) fn operation(&self) -> &str {
        match self {
            Self::Json { operation, .. } => operation,
            Self::Query { operation, .. } => operation,
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Unknown> {
        match self {
            Self::Json { members, .. } => match members.get(name) {
                None => Ok(None),
                Some(Value::String(text)) => Ok(Some(text.clone())),
                Some(_) => Err(Unknown::because(format!("{name} is not a text"))),
            },
            Self::Query { fields, .. } => {
                Ok(fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()))
            }
        }
    }

    pub(super) fn needed(&self, name: &str) -> Result<String, Unknown> {
        self.text(name)?.ok_or_else(|| Unknown::because(format!("{name} is missing")))
    }

    /// The queue's address: the parameter's, or else the path's.
    pub(super) fn queue_url(&self) -> Result<String, Unknown> {
        let given = self.text("QueueUrl")?;
        let Self::Query { path, .. } = self else {
            return given.ok_or_else(|| Unknown::because("QueueUrl is missing"));
        };
        match given {
            None if *path != "/" => Ok((*path).to_owned()),
            None => Err(Unknown::because("neither QueueUrl nor the path names a queue")),
            Some(url) => Ok(url),
        }
    }

    /// The condition keys of the tags that an operation brings or names.
    pub(super) fn tag_keys(&self, operation: &str) -> Result<Vec<ConditionKey>, Unknown> {
        match operation {
            "CreateQueue" | "TagQueue" => self.tags(operation).map(of_tags),
            "UntagQueue" => {
                let names = match self {
                    Self::Json { members, .. } => {
                        let names = members.get("TagKeys").and_then(Value::as_array).into_iter().flatten();
                        let texts: Option<Vec<String>> =
                            names.map(|name| name.as_str().map(str::to_owned)).collect();
                        texts.ok_or_else(|| Unknown::because("TagKeys is no list of texts"))?
                    }
                    Self::Query { fields, .. } => {
                        let named = fields.iter().filter(|(name, _)| name.starts_with("TagKey."));
                        named.map(|(_, value)| value.clone()).collect()
                    }
                };
                Ok(vec![ConditionKey::many("aws:TagKeys", names)])
            }
            _ => Ok(Vec::new()),
        }
    }

    fn tags(&self, operation: &str) -> Result<Vec<(String, String)>, Unknown> {
        match self {
            Self::Json { members, .. } => {
                // CreateQueue writes its member small; a service that reads either must not see two.
                if members.contains_key("tags") && members.contains_key("Tags") {
                    return Err(Unknown::because("the tags are there twice"));
                }
                let Some(tags) = members.get("tags").or_else(|| members.get("Tags")) else {
                    return Ok(Vec::new());
                };
                let tags = tags.as_object().ok_or_else(|| Unknown::because("the tags are no map"))?;
                let pairs = tags.iter().map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
                pairs.collect::<Option<_>>().ok_or_else(|| Unknown::because("a tag is no text"))
            }
            Self::Query { fields, .. } => {
                let value =
                    |name: String| fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
                let mut tags = Vec::new();
                let count = fields.iter().filter(|(name, _)| name.starts_with("Tag.")).count();
                for number in 1..=count {
                    let key = value(format!("Tag.{number}.Key"));
                    let Some((key, text)) = key.zip(value(format!("Tag.{number}.Value"))) else { continue };
                    tags.push((key.clone(), text.clone()));
                }
                if tags.len() * 2 == count {
                    Ok(tags)
                } else {
                    Err(Unknown::because(format!("the tags of {operation} cannot be read")))
                }
            }
        }
    }
}

/// Whether a type is a form's in UTF-8. In another character set its bytes would be other fields.
fn is_form(kind: &str) -> bool {
    let (plain, parameter) = kind.split_once(';').unwrap_or((kind, "charset=utf-8"));
    plain.trim() == FORM && parameter.trim().eq_ignore_ascii_case("charset=utf-8")
}

fn of_tags(tags: Vec<(String, String)>) -> Vec<ConditionKey> {
    let each = tags.iter().map(|(key, value)| ConditionKey::one(format!("aws:RequestTag/{key}"), value));
    let mut keys: Vec<ConditionKey> = each.collect();
    keys.push(ConditionKey::many("aws:TagKeys", tags.into_iter().map(|(key, _)| key).collect()));
    keys
}
