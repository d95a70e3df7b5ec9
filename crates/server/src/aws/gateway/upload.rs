//! A body on its way to an upstream.
//!
//! **Invariant: an upstream has the whole of a body only if all that was promised of it held.** The last piece is kept
//! back until hash, chunk signatures, length and trailing checksums are found good; where one is not, the connection is
//! broken off, and what the upstream has is shorter than what was announced to it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use daypass_targets::body::{BoxError, Integrity};
use daypass_wire::checksum::{Algorithm, Checksum};
use http::HeaderMap;
use http_body::{Frame, SizeHint};

use super::super::Body;
use crate::upstreams::Progress;

/// The checksums that trailers of these names will hold.
pub(super) fn checksums(trailers: &[String]) -> Vec<Checksum> {
    trailers.iter().filter_map(|name| Algorithm::from_header(name)).map(Checksum::new).collect()
}

/// A body that ends only if it is good.
pub(super) struct Upload {
    body: Body,
    declared: u64,
    taken: u64,
    given: u64,
    held: Option<Bytes>,
    checksums: Vec<Checksum>,
    progress: Arc<Progress>,
    is_over: bool,
}

impl Upload {
    /// A body of `declared` bytes, which ends in trailers with these checksums.
    pub(super) fn new(body: Body, declared: u64, checksums: Vec<Checksum>, progress: Arc<Progress>) -> Self {
        Self { body, declared, taken: 0, given: 0, held: None, checksums, progress, is_over: false }
    }

    fn give(&mut self, data: Bytes) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.given += data.len() as u64;
        self.progress.note();
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    fn break_off(&mut self, why: Integrity) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.is_over = true;
        self.held = None;
        self.progress.break_off(why.clone());
        Poll::Ready(Some(Err(why.into())))
    }

    /// One more piece, which frees the one before.
    fn take(&mut self, data: Bytes) -> Result<Option<Bytes>, Integrity> {
        self.taken += data.len() as u64;
        if self.taken > self.declared {
            return Err(Integrity::Length);
        }
        self.checksums.iter_mut().for_each(|checksum| checksum.update(&data));
        Ok(self.held.replace(data))
    }

    fn check_trailers(&mut self, trailers: &HeaderMap) -> Result<(), Integrity> {
        for checksum in std::mem::take(&mut self.checksums) {
            let algorithm = checksum.algorithm();
            let said = trailers.get(algorithm.header()).map(http::HeaderValue::as_bytes);
            if said != Some(checksum.finish().as_bytes()) {
                return Err(Integrity::Checksum { algorithm });
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<Option<Bytes>, Integrity> {
        if self.taken != self.declared {
            return Err(Integrity::Length);
        }
        // Announced, and not there.
        if let Some(checksum) = self.checksums.first() {
            return Err(Integrity::Checksum { algorithm: checksum.algorithm() });
        }
        Ok(self.held.take())
    }
}

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        while !this.is_over {
            let step = match ready!(Pin::new(&mut this.body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    // It would free the piece before it, and the end might still be wrong.
                    Ok(data) if data.is_empty() => Ok(None),
                    Ok(data) => this.take(data),
                    Err(frame) => {
                        let trailers = frame.into_trailers().unwrap_or_default();
                        this.check_trailers(&trailers).map(|()| None)
                    }
                },
                Some(Err(error)) => Err(Integrity::of(&*error)),
                None => {
                    this.is_over = true;
                    this.end()
                }
            };
            match step {
                Ok(Some(data)) => return this.give(data),
                Ok(None) => {}
                Err(why) => return this.break_off(why),
            }
        }
        Poll::Ready(None)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.declared.saturating_sub(self.given))
    }
}

#[cfg(test)]
mod tests {
    use futures::stream;
    use http_body_util::{BodyExt as _, StreamBody};

    use super::*;

    fn body(frames: Vec<Result<Frame<Bytes>, BoxError>>) -> Body {
        StreamBody::new(stream::iter(frames)).boxed_unsync()
    }

    fn data(text: &'static str) -> Result<Frame<Bytes>, BoxError> {
        Ok(Frame::data(Bytes::from_static(text.as_bytes())))
    }

    fn trailer(value: &str) -> Result<Frame<Bytes>, BoxError> {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-checksum-crc32", value.parse().unwrap());
        Ok(Frame::trailers(headers))
    }

    /// What goes out, and why it ends.
    async fn sent(
        frames: Vec<Result<Frame<Bytes>, BoxError>>,
        declared: u64,
        trailers: &[&str],
    ) -> (String, Option<Integrity>) {
        let names: Vec<String> = trailers.iter().map(|name| (*name).to_owned()).collect();
        let progress = Arc::new(Progress::new());
        let mut upload = Upload::new(body(frames), declared, checksums(&names), Arc::clone(&progress));
        let mut text = String::new();
        while let Some(frame) = upload.frame().await {
            let Ok(frame) = frame else { break };
            text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
        (text, progress.broken().cloned())
    }

    #[tokio::test]
    async fn a_good_body_goes_out_whole() {
        assert_eq!(sent(vec![data("123"), data(""), data("45")], 5, &[]).await, ("12345".to_owned(), None));
        let crc = daypass_wire::checksum::of(Algorithm::Crc32, b"12345");
        let frames = vec![data("12345"), trailer(&crc)];
        assert_eq!(sent(frames, 5, &["x-amz-checksum-crc32"]).await, ("12345".to_owned(), None));
    }

    #[tokio::test]
    async fn a_bad_body_never_goes_out_whole() {
        let wrong = Integrity::Checksum { algorithm: Algorithm::Crc32 };
        let frames = vec![data("123"), data("45"), trailer("AAAAAA==")];
        assert_eq!(sent(frames, 5, &["x-amz-checksum-crc32"]).await, ("123".to_owned(), Some(wrong.clone())));
        let missing = vec![data("12345")];
        assert_eq!(sent(missing, 5, &["x-amz-checksum-crc32"]).await, (String::new(), Some(wrong)));
        let length = Some(Integrity::Length);
        assert_eq!(sent(vec![data("123"), data("4")], 5, &[]).await, ("123".to_owned(), length.clone()));
        assert_eq!(sent(vec![data("123"), data("456")], 5, &[]).await, (String::new(), length));
        let timeout = vec![data("123"), data("45"), Err(Integrity::Timeout.into())];
        assert_eq!(sent(timeout, 5, &[]).await, ("123".to_owned(), Some(Integrity::Timeout)));
    }
}
