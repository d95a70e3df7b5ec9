//! Decisions: every policy that has a say, taken together.
//!
//! Source: IAM user guide, "Policy evaluation logic" with its pages "How AWS enforcement code logic evaluates requests",
//! "Policy evaluation for requests within a single account" and "Cross-account policy evaluation logic": a deny anywhere
//! wins; the organisation's control policies, the caller's own, its boundary and its session's must each allow; nothing
//! said is a no. What a resource's policy makes up for is in `grant`.
//!
//! [`evaluate()`] and [`decide`] ask the same statements in the same order and sum them up alike; the first writes down
//! what it hears.

mod grant;
mod report;
mod tally;

use crate::context::Context;
use crate::document::{Document, Effect};
use crate::principal::Principal;
use crate::reason::{Evaluation, Layer, LayerReport, Verdict};
use crate::rule::{self, Question};
use tally::Tally;

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
    /// The caller's own, inline and managed.
    pub identity: &'a [Named<'a>],
    /// The session's; `None` where the session has none, which restricts nothing.
    pub session: Option<&'a [Named<'a>]>,
    /// The boundary; `None` restricts nothing.
    pub boundary: Option<Named<'a>>,
    /// The resource's.
    pub resource: &'a [Named<'a>],
    /// The service control policies of the caller's organisation: one slice for each level, the root's first. Every
    /// level must allow; no level restricts nothing. Whoever asks leaves them out where they do not apply, as for the
    /// organisation's management account.
    pub service_control: &'a [&'a [Named<'a>]],
    /// The resource control policies of the resource's organisation, level by level as above; left out for services
    /// that have none.
    pub resource_control: &'a [&'a [Named<'a>]],
}

/// Whether the policies let the caller do it, and what every statement said.
///
/// In the caller's own account a resource's policy that names the caller's role stands in for the caller's own policies;
/// the boundary and the session's policies restrict all the same. One that names the session itself, or everybody, is
/// enough alone, and one that names the account leaves it to the caller's own policies. For a resource of another
/// account both sides must allow: the resource's policy, and all that restrict the caller in its own account. Nothing
/// but a control policy's own Allow stands in for a control policy.
#[must_use]
pub fn evaluate(policies: &Policies<'_>, request: &Request<'_>) -> Evaluation {
    let action = Lower::of(request.action);
    let question = question(request, action.text(), policies.boundary.is_some());
    let mut tally = Tally::new(policies, request);
    let layers: Vec<LayerReport> = groups(policies, tally.is_across())
        .map(|group| {
            let report = report::of(group, &question, request);
            let statements = group.policies.iter().flat_map(|named| named.document.statements());
            let mut allowed = false;
            for (statement, said) in statements.zip(&report.statements) {
                if report::matched(said) {
                    tally.note(group.layer, statement, request);
                    allowed |= statement.effect == Effect::Allow;
                }
            }
            tally.close(group.layer, allowed);
            report
        })
        .collect();
    Evaluation { decision: report::decision(tally.verdict(), &layers), layers }
}

/// The answer of [`evaluate()`] alone. Allocates nothing where no policy variable is asked for and the action's name is
/// of usual length.
#[must_use]
pub fn decide(policies: &Policies<'_>, request: &Request<'_>) -> Verdict {
    let action = Lower::of(request.action);
    let question = question(request, action.text(), policies.boundary.is_some());
    let mut tally = Tally::new(policies, request);
    for group in groups(policies, tally.is_across()) {
        let mut allowed = false;
        for (statement, rule) in group.policies.iter().flat_map(|named| named.document.rules()) {
            // A second Allow says nothing new, but for a resource's policy, where it matters whom it names.
            let is_known = allowed && statement.effect == Effect::Allow && group.layer != Layer::Resource;
            if !is_known && rule::failure(group.layer, statement, rule, &question).is_none() {
                tally.note(group.layer, statement, request);
                allowed |= statement.effect == Effect::Allow;
            }
        }
        tally.close(group.layer, allowed);
        if tally.is_denied() {
            break;
        }
    }
    tally.verdict()
}

/// Whether a trust policy lets the principal in.
#[must_use]
pub fn evaluate_trust(policy: Named<'_>, request: &Request<'_>) -> Evaluation {
    let action = Lower::of(request.action);
    let group = Group { layer: Layer::Trust, level: None, policies: &[policy] };
    let layers = vec![report::of(group, &question(request, action.text(), false), request)];
    let matched = |effect| {
        layers
            .iter()
            .flat_map(|layer| &layer.statements)
            .any(|said| said.effect == effect && report::matched(said))
    };
    let verdict = trust_verdict(matched(Effect::Deny), matched(Effect::Allow));
    Evaluation { decision: report::decision(verdict, &layers), layers }
}

/// The answer of [`evaluate_trust`] alone, as cheap as [`decide`].
#[must_use]
pub fn decide_trust(policy: &Document, request: &Request<'_>) -> Verdict {
    let action = Lower::of(request.action);
    let question = question(request, action.text(), false);
    let (mut denied, mut allowed) = (false, false);
    for (statement, rule) in policy.rules() {
        if rule::failure(Layer::Trust, statement, rule, &question).is_none() {
            match statement.effect {
                Effect::Allow => allowed = true,
                Effect::Deny => denied = true,
            }
        }
    }
    trust_verdict(denied, allowed)
}

const fn trust_verdict(denied: bool, allowed: bool) -> Verdict {
    match (denied, allowed) {
        (true, _) => Verdict::ExplicitlyDenied { layer: Layer::Trust },
        (false, true) => Verdict::Allowed,
        (false, false) => Verdict::ImplicitlyDenied { layer: Layer::Trust },
    }
}

/// Policies of one kind, of one level.
#[derive(Debug, Clone, Copy)]
struct Group<'a> {
    layer: Layer,
    level: Option<usize>,
    policies: &'a [Named<'a>],
}

