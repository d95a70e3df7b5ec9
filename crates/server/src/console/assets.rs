//! The style sheet and the one script.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use super::page::PageError;
use crate::random::hexadecimal;

const STYLE: &str = include_str!("../../assets/console.css");
const SCRIPT: &str = include_str!("../../assets/htmx-2.0.11.min.js");

/// Where the style sheet is. The address changes with the text, so that no browser shows a page in an old dress.
pub(super) static STYLE_ADDRESS: LazyLock<String> = LazyLock::new(|| address("console.css", STYLE));
/// Where the script is.
pub(super) static SCRIPT_ADDRESS: LazyLock<String> = LazyLock::new(|| address("htmx.js", SCRIPT));

fn address(name: &str, text: &str) -> String {
    let hash = hexadecimal(digest(&SHA256, text.as_bytes()).as_ref());
    format!("/console/assets/{name}?{}", hash.get(..16).unwrap_or_default())
}

/// `GET /console/assets/{name}`
pub(super) async fn send(Path(name): Path<String>) -> Response {
    let (kind, text) = match name.as_str() {
        "console.css" => ("text/css; charset=utf-8", STYLE),
        "htmx.js" => ("text/javascript; charset=utf-8", SCRIPT),
        _ => return PageError::new(StatusCode::NOT_FOUND, "There is no such page").into_response(),
    };
    // A year is the longest that is of use (RFC 9111 section 1.2.1); the address is of this text alone.
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")], text).into_response()
}
