//! Conditions on a resource's tags for actions whose requests do not have them.

use daypass_diagnostic::Location;

use super::{ITEMS_MAX, Report};
use crate::catalogue::{self, Service};
use crate::document::Effect;
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft, Test};

const ALLOW: Code = Code::suggestion("ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE");
const ALLOW_NOTACTION: Code =
    Code::suggestion("ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE");
const DENY: Code = Code::security("DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE");
const DENY_NOTACTION: Code = Code::security("DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE");

const STEM: &str = "aws:resourcetag/";
const KEY: &str = "aws:ResourceTag/${TagKey}";

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for clause in &draft.clauses {
        let tagged = clause.tests.iter().find(|test| test.key.name.to_ascii_lowercase().starts_with(STEM));
        let (Some(test), Some(effect), Some(actions)) = (tagged, clause.effect, &clause.actions) else {
            continue;
        };
        let place = report.location(test.path.clone(), test.key.span);
        if actions.is_negated {
            let (code, outcome) = match effect {
                Effect::Allow => (ALLOW_NOTACTION, "are not allowed by it"),
                Effect::Deny => (DENY_NOTACTION, "are not denied by it"),
            };
            let message =
                format!("`NotAction` has actions that know no `{}`, and they {outcome}", test.key.name);
            let element = report.location(actions.path.clone(), actions.member.span);
            report.add_at(code, vec![element, place], message, "list the actions with `Action`");
        } else {
            check_actions(clause, effect, test, place, report);
        }
    }
}

fn check_actions(
    clause: &Clause<'_>,
    effect: Effect,
    test: &Test<'_>,
    place: Location,
    report: &mut Report<'_>,
) {
    let mut locations = vec![place];
    let mut without = Vec::new();
    for (text, item) in clause.action_texts().take(ITEMS_MAX) {
        let Some((prefix, name)) = text.split_once(':') else { continue };
        let Some(service) = catalogue::service(prefix) else { continue };
        if !has_tags(service, name) {
            without.push(format!("`{text}`"));
            locations.push(report.location(item.path.clone(), item.node.span));
        }
    }
    if without.is_empty() {
        return;
    }
    let (code, outcome) = match effect {
        Effect::Allow => (ALLOW, "allowed"),
        Effect::Deny => (DENY, "denied"),
    };
    let message = format!(
        "requests for {} know no `{}`, so that they are never {outcome} by it",
        without.join(", "),
        test.key.name
    );
    report.add_at(code, locations, message, "move them to a statement without this key");
}

/// Whether some action of the name has the resource's tags; also where the name is unknown, which another rule says.
fn has_tags(service: &Service, name: &str) -> bool {
    let mut actions = service.actions_matching(name).peekable();
    actions.peek().is_none() || actions.any(|action| service.keys_of(action).contains(&KEY))
}
