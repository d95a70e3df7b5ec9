//! A statement, compiled: what it asks of a request, and whether a request answers.

use crate::condition::Test;
use crate::context::Context;
use crate::document::{Effect, Principals, Statement};
use crate::pattern::Set;
use crate::principal::Principal;
use crate::reason::Layer;

/// What the elements of a statement ask, but for its principals, which are compared as they stand.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) actions: Asked,
    pub(crate) resources: Asked,
    /// In the order of the statement's conditions.
    pub(crate) tests: Vec<Test>,
}

/// What one element asks.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    AllBut(Set),
    Implied,
    These(Set),
}

impl Asked {
    pub(crate) const fn of(negated: bool, set: Set) -> Self {
        if negated { Self::AllBut(set) } else { Self::These(set) }
    }

    pub(crate) fn fits(&self, text: &str, context: &Context) -> bool {
        match self {
            Self::AllBut(set) => !set.contains(text, context),
            Self::Implied => false,
            Self::These(set) => set.contains(text, context),
        }
    }
}

/// A request as statements see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) principal: Principal<'a>,
    /// In lower case.
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) context: &'a Context,
    /// Whether the caller has a permissions boundary.
    pub(crate) has_boundary: bool,
}

/// The first element of a statement that does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    Action,
    /// The number of the condition.
    Condition(usize),
    Principal,
    Resource,
}

/// Asks a statement; `None` where it matches.
pub(crate) fn failure(
    layer: Layer,
    statement: &Statement,
    rule: &Rule,
    question: &Question<'_>,
) -> Option<Failure> {
    if !names_caller(layer, statement, question) {
        return Some(Failure::Principal);
    }
    if !rule.actions.fits(question.action, question.context) {
        return Some(Failure::Action);
    }
    if !names_resource(layer, statement, rule, question) {
        return Some(Failure::Resource);
    }
    rule.tests.iter().position(|test| !test.holds(question.context)).map(Failure::Condition)
}

fn names_caller(layer: Layer, statement: &Statement, question: &Question<'_>) -> bool {
    let denies = statement.effect == Effect::Deny;
    match &statement.principals {
        // The caller is implied in policies of its own. An Allow of any other kind that names nobody admits nobody.
        Principals::Implied => {
            denies || !matches!(layer, Layer::Resource | Layer::ResourceControl | Layer::Trust)
        }
        // Everybody does not let an identity provider's token in, but whoever keeps everybody out means tokens too, and
        // a control policy that lets everybody through lets nobody in.
        Principals::These(patterns) => {
            let everybody_is_meant = denies || layer == Layer::ResourceControl;
            patterns.iter().any(|pattern| {
                pattern.matches(&question.principal) || (everybody_is_meant && pattern.is_everybody())
            })
        }
        Principals::AllBut(patterns) => {
            // Source: IAM user guide, "Permissions boundaries for IAM entities": `NotPrincipal` with Deny in a resource's
            // policy denies whoever has a boundary, whomever it names.
            let spares_nobody = denies && question.has_boundary && layer == Layer::Resource;
            spares_nobody || !question.principal.is_spared(patterns)
        }
    }
}

fn names_resource(layer: Layer, statement: &Statement, rule: &Rule, question: &Question<'_>) -> bool {
    match &rule.resources {
        // The role is implied in its trust policy. An Allow of any other kind that names nothing is about nothing.
        Asked::Implied => layer == Layer::Trust || statement.effect == Effect::Deny,
        resources => resources.fits(question.resource, question.context),
    }
}
