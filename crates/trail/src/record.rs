//! A CloudTrail record.
//!
//! Source: CloudTrail user guide, "CloudTrail record contents"; field order and event versions as observed.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::element::Element;
use crate::identity::UserIdentity;

/// Bytes of a whole record: CloudTrail's limit for an event.
pub const RECORD_BYTES_MAX: usize = 256 * 1_024;
/// Bytes of `errorCode`, `errorMessage` and `userAgent` that are kept. The names that a caller chooses freely, such as
/// an operation that does not exist, are cut to the same length.
pub const SHORT_BYTES_MAX: usize = 1_024;
/// Bytes of `requestParameters` and `responseElements` that are kept.
pub const ELEMENT_BYTES_MAX: usize = 100 * 1_024;
/// Bytes of `additionalEventData` that are kept.
pub const ADDITIONAL_BYTES_MAX: usize = 28 * 1_024;
/// Resources that are listed in a record which is over [`RECORD_BYTES_MAX`]: deleting a thousand objects names as many.
const CROWDED_RESOURCES_MAX: usize = 16;

/// The `eventCategory` of what happened elsewhere than at AWS, as CloudTrail Lake has it for the events of its integrations.
///
/// Source: CloudTrail user guide, "CloudTrail Lake integrations event schema".
pub const ACTIVITY_CATEGORY: &str = "ActivityAuditLog";

/// What an event is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// Of GitHub's side: a gate, a run, an identity token. No call of AWS's and of no account, so LookupEvents never has it.
    Activity,
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

    /// Anything else, by CloudTrail's name of its type. CloudTrail names no account for an object.
    #[must_use]
    pub fn other(account: Option<&str>, kind: &'static str, arn: &str) -> Self {
        Self { account: account.map(str::to_owned), kind, arn: arn.to_owned() }
    }

    /// A bucket.
    #[must_use]
    pub fn bucket(account: &str, arn: &str) -> Self {
        Self { account: Some(account.to_owned()), kind: "AWS::S3::Bucket", arn: arn.to_owned() }
    }

    /// A resource of another service, by CloudTrail's name of its type.
    #[must_use]
    pub fn of(kind: &'static str, account: &str, arn: &str) -> Self {
        Self { account: Some(account.to_owned()), kind, arn: arn.to_owned() }
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
    /// What the records of one call across accounts have in common.
    ///
    /// Source: CloudTrail user guide, "Example sharedEventID".
    pub shared_event_id: Option<String>,
    /// The event's own id.
    pub event_id: String,
    /// Whether it only reads.
    pub read_only: bool,
    /// What it was about.
    pub resources: Vec<Resource>,
    /// The account whose trail this record is for.
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
    request_parameters: Element<'a>,
    response_elements: Element<'a>,
    #[serde(skip_serializing_if = "Element::is_absent")]
    additional_event_data: Element<'a>,
    #[serde(rename = "requestID")]
    request_id: &'a str,
    #[serde(rename = "sharedEventID", skip_serializing_if = "Option::is_none")]
    shared_event_id: Option<&'a str>,
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
    /// The record as CloudTrail's JSON, one line of at most [`RECORD_BYTES_MAX`] bytes.
    ///
    /// An element over its limit is replaced by a note that it was omitted. Where the whole is over its limit, the
    /// request's parameters go first and the response last, since the response names the key that was handed out.
    ///
    /// # Errors
    /// The serializer's, which no record brings about.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        // An element is no larger than the whole, so that most records need not be measured.
        let whole = serde_json::to_string(&self.wire(Element::whole))?;
        if whole.len() <= ELEMENT_BYTES_MAX.min(ADDITIONAL_BYTES_MAX) {
            return Ok(whole);
        }
        let mut wire = self.wire(Element::within);
        let mut text = serde_json::to_string(&wire)?;
        let shrinks: [fn(&mut Wire<'_>); 4] = [
            |wire| wire.request_parameters.omit("requestParameters"),
            |wire| wire.additional_event_data.omit("additionalEventData"),
            |wire| wire.resources = wire.resources.get(..CROWDED_RESOURCES_MAX).unwrap_or(wire.resources),
            |wire| wire.response_elements.omit("responseElements"),
        ];
        for shrink in shrinks {
            if text.len() <= RECORD_BYTES_MAX {
                break;
            }
            shrink(&mut wire);
            text = serde_json::to_string(&wire)?;
        }
        Ok(text)
    }

    fn wire<'a>(&'a self, element: fn(Option<&'a Value>, &'static str, usize) -> Element<'a>) -> Wire<'a> {
        let (error_code, error_message) = self.error.as_ref().map_or((None, None), |(code, message)| {
            (Some(cut(code, SHORT_BYTES_MAX)), Some(cut(message, SHORT_BYTES_MAX)))
        });
        Wire {
            event_version: version(self.source),
            user_identity: &self.identity,
            event_time: seconds(self.time),
            event_source: self.source,
            event_name: cut(&self.name, SHORT_BYTES_MAX),
            aws_region: cut(&self.region, SHORT_BYTES_MAX),
            source_ip_address: cut(&self.source_ip, SHORT_BYTES_MAX),
            user_agent: self.user_agent.as_deref().map(|agent| cut(agent, SHORT_BYTES_MAX)),
            error_code,
            error_message,
            request_parameters: element(
                self.request_parameters.as_ref(),
                "requestParameters",
                ELEMENT_BYTES_MAX,
            ),
            response_elements: element(
                self.response_elements.as_ref(),
                "responseElements",
                ELEMENT_BYTES_MAX,
            ),
            additional_event_data: element(
                self.additional_event_data.as_ref(),
                "additionalEventData",
                ADDITIONAL_BYTES_MAX,
            ),
            request_id: &self.request_id,
            shared_event_id: self.shared_event_id.as_deref(),
            event_id: &self.event_id,
            read_only: self.read_only,
            resources: &self.resources,
            event_type: match self.category {
                Category::Activity => "ActivityLog",
                Category::Data | Category::Management => "AwsApiCall",
            },
            management_event: self.category == Category::Management,
            recipient_account_id: &self.account,
            event_category: match self.category {
                Category::Activity => ACTIVITY_CATEGORY,
                Category::Data => "Data",
                Category::Management => "Management",
            },
            tls_details: self.tls.as_ref(),
        }
    }
}

/// The version of the record's format that a service writes.
fn version(source: &str) -> &'static str {
    match source {
        "sts.amazonaws.com" => "1.08",
        "iam.amazonaws.com" => "1.09",
        _ => "1.11",
    }
}

/// A time as records have it: UTC, whole seconds.
#[must_use]
pub fn seconds(time: Timestamp) -> String {
    format!("{time:.0}")
}

/// The front of a text that fits, cut between characters.
fn cut(text: &str, bytes: usize) -> &str {
    let end = text.floor_char_boundary(bytes.min(text.len()));
    text.get(..end).unwrap_or_default()
}
