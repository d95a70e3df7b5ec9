//! Findings as Access Analyzer tells them.
//!
//! Lines count from 1, columns and offsets from 0, all in characters.
//!
//! Source: Access Analyzer API reference, "ValidatePolicyFinding", "Location", "PathElement" and "Position".

use daypass_diagnostic::{Finding, Location, Point, Severity, Step};
use serde_json::{Value, json};

use super::request::{Request, token};

/// The page of findings that was asked for.
pub(super) fn page(request: &Request, findings: &[Finding]) -> Value {
    // A note is about the check and not about the policy; AWS has no such type.
    let findings: Vec<&Finding> =
        findings.iter().filter(|finding| finding.severity != Severity::Note).collect();
    let shown = findings.iter().skip(request.skip).take(request.results);
    let mut answer =
        json!({ "findings": shown.map(|finding| shape(&request.document, finding)).collect::<Vec<_>>() });
    let end = request.skip.saturating_add(request.results);
    if end < findings.len()
        && let Some(members) = answer.as_object_mut()
    {
        members.insert("nextToken".to_owned(), json!(token(end)));
    }
    answer
}

fn shape(document: &str, finding: &Finding) -> Value {
    let details = match &finding.mend {
        Some(mend) => format!("{}; {mend}", finding.message),
        None => finding.message.clone(),
    };
    json!({
        "findingDetails": details,
        "findingType": finding.severity.name(),
        "issueCode": finding.code,
        "learnMoreLink": finding.learn_more.as_deref().unwrap_or_default(),
        "locations": finding.locations.iter().map(|place| location(document, place)).collect::<Vec<_>>(),
    })
}

fn location(document: &str, location: &Location) -> Value {
    let path = location.path.0.iter().map(|step| match step {
        Step::Index(index) => json!({ "index": index }),
        Step::Name(name) => json!({ "value": name }),
    });
    json!({
        "path": path.collect::<Vec<_>>(),
        "span": {
            "start": position(document, location.extent.start),
            "end": position(document, location.extent.end),
        },
    })
}

fn position(document: &str, point: Point) -> Value {
    let offset = document.get(..point.offset).map_or(point.offset, |before| before.chars().count());
    json!({ "line": point.line, "column": point.column.saturating_sub(1), "offset": offset })
}
