//! The simulator's answer about one action.

use std::collections::BTreeMap;

use daypass_policy::{
    Effect, Evaluation, Layer, LayerReport, Named, Outcome, Policies, Principal, Request, Verdict, catalogue,
    evaluate,
};

use super::request::Question;
use super::sources::{Source, Sources};
use super::statements::{self, Matched};
use crate::shape::Shape;

/// What became of an action on one resource, or of all of them; the later is the more restrictive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    Allowed,
    ImplicitDeny,
    ExplicitDeny,
}

/// What became of an action on one resource.
struct OnResource<'a> {
    resource: &'a str,
    answer: Answer,
    matched: Vec<Matched>,
    missing: Vec<String>,
    /// What each kind of policy said, where two accounts are involved.
    details: BTreeMap<&'static str, Answer>,
    is_cross_account: bool,
    boundary: Option<bool>,
    organisation: Option<bool>,
}

impl Answer {
    const fn text(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
        }
    }

    /// What the policies of one kind say by themselves.
    fn of(report: &LayerReport) -> Self {
        let matched = |effect: Effect| {
            let mut statements = report.statements.iter();
            statements.any(|told| told.effect == effect && matches!(told.outcome, Outcome::Matched))
        };
        match (matched(Effect::Deny), matched(Effect::Allow)) {
            (true, _) => Self::ExplicitDeny,
            (false, true) => Self::Allowed,
            (false, false) => Self::ImplicitDeny,
        }
    }
}

/// The structure `EvaluationResult` of one action.
#[must_use]
pub fn of_action(action: &str, question: &Question<'_>, sources: &Sources) -> Shape {
    let decided: Vec<OnResource<'_>> =
        question.resources.iter().map(|resource| on_resource(action, resource, question, sources)).collect();
    let answer = decided.iter().map(|on| on.answer).max().unwrap_or(Answer::ImplicitDeny);
    let mut matched: Vec<Matched> = Vec::new();
    let mut missing: Vec<&String> = Vec::new();
    for on in &decided {
        if on.answer == answer {
            matched.extend(
                on.matched.iter().filter(|found| !matched.contains(found)).cloned().collect::<Vec<_>>(),
            );
        }
        let new = |key: &&String| !missing.iter().any(|known| known.eq_ignore_ascii_case(key));
        let new: Vec<&String> = on.missing.iter().filter(new).collect();
        missing.extend(new);
    }
    let first = question.resources.first().copied().filter(|_| question.has_resources);
    let name = first.map_or_else(|| "*".to_owned(), |resource| template(action, resource));
    let mut members = vec![
        ("EvalActionName", Shape::text(action)),
        ("EvalResourceName", Shape::Text(name)),
        ("EvalDecision", Shape::text(answer.text())),
        ("MatchedStatements", Shape::List(matched.iter().map(Matched::shape).collect())),
        ("MissingContextValues", Shape::List(missing.iter().map(Shape::text).collect())),
    ];
    if let Some(allowed) = strictest(decided.iter().filter_map(|on| on.organisation)) {
        let detail = Shape::structure([("AllowedByOrganizations", Shape::text(allowed))]);
        members.push(("OrganizationsDecisionDetail", detail));
    }
    members.extend(boundary_detail(strictest(decided.iter().filter_map(|on| on.boundary))));
    if question.has_resources {
        let mut details: BTreeMap<&'static str, Answer> = BTreeMap::new();
        for (kind, answer) in decided.iter().flat_map(|on| &on.details) {
            let known = details.entry(kind).or_insert(*answer);
            *known = (*known).max(*answer);
        }
        members.push(("EvalDecisionDetails", map(&details)));
        members.push(("ResourceSpecificResults", Shape::List(decided.iter().map(specific).collect())));
    }
    Shape::Structure(members)
}

