//! What a record can be found by.
//!
//! Source: CloudTrail API reference, "LookupAttribute" and "Event".

use serde_json::Value;

/// Resources of one record that can be looked up: deleting a thousand objects names as many.
const RESOURCES_MAX: usize = 100;

/// Where parameters and response name what a call is about.
const NAMED_IN_RECORD: [(&str, &str); 6] = [
    ("AWS::IAM::Role", "/requestParameters/roleArn"),
    ("AWS::IAM::Role", "/requestParameters/roleName"),
    ("AWS::IAM::Role", "/responseElements/role/arn"),
    ("AWS::IAM::OIDCProvider", "/requestParameters/openIDConnectProviderArn"),
    ("AWS::IAM::OIDCProvider", "/responseElements/openIDConnectProviderArn"),
    ("AWS::S3::Bucket", "/requestParameters/bucketName"),
];

/// A lookup attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// The key that signed.
    AccessKeyId,
    /// The event's id.
    EventId,
    /// The operation.
    EventName,
    /// The service.
    EventSource,
    /// `true` or `false`.
    ReadOnly,
    /// An ARN, or the id of an issued key.
    ResourceName,
    /// `AWS::IAM::Role` and the like.
    ResourceType,
    /// The caller's name.
    Username,
}

impl Attribute {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::AccessKeyId,
        Self::EventId,
        Self::EventName,
        Self::EventSource,
        Self::ReadOnly,
        Self::ResourceName,
        Self::ResourceType,
        Self::Username,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessKeyId => "AccessKeyId",
            Self::EventId => "EventId",
            Self::EventName => "EventName",
            Self::EventSource => "EventSource",
            Self::ReadOnly => "ReadOnly",
            Self::ResourceName => "ResourceName",
            Self::ResourceType => "ResourceType",
            Self::Username => "Username",
        }
    }

    /// The attribute of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|attribute| attribute.name() == name)
    }

    /// The number in the index; never changed, only added to.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::AccessKeyId => 1,
            Self::EventId => 2,
            Self::EventName => 3,
            Self::EventSource => 4,
            Self::ReadOnly => 5,
            Self::ResourceName => 6,
            Self::ResourceType => 7,
            Self::Username => 8,
        }
    }
}

/// Every attribute of a record with its values, no pair twice.
#[must_use]
pub fn attributes(record: &Value) -> Vec<(Attribute, String)> {
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let mut found = Vec::with_capacity(12);
    let mut add = |attribute, value: Option<String>| found.extend(value.map(|value| (attribute, value)));
    add(Attribute::AccessKeyId, text("/userIdentity/accessKeyId"));
    add(Attribute::EventId, text("/eventID"));
    add(Attribute::EventName, text("/eventName"));
    add(Attribute::EventSource, text("/eventSource"));
    add(Attribute::ReadOnly, record.get("readOnly").map(Value::to_string));
    add(Attribute::Username, username(record));
    let listed = resources(record);
    for (position, (kind, name)) in listed.iter().enumerate() {
        if listed.iter().take(position).all(|(other, _)| other != kind) {
            add(Attribute::ResourceType, Some(kind.clone()));
        }
        if listed.iter().take(position).all(|(_, other)| other != name) {
            add(Attribute::ResourceName, Some(name.clone()));
        }
    }
    found
}

/// The caller's name as LookupEvents gives it: the subject of a token, the session's name, `root`.
#[must_use]
pub fn username(record: &Value) -> Option<String> {
    let identity = record.get("userIdentity")?;
    let text = |name: &str| identity.get(name).and_then(Value::as_str);
    match text("type")? {
        "AssumedRole" => text("principalId")?.split_once(':').map(|(_, session)| session.to_owned()),
        "Root" => Some("root".to_owned()),
        _ => text("userName").map(str::to_owned),
    }
}

/// Types and names of the resources as LookupEvents lists them, each once.
///
/// For a session that was handed out: its key, its id and its ARN. Then what the record itself lists, and the role,
/// provider or bucket that parameters and response name, since AWS finds an event by a role's bare name too.
#[must_use]
pub fn resources(record: &Value) -> Vec<(String, String)> {
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let mut found: Vec<(String, String)> = Vec::new();
    let mut add = |kind: &str, name: Option<String>| {
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            let resource = (kind.to_owned(), name);
            if !found.contains(&resource) {
                found.push(resource);
            }
        }
    };
    add("AWS::IAM::AccessKey", issued_access_key(record));
    add("AWS::STS::AssumedRole", text("/responseElements/assumedRoleUser/assumedRoleId"));
    add("AWS::STS::AssumedRole", text("/responseElements/assumedRoleUser/arn"));
    for resource in
        record.get("resources").and_then(Value::as_array).into_iter().flatten().take(RESOURCES_MAX)
    {
        let text = |name: &str| resource.get(name).and_then(Value::as_str);
        if let (Some(kind), Some(arn)) = (text("type"), text("ARN")) {
            add(kind, Some(arn.to_owned()));
        }
    }
    for (kind, pointer) in NAMED_IN_RECORD {
        add(kind, text(pointer));
    }
    found
}

/// The id of the key that this call handed out, if it did.
#[must_use]
pub fn issued_access_key(record: &Value) -> Option<String> {
    record.pointer("/responseElements/credentials/accessKeyId").and_then(Value::as_str).map(str::to_owned)
}
