//! The body of CreateBucket: where the bucket is to be. What else it may say, tags among it, asks for more than is told
//! here, and is refused.
//!
//! Source: Amazon S3 API reference, CreateBucket: tags need `s3:TagResource`.

use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::super::Unknown;

/// Bytes of a body that says where a bucket is to be, and of no object's that matters.
pub(super) const BODY_BYTES: usize = 16 * 1024;

/// Whether a request may be a CreateBucket with a body that can be read; with the bucket in the host it may be a small
/// object too.
pub(super) fn may_be(parts: &Parts) -> bool {
    let path = parts.uri.path().trim_matches('/');
    parts.method == http::Method::PUT
        && !path.contains('/')
        && announced(&parts.headers).is_some_and(|bytes| bytes <= BODY_BYTES)
}

/// Bytes of the body without its framing.
fn announced(headers: &HeaderMap) -> Option<usize> {
    let name = if headers.contains_key("x-amz-decoded-content-length") {
        "x-amz-decoded-content-length"
    } else {
        CONTENT_LENGTH.as_str()
    };
    headers.get(name).and_then(|value| value.to_str().ok()?.parse().ok())
}

/// Refuses a body that says more than where the bucket is to be.
pub(super) fn check(body: &[u8], headers: &HeaderMap) -> Result<(), Unknown> {
    let refused = || Unknown::because("the new bucket's configuration has more than a location");
    if body.is_empty() {
        let is_there = announced(headers).is_some_and(|bytes| bytes > 0);
        return if is_there { Err(refused()) } else { Ok(()) };
    }
    let text = std::str::from_utf8(body).map_err(|_| refused())?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut is_first = true;
    loop {
        let was_first = std::mem::take(&mut is_first);
        match reader.read_event().map_err(|_| refused())? {
            Event::Decl(declared) if was_first => match declared.encoding() {
                None => {}
                Some(Ok(name)) if name.eq_ignore_ascii_case(b"utf-8") => {}
                Some(_) => return Err(refused()),
            },
            Event::Start(start) => {
                let around: Vec<&[u8]> = open.iter().map(Vec::as_slice).collect();
                match (around.as_slice(), start.name().as_ref()) {
                    ([], b"CreateBucketConfiguration")
                    | ([b"CreateBucketConfiguration"], b"LocationConstraint") => {}
                    _ => return Err(refused()),
                }
                open.push(start.name().as_ref().to_vec());
            }
            Event::Empty(empty) => {
                let is_whole = open.is_empty() && empty.name().as_ref() == b"CreateBucketConfiguration";
                let is_place = open.len() == 1 && empty.name().as_ref() == b"LocationConstraint";
                if !is_whole && !is_place {
                    return Err(refused());
                }
            }
            Event::End(_) => drop(open.pop()),
            Event::Text(text) if !open.is_empty() || text.iter().all(u8::is_ascii_whitespace) => {}
            Event::Eof if open.is_empty() => return Ok(()),
            _ => return Err(refused()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_bucket_has_a_place_and_nothing_else() {
        let check = |body: &str| check(body.as_bytes(), &HeaderMap::new());
        for body in [
            "",
            "<CreateBucketConfiguration/>",
            "<CreateBucketConfiguration xmlns=\"a\"><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CreateBucketConfiguration>\n</CreateBucketConfiguration>",
        ] {
            assert!(check(body).is_ok(), "{body}");
        }
        for body in [
            "x",
            "<Tags/>",
            "<CreateBucketConfiguration><Tags><Tag><Key>a</Key></Tag></Tags></CreateBucketConfiguration>",
            "<CreateBucketConfiguration><Tags/></CreateBucketConfiguration>",
            "<CreateBucketConfiguration><LocationConstraint><Tags></Tags></LocationConstraint></CreateBucketConfiguration>",
            "<?xml version=\"1.0\" encoding=\"UTF-7\"?><CreateBucketConfiguration/>",
            "<!DOCTYPE a><CreateBucketConfiguration/>",
            "<CreateBucketConfiguration>",
        ] {
            assert!(check(body).is_err(), "{body}");
        }
        let headers = HeaderMap::from_iter([(CONTENT_LENGTH, http::HeaderValue::from_static("99999"))]);
        assert!(super::check(b"", &headers).is_err(), "what was not read");
    }
}
