//! Headers and addresses that must say one thing.

use http::header::CONNECTION;
use http::request::Parts;

use super::Unknown;

/// Characters that are repeated of what a stranger sent.
const ECHO_CHARACTERS: usize = 128;

/// What `Connection` may name: what is of one connection anyway (RFC 9110, section 7.6.1), and so decides nothing.
const OF_CONNECTION: [&str; 10] = [
    "close",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Refuses a `Connection` that names any other header: whoever forwards the request would have to take that one out, and
/// the call would be another one without it.
pub(super) fn check_connection(parts: &Parts) -> Result<(), Unknown> {
    for value in parts.headers.get_all(CONNECTION) {
        let text = value.to_str().map_err(|_| Unknown::because("the header connection is no text"))?;
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            if !OF_CONNECTION.iter().any(|known| name.eq_ignore_ascii_case(known)) {
                return Err(Unknown::because(format!("the header connection names {}", cut(name))));
            }
        }
    }
    Ok(())
}

/// The value of a header that must be there once.
pub(super) fn once<'a>(parts: &'a Parts, name: &str) -> Result<&'a str, Unknown> {
    let mut values = parts.headers.get_all(name).iter();
    let (value, more) = (values.next(), values.next());
    let (Some(value), None) = (value, more) else {
        return Err(Unknown::because(format!("the header {name} must be there once")));
    };
    value.to_str().map_err(|_| Unknown::because(format!("the header {name} is no text")))
}

/// The operation of a service that is called by JSON: a POST to the root, without a query, of the protocol's type.
pub(super) fn json_operation<'a>(
    parts: &'a Parts,
    prefix: &str,
    versions: &[&str],
) -> Result<&'a str, Unknown> {
    let is_root = parts.uri.path() == "/" && parts.uri.query().is_none();
    if parts.method != http::Method::POST || !is_root {
        return Err(Unknown::because("the protocol is a POST to / without a query"));
    }
    let kind = once(parts, "content-type")?;
    if !versions.contains(&kind) {
        return Err(Unknown::because(format!("the content type {} is not one of {versions:?}", cut(kind))));
    }
    if parts.headers.contains_key("content-encoding") {
        return Err(Unknown::because("the body is encoded once more"));
    }
    let target = once(parts, "x-amz-target")?;
    let operation = target.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.'));
    operation.ok_or_else(|| Unknown::because(format!("the target {} is not {prefix}'s", cut(target))))
}

/// A stranger's text as it is shown.
pub(super) fn cut(text: &str) -> String {
    format!("`{}`", text.chars().take(ECHO_CHARACTERS).collect::<String>().escape_debug())
}
