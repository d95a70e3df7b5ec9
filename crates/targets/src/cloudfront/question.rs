//! What a call asks of the caller's policies.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon CloudFront".

use super::model::Snapshot;
use super::operation::{Operation, Sent};
use super::route::Routed;
use super::tags::by_arn;
use crate::authority::{ConditionKey, TargetCall};

/// The questions of a call. A body that cannot be read has no tags: it will be refused for that, once it may be asked.
#[must_use]
pub fn questions(
    snapshot: &Snapshot,
    sent: &Sent<'_>,
    operation: Option<&Operation>,
    account: &str,
) -> Vec<TargetCall> {
    let name = sent.routed.route.operation;
    let resource = resource(sent.routed, sent.query("Resource"), account);
    let keys = keys(snapshot, operation, &resource, account);
    let ask = |action: &'static str, resource: String| TargetCall {
        service: "cloudfront",
        operation: name,
        action,
        resource,
        keys: keys.clone(),
    };
    if name == "CreateDistributionWithTags" {
        // There is no action of this name: tags ask for leave of their own.
        let all = format!("arn:aws:cloudfront::{account}:distribution/*");
        return vec![ask("cloudfront:CreateDistribution", resource), ask("cloudfront:TagResource", all)];
    }
    vec![ask(sent.routed.route.action(), resource)]
}

fn resource(routed: &Routed, named: Option<&str>, account: &str) -> String {
    match routed.route.resource {
        "*" => "*".to_owned(),
        "@" => named.unwrap_or("*").to_owned(),
        template => {
            let id = template.split_once('{').map(|(kind, name)| (kind, name.trim_end_matches('}')));
            let (kind, id) =
                id.map_or((template, ""), |(kind, name)| (kind, routed.parameter(name).unwrap_or_default()));
            format!("arn:aws:cloudfront::{account}:{kind}{id}")
        }
    }
}

fn keys(
    snapshot: &Snapshot,
    operation: Option<&Operation>,
    resource: &str,
    account: &str,
) -> Vec<ConditionKey> {
    let mut keys = Vec::new();
    if let Some(found) = by_arn(snapshot, resource, account) {
        let tags = found.tags.iter();
        keys.extend(tags.map(|(key, value)| ConditionKey::one(format!("aws:ResourceTag/{key}"), value)));
    }
    let names = match operation {
        Some(
            Operation::CreateDistribution { tags: Some(tags), .. } | Operation::TagResource { tags, .. },
        ) => {
            keys.extend(
                tags.iter().map(|(key, value)| ConditionKey::one(format!("aws:RequestTag/{key}"), value)),
            );
            tags.keys().cloned().collect()
        }
        Some(Operation::UntagResource { keys, .. }) => keys.iter().cloned().collect(),
        _ => Vec::new(),
    };
    if !names.is_empty() {
        keys.push(ConditionKey::many("aws:TagKeys", names));
    }
    keys
}
