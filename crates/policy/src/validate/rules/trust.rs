//! What only trust policies have: STS's actions, no resource, and actions that fit their principals.

use super::Report;
use crate::document::Kind;
use crate::pattern;
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft};

const ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE: Code = Code::error("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE");
const UNSUPPORTED_ACTION_IN_POLICY: Code = Code::error("UNSUPPORTED_ACTION_IN_POLICY");
const MISMATCHED_ACTION_FOR_PRINCIPAL: Code = Code::error("MISMATCHED_ACTION_FOR_PRINCIPAL");
const MISSING_ACTION_FOR_ROLES_ANYWHERE: Code = Code::error("MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY");

const ACTIONS: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
];

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    if draft.kind != Kind::Trust {
        return;
    }
    for clause in &draft.clauses {
        if let Some(resources) = &clause.resources {
            let location = report.location(resources.path.clone(), resources.member.span);
            let message =
                format!("`{}` stands in a trust policy, which is about its own role", resources.member.name);
            report.add(ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE, location, message, "take it out");
        }
        check_actions(clause, report);
        check_principals(clause, report);
        check_roles_anywhere(clause, report);
    }
}

fn check_actions(clause: &Clause<'_>, report: &mut Report<'_>) {
    for item in clause.actions.iter().flat_map(|element| &element.items) {
        let Some(text) = item.text() else { continue };
        if text.starts_with("sts:") && ACTIONS.iter().any(|known| pattern::matches_ignoring_case(text, known))
        {
            continue;
        }
        let location = report.location(item.path.clone(), item.node.span);
        report.add(
            UNSUPPORTED_ACTION_IN_POLICY,
            location,
            format!("a trust policy says who may assume the role, and `{text}` is not one of the ways"),
            "write sts:AssumeRole or, for identity providers, sts:AssumeRoleWithWebIdentity or sts:AssumeRoleWithSAML",
        );
    }
}

/// The way that a principal assumes a role.
fn way_of(kind: &str, principal: &str) -> &'static str {
    match kind {
        "Federated" if principal.contains(":saml-provider/") => "sts:AssumeRoleWithSAML",
        "Federated" => "sts:AssumeRoleWithWebIdentity",
        _ => "sts:AssumeRole",
    }
}

fn check_principals(clause: &Clause<'_>, report: &mut Report<'_>) {
    let Some(principals) = clause.principals.as_ref().filter(|principals| !principals.is_negated) else {
        return;
    };
    for (action, item) in clause.action_texts() {
        let Some(way) = ACTIONS.iter().take(3).find(|known| known.eq_ignore_ascii_case(action)) else {
            continue;
        };
        let mut locations = vec![report.location(item.path.clone(), item.node.span)];
        let mut mismatched = Vec::new();
        let mut right_ways = Vec::new();
        for kind in ["AWS", "Federated", "Service"] {
            for (principal, principal_item) in principals.texts_of(kind) {
                let right = way_of(kind, principal);
                if right != *way {
                    mismatched.push(format!("`{principal}`"));
                    right_ways.push(right);
                    locations.push(report.location(principal_item.path.clone(), principal_item.node.span));
                }
            }
        }
        right_ways.sort_unstable();
        right_ways.dedup();
        if !mismatched.is_empty() {
            let message = format!("`{action}` is not how {} can assume a role", mismatched.join(", "));
            let mend = format!("write {} for it", right_ways.join(" and "));
            report.add_at(MISMATCHED_ACTION_FOR_PRINCIPAL, locations, message, mend);
        }
    }
}

fn check_roles_anywhere(clause: &Clause<'_>, report: &mut Report<'_>) {
    let Some(principals) = clause.principals.as_ref().filter(|_| clause.allows()) else { return };
    let Some((_, item)) =
        principals.texts_of("Service").find(|(text, _)| *text == "rolesanywhere.amazonaws.com")
    else {
        return;
    };
    let needed = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"];
    let missing: Vec<&str> = needed
        .into_iter()
        .filter(|needed| !clause.action_texts().any(|(text, _)| pattern::matches_ignoring_case(text, needed)))
        .collect();
    if !missing.is_empty() {
        let location = report.location(item.path.clone(), item.node.span);
        report.add(
            MISSING_ACTION_FOR_ROLES_ANYWHERE,
            location,
            format!("IAM Roles Anywhere cannot assume the role without {}", missing.join(" and ")),
            format!("add {}", missing.join(" and ")),
        );
    }
}
