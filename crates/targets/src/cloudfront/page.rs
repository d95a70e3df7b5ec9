//! Pages: `Marker` and `MaxItems`.

use super::error::CloudFrontError;
use super::tree::Element;

/// Items of a page where the caller does not say, and the most: AWS's limit.
const ITEMS_MAX: usize = 100;

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    marker: String,
    items: usize,
}

impl Page {
    /// Reads the query.
    pub(super) fn read(marker: Option<&str>, items: Option<&str>) -> Result<Self, CloudFrontError> {
        let items = match items {
            None | Some("") => ITEMS_MAX,
            Some(text) => text.parse::<usize>().ok().filter(|items| *items > 0).ok_or_else(|| {
                CloudFrontError::invalid_argument("The parameter MaxItems is not a number above zero.")
            })?,
        };
        Ok(Self { marker: marker.unwrap_or_default().to_owned(), items: items.min(ITEMS_MAX) })
    }

    /// The list's element: what comes after the marker, which is the id of the last item of the page before.
    pub(super) fn list<T>(
        &self,
        name: &str,
        all: &[T],
        id: impl Fn(&T) -> &str,
        shape: impl Fn(&T) -> Element,
    ) -> Result<Element, CloudFrontError> {
        let after = if self.marker.is_empty() {
            0
        } else {
            let found = all.iter().position(|item| id(item) == self.marker);
            found.ok_or_else(|| CloudFrontError::invalid_argument("The parameter Marker is not valid."))? + 1
        };
        let page: Vec<&T> = all.iter().skip(after).take(self.items).collect();
        let is_truncated = after + page.len() < all.len();
        let mut members = vec![Element::text("Marker", self.marker.clone())];
        if let Some(last) = page.last().filter(|_| is_truncated) {
            members.push(Element::text("NextMarker", id(last)));
        }
        members.push(Element::text("MaxItems", self.items.to_string()));
        members.push(Element::text("IsTruncated", is_truncated.to_string()));
        members.push(Element::text("Quantity", page.len().to_string()));
        if !page.is_empty() {
            members.push(Element::nested("Items", page.into_iter().map(shape).collect()));
        }
        Ok(Element::nested(name, members))
    }
}
