//! Long lists come in pages: `MaxItems` and `Marker` in, `IsTruncated` and `Marker` out.
//!
//! A marker holds the key of the last item that was sent, so that a page begins after it even if that item, or others
//! before it, are gone by then. It is opaque to callers.
//!
//! Source: IAM API reference, "ListRoles".

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::AwsError;
use crate::parameters::{Check, Text};
use crate::shape::Shape;

/// Items of a page where the caller does not say.
pub const ITEMS_DEFAULT: usize = 100;
/// The most items of a page.
pub const ITEMS_MAX: i64 = 1_000;
/// The most characters of a marker that is sent.
pub const MARKER_CHARACTERS_MAX: usize = 320;

/// Which page is asked for.
#[derive(Debug, Clone)]
pub struct PageRequest {
    after: Option<String>,
    items: usize,
}

impl PageRequest {
    /// Reads `MaxItems` and `Marker`, together with what else a request has to be checked for, and ends the checks.
    ///
    /// # Errors
    /// `ValidationError` with every broken constraint, or for a marker that no answer ever held.
    pub fn read(mut check: Check<'_>) -> Result<Self, AwsError> {
        let marker = check.optional(
            "Marker",
            Text::of(1, MARKER_CHARACTERS_MAX).matching("[\\u0020-\\u00FF]+", is_marker_character),
        );
        let items = check.integer("MaxItems", 1, ITEMS_MAX)?;
        check.finish()?;
        let after = marker.map(decode).transpose()?;
        let items = items.and_then(|items| usize::try_from(items).ok()).unwrap_or(ITEMS_DEFAULT);
        Ok(Self { after, items })
    }

    /// Cuts the page out of items that come with their keys, in the order of the keys.
    pub fn cut<T>(&self, items: impl Iterator<Item = (String, T)>) -> Page<T> {
        let mut rest = items.skip_while(|(key, _)| self.after.as_ref().is_some_and(|after| key <= after));
        let mut page = Page { items: Vec::new(), marker: None };
        let mut last = None;
        for (key, item) in rest.by_ref().take(self.items) {
            page.items.push(item);
            last = Some(key);
        }
        if rest.next().is_some() {
            page.marker = last.map(|key| URL_SAFE_NO_PAD.encode(key));
        }
        page
    }
}

/// One page of a list.
#[derive(Debug)]
pub struct Page<T> {
    /// Its items.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last page.
    pub marker: Option<String>,
}

impl Page<Shape> {
    /// The result of a listing operation: the items under their name, `IsTruncated`, and `Marker` if there is more.
    #[must_use]
    pub fn into_result(self, name: &'static str) -> Shape {
        let mut members =
            vec![(name, Shape::List(self.items)), ("IsTruncated", Shape::text(self.marker.is_some()))];
        if let Some(marker) = self.marker {
            members.push(("Marker", Shape::Text(marker)));
        }
        Shape::Structure(members)
    }
}

fn decode(marker: &str) -> Result<String, AwsError> {
    URL_SAFE_NO_PAD
        .decode(marker)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| AwsError::validation("Invalid Marker."))
}

const fn is_marker_character(character: char) -> bool {
    matches!(character, ' '..='\u{ff}')
}
