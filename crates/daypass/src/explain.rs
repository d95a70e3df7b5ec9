//! `daypass explain`: a decision with all its reasons, for a person.

use std::fmt::Write as _;

use daypass_aws::{Explanation, Reason, explanation::Check};
use daypass_policy::{Decision, Mismatch, Outcome, StatementReport};
use serde_json::Value;

use crate::arguments::ExplainArguments;
use crate::control::Control;
use crate::failure::Failure;

pub(crate) async fn run(arguments: ExplainArguments) -> Result<(), Failure> {
    let control = Control::find(&arguments.data.directory)?;
    let path = match &arguments.request_id {
        Some(id) => format!("explain/{id}"),
        None => format!("explain?last=true&denied={}", arguments.denied),
    };
    let answer = control.read(&path).await?;
    if arguments.json {
        println!("{answer:#}");
        return Ok(());
    }
    print!("{}", render(&answer)?);
    Ok(())
}

/// The answer of the control call as text: what was asked, what came of it, and why.
pub(crate) fn render(answer: &Value) -> Result<String, Failure> {
    let explanation = answer
        .pointer("/annotation/explanation")
        .ok_or_else(|| Failure::new("nothing was kept about this call but its event"))?;
    let explanation: Explanation = serde_json::from_value(explanation.clone())
        .map_err(|error| Failure::new(format!("the kept explanation cannot be read: {error}")))?;
    let mut text = String::new();
    let verdict = if explanation.allowed { "allowed" } else { "denied" };
    let request_id = answer.get("request_id").and_then(Value::as_str).unwrap_or("-");
    line(&mut text, 0, &format!("{} was {verdict} (request {request_id})", explanation.operation));
    if let Some(caller) = &explanation.caller {
        line(&mut text, 0, &format!("caller: {caller}"));
    }
    if let Some(error) = &explanation.error {
        line(&mut text, 0, &format!("AWS's words: {error}"));
    }
    if let Some(reason) = &explanation.reason {
        line(&mut text, 0, &format!("because {}", reason_sentence(reason)));
    }
    for check in &explanation.checks {
        render_check(&mut text, check);
    }
    if let Some(mend) = &explanation.mend {
        line(&mut text, 0, &format!("likely mend: {mend}"));
    }
    Ok(text)
}

fn render_check(text: &mut String, check: &Check) {
    let verdict = match &check.evaluation.decision {
        Decision::Allowed => "allowed".to_owned(),
        Decision::ExplicitlyDenied { policy, .. } => format!("denied explicitly by {policy}"),
        Decision::ImplicitlyDenied { layer } => format!("denied: nothing in the {layer} allows it"),
    };
    line(text, 0, &format!("{} on {}: {verdict}", check.action, check.resource));
    let layers = &check.evaluation.layers;
    for layer in layers {
        // Where one kind of policy decides alone, its statements speak for it.
        let depth = if layers.len() > 1 { 2 } else { 1 };
        if layers.len() > 1 {
            line(text, 1, &layer.layer.to_string());
        }
        for report in &layer.statements {
            line(text, depth, &statement_line(report));
            if let Outcome::Failed(mismatch) = &report.outcome {
                line(text, depth + 1, &mismatch.to_string());
            }
        }
    }
}

fn statement_line(report: &StatementReport) -> String {
    let name = report
        .sid
        .as_ref()
        .map_or_else(|| format!("statement {}", report.index + 1), |sid| format!("statement `{sid}`"));
    let matched = if matches!(report.outcome, Outcome::Matched) { "matches" } else { "does not match" };
    format!("{}, {name} ({:?}, line {}): {matched}", report.policy, report.effect, report.line)
}

fn line(text: &mut String, depth: usize, content: &str) {
    let indent = "  ".repeat(depth);
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{indent}{content}");
}

fn reason_sentence(reason: &Reason) -> String {
    match reason {
        Reason::Audience { presented, registered } => {
            format!("the token is made out to `{presented}`, and the provider knows {}", list(registered))
        }
        Reason::Authentication { detail } | Reason::Keys { detail } | Reason::Token { detail } => {
            detail.clone()
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
        Reason::UnreadablePolicy { policy, detail } => {
            format!("`{policy}` cannot be read, so it allows nothing: {detail}")
        }
    }
}

fn list(items: &[String]) -> String {
    if items.is_empty() {
        return "none".to_owned();
    }
    items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ")
}

/// The reason in a few words, for a table.
pub(crate) fn short(answer: &Value, allowed: bool) -> Result<String, Failure> {
    let explanation = answer.pointer("/annotation/explanation").cloned().unwrap_or_default();
    let explanation: Explanation = serde_json::from_value(explanation)
        .map_err(|error| Failure::new(format!("the kept explanation cannot be read: {error}")))?;
    if explanation.allowed != allowed {
        return Err(Failure::new("the last explanation is of another call"));
    }
    if allowed {
        return Ok("the trust policy names this subject".to_owned());
    }
    let statements = explanation
        .checks
        .iter()
        .flat_map(|check| &check.evaluation.layers)
        .flat_map(|layer| &layer.statements);
    let mut mismatch = statements.filter_map(|report| match &report.outcome {
        Outcome::Failed(mismatch) => Some(short_mismatch(mismatch)),
        Outcome::Matched => None,
    });
    Ok(mismatch.next_back().or(explanation.error).unwrap_or_default())
}

/// What was wanted, where the reader sees what was presented.
fn short_mismatch(mismatch: &Mismatch) -> String {
    match mismatch {
        Mismatch::Condition { key, wanted, .. } => {
            let name = key.rsplit_once(':').map_or(key.as_str(), |(_, name)| name);
            format!("{name} must be {}", list(wanted))
        }
        Mismatch::Action { .. } | Mismatch::Principal { .. } | Mismatch::Resource { .. } => {
            mismatch.to_string()
        }
    }
}
