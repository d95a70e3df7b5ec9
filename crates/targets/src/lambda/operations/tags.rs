//! Tags of functions.
//!
//! Source: Lambda API reference, TagResource, UntagResource, ListTags.

use serde_json::json;

use super::{One, Request, put, shown};
use crate::authority::ConditionKey;
use crate::lambda::error::LambdaError;
use crate::lambda::limits::TAGS;
use crate::lambda::model::Function;
use crate::lambda::routes::Offered;
use crate::lambda::{Asked, Outcome};

/// The condition keys of the tags that a request brings or names.
pub(super) fn keys(asked: &Asked, request: &Request<'_>) -> Vec<ConditionKey> {
    match asked.operation.offered {
        Some(Offered::CreateFunction | Offered::TagResource) => {
            let tags = request.fields().map("Tags").ok().flatten().unwrap_or_default();
            let mut keys: Vec<ConditionKey> = tags
                .iter()
                .map(|(key, value)| ConditionKey::one(format!("aws:RequestTag/{key}"), value))
                .collect();
            keys.push(ConditionKey::many("aws:TagKeys", tags.into_keys().collect()));
            keys
        }
        Some(Offered::UntagResource) => {
            let named = request.parameters("tagKeys").map(str::to_owned).collect();
            vec![ConditionKey::many("aws:TagKeys", named)]
        }
        _ => Vec::new(),
    }
}

pub(super) fn list(one: &One<'_>) -> Outcome {
    shown(json!({ "Tags": one.kept.function.tags }))
}

pub(super) fn tag(one: &One<'_>) -> Result<Outcome, LambdaError> {
    let missing = || LambdaError::constraint("null", "tags", "Member must not be null");
    let tags = one.request.fields().tags()?.ok_or_else(missing)?;
    let mut function = Function::clone(&one.kept.function);
    function.tags.extend(tags);
    if function.tags.len() > TAGS {
        return Err(LambdaError::invalid(format!("Number of tags exceeds resource tag limit of {TAGS}.")));
    }
    keep(one, &function)
}

pub(super) fn untag(one: &One<'_>) -> Result<Outcome, LambdaError> {
    let mut function = Function::clone(&one.kept.function);
    for key in one.request.parameters("tagKeys") {
        function.tags.remove(key);
    }
    keep(one, &function)
}

fn keep(one: &One<'_>, function: &Function) -> Result<Outcome, LambdaError> {
    Ok(Outcome { changes: vec![put(one.named.key(), function)?], ..Outcome::default() })
}
