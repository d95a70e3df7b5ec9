//! An upstream's answer, passed on.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use daypass_targets::body::{BoxError, full};
use daypass_wire::refusal::Refusal;
use http::header::{CONTENT_LENGTH, HeaderMap, HeaderValue};
use http::{Response, StatusCode};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde_json::Value;

use super::super::Body;
use super::record::Answered;
use super::{Sending, connection};
use crate::upstreams::{Attended, Unanswered};

/// Bytes of an upstream's error that are looked at for its code and sentence.
const ERROR_BYTES_MAX: usize = 64 * 1024;
/// Headers of an answer that do not pass: those of the connection (RFC 9110 section 7.6.1), and what speaks to browsers
/// or of the upstream itself.
const NOT_PASSING: [&str; 15] = [
    "alt-svc",
    "connection",
    "date",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "server",
    "set-cookie",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-amz-id-2",
    "x-content-type-options",
];
/// The ids that services give to a request, in the place of which ours stands.
const REQUEST_IDS: [&str; 3] = ["x-amz-request-id", "x-amzn-requestid", "x-amz-requestid"];
/// Codes of an upstream that does not take daypass's own key. The caller's key is good: it must not be told otherwise.
const KEY_REFUSED: [&str; 10] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "InvalidToken",
    "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// Records the answer's head, and passes the answer on.
///
/// # Errors
/// What the caller is told in its place.
pub(super) async fn relay(
    sending: &Sending<'_>,
    response: Response<Incoming>,
) -> Result<Response<Body>, Refusal> {
    let (mut parts, body) = response.into_parts();
    if parts.status.is_informational() {
        let switched =
            Unanswered::Broken(format!("it answered {} in place of an end", parts.status.as_u16()));
        let refusal = sending.shape.unanswered(&switched);
        sending.recorder.unanswered(&switched, &refusal).await;
        return Err(refusal);
    }
    let mut request_id = REQUEST_IDS.iter().find_map(|name| text(&parts.headers, name));
    let mut body = Attended::new(body, sending.upstream.silence, &sending.call.request_id).boxed_unsync();
    let mut error = None;
    if is_failure(parts.status) {
        let read = Beginning::of(body).await;
        error = Some(error_of(parts.status, &parts.headers, &read.bytes));
        if let Some((renamed, theirs)) = read.under_our_id(&sending.call.request_id) {
            request_id = request_id.or(Some(theirs));
            parts.headers.remove(CONTENT_LENGTH);
            body = full(renamed);
        } else {
            body = read.again();
        }
    }
    let status = parts.status.as_u16();
    let refused = error.as_ref().filter(|(code, _)| KEY_REFUSED.contains(&code.as_str())).cloned();
    sending.recorder.after(Answered { status, request_id, error }).await;
    if let Some((code, message)) = refused {
        let id = &sending.call.request_id;
        tracing::error!(request_id = %id, %code, %message, "the upstream does not take daypass's key");
        return Err(sending.shape.failure(502, "The service behind daypass does not take daypass's key."));
    }
    parts.headers = headers(&parts.headers);
    let name = if sending.shape.is_s3() { "x-amz-request-id" } else { "x-amzn-requestid" };
    if let Ok(value) = HeaderValue::from_str(&sending.call.request_id) {
        parts.headers.insert(name, value);
    }
    let mut answer = Response::new(body);
    *answer.status_mut() = parts.status;
    *answer.headers_mut() = parts.headers;
    Ok(answer)
}

