//! The keys of a batch delete, from its body: each is a question of its own, and all must be allowed.
//!
//! Source: Amazon S3 API reference, DeleteObjects.

use http::HeaderMap;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::super::Unknown;
use super::address::plain;
use super::versions;
use super::xml::{is_plain, named};
use crate::authority::{ConditionKey, TargetCall};
use crate::entity;
use crate::s3::actions::object_arn;
use crate::s3::limits::DELETE_KEYS;

/// One object of the batch.
#[derive(Default)]
struct Object {
    key: Option<String>,
    version: Option<String>,
}

pub(super) fn questions(bucket: &str, body: &[u8], headers: &HeaderMap) -> Result<Vec<TargetCall>, Unknown> {
    let objects = read(body)?;
    if objects.is_empty() || objects.len() > DELETE_KEYS {
        return Err(Unknown::because(format!("a batch has 1 to {DELETE_KEYS} keys")));
    }
    let bypasses = headers.contains_key("x-amz-bypass-governance-retention");
    let mut questions = Vec::new();
    for object in objects {
        let key = object.key.ok_or_else(|| Unknown::because("an object of the batch has no key"))?;
        plain(&key)?;
        if object.version.as_deref().is_some_and(|version| !versions::is_id(version)) {
            return Err(Unknown::because("a version of the batch is not plain"));
        }
        let action = if object.version.is_some() { "s3:DeleteObjectVersion" } else { "s3:DeleteObject" };
        let keys = object.version.map(|version| ConditionKey::one("s3:VersionId", version));
        let asked = TargetCall {
            service: "s3",
            operation: "DeleteObjects",
            action,
            resource: object_arn(bucket, &key),
            keys: keys.into_iter().collect(),
        };
        if bypasses {
            questions.push(TargetCall { action: "s3:BypassGovernanceRetention", ..asked.clone() });
        }
        questions.push(asked);
    }
    Ok(questions)
}

/// Reads `Delete`, with nothing in it that is not known: two readers must see the same keys.
fn read(body: &[u8]) -> Result<Vec<Object>, Unknown> {
    let refused = || Unknown::because("the batch cannot be read in one way only");
    let text = std::str::from_utf8(body).map_err(|_| refused())?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<String> = Vec::new();
    let mut objects: Vec<Object> = Vec::new();
    let mut value = String::new();
    let mut is_first = true;
    loop {
        let was_first = std::mem::take(&mut is_first);
        match reader.read_event().map_err(|_| refused())? {
            Event::Start(start) => {
                let name = named(&start).ok_or_else(refused)?;
                let around: Vec<&str> = open.iter().map(String::as_str).collect();
                match (around.as_slice(), name.as_str()) {
                    ([], "Delete") if objects.is_empty() => {}
                    (["Delete"], "Object") => objects.push(Object::default()),
                    (["Delete"], "Quiet") => {}
                    (["Delete", "Object"], "Key" | "VersionId" | "ETag" | "Size" | "LastModifiedTime") => {}
                    _ => return Err(refused()),
                }
                open.push(name);
                value.clear();
            }
            Event::End(_) => {
                let name = open.pop().ok_or_else(refused)?;
                if open.len() == 2 {
                    let object = objects.last_mut().ok_or_else(refused)?;
                    let slot = match name.as_str() {
                        "Key" => &mut object.key,
                        "VersionId" => &mut object.version,
                        _ => continue,
                    };
                    if slot.replace(std::mem::take(&mut value)).is_some() {
                        return Err(refused());
                    }
                }
            }
            Event::Text(text) => value.push_str(&text.decode().map_err(|_| refused())?),
            Event::GeneralRef(reference) => {
                value.push_str(&entity::resolve(&reference).ok_or_else(refused)?);
            }
            Event::Decl(declaration) if was_first && is_plain(&declaration) => {}
            Event::Eof if open.is_empty() => return Ok(objects),
            Event::Eof
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::DocType(_)
            | Event::Empty(_)
            | Event::PI(_) => {
                return Err(refused());
            }
        }
    }
}
