//! What only the organisation's control policies must keep to.
//!
//! Source: Organizations user guide, "SCP syntax" and "RCP syntax".

use super::{ITEMS_MAX, Report};
use crate::catalogue;
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft, is_unknown};

const SCP_SYNTAX_ERROR_ACTION_WILDCARD: Code = Code::error("SCP_SYNTAX_ERROR_ACTION_WILDCARD");
const RCP_SYNTAX_ERROR_ALLOW: Code = Code::error("RCP_SYNTAX_ERROR_ALLOW");
const RCP_SYNTAX_ERROR_NOTACTION: Code = Code::error("RCP_SYNTAX_ERROR_NOTACTION");
const RCP_SYNTAX_ERROR_ACTION: Code = Code::error("RCP_SYNTAX_ERROR_ACTION");
const RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY: Code =
    Code::warning("RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY");
const RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY: Code =
    Code::warning("RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY");

/// Keys of the principal, which a service that acts by itself does not have.
const OF_PRINCIPAL: [&str; 4] =
    ["aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths"];
/// Keys that only a service which acts by itself has.
const OF_SERVICE: [&str; 4] = ["aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths"];

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for clause in &draft.clauses {
        if draft.is_service_control() {
            check_wildcards(clause, report);
        } else if draft.is_resource_control() {
            check_actions(clause, report);
            check_allow(clause, report);
            check_keys(clause, report);
        }
    }
}

fn check_wildcards(clause: &Clause<'_>, report: &mut Report<'_>) {
    for item in clause.actions.iter().flat_map(|element| &element.items).take(ITEMS_MAX) {
        let Some(text) = item.text() else { continue };
        let before_end = text.strip_suffix('*').unwrap_or(text);
        if before_end.contains('*') || before_end.contains('?') {
            let location = report.location(item.path.clone(), item.node.span);
            let message = format!("a wildcard stands within `{text}`, and here it may only end an action");
            report.add(SCP_SYNTAX_ERROR_ACTION_WILDCARD, location, message, "list the actions one by one");
        }
    }
}

fn check_actions(clause: &Clause<'_>, report: &mut Report<'_>) {
    let Some(actions) = &clause.actions else { return };
    if actions.is_negated {
        let location = report.location(actions.path.clone(), actions.member.span);
        let message = "a resource control policy has no `NotAction`";
        report.add(RCP_SYNTAX_ERROR_NOTACTION, location, message, "list the actions with `Action`");
        return;
    }
    for (text, item) in clause.action_texts().take(ITEMS_MAX) {
        let Some((prefix, _)) = text.split_once(':') else { continue };
        let reached = catalogue::service(prefix).is_none_or(catalogue::Service::is_reached_by_rcp);
        if !reached {
            let location = report.location(item.path.clone(), item.node.span);
            let message = format!("resource control policies do not reach the service `{prefix}`");
            report.add(
                RCP_SYNTAX_ERROR_ACTION,
                location,
                message,
                "take it out, or use a service control policy",
            );
        }
    }
}

fn check_allow(clause: &Clause<'_>, report: &mut Report<'_>) {
    if !clause.allows() {
        return;
    }
    let narrowed = clause.resources.as_ref().and_then(|resources| {
        let is_whole = !resources.is_negated
            && resources.items.iter().all(|item| item.text() == Some("*") || is_unknown(item.node));
        (!is_whole).then(|| report.location(resources.path.clone(), resources.member.span))
    });
    let condition = clause
        .member("Condition")
        .map(|member| report.location(clause.path.member("Condition"), member.span));
    if let Some(location) = narrowed.or(condition) {
        let message = "a resource control policy allows everything or says `Deny`";
        report.add(RCP_SYNTAX_ERROR_ALLOW, location, message, "make a `Deny` of what is not to be");
    }
}

fn check_keys(clause: &Clause<'_>, report: &mut Report<'_>) {
    if clause.allows() || clause.tests_key("aws:PrincipalIsAWSService") {
        return;
    }
    for (keys, code, wanted) in [
        (OF_PRINCIPAL, RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY, "false"),
        (OF_SERVICE, RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY, "true"),
    ] {
        let found =
            clause.tests.iter().find(|test| keys.iter().any(|key| key.eq_ignore_ascii_case(&test.key.name)));
        if let Some(test) = found {
            let location = report.location(test.path.clone(), test.key.span);
            let who = if wanted == "false" { "services that act for you" } else { "your own principals" };
            report.add(
                code,
                location,
                format!("`{}` alone also keeps out {who}, which do not have it", test.key.name),
                format!("add \"BoolIfExists\": {{\"aws:PrincipalIsAWSService\": \"{wanted}\"}}"),
            );
        }
    }
}