fn on_resource<'a>(
    action: &str,
    resource: &'a str,
    question: &'a Question<'_>,
    sources: &Sources,
) -> OnResource<'a> {
    let evaluation = ask(action, resource, question, sources);
    let answer = match evaluation.decision.verdict() {
        Verdict::Allowed => Answer::Allowed,
        Verdict::ExplicitlyDenied { .. } => Answer::ExplicitDeny,
        Verdict::ImplicitlyDenied { .. } => Answer::ImplicitDeny,
    };
    let layers = evaluation.layers.as_slice();
    let matched = match answer {
        Answer::Allowed => statements::matched(sources, layers, Effect::Allow),
        Answer::ExplicitDeny => statements::matched(sources, layers, Effect::Deny),
        Answer::ImplicitDeny => Vec::new(),
    };
    let of_layer = |layer: Layer| layers.iter().filter(move |report| report.layer == layer);
    let allowed =
        |layer: Layer| strictest(of_layer(layer).map(|report| Answer::of(report) == Answer::Allowed));
    let is_cross_account = question.account_of(resource).is_some();
    let organisation = allowed(Layer::ServiceControl);
    let details = if is_cross_account && organisation != Some(false) {
        let kinds = [
            ("IAM Policy", Layer::Identity),
            ("PermissionsBoundary", Layer::Boundary),
            ("Resource Policy", Layer::Resource),
        ];
        let told = kinds.into_iter().map(|(kind, layer)| (kind, of_layer(layer).map(Answer::of).max()));
        told.filter_map(|(kind, answer)| Some((kind, answer?))).collect()
    } else {
        BTreeMap::new()
    };
    OnResource {
        resource,
        answer,
        matched,
        missing: statements::missing_keys(sources, layers, &question.context),
        details,
        is_cross_account,
        boundary: allowed(Layer::Boundary),
        organisation,
    }
}

/// Puts one call to the policies.
fn ask(action: &str, resource: &str, question: &Question<'_>, sources: &Sources) -> Evaluation {
    let identity: Vec<Named<'_>> = sources.identity.iter().map(Source::named).collect();
    let on_resource: Vec<Named<'_>> = sources.resource.iter().map(Source::named).collect();
    let levels: Vec<Vec<Named<'_>>> =
        sources.service_control.iter().map(|level| level.iter().map(Source::named).collect()).collect();
    let levels: Vec<&[Named<'_>]> = levels.iter().map(Vec::as_slice).collect();
    let policies = Policies {
        identity: &identity,
        boundary: sources.boundary.as_ref().map(Source::named),
        resource: &on_resource,
        service_control: &levels,
        ..Policies::default()
    };
    let arns: Vec<&str> = question.caller.arns.iter().map(String::as_str).collect();
    let request = Request {
        principal: Principal::Aws { arns: &arns, account: &question.caller.account },
        action,
        resource,
        context: &question.context,
        resource_account: question.account_of(resource),
    };
    evaluate(&policies, &request)
}

/// The structure `ResourceSpecificResult`.
fn specific(on: &OnResource<'_>) -> Shape {
    let mut members = vec![
        ("EvalResourceName", Shape::text(on.resource)),
        ("EvalResourceDecision", Shape::text(on.answer.text())),
        ("MatchedStatements", Shape::List(on.matched.iter().map(Matched::shape).collect())),
        ("MissingContextValues", Shape::List(on.missing.iter().map(Shape::text).collect())),
    ];
    if on.is_cross_account {
        members.push(("EvalDecisionDetails", map(&on.details)));
    }
    members.extend(boundary_detail(on.boundary));
    Shape::Structure(members)
}

fn boundary_detail(allowed: Option<bool>) -> Option<(&'static str, Shape)> {
    let detail = Shape::structure([("AllowedByPermissionsBoundary", Shape::text(allowed?))]);
    Some(("PermissionsBoundaryDecisionDetail", detail))
}

/// Whether all of them hold; `None` where there are none.
fn strictest(mut holds: impl Iterator<Item = bool>) -> Option<bool> {
    let first = holds.next()?;
    Some(holds.fold(first, |all, one| all && one))
}

/// A map from texts to decisions.
fn map(details: &BTreeMap<&'static str, Answer>) -> Shape {
    let entries = details.iter().map(|(kind, answer)| {
        ("entry", Shape::structure([("key", Shape::text(kind)), ("value", Shape::text(answer.text()))]))
    });
    Shape::Structure(entries.collect())
}

/// The form of the ARNs of what an action is done to, as the catalogue has it: of the kind that the resource is of, or
/// the first. `*` for an action that is unknown or has none.
fn template(action: &str, resource: &str) -> String {
    let prefix = action.split(':').next().unwrap_or_default();
    let Some(service) = catalogue::service(prefix) else { return "*".to_owned() };
    let kinds: Vec<_> = catalogue::action(action)
        .into_iter()
        .flat_map(|action| &action.resources)
        .filter_map(|needed| service.resource_type(needed.name))
        .collect();
    let part = resource.splitn(6, ':').nth(5).unwrap_or(resource);
    // Of several that fit, the longest form says most: an object's ARN is in the form of a bucket's too.
    let fitting = kinds.iter().filter(|kind| kind.may_be(part)).max_by_key(|kind| kind.arn().len());
    fitting.or(kinds.first()).map_or_else(|| "*".to_owned(), |kind| kind.arn())
}
