//! From what `s3s` answers to what the client gets and the record says.

use bytes::Bytes;
use daypass_wire::refusal::{Refusal, s3_error};
use http::header::{ALLOW, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use http::{HeaderValue, Method, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use quick_xml::Reader;
use quick_xml::events::Event;
use s3s::S3Error;

use super::limits::ERROR_BODY_BYTES;
use super::operations::{DELETE_MARKER, VERSION_ID};
use super::{Answer, error};
use crate::body::{BoxError, full};

/// What the renderer must know of the request.
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The path as it came, for `<Resource>`.
    pub(crate) path: String,
    pub(crate) request_id: String,
}

impl Request {
    /// For an answer whose request is lost with the work that held it.
    pub(crate) fn unknown() -> Self {
        Self { method: Method::GET, path: String::new(), request_id: String::new() }
    }
}

/// Wraps a good answer, or reads an error that `s3s` rendered and renders it in full.
pub(crate) async fn of_response(request: &Request, response: Response<s3s::Body>) -> Answer {
    let status = response.status();
    if status.is_client_error() || status.is_server_error() || status == StatusCode::NOT_MODIFIED {
        let (parts, body) = response.into_parts();
        let refusal = read_refusal(parts.status, body).await;
        let mut answer = of_refusal(request, &refusal);
        keep_headers(&parts.headers, answer.response.headers_mut());
        return answer;
    }
    let (mut parts, body) = response.into_parts();
    identify(&mut parts.headers, request);
    // `s3s` says 200 of a `HEAD` whatever it is about; S3 says 206 of a range and of a part, as of a `GET`.
    if parts.headers.contains_key(CONTENT_RANGE) {
        parts.status = StatusCode::PARTIAL_CONTENT;
    }
    let bytes_out = bytes_out(&request.method, &parts.headers, &body);
    Answer {
        response: Response::from_parts(parts, body.map_err(BoxError::from).boxed_unsync()),
        operation: None,
        bucket: None,
        key: None,
        version: None,
        error_code: None,
        error_message: None,
        bytes_in: 0,
        bytes_out,
    }
}

/// Renders an error of ours.
pub(crate) fn of_error(request: &Request, error: &S3Error) -> Answer {
    let code = error.code().as_str().to_owned();
    let message = error.message().map_or_else(|| error::default_message(&code).to_owned(), str::to_owned);
    let status = error.status_code().unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    of_refusal(request, &Refusal::new(status.as_u16(), code, message))
}

fn bytes_out(method: &Method, headers: &http::HeaderMap, body: &s3s::Body) -> u64 {
    if method == Method::HEAD {
        return 0;
    }
    let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    declared.or_else(|| http_body::Body::size_hint(body).exact()).unwrap_or(0)
}

async fn read_refusal(status: StatusCode, body: s3s::Body) -> Refusal {
    let bytes = match Limited::new(body, ERROR_BODY_BYTES).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(_) => Bytes::new(),
    };
    let (code, message) = parse_error(&bytes);
    let code = code.unwrap_or_else(|| "InternalError".to_owned());
    let message = message.unwrap_or_else(|| error::default_message(&code).to_owned());
    Refusal::new(status.as_u16(), code, message)
}

/// Reads `Code` and `Message` out of the error document that `s3s` wrote.
fn parse_error(bytes: &[u8]) -> (Option<String>, Option<String>) {
    let mut reader = Reader::from_reader(bytes);
    let (mut code, mut message) = (None, None);
    let mut within: Vec<u8> = Vec::new();
    let mut text = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                within = start.name().as_ref().to_vec();
                text.clear();
            }
            Ok(Event::Text(part)) => {
                text.push_str(&part.decode().unwrap_or_default());
            }
            Ok(Event::GeneralRef(reference)) => text.push_str(&resolve(&reference)),
            Ok(Event::End(_)) => {
                match within.as_slice() {
                    b"Code" => code = Some(text.clone()),
                    b"Message" => message = Some(text.clone()),
                    _ => {}
                }
                within.clear();
            }
            Ok(Event::Eof) | Err(_) => return (code, message),
            Ok(_) => {}
        }
    }
}

fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name = reference.decode().unwrap_or_default();
    quick_xml::escape::resolve_predefined_entity(&name).unwrap_or_default().to_owned()
}

/// Renders a refusal as S3 does; a `HEAD` and a `304` have no body.
pub(crate) fn of_refusal(request: &Request, refusal: &Refusal) -> Answer {
    let rendered = s3_error(refusal, Some(&request.path), &request.request_id, &request.request_id);
    let bare = request.method == Method::HEAD || rendered.status() == StatusCode::NOT_MODIFIED;
    let (mut parts, document) = rendered.into_parts();
    if bare {
        parts.headers.remove(CONTENT_TYPE);
        parts.headers.remove(CONTENT_LENGTH);
    }
    let document = if bare { Bytes::new() } else { document };
    let bytes_out = document.len() as u64;
    Answer {
        response: Response::from_parts(parts, full(document)),
        operation: None,
        bucket: None,
        key: None,
        version: None,
        error_code: Some(refusal.code.clone().into_owned()),
        error_message: Some(refusal.message.clone().into_owned()),
        bytes_in: 0,
        bytes_out,
    }
}

/// A `304` carries the tag and date that the object would have been sent with; what says that a delete marker stands in
/// the way names it.
fn keep_headers(from: &http::HeaderMap, to: &mut http::HeaderMap) {
    for name in [ETAG, LAST_MODIFIED, ALLOW, DELETE_MARKER, VERSION_ID] {
        if let Some(value) = from.get(&name) {
            to.insert(name, value.clone());
        }
    }
}

fn identify(headers: &mut http::HeaderMap, request: &Request) {
    if let Ok(value) = HeaderValue::try_from(request.request_id.as_str()) {
        headers.insert("x-amz-request-id", value.clone());
        headers.insert("x-amz-id-2", value);
    }
}

/// Puts the record's facts into an answer.
impl Answer {
    pub(crate) fn with(mut self, facts: super::state::Facts, bytes_in: u64) -> Self {
        if let Some(count) = facts.tag_count.filter(|_| self.response.status().is_success()) {
            self.response.headers_mut().insert("x-amz-tagging-count", HeaderValue::from(count));
        }
        self.operation = facts.operation;
        self.bucket = facts.bucket;
        self.key = facts.key;
        self.version = facts.version;
        self.bytes_in = bytes_in;
        self
    }
}
