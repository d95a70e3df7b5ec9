//! Condition keys that a named action never has.

use super::{ITEMS_MAX, Report};
use crate::catalogue;
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft, Test};
use crate::validate::operator::Family;

const UNSUPPORTED_ACTION_FOR_CONDITION_KEY: Code = Code::error("UNSUPPORTED_ACTION_FOR_CONDITION_KEY");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for clause in &draft.clauses {
        for test in &clause.tests {
            check_test(clause, test, report);
        }
    }
}

fn check_test(clause: &Clause<'_>, test: &Test<'_>, report: &mut Report<'_>) {
    let name = test.key.name.as_str();
    let asks_for_absence = test.operator.is_some_and(|operator| operator.family == Family::Null);
    let Some(key) = catalogue::condition_key(name).filter(|_| !asks_for_absence) else { return };
    if catalogue::global_condition_key(name).is_some() {
        return;
    }
    let mut locations = vec![report.location(test.path.clone(), test.key.span)];
    let mut actions = Vec::new();
    for (text, item) in clause.action_texts().take(ITEMS_MAX) {
        let Some((prefix, action)) = text.split_once(':') else { continue };
        let Some(service) = catalogue::service(prefix) else { continue };
        let Some(action) = service.action(action) else { continue };
        if !service.keys_of(action).contains(&key.name) {
            actions.push(format!("`{text}`"));
            locations.push(report.location(item.path.clone(), item.node.span));
        }
    }
    if !actions.is_empty() {
        let message = format!("requests for {} never have the condition key `{name}`", actions.join(", "));
        let mend = "move them to a statement without this key";
        report.add_at(UNSUPPORTED_ACTION_FOR_CONDITION_KEY, locations, message, mend);
    }
}
