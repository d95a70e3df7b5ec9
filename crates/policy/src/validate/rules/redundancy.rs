//! What is said twice.

use super::{PAIRS_MAX, Report};
use crate::catalogue::glob;
use crate::validate::code::Code;
use crate::validate::draft::{Draft, Element};

const REDUNDANT_ACTION: Code = Code::suggestion("REDUNDANT_ACTION");
const REDUNDANT_RESOURCE: Code = Code::suggestion("REDUNDANT_RESOURCE");

/// The bytes of a list whose items are put against each other: more than a bucket's policy may have.
const LIST_BYTES_MAX: usize = 24_000;

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for clause in &draft.clauses {
        if let Some(actions) = &clause.actions {
            check_element(actions, REDUNDANT_ACTION, "action", str::to_ascii_lowercase, report);
        }
        if let Some(resources) = &clause.resources {
            check_element(resources, REDUNDANT_RESOURCE, "resource", str::to_owned, report);
        }
    }
}

fn check_element(
    element: &Element<'_>,
    code: Code,
    what: &str,
    normal: fn(&str) -> String,
    report: &mut Report<'_>,
) {
    let texts: Vec<Option<String>> =
        element.items.iter().take(PAIRS_MAX).map(|item| item.text().map(normal)).collect();
    if texts.iter().flatten().map(String::len).sum::<usize>() > LIST_BYTES_MAX {
        return;
    }
    for (index, (item, text)) in element.items.iter().zip(&texts).enumerate() {
        let Some(text) = text else { continue };
        let broader = texts.iter().enumerate().find(|(other, pattern)| {
            let Some(pattern) = pattern else { return false };
            // Of two that are the same, the second is one too many.
            *other != index && glob::covers(pattern, text) && (*other < index || !glob::covers(text, pattern))
        });
        let broader = broader.and_then(|(other, _)| element.items.get(other));
        if let Some(broader) = broader
            && let (Some(shown), Some(pattern)) = (item.text(), broader.text())
        {
            let locations = vec![
                report.location(item.path.clone(), item.node.span),
                report.location(broader.path.clone(), broader.node.span),
            ];
            let message = format!("the {what} `{shown}` is said already by `{pattern}`");
            report.add_at(code, locations, message, "take it out, or narrow the other");
        }
    }
}
