//! From the connection to a verified caller and as much of the body as says what the call is.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use daypass_targets::body::{BoxError, Integrity, arriving, arriving_whole, full};
use daypass_targets::gateway::{BodyNeed, Service};
use daypass_wire::refusal::Refusal;
use daypass_wire::sigv4::{Payload, PayloadHash};
use http::HeaderValue;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::request::Parts;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;

use super::super::Body;
use super::super::authenticate::{Authenticated, Refused, Signature, authenticate, authenticate_s3, foresee};
use super::super::call::Call;
use super::super::conclude::{Conclusion, Happened, Identity};
use super::UNKNOWN;
use super::shape::Shape;
use super::upload::{Upload, checksums};
use crate::upstreams::{Place, Progress};

/// How long a whole body may take: the largest of them has some megabytes.
const BODY_TIME_MAX: Duration = Duration::from_secs(60);

/// A verified request.
pub(super) struct Arrived {
    pub(super) authenticated: Authenticated,
    pub(super) content: Content,
    /// The room that is held for the body.
    pub(super) place: Option<Place>,
}

/// Its body.
pub(super) enum Content {
    /// All of it, verified.
    Whole(Bytes),
    /// As it comes; it is verified on its way.
    Streamed {
        /// Without its framing.
        body: Box<Body>,
        /// Its length without its framing.
        length: u64,
        /// The hash that was signed for all of it.
        declared: Option<String>,
        /// The names of trailers that are still to come.
        trailers: Vec<String>,
    },
}

/// Verifies a request, and reads what must be read of it before it is known what it is.
///
/// # Errors
/// What the caller is told; it is on record.
pub(super) async fn arrive(
    call: &mut Call,
    (service, shape, need): (Service, &Shape, BodyNeed),
    parts: &Parts,
    body: Incoming,
) -> Result<Arrived, Refusal> {
    if service == Service::S3 {
        let authenticated = match authenticate_s3(call, parts) {
            Ok(authenticated) => authenticated,
            Err(refused) => return Err(stranger(call, (service, shape), &refused).await),
        };
        return match content(&authenticated, need, (call, shape), parts, body).await {
            Ok((content, place)) => Ok(Arrived { authenticated, content, place }),
            Err(refusal) => Err(unread(call, service, &authenticated, refusal).await),
        };
    }
    // A stranger's body is not waited for.
    if let Err(refused) = foresee(call, parts, service.name()) {
        return Err(stranger(call, (service, shape), &refused).await);
    }
    let limit = match need {
        BodyNeed::Whole(limit) => limit,
        BodyNeed::Nothing => 0,
    };
    let place = place(call, shape, parts, limit).await?;
    let bytes = whole(body, limit).await.map_err(|unread| match unread {
        Unread::TooLarge => shape.invalid(format!("The request body is over the limit of {limit} bytes")),
        Unread::TooSlow => shape.invalid("The request body took too long"),
        Unread::Broken(_) => shape.invalid("The request body ended before it was complete"),
    })?;
    let hash = daypass_wire::sha256_hex(&bytes);
    match authenticate(call, parts, service.name(), Some(&hash)) {
        Ok(authenticated) => {
            Ok(Arrived { authenticated, content: Content::Whole(bytes), place: Some(place) })
        }
        Err(refused) => Err(stranger(call, (service, shape), &refused).await),
    }
}

/// Room for a whole body, which has as many bytes as it announces, or as many as it may.
async fn place(call: &Call, shape: &Shape, parts: &Parts, limit: usize) -> Result<Place, Refusal> {
    let announced = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let bytes = announced.unwrap_or(limit).min(limit);
    let full = |_| shape.failure(503, "Too many large requests are being read at once.");
    call.app.upstreams.room.take(bytes).await.map_err(full)
}

/// Records that nobody is let in.
async fn stranger(call: &Call, (service, shape): (Service, &Shape), refused: &Refused) -> Refusal {
    let answer = shape.unauthenticated(&refused.error);
    let conclusion = Conclusion::new(call, service.event_source(), UNKNOWN, true).on_data();
    conclusion.unauthenticated(refused, &answer.code, &answer.message).await;
    answer
}

/// Records that a known caller's body is none.
async fn unread(call: &Call, service: Service, from: &Authenticated, refusal: Refusal) -> Refusal {
    let conclusion = Conclusion::new(call, service.event_source(), UNKNOWN, true).on_data();
    let happened = Happened { identity: Identity::Caller(&from.caller), ..Happened::default() };
    let said = (refusal.code.to_string(), refusal.message.to_string());
    // Nothing was done, so that a record that cannot be written hides nothing.
    let _ = conclusion.answered(happened, Some(said)).await;
    refusal
}

