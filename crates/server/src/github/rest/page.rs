//! Pages of lists.
//!
//! Source: GitHub docs, "Using pagination in the REST API": `page`, `per_page`, and the header `link`.

use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::LINK;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::auth::Call;
use super::links::part;

/// Items of a page where nothing is said.
const DEFAULT: usize = 30;
/// The most items of a page.
const MOST: usize = 100;
/// The highest page: what lies behind it is as empty.
const LAST: usize = 1_000_000;

/// Which page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Page {
    number: usize,
    size: usize,
}

impl Page {
    /// As the query says; what is no number, or out of bounds, counts as GitHub counts it: as the nearest or the default.
    pub(super) fn of(call: &Call) -> Self {
        let read = |name| call.parameter(name).and_then(|text| text.parse::<usize>().ok());
        let size = read("per_page").filter(|size| *size > 0).unwrap_or(DEFAULT).min(MOST);
        Self { number: read("page").unwrap_or(1).clamp(1, LAST), size }
    }

    /// Items before the page.
    pub(super) const fn skip(self) -> usize {
        (self.number - 1).saturating_mul(self.size)
    }

    /// Items on the page.
    pub(super) const fn size(self) -> usize {
        self.size
    }

    /// The items of the page, of all.
    pub(super) fn cut<T>(self, items: impl IntoIterator<Item = T>) -> Vec<T> {
        items.into_iter().skip(self.skip()).take(self.size).collect()
    }

    /// An answer that lists a page as a member beside `total_count`.
    pub(super) fn counted(self, call: &Call, member: &str, items: Vec<Value>, total: usize) -> Response {
        let mut body = json!({ "total_count": total });
        if let Some(members) = body.as_object_mut() {
            members.insert(member.to_owned(), Value::Array(items));
        }
        self.linked(call, body, total)
    }

    /// An answer that is the page alone.
    pub(super) fn listed(self, call: &Call, items: Vec<Value>, total: usize) -> Response {
        self.linked(call, Value::Array(items), total)
    }

    fn linked(self, call: &Call, body: Value, total: usize) -> Response {
        let mut response = Json(body).into_response();
        if let Some(link) = self.link(call, total).and_then(|link| HeaderValue::try_from(link).ok()) {
            response.headers_mut().insert(LINK, link);
        }
        response
    }

    /// The header, where there is more than this page.
    fn link(self, call: &Call, total: usize) -> Option<String> {
        let last = total.div_ceil(self.size).max(1);
        let others = call.query.iter().filter(|(name, _)| name != "page");
        let query: String = others.map(|(name, value)| format!("{}={}&", part(name), part(value))).collect();
        let to = |number: usize, relation: &str| {
            format!("<{}?{query}page={number}>; rel=\"{relation}\"", call.links.api(&call.path))
        };
        let mut links = Vec::new();
        if self.number > 1 {
            links.push(to(self.number.saturating_sub(1).min(last), "prev"));
        }
        if self.number < last {
            links.push(to(self.number.saturating_add(1), "next"));
            links.push(to(last, "last"));
        }
        if self.number > 1 {
            links.push(to(1, "first"));
        }
        (!links.is_empty()).then(|| links.join(", "))
    }
}
