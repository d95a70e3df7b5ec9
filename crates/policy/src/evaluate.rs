//! Decisions: every policy that has a say, taken together.
//!
//! Source: IAM user guide, "Policy evaluation logic": a deny anywhere wins; the caller's policies, the session's and the
//! boundary must each allow; nothing said is a no.

use crate::condition;
use crate::context::Context;
use crate::document::{Document, Effect, Patterns, Principals, Statement};
use crate::grant::{self, Grant};
use crate::pattern;
use crate::principal::{Principal, PrincipalPattern};
use crate::reason::{Decision, Evaluation, Layer, LayerReport, Mismatch, Outcome, StatementReport, Verdict};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// By whom.
    pub principal: Principal<'a>,
    /// The action, `s3:PutObject`.
    pub action: &'a str,
    /// The resource's ARN, or `*` where the action has none.
    pub resource: &'a str,
    /// The condition keys.
    pub context: &'a Context,
    /// The account that the resource belongs to; `None` for the caller's own.
    pub resource_account: Option<&'a str>,
}

/// A document and the name that reports give it.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The name.
    pub name: &'a str,
    /// The document.
    pub document: &'a Document,
}

/// The policies that have a say.
#[derive(Debug, Clone, Copy, Default)]
pub struct Policies<'a> {
    /// The caller's own.
    pub identity: &'a [Named<'a>],
    /// The session's; `None` where the session has none, which restricts nothing.
    pub session: Option<&'a [Named<'a>]>,
    /// The boundary; `None` restricts nothing.
    pub boundary: Option<Named<'a>>,
    /// The resource's.
    pub resource: &'a [Named<'a>],
    /// The service control policies of the caller's organisation: one slice for each level, the root's first. Every
    /// level must allow; no level restricts nothing.
    pub service_control: &'a [&'a [Named<'a>]],
    /// The resource control policies of the resource's organisation, level by level as above.
    pub resource_control: &'a [&'a [Named<'a>]],
}

/// Whether the policies let the caller do it.
///
/// A resource's policy in the caller's own account that names the caller's role, or everybody, stands in for the
/// caller's own policies; the session's policies and the boundary restrict all the same. One that names the session
/// itself is enough alone, and one that names the account leaves it to the caller's own policies. A resource of another
/// account does not belong here: there both sides must allow.
#[must_use]
pub fn evaluate(policies: &Policies<'_>, request: &Request<'_>) -> Evaluation {
    let mut reports = vec![report(Layer::Identity, policies.identity, request)];
    if !policies.resource.is_empty() {
        reports.push(report(Layer::Resource, policies.resource, request));
    }
    if let Some(session) = policies.session {
        reports.push(report(Layer::Session, session, request));
    }
    if let Some(boundary) = policies.boundary {
        reports.push(report(Layer::Boundary, &[boundary], request));
    }
    for (layer, levels) in [
        (Layer::ServiceControl, policies.service_control),
        (Layer::ResourceControl, policies.resource_control),
    ] {
        for (level, named) in levels.iter().enumerate() {
            reports.push(LayerReport { level: Some(level), ..report(layer, named, request) });
        }
    }
    let decision = explicit_deny(&reports).unwrap_or_else(|| implicit_decision(policies, request, &reports));
    Evaluation { decision, layers: reports }
}

/// The decision where nothing is denied in words.
fn implicit_decision(policies: &Policies<'_>, request: &Request<'_>, reports: &[LayerReport]) -> Decision {
    let is_control = |report: &&LayerReport| {
        matches!(report.layer, Layer::ResourceControl | Layer::ServiceControl) && !allows(report)
    };
    if let Some(report) = reports.iter().find(is_control) {
        return Decision::ImplicitlyDenied { layer: report.layer };
    }
    let grant = resource_grant(policies.resource, request, reports);
    if grant == Some(Grant::ForAll) {
        return Decision::Allowed;
    }
    let silent = reports
        .iter()
        .filter(|report| report.layer != Layer::Resource && !allows(report))
        .map(|report| report.layer)
        .find(|layer| *layer != Layer::Identity || grant.is_none());
    silent.map_or(Decision::Allowed, |layer| Decision::ImplicitlyDenied { layer })
}

/// The furthest that a matching Allow of the resource's policies goes.
fn resource_grant(policies: &[Named<'_>], request: &Request<'_>, reports: &[LayerReport]) -> Option<Grant> {
    let report = reports.iter().find(|report| report.layer == Layer::Resource)?;
    let statements = policies.iter().flat_map(|named| named.document.statements());
    statements
        .zip(&report.statements)
        .filter(|(_, report)| is_allowing(report))
        .filter_map(|(statement, _)| grant::of(&statement.principals, &request.principal))
        .max()
}

/// The answer of [`evaluate`] alone.
#[must_use]
pub fn decide(policies: &Policies<'_>, request: &Request<'_>) -> Verdict {
    evaluate(policies, request).decision.verdict()
}

/// The answer of [`evaluate_trust`] alone.
#[must_use]
pub fn decide_trust(policy: &Document, request: &Request<'_>) -> Verdict {
    evaluate_trust(Named { name: "", document: policy }, request).decision.verdict()
}

/// Whether a trust policy lets the principal in.
#[must_use]
pub fn evaluate_trust(policy: Named<'_>, request: &Request<'_>) -> Evaluation {
    let reports = vec![report(Layer::Trust, &[policy], request)];
    let decision = explicit_deny(&reports).unwrap_or_else(|| {
        if reports.iter().any(allows) {
            Decision::Allowed
        } else {
            Decision::ImplicitlyDenied { layer: Layer::Trust }
        }
    });
    Evaluation { decision, layers: reports }
}

fn report(layer: Layer, policies: &[Named<'_>], request: &Request<'_>) -> LayerReport {
    let statements = policies.iter().flat_map(|named| {
        named.document.statements().iter().enumerate().map(|(index, statement)| StatementReport {
            policy: named.name.to_owned(),
            index,
            sid: statement.sid.clone(),
            effect: statement.effect,
            line: statement.span.line,
            outcome: mismatch(layer, statement, request).map_or(Outcome::Matched, Outcome::Failed),
        })
    });
    LayerReport { layer, level: None, statements: statements.collect() }
}

fn allows(report: &LayerReport) -> bool {
    report.statements.iter().any(is_allowing)
}

fn is_allowing(statement: &StatementReport) -> bool {
    statement.effect == Effect::Allow && statement.outcome == Outcome::Matched
}

fn explicit_deny(reports: &[LayerReport]) -> Option<Decision> {
    reports.iter().find_map(|report| {
        let denying = report
            .statements
            .iter()
            .find(|statement| statement.effect == Effect::Deny && statement.outcome == Outcome::Matched)?;
        Some(Decision::ExplicitlyDenied {
            layer: report.layer,
            policy: denying.policy.clone(),
            statement: denying.index,
        })
    })
}

/// The first element of a statement that does not match.
fn mismatch(layer: Layer, statement: &Statement, request: &Request<'_>) -> Option<Mismatch> {
    principal_mismatch(layer, statement, request)
        .or_else(|| action_mismatch(statement, request))
        .or_else(|| resource_mismatch(layer, statement, request))
        .or_else(|| condition_mismatch(statement, request.context))
}

fn principal_mismatch(layer: Layer, statement: &Statement, request: &Request<'_>) -> Option<Mismatch> {
    let denies = statement.effect == Effect::Deny;
    let (patterns, negated): (&[PrincipalPattern], bool) = match &statement.principals {
        Principals::AllBut(patterns) => (patterns, true),
        Principals::These(patterns) => (patterns, false),
        // The caller is implied in policies of its own. An Allow of any other kind that names nobody admits nobody.
        Principals::Implied if denies || !matches!(layer, Layer::Resource | Layer::Trust) => return None,
        Principals::Implied => (&[], false),
    };
    // Everybody does not let an identity provider's token in, but whoever keeps everybody out means tokens too.
    let named = patterns
        .iter()
        .any(|pattern| pattern.matches(&request.principal) || (denies && !negated && pattern.is_everybody()));
    (named == negated).then(|| Mismatch::Principal {
        wanted: patterns.iter().map(|pattern| pattern.text().to_owned()).collect(),
        presented: request.principal.text().to_owned(),
        negated,
    })
}

fn action_mismatch(statement: &Statement, request: &Request<'_>) -> Option<Mismatch> {
    let named = |wanted: &String| pattern::matches_ignoring_case(wanted, request.action);
    let negated = failed_form(&statement.actions, named)?;
    let wanted = statement.actions.texts().to_vec();
    Some(Mismatch::Action { wanted, presented: request.action.to_owned(), negated })
}

fn resource_mismatch(layer: Layer, statement: &Statement, request: &Request<'_>) -> Option<Mismatch> {
    // The role is implied in its trust policy. An Allow of any other kind that names nothing is about nothing.
    if statement.resources == Patterns::Implied && (layer == Layer::Trust || statement.effect == Effect::Deny)
    {
        return None;
    }
    let named = |wanted: &String| pattern::matches(wanted, request.resource);
    let negated = failed_form(&statement.resources, named)?;
    let wanted = statement.resources.texts().to_vec();
    Some(Mismatch::Resource { wanted, written: None, presented: request.resource.to_owned(), negated })
}

/// Which form of an element failed: `Some(true)` is the negated one, `None` that it did not fail.
fn failed_form(patterns: &Patterns, named: impl Fn(&String) -> bool) -> Option<bool> {
    let negated = matches!(patterns, Patterns::AllBut(_));
    (patterns.texts().iter().any(named) == negated).then_some(negated)
}

fn condition_mismatch(statement: &Statement, context: &Context) -> Option<Mismatch> {
    let failed = statement.conditions.iter().find(|condition| !condition::holds(condition, context))?;
    Some(Mismatch::Condition {
        operator: failed.operator.to_string(),
        key: failed.key.clone(),
        wanted: failed.values.clone(),
        written: None,
        presented: context.get(&failed.key).map(|values| values.all().to_vec()),
    })
}
