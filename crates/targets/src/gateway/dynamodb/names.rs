//! Names of tables and indices, and ARNs in their place.
//!
//! Source: Amazon DynamoDB developer guide, "Supported data types and naming rules".

use super::super::header::cut;
use super::super::{Request, Unknown};
use super::Table;

/// A table's name, or its ARN, which must be of the caller's account and region: what is elsewhere cannot be judged here.
pub(super) fn table(text: &str, request: &Request<'_>) -> Result<Table, Unknown> {
    let prefix = format!("arn:aws:dynamodb:{}:{}:table/", request.region, request.account);
    let name = text.strip_prefix(&prefix).unwrap_or(text);
    if !is_name(name) {
        return Err(Unknown::because(format!("{} is not a table of this account and region", cut(text))));
    }
    Ok(Table(name.to_owned()))
}

/// 3 to 255 of letters, digits, `_`, `-` and `.`.
fn is_name(text: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (3..=255).contains(&text.len()) && text.bytes().all(is_known)
}

/// An index's name.
pub(super) fn index(text: &str) -> Result<&str, Unknown> {
    if is_name(text) { Ok(text) } else { Err(Unknown::because(format!("{} is not an index", cut(text)))) }
}

/// What an ARN means that must be of a table, an index or a backup of it.
pub(super) fn arn(text: &str, request: &Request<'_>) -> Result<String, Unknown> {
    let prefix = format!("arn:aws:dynamodb:{}:{}:table/", request.region, request.account);
    let refused = || Unknown::because(format!("{} is not of a table of this account and region", cut(text)));
    let rest = text.strip_prefix(&prefix).ok_or_else(refused)?;
    let mut parts = rest.split('/');
    let is_table = parts.next().is_some_and(is_name);
    let is_rest = match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => true,
        (Some("index" | "backup"), Some(name), None) => is_name(name),
        _ => false,
    };
    if is_table && is_rest { Ok(text.to_owned()) } else { Err(refused()) }
}