/// The policies in the order in which they are asked and reported.
fn groups<'a>(policies: &'a Policies<'a>, is_across: bool) -> impl Iterator<Item = Group<'a>> {
    let plain = |layer, policies| Group { layer, level: None, policies };
    let resource = (is_across || !policies.resource.is_empty()).then_some(policies.resource);
    let levels = |layer, levels: &'a [&'a [Named<'a>]]| {
        levels.iter().enumerate().map(move |(level, policies)| Group { layer, level: Some(level), policies })
    };
    std::iter::once(plain(Layer::Identity, policies.identity))
        .chain(resource.map(|policies| plain(Layer::Resource, policies)))
        .chain(policies.session.map(|policies| plain(Layer::Session, policies)))
        .chain(policies.boundary.is_some().then(|| plain(Layer::Boundary, policies.boundary.as_slice())))
        .chain(levels(Layer::ServiceControl, policies.service_control))
        .chain(levels(Layer::ResourceControl, policies.resource_control))
}

const fn question<'a>(request: &Request<'a>, action: &'a str, has_boundary: bool) -> Question<'a> {
    Question {
        principal: request.principal,
        action,
        resource: request.resource,
        context: request.context,
        has_boundary,
    }
}

/// Bytes of an action's name that are put into lower case without allocation; the longest of AWS's is 83.
const ACTION_BYTES: usize = 96;

/// A text in lower case.
enum Lower {
    Short([u8; ACTION_BYTES], usize),
    Long(String),
}

impl Lower {
    fn of(text: &str) -> Self {
        let mut bytes = [0; ACTION_BYTES];
        match bytes.get_mut(..text.len()) {
            Some(lower) => {
                lower.copy_from_slice(text.as_bytes());
                lower.make_ascii_lowercase();
                Self::Short(bytes, text.len())
            }
            None => Self::Long(text.to_ascii_lowercase()),
        }
    }

    fn text(&self) -> &str {
        match self {
            // What was a text still is one when its ASCII letters change their case.
            Self::Short(bytes, length) => {
                bytes.get(..*length).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
            }
            Self::Long(text) => text,
        }
    }
}
