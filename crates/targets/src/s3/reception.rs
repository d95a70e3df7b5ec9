//! The one way a request body is read: counted, held to its declared length, and its failure remembered, so that the
//! answer names what was wrong whoever was reading.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use daypass_wire::chunked::ChunkError;
use http::HeaderMap;
use http_body::{Body as _, Frame};
use http_body_util::BodyExt as _;
use md5::{Digest as _, Md5};

use super::checksum::{Hasher, Promise};
use super::limits::IGNORED_BODY_BYTES;
use crate::body::{Body, Integrity};

/// A request body and everything that was learnt while reading it.
pub(crate) struct Reception {
    source: Mutex<Source>,
    /// What the client promised about the bytes.
    pub(crate) promises: Promises,
    /// The length the client declared, without chunk framing.
    pub(crate) declared: Option<u64>,
}

/// Digests that the client gave, or will give in the trailer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Promises {
    /// `Content-MD5`, the sixteen raw bytes.
    pub(crate) md5: Option<[u8; 16]>,
    pub(crate) checksum: Option<Promise>,
}

struct Source {
    body: Body,
    received: u64,
    trailers: HeaderMap,
    failure: Option<Integrity>,
    ended: bool,
    check: Option<Check>,
}

/// Digests of a body whose reader does not compute them itself.
struct Check {
    md5: Option<Md5>,
    hasher: Option<Hasher>,
}

impl Reception {
    pub(crate) fn new(body: Body, declared: Option<u64>, promises: Promises) -> Self {
        let source = Source {
            body,
            received: 0,
            trailers: HeaderMap::new(),
            failure: None,
            ended: false,
            check: None,
        };
        Self { source: Mutex::new(source), promises, declared }
    }

    fn source(&self) -> MutexGuard<'_, Source> {
        self.source.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was wrong with the body, if anything was.
    pub(crate) fn failure(&self) -> Option<Integrity> {
        self.source().failure.clone()
    }

    /// Remembers a failure that the reader found.
    pub(crate) fn fail(&self, integrity: Integrity) {
        self.source().failure.get_or_insert(integrity);
    }

    /// Body bytes received so far.
    pub(crate) fn received(&self) -> u64 {
        self.source().received
    }

    /// The checksum value that the client gave in a header, or in the trailer once the body has ended.
    pub(crate) fn promised_checksum(&self) -> Option<String> {
        let source = self.source();
        self.promises.checksum.as_ref().and_then(|promise| promise.complete(&source.trailers))
    }

    /// Verifies the promises while the body is read. For operations whose handler only sees the parsed document;
    /// `checksum` says whether a checksum is of the body at all.
    pub(crate) fn verify_inline(&self, checksum: bool) {
        let promise = self.promises.checksum.as_ref().filter(|_| checksum);
        let check = Check {
            md5: self.promises.md5.map(|_| Md5::new()),
            hasher: promise.map(|promise| Hasher::new(promise.algorithm)),
        };
        self.source().check = Some(check);
    }

    /// Reads and verifies the body of an operation that has none.
    pub(crate) async fn ignore(self: &Arc<Self>) -> Result<(), Integrity> {
        let mut reader = Reader(Arc::clone(self));
        while let Some(frame) = reader.frame().await {
            frame?;
            if self.received() > IGNORED_BODY_BYTES {
                self.fail(Integrity::TooLarge);
                return Err(Integrity::TooLarge);
            }
        }
        Ok(())
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Integrity>>> {
        let mut source = self.source();
        if let Some(failure) = source.failure.clone() {
            return Poll::Ready(Some(Err(failure)));
        }
        if source.ended {
            return Poll::Ready(None);
        }
        let polled = match Pin::new(&mut source.body).poll_frame(context) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(polled) => polled,
        };
        let outcome = match polled {
            Some(Ok(frame)) => source.take(frame, self.declared).map(Some),
            Some(Err(cause)) => Err(Integrity::of(cause.as_ref())),
            None => source.end(self).map(|()| None),
        };
        match outcome {
            Ok(frame) => Poll::Ready(frame.map(Ok)),
            Err(integrity) => {
                source.failure = Some(integrity.clone());
                Poll::Ready(Some(Err(integrity)))
            }
        }
    }
}

impl Source {
    fn take(&mut self, frame: Frame<Bytes>, declared: Option<u64>) -> Result<Frame<Bytes>, Integrity> {
        match frame.into_data() {
            Ok(data) => {
                self.received = self.received.saturating_add(data.len() as u64);
                if declared.is_some_and(|declared| self.received > declared) {
                    return Err(Integrity::Length);
                }
                if let Some(check) = &mut self.check {
                    if let Some(md5) = &mut check.md5 {
                        md5.update(&data);
                    }
                    if let Some(hasher) = &mut check.hasher {
                        hasher.update(&data);
                    }
                }
                Ok(Frame::data(data))
            }
            Err(frame) => {
                if let Ok(trailers) = frame.into_trailers() {
                    self.trailers = trailers;
                }
                Ok(Frame::data(Bytes::new()))
            }
        }
    }

    fn end(&mut self, reception: &Reception) -> Result<(), Integrity> {
        self.ended = true;
        if reception.declared.is_some_and(|declared| declared != self.received) {
            return Err(Integrity::Length);
        }
        let Some(check) = self.check.take() else { return Ok(()) };
        let computed_md5 = check.md5.map(|md5| <[u8; 16]>::from(md5.finalize()));
        let promised = &reception.promises;
        if promised.md5.is_some() && promised.md5 != computed_md5 {
            return Err(Integrity::ContentMd5);
        }
        let Some(hasher) = check.hasher else { return Ok(()) };
        let value = promised.checksum.as_ref().and_then(|promise| promise.complete(&self.trailers));
        promised.kept(computed_md5, Some(hasher.finish()), value.as_deref())
    }
}

impl Promises {
    /// Compares what was computed with what was promised; `given` is the promised checksum, from header or trailer.
    pub(crate) fn kept(
        &self,
        computed_md5: Option<[u8; 16]>,
        computed_checksum: Option<String>,
        given: Option<&str>,
    ) -> Result<(), Integrity> {
        if self.md5.is_some() && self.md5 != computed_md5 {
            return Err(Integrity::ContentMd5);
        }
        let Some(promise) = &self.checksum else { return Ok(()) };
        let Some(given) = given else {
            let name = promise.algorithm.header().to_owned();
            return Err(ChunkError::TrailerMissing { name }.into());
        };
        if computed_checksum.as_deref() == Some(given) {
            Ok(())
        } else {
            Err(Integrity::Checksum { algorithm: promise.algorithm })
        }
    }

    /// Reads `Content-MD5`: base64 of sixteen bytes.
    pub(crate) fn parse_md5(value: &[u8]) -> Option<[u8; 16]> {
        STANDARD.decode(value).ok()?.try_into().ok()
    }
}

/// A handle on the body: what `s3s` and the handlers read from.
pub(crate) struct Reader(pub(crate) Arc<Reception>);

impl http_body::Body for Reader {
    type Data = Bytes;
    type Error = Integrity;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        self.0.poll(context)
    }
}
