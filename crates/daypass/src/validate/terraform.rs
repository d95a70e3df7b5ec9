//! Policies in a plan of Terraform or OpenTofu, as `terraform show -json` writes it.
//!
//! Source: Terraform's documentation, "JSON Output Format". Policies are texts of JSON within the plan's JSON; their
//! findings point into the policy itself, since the plan has it on one line.

use daypass_diagnostic::{Extent, Finding, Location, Path, Point, Severity};
use daypass_policy::Kind;
use serde_json::Value;

use super::recognise::Found;

/// How deep modules may nest: Terraform's own projects stay below ten.
const MODULES_MAX: usize = 64;

/// A policy longer than this on one line is shown with line breaks, in characters.
const LINE_MAX: usize = 100;

/// Where policies stand: the resource's type, its attribute, the kind, and the type of resource that it is for.
const ATTRIBUTES: [(&str, &str, Kind, &str); 21] = [
    ("aws_iam_group_policy", "policy", Kind::Identity, ""),
    ("aws_iam_policy", "policy", Kind::Identity, ""),
    ("aws_iam_role", "assume_role_policy", Kind::Trust, ""),
    ("aws_iam_role_policy", "policy", Kind::Identity, ""),
    ("aws_iam_user_policy", "policy", Kind::Identity, ""),
    ("aws_kms_external_key", "policy", Kind::Resource, "AWS::KMS::Key"),
    ("aws_kms_key", "policy", Kind::Resource, "AWS::KMS::Key"),
    ("aws_kms_key_policy", "policy", Kind::Resource, "AWS::KMS::Key"),
    ("aws_lambda_layer_version_permission", "policy", Kind::Resource, "AWS::Lambda::LayerVersion"),
    ("aws_opensearch_domain_policy", "access_policies", Kind::Resource, ""),
    ("aws_s3_access_point", "policy", Kind::Resource, "AWS::S3::AccessPoint"),
    ("aws_s3_bucket", "policy", Kind::Resource, "AWS::S3::Bucket"),
    ("aws_s3_bucket_policy", "policy", Kind::Resource, "AWS::S3::Bucket"),
    ("aws_s3control_access_point_policy", "policy", Kind::Resource, "AWS::S3::AccessPoint"),
    ("aws_secretsmanager_secret", "policy", Kind::Resource, "AWS::SecretsManager::Secret"),
    ("aws_secretsmanager_secret_policy", "policy", Kind::Resource, "AWS::SecretsManager::Secret"),
    ("aws_sns_topic", "policy", Kind::Resource, "AWS::SNS::Topic"),
    ("aws_sns_topic_policy", "policy", Kind::Resource, "AWS::SNS::Topic"),
    ("aws_sqs_queue", "policy", Kind::Resource, "AWS::SQS::Queue"),
    ("aws_sqs_queue_policy", "policy", Kind::Resource, "AWS::SQS::Queue"),
    ("aws_ssoadmin_permission_set_inline_policy", "inline_policy", Kind::Identity, ""),
];

/// A resource of the plan.
struct Resource<'a> {
    address: &'a str,
    kind: &'a str,
    values: &'a Value,
}

/// The policies of a plan, in its order; those that are known only after it was applied have a note instead.
pub(super) fn policies(file: &str, plan: &Value) -> Vec<Found> {
    let mut resources = Vec::new();
    match plan.get("planned_values").and_then(|values| values.get("root_module")) {
        Some(module) => of_module(module, 0, &mut resources),
        None => resources.extend(changes(plan).filter_map(|(address, kind, change)| {
            let values = change.get("after").filter(|after| !after.is_null())?;
            Some(Resource { address, kind, values })
        })),
    }
    let mut found: Vec<Found> = resources.iter().flat_map(|resource| of_resource(file, resource)).collect();
    for (address, kind, change) in changes(plan) {
        let unknown = |name: &str| {
            change.get("after_unknown").and_then(|after| after.get(name)) == Some(&Value::Bool(true))
        };
        let attributes = ATTRIBUTES.iter().filter(|(of, name, ..)| *of == kind && unknown(name));
        found.extend(attributes.map(|(_, name, kind, _)| unknown_until_applied(file, address, name, *kind)));
    }
    found
}

