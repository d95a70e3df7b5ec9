//! Amazon SQS: JSON 1.0 and, for older clients, the query protocol.
//!
//! A queue is named by its URL, of which the last two parts of the path are its account and its name; whichever host
//! stands before them, the call goes to the one service behind.
//!
//! Sources: Amazon SQS API reference; developer guide, "Amazon SQS queue and message identifiers"; "Actions, resources,
//! and condition keys for Amazon SQS".

mod fields;
mod table;

use serde_json::{Map, Value, json};

use self::fields::Fields;
use self::table::{About, NOT_TOLD, Row, TABLE};
use super::header::cut;
use super::{Identified, Request, Touched, Unknown, Written};
use crate::authority::{ConditionKey, TargetCall};

/// Bytes of a request: ten messages of together a mebibyte, encoded, and the rest.
pub(super) const BODY_BYTES: usize = 4 * 1024 * 1024;

pub(super) fn identify(request: &Request<'_>) -> Result<Identified, Unknown> {
    let fields = Fields::read(request)?;
    let row = TABLE.iter().find(|row| row.name == fields.operation());
    let row = row.ok_or_else(|| match fields.operation() {
        NOT_TOLD => Unknown::because(format!(
            "{NOT_TOLD} is not told: its handle does not say which queue it is about"
        )),
        other => Unknown::because(format!("{} is not an operation of SQS's", cut(other))),
    })?;
    let mut parameters = Map::new();
    let arns = queues(row, &fields, request, &mut parameters)?;
    // A move reads from its source and writes to its destination, as whoever did it by hand would have to.
    let mut questions = Vec::new();
    let keys = fields.tag_keys(row.name)?;
    for (action, at) in row.actions {
        let resource = match (row.about, arns.get(*at)) {
            // A queue without a name, as refusals that were captured in 2024 and 2025 show.
            (About::Account, _) => format!("arn:aws:sqs:{}:{}:", request.region, request.account),
            (_, Some(arn)) => arn.clone(),
            // Every message would go where the service knows alone: to the queue that it came from.
            (_, None) => return Err(Unknown::because("DestinationArn is missing")),
        };
        questions.push(TargetCall {
            service: "sqs",
            operation: row.name,
            action,
            resource,
            keys: keys.clone(),
        });
    }
    if row.name == "CreateQueue" && has_tags(&keys) {
        questions.extend(arns.iter().map(|arn| TargetCall {
            service: "sqs",
            operation: row.name,
            action: "sqs:TagQueue",
            resource: arn.clone(),
            keys: keys.clone(),
        }));
    }
    Ok(Identified {
        operation: row.name,
        read_only: row.read_only,
        is_data: row.is_data,
        questions,
        unavailable: vec!["aws:ResourceTag/*"],
        written: Written::at(request.parts.uri.path()),
        resources: arns.into_iter().map(|arn| Touched { kind: "AWS::SQS::Queue", arn }).collect(),
        parameters,
    })
}

/// The ARNs of the queues that a call is about; what names them is put among the record's parameters.
fn queues(
    row: &Row,
    fields: &Fields<'_>,
    request: &Request<'_>,
    parameters: &mut Map<String, Value>,
) -> Result<Vec<String>, Unknown> {
    let path = request.parts.uri.path();
    // What else a path may be at the service behind is not known.
    if row.about != About::Queue && path != "/" {
        return Err(Unknown::because("a call that is not about a queue is made to /"));
    }
    Ok(match row.about {
        About::Account => Vec::new(),
        About::Queue => {
            let url = fields.queue_url()?;
            parameters.insert("queueUrl".to_owned(), json!(url));
            let queue = queue_of(&url, request)?;
            if path != "/" && queue_of(path, request)? != queue {
                return Err(Unknown::because("QueueUrl and the path name different queues"));
            }
            vec![queue]
        }
        About::Name => {
            let name = fields.needed("QueueName")?;
            let owner = if row.name == "GetQueueUrl" { fields.text("QueueOwnerAWSAccountId")? } else { None };
            parameters.insert("queueName".to_owned(), json!(name));
            vec![arn(owner.as_deref().unwrap_or(request.account), &name, request)?]
        }
        About::Arns => {
            let source = fields.needed("SourceArn")?;
            parameters.insert("sourceArn".to_owned(), json!(source));
            let mut arns = vec![checked(&source, request)?];
            if let Some(destination) = fields.text("DestinationArn")? {
                arns.push(checked(&destination, request)?);
            }
            arns
        }
    })
}

fn has_tags(keys: &[ConditionKey]) -> bool {
    keys.iter().any(|key| key.name.starts_with("aws:RequestTag/"))
}

/// The ARN of the queue that a URL or path names.
fn queue_of(url: &str, request: &Request<'_>) -> Result<String, Unknown> {
    let refused = || Unknown::because(format!("{} is not a queue's address", cut(url)));
    let path = match url.split_once("://") {
        Some(("http" | "https", rest)) => {
            let (host, path) = rest.split_once('/').ok_or_else(refused)?;
            if host.is_empty() || host.contains(['@', '\\', '?', '#']) || !is_in(request.region, host) {
                return Err(refused());
            }
            path
        }
        Some(_) => return Err(refused()),
        None => url.strip_prefix('/').ok_or_else(refused)?,
    };
    let mut parts = path.split('/');
    let (Some(account), Some(name), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(refused());
    };
    arn(account, name, request)
}

/// Whether a host names no other region: there are services that take the region from it, and others that do not look at
/// it. `queue` alone is the oldest region's.
///
/// Source: Amazon SQS developer guide, "Amazon SQS queue and message identifiers"; AWS general reference, "Amazon SQS
/// endpoints and quotas", the legacy endpoints.
fn is_in(region: &str, host: &str) -> bool {
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let is_region = |label: &str| {
        let parts: Vec<&str> = label.split('-').collect();
        let Some((number, words)) = parts.split_last() else { return false };
        let are_words = words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()));
        words.len() > 1 && are_words && number.parse::<u8>().is_ok()
    };
    let is_legacy = host.starts_with("queue.") && region != "us-east-1";
    !is_legacy && !host.split('.').any(|label| is_region(label) && label != region)
}

fn arn(account: &str, name: &str, request: &Request<'_>) -> Result<String, Unknown> {
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let stem = name.strip_suffix(".fifo").unwrap_or(name);
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !is_account || name.len() > 80 || stem.is_empty() || !stem.bytes().all(is_known) {
        return Err(Unknown::because(format!("{} of account {} is not a queue", cut(name), cut(account))));
    }
    Ok(format!("arn:aws:sqs:{}:{account}:{name}", request.region))
}

/// An ARN that must be of a queue of the caller's region.
fn checked(text: &str, request: &Request<'_>) -> Result<String, Unknown> {
    let refused = || Unknown::because(format!("{} is not the ARN of a queue of this region", cut(text)));
    let rest = text.strip_prefix(&format!("arn:aws:sqs:{}:", request.region)).ok_or_else(refused)?;
    let (account, name) = rest.split_once(':').ok_or_else(refused)?;
    arn(account, name, request)
}
