//! What options need beside the operation's own action.

use super::super::calls::{Asked, NeededCall};
use super::super::options::Options;
use super::super::resource::Resource;
use super::super::unreadable::Why;
use super::super::word::Word;
use super::{Named, Service, arn};

/// Options that hand a role to a service, which needs `iam:PassRole` on the role.
const PASSED_ROLES: [(&str, &str, Named); 5] = [
    ("lambda", "CreateFunction", Named::Arn("role")),
    ("lambda", "UpdateFunctionConfiguration", Named::Arn("role")),
    ("cloudtrail", "CreateTrail", Named::Arn("cloud-watch-logs-role-arn")),
    ("cloudtrail", "UpdateTrail", Named::Arn("cloud-watch-logs-role-arn")),
    ("iam", "AddRoleToInstanceProfile", Named::Within("role-name", "iam::{account}:role/")),
];

pub(super) fn calls(
    service: &Service,
    operation: &str,
    resource: &Resource,
    asked: &Asked<'_>,
) -> Result<Vec<NeededCall>, Why> {
    let (options, site) = (asked.options, asked.site);
    let mut calls = Vec::new();
    for (name, passing, role) in PASSED_ROLES {
        let (Named::Arn(option) | Named::Within(option, _)) = role else {
            continue;
        };
        if name == service.name && passing == operation && options.has(option) {
            calls.push(NeededCall::new("iam:PassRole", role.resource(options, site)?));
        }
    }
    if let Some(tagging) = tagging(service, operation).filter(|_| options.has("tags")) {
        calls.push(NeededCall::new(&service.action(&tagging), resource.clone()));
    }
    match (service.name, operation) {
        ("lambda", "UpdateFunctionCode") => calls.extend(object(
            options.value("s3-bucket").cloned(),
            options.value("s3-key").cloned(),
            options.has("s3-object-version"),
            asked,
        )),
        ("lambda", "CreateFunction") => calls.extend(shorthand(options, "code", asked)),
        ("lambda", "PublishLayerVersion") => calls.extend(shorthand(options, "content", asked)),
        ("cloudfront", "CreateDistributionWithTags") => {
            calls.push(NeededCall::new("cloudfront:TagResource", resource.clone()));
        }
        // This option of the command line changes one field of what it reads before.
        ("cloudfront", "UpdateDistribution") if options.has("default-root-object") => {
            calls.push(NeededCall::new("cloudfront:GetDistributionConfig", resource.clone()));
        }
        _ => {}
    }
    if service.name == "lambda" {
        for layer in options.values("layers") {
            calls.push(NeededCall::new("lambda:GetLayerVersion", arn(layer)?));
        }
    }
    Ok(calls)
}

/// The operation that tags what another one makes.
fn tagging(service: &Service, operation: &str) -> Option<String> {
    let made = operation.strip_prefix("Create")?;
    match service.name {
        "iam" => Some(format!("Tag{made}")).filter(|tagging| service.find(|name| name == tagging).is_some()),
        "lambda" if made == "Function" => Some("TagResource".to_owned()),
        _ => None,
    }
}

/// Lambda reads the object with the rights of the caller.
fn object(bucket: Option<Word>, key: Option<Word>, version: bool, asked: &Asked<'_>) -> Option<NeededCall> {
    let action = if version { "s3:GetObjectVersion" } else { "s3:GetObject" };
    let resource = Resource::at(asked.site, "s3:::").and(&bucket?).and_text("/").and(&key?);
    Some(NeededCall::new(action, resource))
}

/// `S3Bucket=bucket,S3Key=key`.
fn shorthand(options: &Options, name: &str, asked: &Asked<'_>) -> Option<NeededCall> {
    let mut rest = options.value(name)?.clone();
    let (mut bucket, mut key, mut version) = (None, None, false);
    loop {
        let (pair, more) = rest.split_once(',').map_or((rest, None), |(pair, more)| (pair, Some(more)));
        bucket = pair.without("S3Bucket=").or(bucket);
        key = pair.without("S3Key=").or(key);
        version |= pair.beginning().starts_with("S3ObjectVersion=");
        match more {
            Some(more) => rest = more,
            None => return object(bucket, key, version, asked),
        }
    }
}
