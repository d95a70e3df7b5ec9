//! Addresses from which a function's code can be fetched for ten minutes, as GetFunction gives them.
//!
//! At AWS they are presigned URLs of a bucket that is Lambda's own. Here they are of the sandbox itself, under a path that
//! no bucket can have, and good for whoever has them. Their key is made at each start.
//!
//! Source: Lambda API reference, GetFunction, `Code`.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use daypass_targets::body::full;
use daypass_targets::lambda::Digest;
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode, header};
use jiff::Timestamp;

use super::super::Body;
use crate::random::SystemRandom;
use crate::state::App;

/// What such a path begins with: a bucket's name has no underscore.
pub(in super::super) const PREFIX: &str = "/_lambda/code/";
/// How long an address is good.
const SECONDS: i64 = 600;

/// The key of the addresses.
pub(crate) struct Locations(hmac::Key);

impl Locations {
    /// With a new key.
    #[must_use]
    pub(crate) fn new() -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &SystemRandom::new().bytes::<32>()))
    }

    /// The address of code, from now on.
    pub(super) fn of(&self, url: &str, digest: &Digest, now: Timestamp) -> String {
        let expires = now.as_second().saturating_add(SECONDS);
        let tag = hmac::sign(&self.0, &signed(digest.as_str(), expires));
        let tag = URL_SAFE_NO_PAD.encode(tag);
        format!("{url}{PREFIX}{}?expires={expires}&signature={tag}", digest.as_str())
    }

    /// The code that an address names, if it is one of ours and still good.
    fn digest(&self, parts: &Parts, now: Timestamp) -> Option<Digest> {
        let digest = Digest::parse(parts.uri.path().strip_prefix(PREFIX)?)?;
        let (expires, tag) = parts.uri.query()?.strip_prefix("expires=")?.split_once("&signature=")?;
        let seconds: i64 = expires.parse().ok()?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        hmac::verify(&self.0, &signed(digest.as_str(), seconds), &tag).ok()?;
        (now.as_second() < seconds && seconds.to_string() == expires).then_some(digest)
    }
}

impl Default for Locations {
    fn default() -> Self {
        Self::new()
    }
}

fn signed(digest: &str, expires: i64) -> Vec<u8> {
    format!("lambda code\n{digest}\n{expires}").into_bytes()
}

/// Gives the code, or says that the address is not good.
pub(in super::super) async fn fetch(app: &App, parts: &Parts) -> Response<Body> {
    let is_read = matches!(parts.method, http::Method::GET);
    let digest = app.locations.digest(parts, Timestamp::now()).filter(|_| is_read);
    let Some(digest) = digest else {
        return plain(StatusCode::FORBIDDEN, "This address of a function's code is not good, or no longer.");
    };
    let Some(download) = app.code_traffic.download() else {
        let mut response =
            plain(StatusCode::SERVICE_UNAVAILABLE, "Too many downloads are under way. Try again later.");
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        return response;
    };
    match app.lambda.code(digest).await {
        Ok((body, length)) => {
            let mut response = Response::new(download.of(body));
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(_) => plain(StatusCode::NOT_FOUND, "The function's code is there no more."),
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(full(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}
