//! Condition keys that a named action never has.

use super::{ITEMS_MAX, PAIRS_MAX, Report};
use crate::catalogue;
use crate::document::Kind;
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft, Item, Test};
use crate::validate::operator::Family;

const UNSUPPORTED_ACTION_FOR_CONDITION_KEY: Code = Code::error("UNSUPPORTED_ACTION_FOR_CONDITION_KEY");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for clause in &draft.clauses {
        let tests: Vec<(&Test<'_>, &str)> =
            clause.tests.iter().filter_map(|test| Some((test, key_of(test)?))).take(PAIRS_MAX).collect();
        if tests.is_empty() {
            continue;
        }
        let actions = actions_of(draft.kind, clause);
        for (test, key) in tests {
            check_test(test, key, &actions, report);
        }
    }
}

/// An action that is named, and the condition keys that its requests may have.
type Keyed<'a> = (&'a str, &'a Item<'a>, Vec<&'static str>);

fn actions_of<'a>(kind: Kind, clause: &'a Clause<'a>) -> Vec<Keyed<'a>> {
    let mut actions = Vec::new();
    for (text, item) in clause.action_texts().take(ITEMS_MAX) {
        let Some((prefix, name)) = text.split_once(':') else { continue };
        let Some(service) = catalogue::service(prefix) else { continue };
        let Some(action) = service.action(name) else { continue };
        // That a way to assume a role does not fit its principal is said by another rule.
        if kind != Kind::Trust || !action.name.starts_with("AssumeRole") {
            actions.push((text, item, service.keys_of(action)));
        }
    }
    actions
}

/// The key of a condition that is about its value, where it is a service's own and known.
fn key_of(test: &Test<'_>) -> Option<&'static str> {
    let name = test.key.name.as_str();
    let asks_for_absence = test.operator.is_some_and(|operator| operator.family == Family::Null);
    let key = catalogue::condition_key(name).filter(|_| !asks_for_absence)?;
    catalogue::global_condition_key(name).is_none().then_some(key.name)
}

fn check_test(test: &Test<'_>, key: &str, actions: &[Keyed<'_>], report: &mut Report<'_>) {
    let mut locations = vec![report.location(test.path.clone(), test.key.span)];
    let mut without = Vec::new();
    for (text, item, _) in actions.iter().filter(|(_, _, keys)| !keys.contains(&key)) {
        without.push(format!("`{text}`"));
        locations.push(report.location(item.path.clone(), item.node.span));
    }
    if !without.is_empty() {
        let name = &test.key.name;
        let message = format!("requests for {} never have the condition key `{name}`", without.join(", "));
        let mend = "move them to a statement without this key";
        report.add_at(UNSUPPORTED_ACTION_FOR_CONDITION_KEY, locations, message, mend);
    }
}
