//! `daypass explain`: a decision with all its reasons, for a person.

use daypass_aws::Explanation;
use daypass_policy::{Mismatch, Outcome};
use serde_json::Value;

use crate::arguments::ExplainArguments;
use crate::control::Control;
use crate::failure::Failure;
use crate::reasons::{self, Names, list};
use crate::tree::printable;

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
fn render(answer: &Value) -> Result<String, Failure> {
    let explanation = answer
        .pointer("/annotation/explanation")
        .ok_or_else(|| Failure::new("nothing was kept about this call but its event"))?;
    let explanation: Explanation = serde_json::from_value(explanation.clone())
        .map_err(|error| Failure::new(format!("the kept explanation cannot be read: {error}")))?;
    let verdict = if explanation.allowed { "allowed" } else { "denied" };
    let request_id = answer.get("request_id").and_then(Value::as_str).unwrap_or("-");
    let mut text = line(&format!("{} was {verdict} (request {request_id})", explanation.operation));
    if let Some(caller) = &explanation.caller {
        text.push_str(&line(&format!("caller: {caller}")));
    }
    if let Some(error) = &explanation.error {
        text.push_str(&line(&format!("AWS's words: {error}")));
    }
    if let Some(reason) = &explanation.reason {
        text.push_str(&line(&format!("because {}", reasons::sentence(reason))));
    }
    for check in &explanation.checks {
        text.push_str(&reasons::tree(check, Names::Policies).text());
    }
    if let Some(mend) = &explanation.mend {
        text.push_str(&line(&format!("likely mend: {mend}")));
    }
    Ok(text)
}

fn line(text: &str) -> String {
    format!("{}\n", printable(text))
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
    Ok(last_mismatch(&explanation).or(explanation.error).unwrap_or_default())
}

/// What failed in the statement that came nearest, in a few words.
pub(crate) fn last_mismatch(explanation: &Explanation) -> Option<String> {
    let statements = explanation
        .checks
        .iter()
        .flat_map(|check| &check.evaluation.layers)
        .flat_map(|layer| &layer.statements);
    let mut mismatch = statements.filter_map(|report| match &report.outcome {
        Outcome::Failed(mismatch) => Some(short_mismatch(mismatch)),
        Outcome::Matched => None,
    });
    mismatch.next_back()
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
