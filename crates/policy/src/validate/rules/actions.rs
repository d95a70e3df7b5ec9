//! Actions that do not exist.

use super::{ITEMS_MAX, PAIRS_MAX, Report};
use crate::catalogue::{self, nearest, suggest};
use crate::document::Kind;
use crate::validate::code::Code;
use crate::validate::draft::{Draft, Item};

const INVALID_ACTION: Code = Code::error("INVALID_ACTION");
const INVALID_SERVICE_IN_ACTION: Code = Code::error("INVALID_SERVICE_IN_ACTION");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    if draft.kind == Kind::Trust {
        // A trust policy has its own list.
        return;
    }
    for clause in &draft.clauses {
        let mut patterns = 0;
        for item in clause.actions.iter().flat_map(|element| &element.items).take(ITEMS_MAX) {
            let Some(text) = item.text().filter(|text| *text != "*" && *text != "*:*") else { continue };
            patterns += usize::from(text.contains(['*', '?']));
            // A pattern is put against every action of its service.
            if patterns <= PAIRS_MAX {
                check_action(text, item, report);
            }
        }
    }
}

fn check_action(text: &str, item: &Item<'_>, report: &mut Report<'_>) {
    let location = report.location(item.path.clone(), item.node.span);
    let Some((prefix, name)) = text.split_once(':') else {
        let message = format!("`{text}` does not say whose action it is");
        report.add(INVALID_ACTION, location, message, format!("write SERVICE:{text}"));
        return;
    };
    if prefix.contains(['*', '?']) {
        let message = format!("`{prefix}` is a pattern, and the service of an action is one by name");
        report.add(
            INVALID_SERVICE_IN_ACTION,
            location,
            message,
            "name the service, or write \"*\" for all actions",
        );
        return;
    }
    let Some(service) = catalogue::service(prefix) else {
        let near = nearest(prefix, catalogue::services());
        let mend = match (suggest(text).first(), near.first()) {
            (Some(action), _) => format!("did you mean `{action}`?"),
            (None, Some(service)) => format!("did you mean the service `{service}`?"),
            (None, None) => "look the service's prefix up in the Service Authorization Reference".to_owned(),
        };
        report.add(INVALID_SERVICE_IN_ACTION, location, format!("there is no service `{prefix}`"), mend);
        return;
    };
    if name.contains(['*', '?']) {
        if service.actions_matching(name).next().is_none() && service.actions().next().is_some() {
            let message = format!("no action of {} matches `{text}`", service.name());
            report.add(INVALID_ACTION, location, message, "correct the pattern, or take it out");
        }
    } else if service.action(name).is_none() {
        let message = format!("the action `{text}` does not exist");
        report.add(INVALID_ACTION, location, message, mend_of(text, name));
    }
}

fn mend_of(text: &str, name: &str) -> String {
    let near = suggest(text);
    if let Some(action) = near.first() {
        return format!("did you mean `{action}`?");
    }
    if name.to_ascii_lowercase().starts_with("wait") {
        return "take it out: waiting is done by SDKs, which repeat a read such as a Get or Describe action until it \
                answers what is waited for; allow that action instead"
            .to_owned();
    }
    "take it out, or look the action up in the Service Authorization Reference".to_owned()
}
