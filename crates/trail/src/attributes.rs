//! What a record can be found by.
//!
//! Source: CloudTrail API reference, "LookupAttribute" and "Event".

use serde_json::Value;

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

/// Every attribute of a record with its values.
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
    for (kind, name) in resources(record) {
        add(Attribute::ResourceType, Some(kind));
        add(Attribute::ResourceName, Some(name));
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

/// Types and names of the resources as LookupEvents lists them: the record's own, and for an issued session its key and
/// its ARN.
#[must_use]
pub fn resources(record: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for resource in record.get("resources").and_then(Value::as_array).into_iter().flatten() {
        let text = |name: &str| resource.get(name).and_then(Value::as_str).map(str::to_owned);
        if let (Some(kind), Some(arn)) = (text("type"), text("ARN")) {
            found.push((kind, arn));
        }
    }
    if let Some(key) = issued_access_key(record) {
        found.push(("AWS::IAM::AccessKey".to_owned(), key));
    }
    if let Some(arn) = record.pointer("/responseElements/assumedRoleUser/arn").and_then(Value::as_str) {
        found.push(("AWS::STS::AssumedRole".to_owned(), arn.to_owned()));
    }
    found
}

/// The id of the key that this call handed out, if it did.
#[must_use]
pub fn issued_access_key(record: &Value) -> Option<String> {
    record.pointer("/responseElements/credentials/accessKeyId").and_then(Value::as_str).map(str::to_owned)
}
