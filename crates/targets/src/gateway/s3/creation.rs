//! The body of a new bucket's request, which may say in which region it shall be, and nothing else: tags would need
//! `s3:TagResource`, and what else there is means buckets of another kind.
//!
//! Source: Amazon S3 API reference, CreateBucket.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::super::Unknown;
use super::xml::{is_plain, named};
use crate::entity;

/// The region that the body names.
pub(super) fn region(body: &[u8]) -> Result<Option<String>, Unknown> {
    let refused = || Unknown::because("the body of a new bucket says more than its region");
    let text = std::str::from_utf8(body).map_err(|_| refused())?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<String> = Vec::new();
    let (mut is_begun, mut region, mut value) = (false, None, String::new());
    loop {
        match reader.read_event().map_err(|_| refused())? {
            Event::Start(start) => {
                let name = named(&start).ok_or_else(refused)?;
                let around: Vec<&str> = open.iter().map(String::as_str).collect();
                match (around.as_slice(), name.as_str()) {
                    ([], "CreateBucketConfiguration") if !is_begun => is_begun = true,
                    (["CreateBucketConfiguration"], "LocationConstraint") if region.is_none() => {}
                    _ => return Err(refused()),
                }
                open.push(name);
                value.clear();
            }
            Event::End(_) => {
                if open.pop().ok_or_else(refused)? == "LocationConstraint" {
                    region = Some(std::mem::take(&mut value));
                }
            }
            Event::Text(text) => value.push_str(&text.decode().map_err(|_| refused())?),
            Event::GeneralRef(reference) => {
                value.push_str(&entity::resolve(&reference).ok_or_else(refused)?);
            }
            Event::Decl(declaration) if is_plain(&declaration) => {}
            Event::Eof if open.is_empty() => return Ok(region),
            _ => return Err(refused()),
        }
    }
}
