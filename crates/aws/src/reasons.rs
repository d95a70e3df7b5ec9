//! The reasons of a decision as a tree: kinds of policies, their statements, and the element that failed in each.

use daypass_policy::{Decision, Effect, LayerReport, Outcome, StatementReport};

use crate::explanation::{Check, Reason};
use crate::tree::Tree;

/// What the policies' names are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Files: a place in one is `FILE:LINE`, as editors and terminals take it.
    Files,
    /// Policies of an account.
    Policies,
}

impl Names {
    fn place(self, policy: &str, line: usize) -> String {
        match self {
            Self::Files => format!("{policy}:{line}"),
            Self::Policies => format!("{policy}, line {line}"),
        }
    }
}

/// What one kind of policies, or one level of it, said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A statement denies.
    Denies,
    /// A statement allows, and none denies.
    Allows,
    /// Neither.
    Nothing,
}

impl Said {
    /// What some policies said.
    #[must_use]
    pub fn of(report: &LayerReport) -> Self {
        let matched = |effect| {
            report.statements.iter().any(|statement| statement.effect == effect && has_matched(statement))
        };
        if matched(Effect::Deny) {
            Self::Denies
        } else if matched(Effect::Allow) {
            Self::Allows
        } else {
            Self::Nothing
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Allows => "allows it",
            Self::Denies => "denies it",
            Self::Nothing => "nothing allows it",
        }
    }
}

/// A question, its answer and all that was said.
#[must_use]
pub fn tree(check: &Check, names: Names) -> Tree {
    let verdict = match &check.evaluation.decision {
        Decision::Allowed => "allowed".to_owned(),
        Decision::ExplicitlyDenied { layer, policy, .. } => {
            let by = denying(check).map_or_else(|| policy.clone(), |report| names.place(policy, report.line));
            format!("denied explicitly by {by} ({layer})")
        }
        Decision::ImplicitlyDenied { layer } => format!("denied: nothing in the {layer} allows it"),
    };
    let mut root = Tree::new(&format!("{} on {}: {verdict}", check.action, check.resource));
    for report in &check.evaluation.layers {
        root.push(layer(report, names));
    }
    root
}

/// The statement that denies explicitly.
#[must_use]
pub fn denying(check: &Check) -> Option<&StatementReport> {
    let Decision::ExplicitlyDenied { layer, policy, statement } = &check.evaluation.decision else {
        return None;
    };
    let reports = check.evaluation.layers.iter().filter(|report| report.layer == *layer);
    reports
        .flat_map(|report| &report.statements)
        .find(|report| report.policy == *policy && report.index == *statement && has_matched(report))
}

fn layer(report: &LayerReport, names: Names) -> Tree {
    let level = match report.level {
        None => String::new(),
        Some(0) => ", the root's level".to_owned(),
        Some(level) => format!(", level {} below the root", level),
    };
    let mut tree = Tree::new(&format!("{}{level}: {}", report.layer, Said::of(report).words()));
    for statement in &report.statements {
        tree.push(statement_tree(statement, names));
    }
    if report.statements.is_empty() {
        tree.push(Tree::new("no statement"));
    }
    tree
}

fn statement_tree(report: &StatementReport, names: Names) -> Tree {
    let place = names.place(&report.policy, report.line);
    let name = report
        .sid
        .as_ref()
        .map_or_else(|| format!("statement {}", report.index + 1), |sid| format!("statement `{sid}`"));
    let (matched, mismatch) = match &report.outcome {
        Outcome::Matched => ("matches", None),
        Outcome::Failed(mismatch) => ("does not match", Some(mismatch)),
    };
    let mut tree = Tree::new(&format!("{place}, {name} ({:?}): {matched}", report.effect));
    if let Some(mismatch) = mismatch {
        tree.push(Tree::new(&mismatch.to_string()));
    }
    tree
}

/// Whether a statement matched.
#[must_use]
pub fn has_matched(report: &StatementReport) -> bool {
    matches!(report.outcome, Outcome::Matched)
}

/// What refused where it was not the policies, in one sentence.
#[must_use]
pub fn sentence(reason: &Reason) -> String {
    match reason {
        Reason::Audience { presented, registered } => {
            format!("the token is made out to `{presented}`, and the provider knows {}", list(registered))
        }
        Reason::Authentication { detail } | Reason::Keys { detail } | Reason::Token { detail } => {
            detail.clone()
        }
        Reason::FormerRole { trusted } => {
            format!(
                "the trust policy names the role `{trusted}` that was deleted; the caller's role was made since"
            )
        }
        Reason::MalformedPolicy { place, hint: None } => format!("the policy is malformed at {place}"),
        Reason::MalformedPolicy { place, hint: Some(hint) } => {
            format!("the policy is malformed at {place}: {hint}")
        }
        Reason::Provider { presented, registered } => {
            format!("the token's issuer is `{presented}`, and the account trusts {}", list(registered))
        }
        Reason::Role { presented, near: Some(near) } => {
            format!("there is no role `{presented}`; there is `{near}`")
        }
        Reason::Role { presented, near: None } => format!("there is no role `{presented}`"),
        Reason::RolesClaim { presented } => {
            format!("the token's roles claim names {} and not this role", list(presented))
        }
        Reason::UnavailableKey { policy, key } => format!(
            "`{policy}` asks about `{key}`, which the service behind the gateway knows and the gateway does not"
        ),
        Reason::UnknownCall { detail } => {
            format!("it cannot be told what the call would do at the service behind the gateway: {detail}")
        }
        Reason::UnreadablePolicy { policy, detail } => {
            format!("`{policy}` cannot be read, so it allows nothing: {detail}")
        }
    }
}

/// Texts in backticks.
#[must_use]
pub fn list(items: &[String]) -> String {
    if items.is_empty() {
        return "none".to_owned();
    }
    items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ")
}
