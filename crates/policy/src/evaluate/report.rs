//! What the statements said, in words.

use super::{Group, Request};
use crate::context::Context;
use crate::document::{Document, Effect, Patterns, Principals, Statement, Version};
use crate::operators::Comparison;
use crate::reason::{Decision, Layer, LayerReport, Mismatch, Outcome, StatementReport, Verdict};
use crate::rule::{self, Failure, Question};
use crate::variables::Template;

/// Asks every statement of some policies.
pub(super) fn of(group: Group<'_>, question: &Question<'_>, request: &Request<'_>) -> LayerReport {
    let statements = group.policies.iter().flat_map(|named| {
        named.document.rules().enumerate().map(|(index, (statement, rule))| {
            let failure = rule::failure(group.layer, statement, rule, question);
            StatementReport {
                policy: named.name.to_owned(),
                index,
                sid: statement.sid.clone(),
                effect: statement.effect,
                line: statement.span.line,
                outcome: failure.map_or(Outcome::Matched, |failure| {
                    Outcome::Failed(mismatch(failure, named.document, statement, request))
                }),
            }
        })
    });
    LayerReport { layer: group.layer, level: group.level, statements: statements.collect() }
}

pub(super) fn matched(statement: &StatementReport) -> bool {
    statement.outcome == Outcome::Matched
}

/// A verdict with the statement that denies.
pub(super) fn decision(verdict: Verdict, layers: &[LayerReport]) -> Decision {
    match verdict {
        Verdict::Allowed => Decision::Allowed,
        Verdict::ImplicitlyDenied { layer } => Decision::ImplicitlyDenied { layer },
        Verdict::ExplicitlyDenied { layer } => {
            let denying = denying(layers, layer);
            Decision::ExplicitlyDenied {
                layer,
                policy: denying.map(|statement| statement.policy.clone()).unwrap_or_default(),
                statement: denying.map_or(0, |statement| statement.index),
            }
        }
    }
}

fn denying(layers: &[LayerReport], layer: Layer) -> Option<&StatementReport> {
    let statements =
        layers.iter().filter(|report| report.layer == layer).flat_map(|report| &report.statements);
    statements.into_iter().find(|statement| statement.effect == Effect::Deny && matched(statement))
}

fn mismatch(failure: Failure, document: &Document, statement: &Statement, request: &Request<'_>) -> Mismatch {
    match failure {
        Failure::Principal => principal(&statement.principals, request),
        Failure::Action => Mismatch::Action {
            wanted: statement.actions.texts().to_vec(),
            presented: request.action.to_owned(),
            negated: matches!(statement.actions, Patterns::AllBut(_)),
        },
        Failure::Resource => {
            let has_variables = document.version() == Version::V2012;
            let wanted = statement.resources.texts();
            let (wanted, written) = filled_in(wanted, has_variables, true, request.context);
            Mismatch::Resource {
                wanted,
                written,
                presented: request.resource.to_owned(),
                negated: matches!(statement.resources, Patterns::AllBut(_)),
            }
        }
        Failure::Condition(index) => condition(index, document, statement, request.context),
    }
}

fn principal(principals: &Principals, request: &Request<'_>) -> Mismatch {
    let (patterns, negated) = match principals {
        Principals::AllBut(patterns) => (patterns.as_slice(), true),
        Principals::These(patterns) => (patterns.as_slice(), false),
        Principals::Implied => (&[] as &[_], false),
    };
    Mismatch::Principal {
        wanted: patterns.iter().map(|pattern| pattern.text().to_owned()).collect(),
        presented: request.principal.text().to_owned(),
        negated,
    }
}

fn condition(index: usize, document: &Document, statement: &Statement, context: &Context) -> Mismatch {
    let Some(failed) = statement.conditions.get(index) else {
        // There is one test for each condition.
        return Mismatch::Condition {
            operator: Comparison::Null.name().to_owned(),
            key: String::new(),
            wanted: Vec::new(),
            written: None,
            presented: None,
        };
    };
    let comparison = failed.operator.comparison;
    let has_variables = document.version() == Version::V2012 && comparison.takes_variables();
    let (wanted, written) = filled_in(&failed.values, has_variables, comparison.takes_wildcards(), context);
    Mismatch::Condition {
        operator: failed.operator.to_string(),
        key: failed.key.clone(),
        wanted,
        written,
        presented: context.get(&failed.key).map(|values| values.all().to_vec()),
    }
}

/// Texts with what their variables stand for, and as they are written where there is a variable. One whose variable has
/// no value stays as it is written.
fn filled_in(
    texts: &[String],
    has_variables: bool,
    wildcards: bool,
    context: &Context,
) -> (Vec<String>, Option<Vec<String>>) {
    if !has_variables || !texts.iter().any(|text| text.contains("${")) {
        return (texts.to_vec(), None);
    }
    let wanted = texts.iter().map(|text| {
        let template = Template::parse(text, wildcards).ok();
        template.and_then(|template| template.render(context)).unwrap_or_else(|| text.clone())
    });
    (wanted.collect(), Some(texts.to_vec()))
}
