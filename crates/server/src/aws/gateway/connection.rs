//! Headers that are for one connection and go no further than its other end.
//!
//! Source: RFC 9110, section 7.6.1.

use http::HeaderMap;
use http::header::CONNECTION;

/// The names, in small letters, that `Connection` says are for this connection alone.
pub(super) fn named_in(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase()).collect()
}
