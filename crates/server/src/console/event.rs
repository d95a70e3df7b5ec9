//! An event of the trail as a line of a table.

use daypass_trail::{StoredEvent, issued_access_key, username};
use jiff::Timestamp;
use serde_json::Value;

use super::moment::Moment;

/// An event of the trail.
pub(super) struct Event {
    pub(super) id: String,
    pub(super) at: Moment,
    /// `PutObject`
    pub(super) name: String,
    /// `s3.amazonaws.com`
    pub(super) source: String,
    /// The login, the subject, the session's name.
    pub(super) who: String,
    /// What it was about: an object, a role, an environment.
    pub(super) target: String,
    /// The error's code, where it was refused.
    pub(super) error: Option<String>,
    pub(super) account: String,
    /// The run that it is of, as far as it says so itself.
    pub(super) run: Option<String>,
    /// The key that signed.
    pub(super) key: Option<String>,
    /// The key that it handed out.
    pub(super) issued: Option<String>,
}

impl Event {
    /// Reads an event; what it does not say is an empty text.
    pub(super) fn new(event: &StoredEvent, now: Timestamp) -> Self {
        let record: Value = serde_json::from_str(&event.record).unwrap_or_default();
        let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let at: Option<Timestamp> = text("/eventTime").and_then(|time| time.parse().ok());
        let of_token = event.annotation.as_ref().and_then(|annotation| annotation.token.as_ref());
        let of_token = of_token.and_then(|claims| claims.get("run_id")).and_then(Value::as_str);
        let who = username(&record).filter(|name| !name.is_empty());
        Self {
            id: text("/eventID").unwrap_or_default(),
            at: Moment::new(at.unwrap_or(Timestamp::UNIX_EPOCH), now),
            name: text("/eventName").unwrap_or_default(),
            source: text("/eventSource").unwrap_or_default(),
            who: who.or_else(|| text("/userIdentity/type")).unwrap_or_default(),
            target: target(&record),
            error: text("/errorCode"),
            account: text("/recipientAccountId").unwrap_or_default(),
            run: text("/requestParameters/runId").or_else(|| of_token.map(str::to_owned)),
            key: text("/userIdentity/accessKeyId"),
            issued: issued_access_key(&record),
        }
    }
}

fn target(record: &Value) -> String {
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    match (text("/requestParameters/bucketName"), text("/requestParameters/key")) {
        (Some(bucket), Some(key)) => return format!("s3://{bucket}/{key}"),
        (Some(bucket), None) => return format!("s3://{bucket}"),
        _ => {}
    }
    let named = ["roleArn", "roleName", "policyArn", "policyName", "environment", "repository", "login"];
    named.iter().find_map(|name| text(&format!("/requestParameters/{name}"))).unwrap_or_default()
}

/// A name of the trail as a reader says it: `DeploymentApproved` is "Deployment approved".
pub(super) fn in_words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}
