//! The two actions through which one right becomes many: to pass a role to a service, and to make a role for a service.

use super::Report;
use crate::pattern;
use crate::validate::arn::{Arn, without_variables};
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft, Element, Item};

/// One of the two, with AWS's names for the ways to grant too much of it.
struct Grant {
    action: &'static str,
    /// The condition key that narrows it, where resources do not.
    narrowing: &'static str,
    danger: &'static str,
    not_resource: Code,
    star_action_not_resource: Code,
    not_action_not_resource: Code,
    star_resource: Code,
    star_action_star_resource: Code,
    not_action_star_resource: Code,
}

const GRANTS: [Grant; 2] = [
    Grant {
        action: "iam:PassRole",
        narrowing: "iam:PassedToService",
        danger: "any role be passed to any service",
        not_resource: Code::security("PASS_ROLE_WITH_NOT_RESOURCE"),
        star_action_not_resource: Code::security("PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE"),
        not_action_not_resource: Code::security("PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE"),
        star_resource: Code::security("PASS_ROLE_WITH_STAR_IN_RESOURCE"),
        star_action_star_resource: Code::security("PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE"),
        not_action_star_resource: Code::security("PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION"),
    },
    Grant {
        action: "iam:CreateServiceLinkedRole",
        narrowing: "iam:AWSServiceName",
        danger: "a role be made for any service",
        not_resource: Code::warning("CREATE_SLR_WITH_NOT_RESOURCE"),
        star_action_not_resource: Code::warning("CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE"),
        not_action_not_resource: Code::warning("CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE"),
        star_resource: Code::warning("CREATE_SLR_WITH_STAR_IN_RESOURCE"),
        star_action_star_resource: Code::warning("CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE"),
        not_action_star_resource: Code::warning("CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION"),
    },
];

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    use crate::document::Kind::{Boundary, Identity, Session};
    if !matches!(draft.kind, Boundary | Identity | Session) {
        return;
    }
    for clause in draft.clauses.iter().filter(|clause| clause.allows()) {
        for grant in &GRANTS {
            check_grant(clause, grant, report);
        }
    }
}

/// How the action gets into a statement.
enum Through<'a> {
    Name(&'a Item<'a>),
    Pattern(&'a Item<'a>),
    NotAction(&'a Element<'a>),
}

fn through<'a>(element: &'a Element<'a>, action: &str) -> Option<Through<'a>> {
    let matching =
        |item: &&Item<'_>| item.text().is_some_and(|text| pattern::matches_ignoring_case(text, action));
    let mut found = element.items.iter().filter(matching);
    if element.is_negated {
        let all_known = element.items.iter().all(|item| item.text().is_some());
        return (all_known && found.next().is_none()).then_some(Through::NotAction(element));
    }
    let exact = |item: &&Item<'_>| item.text().is_some_and(|text| text.eq_ignore_ascii_case(action));
    match element.items.iter().find(exact) {
        Some(item) => Some(Through::Name(item)),
        None => found.next().map(Through::Pattern),
    }
}

fn check_grant(clause: &Clause<'_>, grant: &Grant, report: &mut Report<'_>) {
    let (Some(actions), Some(resources)) = (&clause.actions, &clause.resources) else { return };
    if clause.tests_key(grant.narrowing) {
        return;
    }
    let Some(through) = through(actions, grant.action) else { return };
    let star = resources.items.iter().find(|item| item.text().is_some_and(is_every_role));
    let code = match (&through, resources.is_negated, star) {
        (Through::Name(_), true, _) => grant.not_resource,
        (Through::Pattern(_), true, _) => grant.star_action_not_resource,
        (Through::NotAction(_), true, _) => grant.not_action_not_resource,
        (Through::Name(_), false, Some(_)) => grant.star_resource,
        (Through::Pattern(_), false, Some(_)) => grant.star_action_star_resource,
        (Through::NotAction(_), false, Some(_)) => grant.not_action_star_resource,
        (_, false, None) => return,
    };
    let action_place = match through {
        Through::Name(item) | Through::Pattern(item) => report.location(item.path.clone(), item.node.span),
        Through::NotAction(element) => report.location(element.path.clone(), element.member.span),
    };
    let resource_place = match star {
        Some(item) if !resources.is_negated => report.location(item.path.clone(), item.node.span),
        _ => report.location(resources.path.clone(), resources.member.span),
    };
    report.add_at(
        code,
        vec![resource_place, action_place],
        format!("`{}` on so many resources lets {}", grant.action, grant.danger),
        format!("name the roles' ARNs, or add a condition on {}", grant.narrowing),
    );
}

/// Whether a pattern is of roles whose names are not narrowed at all.
fn is_every_role(text: &str) -> bool {
    if text == "*" {
        return true;
    }
    let solid = without_variables(text);
    Arn::read(&solid).is_some_and(|arn| {
        let name = arn.resource.strip_prefix("role/").unwrap_or(arn.resource);
        matches!(arn.service, "iam" | "*") && name.starts_with('*')
    })
}
