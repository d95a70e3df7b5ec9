//! The answer for machines. Its shape is documented in GUIDE.md: members are added, none is renamed or taken away.

use daypass_aws::explanation::Check;
use daypass_policy::{Decision, Effect, Layer, LayerReport, Mismatch, Outcome, StatementReport};
use serde::Serialize;

use super::answer::Answer;
use crate::failure::Failure;
use daypass_aws::reasons::{self, Said, has_matched};

#[derive(Serialize)]
struct Whole<'a> {
    decision: &'static str,
    operation: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
    checks: Vec<Question<'a>>,
    notes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<&'a str>,
}

#[derive(Serialize)]
struct Question<'a> {
    action: &'a str,
    resource: &'a str,
    decision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<By<'a>>,
    layers: Vec<Kinds<'a>>,
}

#[derive(Serialize)]
struct By<'a> {
    layer: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

#[derive(Serialize)]
struct Kinds<'a> {
    layer: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<usize>,
    says: &'static str,
    statements: Vec<Statement<'a>>,
}

#[derive(Serialize)]
struct Statement<'a> {
    policy: &'a str,
    line: usize,
    number: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    effect: &'static str,
    matched: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<Failed<'a>>,
}

#[derive(Serialize)]
struct Failed<'a> {
    element: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    wanted: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<&'a [String]>,
    presented: Option<&'a [String]>,
}

/// The answer as JSON text.
pub(super) fn text(answer: &Answer) -> Result<String, Failure> {
    let explanation = &answer.explanation;
    let whole = Whole {
        decision: if explanation.allowed { "allowed" } else { "denied" },
        operation: &explanation.operation,
        subject: explanation.caller.as_deref(),
        error: explanation.error.as_deref(),
        because: explanation.reason.as_ref().map(reasons::sentence),
        checks: explanation.checks.iter().map(question).collect(),
        notes: &answer.notes,
        mend: explanation.mend.as_deref(),
    };
    serde_json::to_string_pretty(&whole).map_err(Failure::new)
}

fn question(check: &Check) -> Question<'_> {
    let (decision, decided_by) = match &check.evaluation.decision {
        Decision::Allowed => ("allowed", None),
        Decision::ExplicitlyDenied { layer, policy, .. } => {
            let line = reasons::denying(check).map(|report| report.line);
            ("explicitly_denied", Some(By { layer: name(*layer), policy: Some(policy), line }))
        }
        Decision::ImplicitlyDenied { layer } => {
            ("implicitly_denied", Some(By { layer: name(*layer), policy: None, line: None }))
        }
    };
    Question {
        action: &check.action,
        resource: &check.resource,
        decision,
        decided_by,
        layers: check.evaluation.layers.iter().map(layer).collect(),
    }
}

const fn name(layer: Layer) -> &'static str {
    match layer {
        Layer::Boundary => "permissions_boundary",
        Layer::Identity => "identity",
        Layer::Resource => "resource",
        Layer::ResourceControl => "resource_control",
        Layer::ServiceControl => "service_control",
        Layer::Session => "session",
        Layer::Trust => "trust",
    }
}

fn layer(report: &LayerReport) -> Kinds<'_> {
    let says = match Said::of(report) {
        Said::Allows => "allows",
        Said::Denies => "denies",
        Said::Nothing => "nothing",
    };
    let statements = report.statements.iter().map(statement).collect();
    Kinds { layer: name(report.layer), level: report.level, says, statements }
}

fn statement(report: &StatementReport) -> Statement<'_> {
    let effect = match report.effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    let failed = match &report.outcome {
        Outcome::Failed(mismatch) => Some(failed(mismatch)),
        Outcome::Matched => None,
    };
    Statement {
        policy: &report.policy,
        line: report.line,
        number: report.index + 1,
        sid: report.sid.as_deref(),
        effect,
        matched: has_matched(report),
        failed,
    }
}

fn failed(mismatch: &Mismatch) -> Failed<'_> {
    let plain = |element, wanted, presented| Failed {
        element,
        operator: None,
        key: None,
        wanted,
        written: None,
        presented: Some(std::slice::from_ref(presented)),
    };
    let either = |negated: bool, yes, no| if negated { no } else { yes };
    match mismatch {
        Mismatch::Action { wanted, presented, negated } => {
            plain(either(*negated, "Action", "NotAction"), wanted.as_slice(), presented)
        }
        Mismatch::Principal { wanted, presented, negated } => {
            plain(either(*negated, "Principal", "NotPrincipal"), wanted.as_slice(), presented)
        }
        Mismatch::Resource { wanted, written, presented, negated } => Failed {
            written: written.as_deref(),
            ..plain(either(*negated, "Resource", "NotResource"), wanted.as_slice(), presented)
        },
        Mismatch::Condition { operator, key, wanted, written, presented } => Failed {
            element: "Condition",
            operator: Some(operator),
            key: Some(key),
            wanted,
            written: written.as_deref(),
            presented: presented.as_deref(),
        },
    }
}
