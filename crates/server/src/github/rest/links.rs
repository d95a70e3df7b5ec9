//! Addresses in answers: of the API by the base that the caller used, of pages by the same host.

use axum::http::header::HOST;
use axum::http::{Extensions, HeaderMap};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::listener::Connection;

/// Where GitHub Enterprise Server has its API, and where clients of it look for the sandbox's.
pub(crate) const ENTERPRISE: &str = "/api/v3";

/// What stands before the path of a call, where a nested router has taken it away.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prefix(pub(super) &'static str);

/// What stays as it is in a part of an address (RFC 3986 section 2.3).
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where the caller reaches the sandbox.
#[derive(Debug, Clone)]
pub(super) struct Links {
    host: String,
    prefix: &'static str,
}

impl Links {
    /// By the name that the request was sent to, which the guard has let through.
    pub(super) fn of(headers: &HeaderMap, extensions: &Extensions, default: &str) -> Self {
        let is_secure = extensions.get::<Connection>().is_some_and(|connection| connection.tls.is_some());
        let scheme = if is_secure { "https" } else { "http" };
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host.map_or_else(|| default.to_owned(), |host| format!("{scheme}://{host}"));
        Self { host, prefix: extensions.get::<Prefix>().map_or("", |prefix| prefix.0) }
    }

    /// By the sandbox's own address.
    pub(super) fn plain(host: &str) -> Self {
        Self { host: host.to_owned(), prefix: "" }
    }

    /// An address of the API.
    pub(super) fn api(&self, path: &str) -> String {
        format!("{}{}{path}", self.host, self.prefix)
    }

    /// An address of a page.
    pub(super) fn page(&self, path: &str) -> String {
        format!("{}{path}", self.host)
    }

    /// A repository, or something of it.
    pub(super) fn repository(&self, full_name: &str, rest: &str) -> String {
        self.api(&format!("/repos/{full_name}{rest}"))
    }

    /// An environment, or something of it.
    pub(super) fn environment(&self, full_name: &str, name: &str, rest: &str) -> String {
        self.repository(full_name, &format!("/environments/{}{rest}", part(name)))
    }
}

/// One part of an address.
pub(super) fn part(text: &str) -> String {
    utf8_percent_encode(text, PART).to_string()
}

/// A node id, as GitHub made them before 2021 and still shows them in its examples.
pub(super) fn node(kind: &str, id: u64) -> String {
    STANDARD.encode(format!("0{}:{kind}{id}", kind.len()))
}
