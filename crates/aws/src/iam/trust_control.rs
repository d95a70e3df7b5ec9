//! The identity-provider control: what IAM refuses to store as a trust policy although its grammar is right.
//!
//! A statement that lets tokens of a shared issuer in must look at the claim that tells whose token it is, with
//! `StringEquals`, `StringLike` or `StringEqualsIgnoreCase`, and not ask for everything. The rule is IAM's as it was
//! observed, with its gaps:
//!
//! - only the **first** value of a condition is looked at: `["repo:octo-org/octo-repo:*", "*"]` is taken;
//! - `repo:*`, which is all of GitHub, is taken;
//! - `...IfExists`, `ForAllValues:` and negated operators hold where the claim is absent, so they do not count;
//! - one condition that is good is enough, whatever the others say.
//!
//! A policy that was stored before stays as it is until it is written again.
//!
//! Source: IAM user guide, "Identity-provider controls for shared OIDC providers" and "Create a role for OpenID Connect
//! federation".

use daypass_policy::pattern::matches_ignoring_case;
use daypass_policy::{
    Comparison, Condition, Document, Effect, Operator, Patterns, PrincipalPattern, Principals, Quantifier,
    Statement,
};

use crate::error::AwsError;
use crate::iam::shared_issuers::required_claim;

const ACTION: &str = "sts:AssumeRoleWithWebIdentity";

/// Amazon Cognito is named by its host alone.
const COGNITO: &str = "cognito-identity.amazonaws.com";

/// Issuers that AWS knows by their host alone, and the claims of which one must be asked for with `StringEquals`.
const BUILT_IN_ISSUERS: &[(&str, &[&str])] = &[
    ("accounts.google.com", &["aud", "oaud", "sub"]),
    ("graph.facebook.com", &["app_id", "sub"]),
    ("www.amazon.com", &["app_id", "sub"]),
];

/// Checks a trust policy that is to be stored.
///
/// # Errors
/// `MalformedPolicyDocument`, 400, with AWS's sentence about the first principal that is not bound to a claim.
pub fn check(document: &Document) -> Result<(), AwsError> {
    for statement in document.statements() {
        if statement.effect == Effect::Allow && covers(&statement.actions, ACTION) {
            for principal in federated(statement) {
                check_principal(principal, &statement.conditions)?;
            }
        }
    }
    Ok(())
}

fn check_principal(principal: &str, conditions: &[Condition]) -> Result<(), AwsError> {
    if let Some((issuer, claims)) = BUILT_IN_ISSUERS.iter().find(|(issuer, _)| *issuer == principal) {
        return check_built_in(issuer, claims, conditions);
    }
    if principal == COGNITO && conditions.is_empty() {
        return Err(AwsError::malformed_policy("A condition block must be present for the Cognito provider"));
    }
    let location = if principal == COGNITO { Some(COGNITO) } else { provider_location(principal) };
    let keys = location.and_then(|location| Some(required_claim(location)?.keys(location)));
    let Some(keys) = keys else { return Ok(()) };
    if conditions.iter().any(|condition| is_scoped(condition, &keys)) {
        return Ok(());
    }
    Err(unscoped(principal, &keys))
}

fn check_built_in(issuer: &str, claims: &[&str], conditions: &[Condition]) -> Result<(), AwsError> {
    let keys: Vec<String> = claims.iter().map(|claim| format!("{issuer}:{claim}")).collect();
    let is_bound = conditions.iter().any(|condition| {
        let Operator { quantifier, comparison, if_exists } = condition.operator;
        quantifier.is_none()
            && comparison == Comparison::StringEquals
            && !if_exists
            && is_one_of(&condition.key, &keys)
    });
    if is_bound {
        return Ok(());
    }
    Err(AwsError::malformed_policy(format!(
        "Policy trusting {issuer} requires a StringEquals condition on an application id"
    )))
}

/// Whether a condition binds one of the keys to something less than everything.
fn is_scoped(condition: &Condition, keys: &[String]) -> bool {
    let Operator { quantifier, comparison, if_exists } = condition.operator;
    let is_binding = quantifier != Some(Quantifier::All)
        && !if_exists
        && matches!(
            comparison,
            Comparison::StringEquals | Comparison::StringEqualsIgnoreCase | Comparison::StringLike
        );
    is_binding
        && is_one_of(&condition.key, keys)
        // A condition with no value at all never holds, so it lets nobody in.
        && condition.values.first().is_none_or(|first| !first.trim().is_empty() && !first.starts_with('*'))
}

/// Whether a condition key is one of these; keys are compared without case.
fn is_one_of(key: &str, keys: &[String]) -> bool {
    keys.iter().any(|wanted| wanted.eq_ignore_ascii_case(key))
}

fn unscoped(principal: &str, keys: &[String]) -> AwsError {
    AwsError::malformed_policy(format!(
        "Trust policy with trusted principal {principal} must evaluate, using StringEquals, StringLike or \
         StringEqualsIgnoreCase, {} which is not scoped to all.",
        keys.join(" or ")
    ))
}

/// The location in a provider's ARN, of whatever account.
fn provider_location(principal: &str) -> Option<&str> {
    let (_, resource) = principal.strip_prefix("arn:")?.split_once(":iam::")?;
    resource.split_once(":oidc-provider/").map(|(_, location)| location)
}

/// Whether the actions of a statement are about this one.
fn covers(actions: &Patterns, action: &str) -> bool {
    let is_named = actions.texts().iter().any(|pattern| matches_ignoring_case(pattern, action));
    match actions {
        Patterns::AllBut(_) => !is_named,
        Patterns::Implied => true,
        Patterns::These(_) => is_named,
    }
}

/// The identity providers that a statement lets in. Grammar forbids to let in all but some.
fn federated(statement: &Statement) -> impl Iterator<Item = &str> {
    let patterns = match &statement.principals {
        Principals::AllBut(_) | Principals::Implied => &[],
        Principals::These(patterns) => patterns.as_slice(),
    };
    patterns.iter().filter_map(|pattern| match pattern {
        PrincipalPattern::Federated(provider) => Some(provider.as_str()),
        PrincipalPattern::Account(_)
        | PrincipalPattern::AnyAws
        | PrincipalPattern::Anyone
        | PrincipalPattern::Arn(_)
        | PrincipalPattern::CanonicalUser(_)
        | PrincipalPattern::Service(_) => None,
    })
}
