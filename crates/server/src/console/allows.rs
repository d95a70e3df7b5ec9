//! What a role may do, in short: the statements of its policies.

use daypass_aws::effective::Effective;
use daypass_aws::{Account, Reason, Role};
use daypass_policy::document::{Condition, Patterns, Statement};
use daypass_policy::{Effect, Named};

/// The most statements that are told of; AWS's managed policies have some hundred.
const STATEMENTS_MAX: usize = 12;
/// The most actions or resources of a statement that are told of.
const PATTERNS_MAX: usize = 8;
/// The most conditions of a statement that are told of.
const CONDITIONS_MAX: usize = 6;

/// One statement, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The policy that it stands in: a name, or the ARN of a managed policy.
    pub policy: String,
    /// Whether it denies.
    pub denies: bool,
    /// `s3:PutObject`, or all but some.
    pub actions: String,
    /// `arn:aws:s3:::my-prod-bucket/*`, or all but some.
    pub resources: String,
    /// The conditions that it hangs on.
    pub conditions: Vec<String>,
}

/// What a role may do, in short.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowances {
    /// The first statements.
    pub statements: Vec<Allowance>,
    /// How many more there are.
    pub more: usize,
    /// The permissions boundary's ARN: the role may do no more than that allows too.
    pub boundary: Option<String>,
    /// The policy that cannot be read, and why: the role may do nothing then.
    pub unreadable: Option<String>,
}

/// What a role may do, in short. Statements that deny come first, as they do in the decision.
#[must_use]
pub fn allowances(account: &Account, role: &Role) -> Allowances {
    let boundary = role.boundary.clone();
    let effective = match Effective::of_role(account, role) {
        Ok(effective) => effective,
        Err(unreadable) => {
            let unreadable = match unreadable.reason {
                Reason::UnreadablePolicy { policy, detail } => format!("{policy}: {detail}"),
                _ => "a policy cannot be read".to_owned(),
            };
            return Allowances { boundary, unreadable: Some(unreadable), ..Allowances::default() };
        }
    };
    let mut all: Vec<(&Named<'_>, &Statement)> = effective
        .identity
        .iter()
        .flat_map(|named| named.document.statements().iter().map(move |statement| (named, statement)))
        .collect();
    all.sort_by_key(|(_, statement)| statement.effect != Effect::Deny);
    let more = all.len().saturating_sub(STATEMENTS_MAX);
    let statements = all.iter().take(STATEMENTS_MAX).map(|(named, statement)| short(named.name, statement));
    Allowances { statements: statements.collect(), more, boundary, unreadable: None }
}

fn short(policy: &str, statement: &Statement) -> Allowance {
    let mut conditions: Vec<String> =
        statement.conditions.iter().take(CONDITIONS_MAX).map(condition).collect();
    let more = statement.conditions.len().saturating_sub(CONDITIONS_MAX);
    if more > 0 {
        conditions.push(format!("{more} more"));
    }
    Allowance {
        policy: policy.to_owned(),
        denies: statement.effect == Effect::Deny,
        actions: patterns(&statement.actions),
        resources: patterns(&statement.resources),
        conditions,
    }
}

fn condition(condition: &Condition) -> String {
    format!("{} {} {}", condition.key, condition.operator, listed(&condition.values))
}

fn patterns(patterns: &Patterns) -> String {
    match patterns {
        Patterns::AllBut(texts) => format!("everything but {}", listed(texts)),
        Patterns::These(texts) => listed(texts),
        Patterns::Implied => "itself".to_owned(),
    }
}

fn listed(texts: &[String]) -> String {
    let mut shown = texts.iter().take(PATTERNS_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = texts.len().saturating_sub(PATTERNS_MAX);
    if more > 0 {
        shown.push_str(&format!(" and {more} more"));
    }
    shown
}
