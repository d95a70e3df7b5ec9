//! What a check has to say.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::location::Location;
use crate::severity::Severity;

/// One thing to say about a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// The stable name of the check, `INVALID_ACTION`: AWS's own issue code where AWS has one.
    pub code: Cow<'static, str>,
    /// One sentence, with what was found in backticks.
    pub message: String,
    /// What to do about it.
    pub mend: Option<String>,
    /// A page that explains it.
    pub learn_more: Option<String>,
    /// Where it is; the first is the one to look at.
    pub locations: Vec<Location>,
}

impl Finding {
    /// A finding of one place, with no mend and no page.
    #[must_use]
    pub fn new(
        severity: Severity,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
        location: Location,
    ) -> Self {
        Self {
            severity,
            code: code.into(),
            message: message.into(),
            mend: None,
            learn_more: None,
            locations: vec![location],
        }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn mend(self, mend: impl Into<String>) -> Self {
        Self { mend: Some(mend.into()), ..self }
    }

    /// The same with a page that explains it.
    #[must_use]
    pub fn learn_more(self, page: impl Into<String>) -> Self {
        Self { learn_more: Some(page.into()), ..self }
    }

    /// The same with one more place.
    #[must_use]
    pub fn also(mut self, location: Location) -> Self {
        self.locations.push(location);
        self
    }

    /// Where to look first.
    #[must_use]
    pub fn primary(&self) -> Option<&Location> {
        self.locations.first()
    }

    /// Puts findings into the order of the text; where two stand at the same place the graver comes first.
    pub fn sort(findings: &mut [Self]) {
        findings.sort_by(|left, right| left.order().cmp(&right.order()));
    }

    fn order(&self) -> (usize, Severity, &str, &str) {
        let offset = self.primary().map_or(0, |location| location.extent.start.offset);
        (offset, self.severity, &self.code, &self.message)
    }
}
