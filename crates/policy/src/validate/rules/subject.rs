//! Whose workflows a trust in GitHub lets in.
//!
//! Source: IAM user guide, "Create a role for OpenID Connect federation", GitHub; and AWS's refusal to store a trust
//! policy that leaves the subject open, observed. The first two checks are our own.

use daypass_diagnostic::Severity;

use super::Report;
use crate::document::Kind;
use crate::pattern;
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft, Item, Test};

const PAGE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html#idp_oidc_Create_GitHub";
const TRUST_WITHOUT_SUBJECT: Code = Code::own("TRUST_WITHOUT_SUBJECT", Severity::Error, PAGE);
const SUBJECT_OPEN_TO_STRANGERS: Code =
    Code::own("SUBJECT_OPEN_TO_STRANGERS", Severity::SecurityWarning, PAGE);
const SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED: Code =
    Code::warning("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED");

/// The issuer's host, which the ids of enterprises may follow.
const HOST: &str = "token.actions.githubusercontent.com";

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    if draft.kind != Kind::Trust {
        return;
    }
    for clause in draft.clauses.iter().filter(|clause| clause.allows()) {
        let exchanges = clause
            .action_texts()
            .any(|(text, _)| pattern::matches_ignoring_case(text, "sts:AssumeRoleWithWebIdentity"));
        let Some(principals) = clause.principals.as_ref().filter(|_| exchanges) else { continue };
        for (text, item) in principals.texts_of("Federated") {
            let Some((_, provider)) = text.split_once(":oidc-provider/") else { continue };
            if provider.starts_with(HOST) {
                check_provider(clause, provider, item, report);
            }
        }
    }
}

fn check_provider(clause: &Clause<'_>, provider: &str, principal: &Item<'_>, report: &mut Report<'_>) {
    let is_scoping = |test: &&Test<'_>| {
        ["sub", "job_workflow_ref"]
            .iter()
            .any(|claim| test.key.name.eq_ignore_ascii_case(&format!("{provider}:{claim}")))
    };
    let scoping: Vec<&Test<'_>> = clause.tests.iter().filter(is_scoping).collect();
    if !scoping.iter().any(|test| narrows(test)) {
        let location = report.location(principal.path.clone(), principal.node.span);
        report.add(
            TRUST_WITHOUT_SUBJECT,
            location,
            format!("nothing says whose workflows are let in: without a condition on `{provider}:sub`, IAM refuses the policy"),
            format!(
                "add \"StringEquals\": {{\"{provider}:sub\": \"repo:OWNER/NAME:environment:ENVIRONMENT\"}} to the condition"
            ),
        );
    }
    for test in scoping.into_iter().filter(|test| test.key.name.to_ascii_lowercase().ends_with(":sub")) {
        check_subjects(clause, provider, test, report);
    }
}

/// Whether a condition narrows who is let in, as IAM sees it: by its first value.
fn narrows(test: &Test<'_>) -> bool {
    let Some(operator) = test.operator else { return true };
    let is_positive = ["StringEquals", "StringEqualsIgnoreCase", "StringLike"].contains(&operator.name);
    let first_is_open = match test.values.first().map(Item::text) {
        Some(Some(text)) => text.trim().is_empty() || text.starts_with('*'),
        _ => false,
    };
    is_positive && !operator.if_exists && !first_is_open
}

fn check_subjects(clause: &Clause<'_>, provider: &str, test: &Test<'_>, report: &mut Report<'_>) {
    if test.operator.is_none_or(|operator| operator.name != "StringLike") {
        return;
    }
    for item in &test.values {
        let Some(subject) = item.text().filter(|text| text.contains(['*', '?'])) else { continue };
        let location = report.location(item.path.clone(), item.node.span);
        if !names_owner(subject) {
            report.add(
                SUBJECT_OPEN_TO_STRANGERS,
                location,
                format!("`{subject}` matches workflows of owners that are not yours"),
                "begin it with repo:OWNER/",
            );
        } else if !clause.tests_key(&format!("{provider}:ref")) {
            report.add(
                SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED,
                location,
                format!("`{subject}` may let in more workflows than you mean, pull requests among them"),
                format!(
                    "name the repository and its branch or environment, or add a condition on {provider}:ref"
                ),
            );
        }
    }
}

/// Whether the letters before the first wildcard name an owner, with the slash that ends the name.
fn names_owner(subject: &str) -> bool {
    let fixed = subject.split(['*', '?']).next().unwrap_or_default();
    fixed
        .strip_prefix("repo:")
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(owner, _)| !owner.is_empty())
        || fixed.split_once("repository_owner").is_some()
        || fixed.split_once("repository:").is_some_and(|(_, rest)| rest.contains('/'))
}
