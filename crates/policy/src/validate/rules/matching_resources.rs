//! Actions that none of the statement's resources can be of. This check is our own: AWS stores such a statement, and the
//! action is never matched by it.

use daypass_diagnostic::Severity;

use super::{ITEMS_MAX, PAIRS_MAX, Report, forms};
use crate::catalogue::{self, Action, Service};
use crate::document::Kind;
use crate::validate::arn::{Arn, without_variables};
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft};

const ACTION_WITHOUT_MATCHING_RESOURCE: Code = Code::own(
    "ACTION_WITHOUT_MATCHING_RESOURCE",
    Severity::Warning,
    "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
);

/// How much work is done for one statement: its actions times the bytes of its resources. Statements of legal length stay
/// far below.
const WORK_MAX: usize = 2_000_000;

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    if draft.kind == Kind::Trust {
        return;
    }
    for clause in &draft.clauses {
        let Some(resources) = resources_of(clause) else { continue };
        let bytes: usize = resources.iter().map(String::len).sum();
        if clause.action_texts().count().saturating_mul(bytes) > WORK_MAX {
            continue;
        }
        for (text, item) in clause.action_texts().take(ITEMS_MAX) {
            let Some((prefix, name)) = text.split_once(':') else { continue };
            let Some(service) = catalogue::service(prefix) else { continue };
            let Some(action) = service.action(name) else { continue };
            if resources.iter().any(|resource| is_of(service, action, resource)) {
                continue;
            }
            let location = report.location(item.path.clone(), item.node.span);
            let (message, mend) = words(service, action, text);
            report.add(ACTION_WITHOUT_MATCHING_RESOURCE, location, message, mend);
        }
    }
}

fn words(service: &Service, action: &Action, text: &str) -> (String, String) {
    if action.resources.is_empty() {
        let message = format!("`{text}` is done to no resource, and this statement names resources");
        return (message, "give it a statement of its own with \"Resource\": \"*\"".to_owned());
    }
    let kinds = action.resources.iter().filter_map(|needed| service.resource_type(needed.name));
    let forms = forms(kinds);
    let message = format!("none of the statement's resources is one that `{text}` can be done to");
    (message, format!("add a resource like {forms}"))
}

/// The resources of a statement with `*` for their variables; `None` where one of them may be anything.
fn resources_of(clause: &Clause<'_>) -> Option<Vec<String>> {
    let element = clause.resources.as_ref().filter(|element| !element.is_negated)?;
    if element.items.is_empty() || element.items.len() > PAIRS_MAX {
        return None;
    }
    let texts: Option<Vec<String>> =
        element.items.iter().map(|item| item.text().map(without_variables)).collect();
    texts.filter(|texts| texts.iter().all(|text| Arn::read(text).is_some()))
}

fn is_of(service: &Service, action: &Action, resource: &str) -> bool {
    let Some(arn) = Arn::read(resource) else { return true };
    let kinds = action.resources.iter().filter_map(|needed| service.resource_type(needed.name));
    kinds.into_iter().any(|kind| {
        let same_service =
            kind.service().is_empty() || kind.service() == arn.service || arn.service.contains(['*', '?']);
        same_service && kind.may_be(arn.resource)
    })
}