/// Whether a call of this answer was not done. A redirection is not followed, so that it is an end too; that something
/// has not changed is what was asked.
fn is_failure(status: StatusCode) -> bool {
    !status.is_success() && status != StatusCode::NOT_MODIFIED
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn headers(from: &HeaderMap) -> HeaderMap {
    let connection = connection::named_in(from);
    let mut headers = HeaderMap::new();
    for (name, value) in from {
        let text = name.as_str();
        let passes = !NOT_PASSING.contains(&text)
            && !REQUEST_IDS.contains(&text)
            && !text.starts_with("access-control-")
            && !connection.iter().any(|named| named == text);
        if passes {
            headers.append(name, value.clone());
        }
    }
    headers
}

/// The beginning of a body.
struct Beginning {
    bytes: Vec<u8>,
    frames: VecDeque<Result<Frame<Bytes>, BoxError>>,
    /// Whether that is all of it.
    is_whole: bool,
    rest: Body,
}

impl Beginning {
    async fn of(mut body: Body) -> Self {
        let (mut bytes, mut frames, mut is_whole) = (Vec::new(), VecDeque::new(), false);
        while bytes.len() < ERROR_BYTES_MAX {
            let Some(frame) = body.frame().await else {
                is_whole = true;
                break;
            };
            let is_broken = frame.is_err();
            if let Ok(Some(data)) = frame.as_ref().map(Frame::data_ref) {
                bytes.extend_from_slice(data);
            }
            frames.push_back(frame);
            if is_broken {
                break;
            }
        }
        Self { bytes, frames, is_whole, rest: body }
    }

    /// An error in XML with our id of the request in the place of the upstream's, which is given back: the caller is to
    /// be found by the id that is shown, as the header's is.
    fn under_our_id(&self, id: &str) -> Option<(String, String)> {
        let xml = std::str::from_utf8(&self.bytes).ok().filter(|_| self.is_whole)?;
        let theirs = element(xml, "RequestId").filter(|_| xml.matches("<RequestId>").count() == 1)?;
        let mut renamed = xml.replace(&wrapped("RequestId", &theirs), &wrapped("RequestId", id));
        if let Some(host) = element(xml, "HostId") {
            renamed = renamed.replace(&wrapped("HostId", &host), &wrapped("HostId", id));
        }
        Some((renamed, theirs))
    }

    /// All of it again.
    fn again(self) -> Body {
        Again { frames: self.frames, body: self.rest }.boxed_unsync()
    }
}

fn wrapped(name: &str, text: &str) -> String {
    format!("<{name}>{text}</{name}>")
}

/// What was read of a body, and then the rest.
struct Again {
    frames: VecDeque<Result<Frame<Bytes>, BoxError>>,
    body: Body,
}

impl http_body::Body for Again {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(frame) = self.frames.pop_front() {
            return Poll::Ready(Some(frame));
        }
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.frames.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        if self.frames.is_empty() { self.body.size_hint() } else { SizeHint::default() }
    }
}

/// The code and sentence of an upstream's error: of JSON, of XML, or by the status where there is no body.
fn error_of(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> (String, String) {
    let words = String::from_utf8_lossy(body);
    let (code, message) = match serde_json::from_str::<Value>(&words) {
        Ok(value) => {
            let of = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
            (of("__type"), of("message").or_else(|| of("Message")))
        }
        Err(_) => (element(&words, "Code"), element(&words, "Message")),
    };
    let code = code.or_else(|| text(headers, "x-amzn-errortype"));
    let code = code.map(|code| {
        let code = code.rsplit('#').next().unwrap_or_default();
        code.split(':').next().unwrap_or_default().to_owned()
    });
    (code.unwrap_or_else(|| status.as_u16().to_string()), message.unwrap_or_default())
}

/// The text of the first element of a name.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_found_in_every_form() {
        let error = |body: &str| error_of(StatusCode::BAD_REQUEST, &HeaderMap::new(), body.as_bytes());
        let said = |code: &str, message: &str| (code.to_owned(), message.to_owned());
        assert_eq!(
            error(
                r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no"}"#
            ),
            said("ResourceNotFoundException", "no")
        );
        assert_eq!(
            error("<?xml?><Error><Code>NoSuchKey</Code><Message>It is not</Message></Error>"),
            said("NoSuchKey", "It is not")
        );
        assert_eq!(error(""), said("400", ""));
        assert_eq!(error("<Code>cut"), said("400", ""));
        assert_eq!(error("[1]"), said("400", ""));
    }

    #[test]
    fn nothing_of_the_connection_passes() {
        let mut from = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, x-hop"),
            ("x-hop", "a"),
            ("transfer-encoding", "chunked"),
            ("set-cookie", "a=b"),
            ("access-control-allow-origin", "*"),
            ("x-amzn-requestid", "theirs"),
            ("etag", "\"kept\""),
            ("content-length", "5"),
        ] {
            from.insert(http::HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let kept = headers(&from);
        let mut names: Vec<&str> = kept.keys().map(http::HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["content-length", "etag"]);
    }
}