/// The body of a call to S3.
async fn content(
    authenticated: &Authenticated,
    need: BodyNeed,
    (call, shape): (&Call, &Shape),
    parts: &Parts,
    body: Incoming,
) -> Result<(Content, Option<Place>), Refusal> {
    let (payload, arrived) = match &authenticated.signature {
        Signature::Version4 { verified, .. } => {
            (verified.payload(), arriving(body, verified, &parts.headers)?)
        }
        Signature::Version2(verified) => (verified.payload(), arriving_whole(body, verified.payload())),
    };
    let trailers = if payload.is_streaming() { announced(parts)? } else { Vec::new() };
    let length = length(parts, payload)?;
    let limit = match need {
        BodyNeed::Whole(limit) => Some(limit),
        // What is wrong with an empty body is seen at its end, when an upstream would have had all of it.
        BodyNeed::Nothing => (length == 0).then_some(0),
    };
    let Some(limit) = limit else {
        let declared = match payload {
            PayloadHash::Signed(hash) => Some(hash.clone()),
            _ => None,
        };
        return Ok((Content::Streamed { body: Box::new(arrived), length, declared, trailers }, None));
    };
    let place = place(call, shape, parts, limit).await?;
    // The same checks as on the way of a streamed one.
    let checked = Upload::new(arrived, length, checksums(&trailers), Arc::new(Progress::new()));
    match whole(checked, limit).await {
        Ok(bytes) => Ok((Content::Whole(bytes), Some(place))),
        Err(Unread::Broken(error)) => Err(Integrity::of(&*error).refusal()),
        Err(Unread::TooLarge) => Err(Integrity::TooLarge.refusal()),
        Err(Unread::TooSlow) => Err(Integrity::Timeout.refusal()),
    }
}

/// The trailers that a chunked body says it ends with, all of which can be verified.
fn announced(parts: &Parts) -> Result<Vec<String>, Refusal> {
    let text = parts.headers.get("x-amz-trailer").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let names: Vec<String> = text
        .split(',')
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| !name.is_empty())
        .collect();
    if checksums(&names).len() != names.len() {
        let message = "A trailer of this request is no checksum that daypass can verify.";
        return Err(Refusal::new(501, "NotImplemented", message));
    }
    Ok(names)
}

/// How long the body is without its framing. The listener has refused lengths that contradict each other.
fn length(parts: &Parts, payload: &PayloadHash) -> Result<u64, Refusal> {
    let name = if payload.is_streaming() { "x-amz-decoded-content-length" } else { CONTENT_LENGTH.as_str() };
    let missing =
        || Refusal::new(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
    match parts.headers.get(name) {
        Some(value) => value.to_str().ok().and_then(|text| text.parse().ok()).ok_or_else(missing),
        None if parts.headers.contains_key(TRANSFER_ENCODING) => Err(missing()),
        None => Ok(0),
    }
}

/// Why there is no whole body.
enum Unread {
    Broken(Box<dyn Error + Send + Sync>),
    TooLarge,
    TooSlow,
}

async fn whole<B>(body: B, limit: usize) -> Result<Bytes, Unread>
where
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>>,
{
    let collected = tokio::time::timeout(BODY_TIME_MAX, Limited::new(body, limit).collect()).await;
    let collected = collected.map_err(|_| Unread::TooSlow)?;
    collected.map(http_body_util::Collected::to_bytes).map_err(|error| {
        if error.is::<LengthLimitError>() { Unread::TooLarge } else { Unread::Broken(error) }
    })
}

/// A body on its way out, and what is signed about it.
pub(super) enum Outgoing {
    Whole(Bytes),
    Streamed { upload: Box<Upload>, payload: PayloadHash },
}

impl Content {
    /// The whole body, or nothing where it is streamed.
    pub(super) fn whole(&self) -> &[u8] {
        match self {
            Self::Whole(bytes) => bytes,
            Self::Streamed { .. } => &[],
        }
    }

    /// The body as everybody reads it in one way.
    pub(super) fn written_anew(self, service: Service, parts: &Parts) -> Self {
        match self {
            Self::Whole(bytes) => Self::Whole(service.written_anew(parts, &bytes).map_or(bytes, Bytes::from)),
            streamed @ Self::Streamed { .. } => streamed,
        }
    }

    /// The body as it goes on, with its length among the headers.
    pub(super) fn outgoing(self, parts: &mut Parts, progress: &Arc<Progress>) -> Outgoing {
        let (length, outgoing) = match self {
            Self::Whole(bytes) => (bytes.len() as u64, Outgoing::Whole(bytes)),
            Self::Streamed { body, length, declared, trailers } => {
                let upload = Upload::new(*body, length, checksums(&trailers), Arc::clone(progress));
                let payload = declared.map_or(PayloadHash::Unsigned, PayloadHash::Signed);
                (length, Outgoing::Streamed { upload: Box::new(upload), payload })
            }
        };
        if length > 0 || !matches!(parts.method.as_str(), "DELETE" | "GET" | "HEAD") {
            parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        outgoing
    }
}

impl Outgoing {
    pub(super) fn payload(&self) -> Payload<'_> {
        match self {
            Self::Whole(bytes) => Payload::Body(bytes),
            Self::Streamed { payload, .. } => Payload::Word(payload),
        }
    }

    pub(super) fn into_body(self) -> Body {
        match self {
            Self::Whole(bytes) => full(bytes),
            Self::Streamed { upload, .. } => upload.boxed_unsync(),
        }
    }
}
