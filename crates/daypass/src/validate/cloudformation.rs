//! Policies in a template of CloudFormation.
//!
//! Source: CloudFormation's template reference. A policy stands in a property of its resource, as a structure; a
//! document without resources is taken as a policy that is written in YAML.

use daypass_diagnostic::Path;
use daypass_policy::Kind;

use super::recognise::{Found, guess};
use super::render::render;
use super::template::{Node, Value};

/// Where policies stand: the resource's type, the property, the kind, and the type of resource that it is for.
const PROPERTIES: [(&str, &str, Kind, &str); 17] = [
    ("AWS::IAM::GroupPolicy", "PolicyDocument", Kind::Identity, ""),
    ("AWS::IAM::ManagedPolicy", "PolicyDocument", Kind::Identity, ""),
    ("AWS::IAM::Policy", "PolicyDocument", Kind::Identity, ""),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument", Kind::Trust, ""),
    ("AWS::IAM::RolePolicy", "PolicyDocument", Kind::Identity, ""),
    ("AWS::IAM::UserPolicy", "PolicyDocument", Kind::Identity, ""),
    ("AWS::KMS::Key", "KeyPolicy", Kind::Resource, "AWS::KMS::Key"),
    ("AWS::KMS::ReplicaKey", "KeyPolicy", Kind::Resource, "AWS::KMS::Key"),
    ("AWS::S3::AccessPoint", "Policy", Kind::Resource, "AWS::S3::AccessPoint"),
    ("AWS::S3::BucketPolicy", "PolicyDocument", Kind::Resource, "AWS::S3::Bucket"),
    ("AWS::SNS::TopicInlinePolicy", "PolicyDocument", Kind::Resource, "AWS::SNS::Topic"),
    ("AWS::SNS::TopicPolicy", "PolicyDocument", Kind::Resource, "AWS::SNS::Topic"),
    ("AWS::SQS::QueueInlinePolicy", "PolicyDocument", Kind::Resource, "AWS::SQS::Queue"),
    ("AWS::SQS::QueuePolicy", "PolicyDocument", Kind::Resource, "AWS::SQS::Queue"),
    ("AWS::SSO::PermissionSet", "InlinePolicy", Kind::Identity, ""),
    ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", Kind::Resource, "AWS::SecretsManager::Secret"),
    ("AWS::Serverless::Function", "AssumeRolePolicyDocument", Kind::Trust, ""),
];

/// Types whose `Policies` are inline policies with a document each.
const WITH_INLINE_POLICIES: [&str; 3] = ["AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::User"];

/// The policies of a template, in its order.
pub(super) fn policies(file: &str, text: &str, root: &Node, kind: Option<Kind>) -> Vec<Found> {
    let Some(resources) = root.get("Resources") else {
        let policy = Policy { node: root, path: Path::default(), kind: Kind::Identity, of: "" };
        let mut found = policy.found(file, text);
        let value = serde_json::from_str(&found.policy).unwrap_or_default();
        found.kind = kind.unwrap_or_else(|| guess(&value));
        return vec![found];
    };
    let path = Path::default().member("Resources");
    let mut found = Vec::new();
    for entry in resources.entries() {
        let path = path.member(&entry.key).member("Properties");
        let (Some(of_type), Some(properties)) =
            (entry.value.get("Type").and_then(Node::text), entry.value.get("Properties"))
        else {
            continue;
        };
        let policies = of_resource(of_type, properties, &path);
        found.extend(policies.iter().map(|policy| policy.found(file, text)));
    }
    found
}

struct Policy<'a> {
    node: &'a Node,
    path: Path,
    kind: Kind,
    of: &'static str,
}

impl Policy<'_> {
    fn found(&self, file: &str, text: &str) -> Found {
        let rendered = render(text, self.node, self.path.clone());
        Found {
            name: file.to_owned(),
            shown: text.to_owned(),
            policy: rendered.json,
            kind: self.kind,
            resource_type: (!self.of.is_empty()).then(|| self.of.to_owned()),
            places: Some(rendered.places),
            notes: rendered.notes,
        }
    }
}

fn of_resource<'a>(of_type: &str, properties: &'a Node, path: &Path) -> Vec<Policy<'a>> {
    let mut found = Vec::new();
    let mut add = |node: &'a Node, path: Path, kind: Kind, of: &'static str| {
        // Some properties take the document as a text of JSON or as a reference to one.
        if matches!(node.value, Value::Map(_)) {
            found.push(Policy { node, path, kind, of });
        }
    };
    for (known, property, kind, of) in PROPERTIES {
        if known == of_type
            && let Some(node) = properties.get(property)
        {
            add(node, path.member(property), kind, of);
        }
    }
    if WITH_INLINE_POLICIES.contains(&of_type)
        && let Some(policies) = properties.get("Policies")
    {
        for (index, policy) in policies.items().iter().enumerate() {
            if let Some(node) = policy.get("PolicyDocument") {
                let path = path.member("Policies").item(index).member("PolicyDocument");
                add(node, path, Kind::Identity, "");
            }
        }
    }
    if of_type == "AWS::Serverless::Function"
        && let Some(policies) = properties.get("Policies")
    {
        for (index, policy) in policies.items().iter().enumerate() {
            if policy.get("Statement").is_some() {
                add(policy, path.member("Policies").item(index), Kind::Identity, "");
            }
        }
    }
    if of_type == "AWS::Organizations::Policy"
        && let Some(node) = properties.get("Content")
    {
        match properties.get("Type").and_then(Node::text) {
            Some("SERVICE_CONTROL_POLICY") => add(node, path.member("Content"), Kind::ServiceControl, ""),
            Some("RESOURCE_CONTROL_POLICY") => add(node, path.member("Content"), Kind::ResourceControl, ""),
            _ => {}
        }
    }
    found
}
