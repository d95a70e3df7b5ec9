//! What a call to a service behind the gateway is: its operation, its IAM actions, resources and condition keys.
//!
//! The services themselves stand elsewhere; nothing here sends anything. A call that is not surely one of a service's
//! operations is [`Unknown`], and is to be denied: what the gateway takes for one call must not be another one to the
//! service behind it.

mod anew;
mod dynamodb;
mod header;
mod s3;
mod sqs;
mod strict;

use http::request::Parts;
use serde_json::{Map, Value};

use crate::authority::TargetCall;

/// A service that may stand behind the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Amazon DynamoDB.
    DynamoDb,
    /// Amazon S3.
    S3,
    /// Amazon SQS.
    Sqs,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DynamoDb, Self::S3, Self::Sqs];

    /// The service's name in a signature's scope, as the prefix of its IAM actions, and in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::S3 => "s3",
            Self::Sqs => "sqs",
        }
    }

    /// The service as CloudTrail's `eventSource` names it.
    #[must_use]
    pub const fn event_source(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb.amazonaws.com",
            Self::S3 => "s3.amazonaws.com",
            Self::Sqs => "sqs.amazonaws.com",
        }
    }

    /// The service of this [name](Self::name).
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }
}

impl Service {
    /// How much of a request's body decides what it is; `bucket_of_host` is the bucket that the `Host` header names, for S3.
    #[must_use]
    pub fn body_need(self, parts: &Parts, bucket_of_host: Option<&str>) -> BodyNeed {
        match self {
            Self::DynamoDb => BodyNeed::Whole(dynamodb::BODY_BYTES),
            Self::Sqs => BodyNeed::Whole(sqs::BODY_BYTES),
            Self::S3 => s3::body_need(parts, bucket_of_host),
        }
    }

    /// The whole body of an identified call as it is to go on, with the same meaning; nothing where it may stay as it
    /// came.
    #[must_use]
    pub fn written_anew(self, parts: &Parts, body: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::DynamoDb => Some(anew::json(body)),
            Self::Sqs if parts.headers.contains_key("x-amz-target") => Some(anew::json(body)),
            Self::Sqs => anew::form(body),
            Self::S3 => None,
        }
    }
}

/// Finds out what a call is.
///
/// # Errors
/// [`Unknown`] where it is not surely one of the operations that are known here.
pub fn identify(service: Service, request: &Request<'_>) -> Result<Identified, Unknown> {
    header::check_connection(request.parts)?;
    match service {
        Service::DynamoDb => dynamodb::identify(request),
        Service::Sqs => sqs::identify(request),
        Service::S3 => s3::identify(request),
    }
}

/// How much of a request's body must be read before it is known what the call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyNeed {
    /// None: it may be streamed.
    Nothing,
    /// All of it, and no more than so many bytes.
    Whole(usize),
}

/// A request whose signature was verified.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Its method, address and headers as they came.
    pub parts: &'a Parts,
    /// The bucket that the `Host` header names, for S3.
    pub bucket_of_host: Option<&'a str>,
    /// The body where [`BodyNeed::Whole`] was asked for, else nothing.
    pub body: &'a [u8],
    /// The account that resources belong to which name none, twelve digits: the caller's.
    pub account: &'a str,
    /// The region that the caller signed for.
    pub region: &'a str,
}

/// What a call is.
#[derive(Debug, Clone, PartialEq)]
pub struct Identified {
    /// The API operation as CloudTrail names it, `PutItem`.
    pub operation: &'static str,
    /// Whether it changes nothing.
    pub read_only: bool,
    /// Whether CloudTrail counts it among the data events.
    pub is_data: bool,
    /// Every question that must be answered with yes before the call may go on; never empty.
    pub questions: Vec<TargetCall>,
    /// Condition keys that AWS would know for this call and that cannot be known here, since what they are about lies at
    /// the service behind: `aws:ResourceTag/*`, where the star stands for any ending, or `dynamodb:LeadingKeys`. Whoever
    /// asks must deny where any policy that has a say mentions one of them: a key that is merely absent would make
    /// `ForAllValues:` and negated conditions true.
    pub unavailable: Vec<&'static str>,
    /// The address that goes on.
    pub written: Written,
    /// What the record of the call names as its resources.
    pub resources: Vec<Touched>,
    /// What the record says of the call's parameters: names and addresses, never what is stored.
    pub parameters: Map<String, Value>,
}

/// An address, written anew from what was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The path, with the bucket in it.
    pub path: String,
    /// What `x-amz-copy-source` is to say.
    pub copy_source: Option<String>,
}

impl Written {
    fn at(path: &str) -> Self {
        Self { path: path.to_owned(), copy_source: None }
    }
}

/// A resource that a call is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// CloudTrail's name of its type, `AWS::DynamoDB::Table`.
    pub kind: &'static str,
    /// Its ARN.
    pub arn: String,
}

/// A call that cannot be told: to be denied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Unknown {
    /// Why, for the operator: what was looked at and what was wrong with it. No secret is in it.
    pub detail: String,
}

impl Unknown {
    fn because(detail: impl Into<String>) -> Self {
        Self { detail: detail.into() }
    }
}
