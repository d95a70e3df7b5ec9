//! A CloudTrail record.
//!
//! Source: CloudTrail user guide, "CloudTrail record contents"; field order and event versions as observed.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::identity::UserIdentity;

/// Bytes of `errorCode`, `errorMessage` and `userAgent` that are kept.
pub const SHORT_BYTES_MAX: usize = 1_024;
/// Bytes of `requestParameters` and `responseElements` that are kept.
pub const ELEMENT_BYTES_MAX: usize = 100 * 1_024;
/// Bytes of `additionalEventData` that are kept.
pub const ADDITIONAL_BYTES_MAX: usize = 28 * 1_024;

/// Whether an event is of the account's management or of its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// Of what lies in the account: S3 objects. LookupEvents leaves it out.
    Data,
    /// Of the account itself.
    Management,
}

/// CloudTrail's `resources`, one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resource {
    #[serde(rename = "accountId", skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "ARN")]
    arn: String,
}

impl Resource {
    /// A role.
    #[must_use]
    pub fn role(account: &str, arn: &str) -> Self {
        Self { account: Some(account.to_owned()), kind: "AWS::IAM::Role", arn: arn.to_owned() }
    }

    /// A bucket.
    #[must_use]
    pub fn bucket(account: &str, arn: &str) -> Self {
        Self { account: Some(account.to_owned()), kind: "AWS::S3::Bucket", arn: arn.to_owned() }
    }

    /// An object in a bucket.
    #[must_use]
    pub fn object(arn: &str) -> Self {
        Self { account: None, kind: "AWS::S3::Object", arn: arn.to_owned() }
    }
}

/// CloudTrail's `tlsDetails`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsDetails {
    /// `TLSv1.3`.
    pub tls_version: String,
    /// `TLS_AES_128_GCM_SHA256`.
    pub cipher_suite: String,
    /// The Host that was asked for.
    pub client_provided_host_header: String,
}

/// One event. What it holds is cut to CloudTrail's limits when it is written.
#[derive(Debug, Clone)]
pub struct Record {
    /// Who called.
    pub identity: UserIdentity,
    /// When, in the account's time.
    pub time: Timestamp,
    /// `sts.amazonaws.com`.
    pub source: &'static str,
    /// The operation.
    pub name: String,
    /// The region.
    pub region: String,
    /// The caller's address.
    pub source_ip: String,
    /// The caller's user agent.
    pub user_agent: Option<String>,
    /// Code and sentence, where it was refused.
    pub error: Option<(String, String)>,
    /// The parameters, without secrets.
    pub request_parameters: Option<Value>,
    /// What came back, without secrets; nothing for most reads.
    pub response_elements: Option<Value>,
    /// More about it.
    pub additional_event_data: Option<Value>,
    /// The id that the caller was given.
    pub request_id: String,
    /// The event's own id.
    pub event_id: String,
    /// Whether it only reads.
    pub read_only: bool,
    /// What it was about.
    pub resources: Vec<Resource>,
    /// The account that was called.
    pub account: String,
    /// Management or data.
    pub category: Category,
    /// The connection, with TLS.
    pub tls: Option<TlsDetails>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    event_version: &'static str,
    user_identity: &'a UserIdentity,
    event_time: String,
    event_source: &'a str,
    event_name: &'a str,
    aws_region: &'a str,
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'a str>,
    request_parameters: Value,
    response_elements: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_event_data: Option<Value>,
    #[serde(rename = "requestID")]
    request_id: &'a str,
    #[serde(rename = "eventID")]
    event_id: &'a str,
    read_only: bool,
    #[serde(skip_serializing_if = "<[Resource]>::is_empty")]
    resources: &'a [Resource],
    event_type: &'static str,
    management_event: bool,
    recipient_account_id: &'a str,
    event_category: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_details: Option<&'a TlsDetails>,
}

impl Record {
    /// The record as CloudTrail's JSON, one line.
    ///
    /// # Errors
    /// The serializer's, which no record brings about.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let (error_code, error_message) = self.error.as_ref().map_or((None, None), |(code, message)| {
            (Some(cut(code, SHORT_BYTES_MAX)), Some(cut(message, SHORT_BYTES_MAX)))
        });
        serde_json::to_string(&Wire {
            event_version: version(self.source),
            user_identity: &self.identity,
            event_time: seconds(self.time),
            event_source: self.source,
            event_name: &self.name,
            aws_region: &self.region,
            source_ip_address: &self.source_ip,
            user_agent: self.user_agent.as_deref().map(|agent| cut(agent, SHORT_BYTES_MAX)),
            error_code,
            error_message,
            request_parameters: within(self.request_parameters.as_ref(), ELEMENT_BYTES_MAX),
            response_elements: within(self.response_elements.as_ref(), ELEMENT_BYTES_MAX),
            additional_event_data: self
                .additional_event_data
                .as_ref()
                .map(|value| within(Some(value), ADDITIONAL_BYTES_MAX)),
            request_id: &self.request_id,
            event_id: &self.event_id,
            read_only: self.read_only,
            resources: &self.resources,
            event_type: "AwsApiCall",
            management_event: self.category == Category::Management,
            recipient_account_id: &self.account,
            event_category: match self.category {
                Category::Data => "Data",
                Category::Management => "Management",
            },
            tls_details: self.tls.as_ref(),
        })
    }
}

fn version(source: &str) -> &'static str {
    match source {
        "iam.amazonaws.com" => "1.09",
        "s3.amazonaws.com" => "1.11",
        _ => "1.08",
    }
}

/// A time as records have it: UTC, whole seconds.
#[must_use]
pub fn seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The front of a text that fits, cut between characters.
fn cut(text: &str, bytes: usize) -> &str {
    let end = text.floor_char_boundary(bytes.min(text.len()));
    text.get(..end).unwrap_or_default()
}

/// A value that fits, or a note that it did not.
fn within(value: Option<&Value>, bytes: usize) -> Value {
    match value {
        None => Value::Null,
        Some(value) if value.to_string().len() <= bytes => value.clone(),
        Some(_) => json!({ "omitted": true, "reason": format!("larger than {bytes} bytes") }),
    }
}
