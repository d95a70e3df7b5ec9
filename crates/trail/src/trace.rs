//! From any call back to the token behind it.
//!
//! A later call names the key that signed it; the exchange that handed out that key names the subject, and its annotation
//! holds the token's claims: repository, environment, run. A session made from another session (role chaining) is one
//! link more.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::annotation::Annotation;

/// How many sessions in a row are followed: a bound, since nothing keeps a session from assuming roles all day.
pub const LINKS_MAX: usize = 64;

/// A kept event.
#[derive(Debug, Clone)]
pub struct StoredEvent {
    /// Its place in the trail.
    pub sequence: i64,
    /// The record as it was written.
    pub record: String,
    /// What was kept beside it.
    pub annotation: Option<Annotation>,
}

/// Where kept events come from.
pub trait Events {
    /// Why the trail does not answer.
    type Error;

    /// The event with this event id or request id; of several the last one written, which for a call across accounts is
    /// the caller's account's.
    ///
    /// # Errors
    /// Where the trail does not answer.
    fn event(&self, id: &str) -> Result<Option<StoredEvent>, Self::Error>;

    /// The event that handed out this key; of several the last one written, as above.
    ///
    /// # Errors
    /// Where the trail does not answer.
    fn issuing(&self, access_key_id: &str) -> Result<Option<StoredEvent>, Self::Error>;
}

/// One event of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its id.
    pub event_id: String,
    /// When.
    pub time: String,
    /// The operation.
    pub name: String,
    /// Who called: an ARN, or a token's subject.
    pub caller: String,
    /// The key that signed, if one did.
    pub access_key_id: Option<String>,
    /// What it was about: the object, the role.
    pub target: Option<String>,
    /// The error's code, where it was refused.
    pub error: Option<String>,
}

/// The token at the beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The provider's ARN.
    pub provider: String,
    /// The subject.
    pub subject: String,
    /// The claims: repository, environment, run and the rest.
    pub claims: Map<String, Value>,
}

/// From a call back to its beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// The call first, then each exchange behind it.
    pub links: Vec<Link>,
    /// The token at the beginning; `None` for the administrator, or where its event is no longer there.
    pub origin: Option<Origin>,
    /// The same in sentences.
    pub lines: Vec<String>,
}

/// Follows an event back; `None` where there is no such event.
///
/// # Errors
/// Where the trail does not answer.
pub fn trace<E: Events>(events: &E, id: &str) -> Result<Option<Chain>, E::Error> {
    let Some(first) = events.event(id)? else { return Ok(None) };
    let first = of_caller(events, first)?;
    let mut links = Vec::new();
    let mut current = Some(first);
    let mut origin = None;
    while let Some(event) = current.take() {
        let record: Value = serde_json::from_str(&event.record).unwrap_or_default();
        let link = link(&record);
        origin = self::origin(&record, event.annotation.as_ref());
        let key = link.access_key_id.clone();
        links.push(link);
        if let Some(key) = key.filter(|_| origin.is_none() && links.len() < LINKS_MAX) {
            current = events.issuing(&key)?;
        }
    }
    let mut lines = lines(&links, origin.as_ref());
    if origin.is_none() {
        lines.push(dead_end(&links));
    }
    let lines = lines.iter().map(|line| without_control(line)).collect();
    Ok(Some(Chain { links, origin, lines }))
}

/// The record that the caller's own account has of a call across accounts, in the place of the called account's: only
/// the former names the key that signed.
fn of_caller<E: Events>(events: &E, event: StoredEvent) -> Result<StoredEvent, E::Error> {
    let record: Value = serde_json::from_str(&event.record).unwrap_or_default();
    let is_known = record.pointer("/userIdentity/accessKeyId").is_some();
    let is_shared = record.get("sharedEventID").is_some();
    match record.get("requestID").and_then(Value::as_str).filter(|_| is_shared && !is_known) {
        Some(request_id) => Ok(events.event(request_id)?.unwrap_or(event)),
        None => Ok(event),
    }
}

fn link(record: &Value) -> Link {
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let target = match (text("/requestParameters/bucketName"), text("/requestParameters/key")) {
        (Some(bucket), Some(key)) => Some(format!("s3://{bucket}/{key}")),
        (Some(bucket), None) => Some(format!("s3://{bucket}")),
        _ => text("/requestParameters/roleArn").or_else(|| text("/requestParameters/roleName")),
    };
    let caller = text("/userIdentity/arn").or_else(|| text("/userIdentity/userName"));
    Link {
        event_id: text("/eventID").unwrap_or_default(),
        time: text("/eventTime").unwrap_or_default(),
        name: text("/eventName").unwrap_or_default(),
        caller: caller.unwrap_or_else(|| "unknown".to_owned()),
        access_key_id: text("/userIdentity/accessKeyId"),
        target,
        error: text("/errorCode"),
    }
}

fn origin(record: &Value, annotation: Option<&Annotation>) -> Option<Origin> {
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    if text("/userIdentity/type")? != "WebIdentityUser" {
        return None;
    }
    Some(Origin {
        provider: text("/userIdentity/identityProvider")?,
        subject: text("/userIdentity/userName")?,
        claims: annotation.and_then(|annotation| annotation.token.clone()).unwrap_or_default(),
    })
}

/// Why no token was found at the end of a chain.
fn dead_end(links: &[Link]) -> String {
    let last = links.last();
    if links.len() >= LINKS_MAX {
        return format!("more than {LINKS_MAX} sessions in a row: not followed any further");
    }
    match last.and_then(|link| Some((link.access_key_id.as_ref()?, link.caller.ends_with(":root")))) {
        None => "no token and no key is behind it: the caller was not established".to_owned(),
        Some((_, true)) => "signed with the account's own key: no token is behind it".to_owned(),
        Some((key, false)) => format!("the exchange that handed out {key} is not in the trail"),
    }
}

fn lines(links: &[Link], origin: Option<&Origin>) -> Vec<String> {
    let mut lines: Vec<String> = links
        .iter()
        .map(|link| {
            let target = link.target.as_ref().map(|target| format!(" {target}")).unwrap_or_default();
            let key = link.access_key_id.as_ref().map(|key| format!(" with key {key}")).unwrap_or_default();
            let error = link.error.as_ref().map(|error| format!(", refused: {error}")).unwrap_or_default();
            format!("{} {}{target} by {}{key}{error}", link.time, link.name, link.caller)
        })
        .collect();
    if let Some(origin) = origin {
        let claim = |name: &str| origin.claims.get(name).and_then(Value::as_str);
        lines.push(format!("token of {}", origin.subject));
        for name in
            ["repository", "environment", "ref", "workflow_ref", "run_id", "run_attempt", "actor", "sha"]
        {
            if let Some(value) = claim(name) {
                lines.push(format!("  {name:<13} {value}"));
            }
        }
    }
    lines
}

/// A line without what would forge another one or move the terminal's cursor: keys and subjects are a stranger's text.
fn without_control(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    for character in line.chars() {
        let moves = matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if character.is_control() || moves {
            plain.extend(character.escape_unicode());
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_key_cannot_forge_a_line() {
        assert_eq!(super::without_control("a\nb\u{1b}[2Jc\u{202e}"), "a\\u{a}b\\u{1b}[2Jc\\u{202e}");
    }
}
