//! What the control policies of an organisation leave out of the language.
//!
//! Source: AWS Organizations user guide, "SCP syntax" and "RCP syntax". A service control policy takes every element but
//! the principal's. A resource control policy is about everybody, names its actions and denies; AWS's own
//! `RCPFullAWSAccess`, which is always attached, is the one that allows.

use super::Reading;
use crate::document::{Effect, Kind, ParseError, Patterns, Principals, Statement, Version};
use crate::principal::PrincipalPattern;
use crate::span::Span;

const UNMET: &str =
    "The provided policy document does not meet the requirements of the specified policy type.";

/// Both kinds are written in the newer version of the language.
pub(super) fn check_version(reading: Reading, whole: Span) -> Result<(), ParseError> {
    let is_control = matches!(reading.kind, Kind::ResourceControl | Kind::ServiceControl);
    if is_control && reading.version != Version::V2012 {
        return Err(ParseError::new(UNMET, "Version", whole).hint_of("write \"Version\": \"2012-10-17\""));
    }
    Ok(())
}

/// Checks a statement of a resource control policy.
pub(super) fn check(kind: Kind, statement: &Statement, index: usize) -> Result<(), ParseError> {
    if kind != Kind::ResourceControl {
        return Ok(());
    }
    let unmet = |element: &str, span: Span, hint: &str| {
        Err(ParseError::new(UNMET, format!("Statement[{index}].{element}"), span).hint_of(hint))
    };
    let everybody = |patterns: &[PrincipalPattern]| matches!(patterns, [PrincipalPattern::Anyone]);
    let principal = statement.places.principals.first().copied().unwrap_or(statement.span);
    match &statement.principals {
        Principals::These(patterns) if everybody(patterns) => {}
        Principals::AllBut(_) => {
            return unmet("NotPrincipal", principal, "write \"Principal\": \"*\"");
        }
        Principals::Implied | Principals::These(_) => {
            return unmet("Principal", principal, "write \"Principal\": \"*\"");
        }
    }
    if let Patterns::AllBut(_) = statement.actions {
        let span = statement.places.actions.first().copied().unwrap_or(statement.span);
        return unmet("NotAction", span, "list the actions in Action");
    }
    let is_all =
        |patterns: &Patterns| matches!(patterns, Patterns::These(texts) if texts.as_slice() == ["*"]);
    let is_full =
        is_all(&statement.actions) && is_all(&statement.resources) && statement.conditions.is_empty();
    if statement.effect == Effect::Allow && !is_full {
        return unmet("Effect", statement.places.effect, "a resource control policy only denies");
    }
    Ok(())
}
