//! Findings for machines.

use serde::Serialize;

use crate::finding::Finding;
use crate::location::Extent;
use crate::{Severity, Source};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    file: &'a str,
    severity: Severity,
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    learn_more: Option<&'a str>,
    locations: Vec<Place>,
}

#[derive(Serialize)]
struct Place {
    path: String,
    #[serde(flatten)]
    extent: Extent,
}

/// The findings of several texts as one JSON list, indented by two spaces, with a line end after it.
///
/// Lines and columns count from 1, columns in characters; offsets are bytes from 0.
#[must_use]
pub fn json(findings: &[(Source<'_>, &[Finding])]) -> String {
    let shown: Vec<Shown<'_>> = findings
        .iter()
        .flat_map(|(source, findings)| findings.iter().map(|finding| shown(source.name, finding)))
        .collect();
    // A list of texts and numbers has no way to fail.
    let mut text = serde_json::to_string_pretty(&shown).unwrap_or_default();
    text.push('\n');
    text
}

fn shown<'a>(file: &'a str, finding: &'a Finding) -> Shown<'a> {
    Shown {
        file,
        severity: finding.severity,
        code: &finding.code,
        message: &finding.message,
        mend: finding.mend.as_deref(),
        learn_more: finding.learn_more.as_deref(),
        locations: finding
            .locations
            .iter()
            .map(|location| Place { path: location.path.to_string(), extent: location.extent })
            .collect(),
    }
}