fn of_module<'a>(module: &'a Value, depth: usize, resources: &mut Vec<Resource<'a>>) {
    for resource in items(module.get("resources")) {
        if let (Some(address), Some(kind), Some(values)) =
            (text(resource, "address"), text(resource, "type"), resource.get("values"))
        {
            resources.push(Resource { address, kind, values });
        }
    }
    if depth < MODULES_MAX {
        for child in items(module.get("child_modules")) {
            of_module(child, depth + 1, resources);
        }
    }
}

fn changes(plan: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    items(plan.get("resource_changes"))
        .filter_map(|change| Some((text(change, "address")?, text(change, "type")?, change.get("change")?)))
}

fn of_resource(file: &str, resource: &Resource<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (kind, attribute, policy_kind, of) in ATTRIBUTES {
        if kind == resource.kind
            && let Some(policy) = text(resource.values, attribute)
        {
            found.push(one(file, resource, attribute, policy, policy_kind, of));
        }
    }
    for (index, inline) in items(resource.values.get("inline_policy")).enumerate() {
        if resource.kind == "aws_iam_role"
            && let Some(policy) = text(inline, "policy").filter(|policy| !policy.is_empty())
        {
            let attribute = format!("inline_policy[{index}].policy");
            found.push(one(file, resource, &attribute, policy, Kind::Identity, ""));
        }
    }
    if resource.kind == "aws_organizations_policy"
        && let Some(policy) = text(resource.values, "content")
    {
        match text(resource.values, "type").unwrap_or("SERVICE_CONTROL_POLICY") {
            "SERVICE_CONTROL_POLICY" => {
                found.push(one(file, resource, "content", policy, Kind::ServiceControl, ""));
            }
            "RESOURCE_CONTROL_POLICY" => {
                found.push(one(file, resource, "content", policy, Kind::ResourceControl, ""));
            }
            // Policies of backups, tags and the like have another language.
            _ => {}
        }
    }
    found
}

fn one(file: &str, resource: &Resource<'_>, attribute: &str, policy: &str, kind: Kind, of: &str) -> Found {
    let name = format!("{file} ({}.{attribute})", resource.address);
    let mut found = Found::whole(name, readable(policy), kind);
    found.resource_type = (!of.is_empty()).then(|| of.to_owned());
    found
}

fn unknown_until_applied(file: &str, address: &str, attribute: &str, kind: Kind) -> Found {
    let note = Finding {
        severity: Severity::Note,
        code: "UNKNOWN_UNTIL_APPLIED".into(),
        message: format!(
            "`{address}.{attribute}` is known after the plan was applied only, and is not checked"
        ),
        mend: None,
        learn_more: None,
        locations: vec![Location {
            path: Path::default(),
            extent: Extent { start: Point::START, end: Point::START },
        }],
    };
    let name = format!("{file} ({address}.{attribute})");
    // What is unknown as a whole is a policy about which no rule says anything.
    let mut found = Found::whole(name, String::new(), kind);
    found.policy = format!("\"{}\"", daypass_policy::validate::UNKNOWN);
    found.notes.push(note);
    found
}

fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

/// A policy with line breaks, where it is all on one long line. Only white space is added, outside of texts.
fn readable(policy: &str) -> String {
    if policy.contains('\n') || policy.chars().count() <= LINE_MAX {
        return policy.to_owned();
    }
    let mut output = String::with_capacity(policy.len() * 2);
    let (mut depth, mut in_text, mut is_escaped) = (0_usize, false, false);
    let break_line = |output: &mut String, depth: usize| {
        output.push('\n');
        output.push_str(&"  ".repeat(depth.min(MODULES_MAX)));
    };
    for character in policy.chars() {
        if in_text {
            output.push(character);
            in_text = character != '"' || is_escaped;
            is_escaped = character == '\\' && !is_escaped;
            continue;
        }
        match character {
            '{' | '[' => {
                depth += 1;
                output.push(character);
                break_line(&mut output, depth);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                break_line(&mut output, depth);
                output.push(character);
            }
            ',' => {
                output.push(character);
                break_line(&mut output, depth);
            }
            ':' => output.push_str(": "),
            ' ' => {}
            _ => {
                in_text = character == '"';
                output.push(character);
            }
        }
    }
    output
}
