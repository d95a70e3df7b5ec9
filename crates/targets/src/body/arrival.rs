//! From the connection to the bytes that a target reads: chunk framing off, hash checked, idle clients dropped.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use aws_lc_rs::digest;
use bytes::Bytes;
use daypass_wire::chunked::{Decoder, Framing, Trailers};
use daypass_wire::refusal::Refusal;
use daypass_wire::sigv4::{PayloadHash, Verified};
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::Frame;
use http_body_util::BodyExt as _;
use tokio::time::{Instant, Sleep, sleep_until};

use super::{Body, BoxError, Integrity};

/// How long a client may send nothing in the middle of a body. S3's own wait is about this long.
pub const IDLE: Duration = Duration::from_secs(20);

/// Makes the body of a verified request into what targets read, by what its signature says about the body:
/// chunks and trailer verified and taken off, or the whole hashed and compared at its end.
///
/// # Errors
/// The refusal of a request that is chunked and does not declare its decoded length.
pub fn arriving<B>(body: B, verified: &Verified, headers: &HeaderMap) -> Result<Body, Refusal>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let Some(framing) = Framing::of(verified) else { return Ok(arriving_whole(body, verified.payload())) };
    let body = Idle::new(body);
    let declared =
        headers.get("x-amz-decoded-content-length").and_then(|value| value.to_str().ok()?.parse().ok());
    let declared = declared.ok_or_else(|| {
        Refusal::new(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
    })?;
    let announced = headers.get("x-amz-trailer").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let announced: Vec<&str> = announced.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let decoder = Decoder::new(framing, declared, &announced);
    Ok(Chunked { body, decoder: Some(decoder), input: Bytes::new() }.boxed_unsync())
}

/// The same for a body that is not chunked, whatever version its signature has.
pub fn arriving_whole<B>(body: B, payload: &PayloadHash) -> Body
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let body = Idle::new(body);
    match payload {
        PayloadHash::Signed(declared) => {
            let context = digest::Context::new(&digest::SHA256);
            Hashed { body, context: Some(context), declared: declared.clone() }.boxed_unsync()
        }
        _ => body.boxed_unsync(),
    }
}

/// A body whose client must keep sending.
struct Idle {
    body: Body,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Idle {
    fn new<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self { body: body.map_err(Into::into).boxed_unsync(), timer: None }
    }
}

impl http_body::Body for Idle {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if let Poll::Ready(polled) = Pin::new(&mut self.body).poll_frame(context) {
            self.timer = None;
            return Poll::Ready(polled);
        }
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + IDLE)));
        ready!(timer.as_mut().poll(context));
        Poll::Ready(Some(Err(Integrity::Timeout.into())))
    }
}

/// A body whose SHA-256 was signed.
struct Hashed {
    body: Idle,
    context: Option<digest::Context>,
    declared: String,
}

impl http_body::Body for Hashed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        match ready!(Pin::new(&mut self.body).poll_frame(context)) {
            Some(Ok(frame)) => {
                if let (Some(data), Some(hash)) = (frame.data_ref(), self.context.as_mut()) {
                    hash.update(data);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Some(Err(cause)) => Poll::Ready(Some(Err(cause))),
            None => {
                let Some(hash) = self.context.take() else { return Poll::Ready(None) };
                let computed = crate::s3::hexadecimal(hash.finish().as_ref());
                if computed == self.declared {
                    return Poll::Ready(None);
                }
                let declared = self.declared.clone();
                Poll::Ready(Some(Err(Integrity::PayloadHash { declared, computed }.into())))
            }
        }
    }
}

/// A body in `aws-chunked` framing.
struct Chunked {
    body: Idle,
    decoder: Option<Decoder>,
    input: Bytes,
}

impl Chunked {
    fn refuse(&mut self, error: impl Into<Integrity>) -> Option<Result<Frame<Bytes>, BoxError>> {
        self.decoder = None;
        Some(Err(error.into().into()))
    }
}

impl http_body::Body for Chunked {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        loop {
            let this = &mut *self;
            let Some(decoder) = &mut this.decoder else { return Poll::Ready(None) };
            match decoder.decode(&mut this.input) {
                Ok(Some(data)) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Ok(None) => {}
                Err(error) => return Poll::Ready(this.refuse(error)),
            }
            match ready!(Pin::new(&mut this.body).poll_frame(context)) {
                Some(Ok(frame)) => this.input = frame.into_data().unwrap_or_default(),
                Some(Err(cause)) => {
                    this.decoder = None;
                    return Poll::Ready(Some(Err(cause)));
                }
                None => {
                    let Some(decoder) = this.decoder.take() else { return Poll::Ready(None) };
                    return Poll::Ready(match decoder.finish() {
                        Ok(trailers) => trailing(&trailers).map(|headers| Ok(Frame::trailers(headers))),
                        Err(error) => this.refuse(error),
                    });
                }
            }
        }
    }
}

/// The trailers as headers; `None` if there are none.
fn trailing(trailers: &Trailers) -> Option<HeaderMap> {
    let headers: HeaderMap = trailers
        .iter()
        .filter_map(|(name, value)| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
        })
        .collect();
    (!headers.is_empty()).then_some(headers)
}
