//! The steps of a job that get credentials: what they ask for, and what would come of it.

use std::collections::BTreeMap;

use daypass_aws::Explanation;
use daypass_github::expression::{Context, condition, condition_contexts};
use daypass_github::workflow::{PlannedJob, Step};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Answer, Look, Looking, Verdict, calls};
use crate::explain;
use crate::failure::Failure;
use crate::reasons;
use crate::rehearse::configure::{self, Asked, ConfigureError};
use crate::rehearse::partial::{self, Known};

/// The input whose value no exchange depends on: any region stands in for one that is not known yet.
const REGION: &str = "aws-region";
const REGION_STAND_IN: &str = "us-east-1";
/// The region of which nothing is known.
const REGION_UNKNOWN: &str = "*";

/// A step that gets credentials.
#[derive(Debug, Serialize)]
pub(in crate::rehearse) struct CredentialLook {
    /// The line of the step.
    pub(in crate::rehearse) line: usize,
    /// The role's ARN, where it is known.
    pub(in crate::rehearse) role: Option<String>,
    pub(in crate::rehearse) verdict: Verdict,
    /// Why it would not work, or why it is not known.
    pub(in crate::rehearse) reason: Option<String>,
    pub(in crate::rehearse) mend: Option<String>,
    /// Inputs that the action ignores.
    pub(in crate::rehearse) warnings: Vec<String>,
    /// What STS would say, with its reasons.
    pub(in crate::rehearse) explanation: Option<Explanation>,
}

/// Looks at the steps of a job, in their order: each that gets credentials, with the scripts up to the next one.
pub(super) async fn look(
    looking: &Looking<'_>,
    look: &mut Look,
    job: &PlannedJob,
    context: &Context,
) -> Result<(), Failure> {
    let mut context = context.clone();
    let mut scripts = calls::Scripts::default();
    let mut asked: Option<(usize, Result<Asked, Unasked>)> = None;
    for step in &job.steps {
        if is_left_out(step, &context) {
            continue;
        }
        if let Some(uses) = step.uses.as_ref().filter(|uses| configure::is_configure(&uses.value)) {
            conclude(looking, look, asked.take(), &mut scripts).await?;
            let warnings = configure::unexpected(step.with.keys());
            asked = Some((look.credentials.len(), read(step, &context)));
            look.credentials.push(CredentialLook {
                line: uses.line,
                role: None,
                verdict: Verdict::Unknown,
                reason: None,
                mend: None,
                warnings,
                explanation: None,
            });
        } else if let Some(run) = &step.run {
            scripts.add(step, run, &context);
            if run.value.contains("GITHUB_ENV") {
                // What it sets may be named by what follows.
                context.values.remove("env");
            }
        }
    }
    conclude(looking, look, asked, &mut scripts).await
}

/// Why there is nothing to ask STS.
enum Unasked {
    /// It is not known yet, or cannot be rehearsed.
    Later(String),
    /// The action itself would refuse.
    Wrong(String),
}

/// Asks about the credentials of a step and the calls that are made with them.
async fn conclude(
    looking: &Looking<'_>,
    look: &mut Look,
    asked: Option<(usize, Result<Asked, Unasked>)>,
    scripts: &mut calls::Scripts,
) -> Result<(), Failure> {
    let Some((place, asked)) = asked else {
        look.calls.extend(scripts.without_credentials());
        return Ok(());
    };
    let granted = look.id_token.as_ref().is_some_and(|token| token.granted);
    let (mut verdict, mut reason, mut role, mut answer) = (Verdict::Unknown, None, None, None);
    match asked {
        Err(Unasked::Later(why)) => reason = Some(why),
        Err(Unasked::Wrong(why)) => (verdict, reason) = (Verdict::Denied, Some(why)),
        Ok(asked) => {
            role = Some(asked.role.clone());
            scripts.with(&asked);
            if granted {
                let question = question(&asked, &scripts.questions());
                match looking.ask(look.id.unwrap_or_default(), question).await? {
                    Ok(answered) => answer = Some(answered),
                    Err(why) => reason = Some(why),
                }
            } else {
                (verdict, reason) =
                    (Verdict::Denied, Some("the job has no identity token to show".to_owned()));
            }
        }
    }
    let mut mend = None;
    let mut explanation = None;
    if let Some(Answer { subject, claims, gate, exchange, calls }) = answer {
        look.subject = Some(subject);
        look.claims = Some(claims);
        look.take_gate(gate);
        if let Some(said) = exchange {
            verdict = if said.allowed { Verdict::Allowed } else { Verdict::Denied };
            reason = (!said.allowed).then(|| why(&said));
            mend.clone_from(&said.mend);
            explanation = Some(said);
        }
        look.calls.extend(scripts.answered(verdict, &calls));
    } else {
        look.calls.extend(scripts.answered(verdict, &[]));
    }
    if let Some(found) = look.credentials.get_mut(place) {
        (found.verdict, found.reason, found.role) = (verdict, reason, role);
        (found.mend, found.explanation) = (mend, explanation);
    }
    Ok(())
}

/// Why STS refuses, in one sentence.
fn why(explanation: &Explanation) -> String {
    let said = explanation.reason.as_ref().map(reasons::sentence);
    said.or_else(|| explain::last_mismatch(explanation)).or(explanation.error.clone()).unwrap_or_default()
}

fn question(asked: &Asked, calls: &[Value]) -> Value {
    json!({
        "role": asked.role,
        "audience": asked.audience,
        "duration_seconds": asked.duration_seconds,
        "session_name": asked.session_name,
        "policy": asked.policy,
        "policy_arns": asked.policy_arns,
        "calls": calls,
    })
}

/// Whether the `if` of a step surely leaves it out where everything before it succeeds.
fn is_left_out(step: &Step, context: &Context) -> bool {
    let Some(text) = &step.condition else { return false };
    let is_known = condition_contexts(&text.value)
        .is_ok_and(|named| named.iter().all(|name| context.values.contains_key(name.as_str())));
    is_known && condition(&text.value, context) == Ok(false)
}

/// What a step asks for, as far as it is known before the job runs.
fn read(step: &Step, context: &Context) -> Result<Asked, Unasked> {
    let mut context = context.clone();
    let mut environment = BTreeMap::new();
    if let Some(env) = context.values.get("env").and_then(Value::as_object) {
        environment.extend(env.iter().map(|(name, value)| (name.clone(), shown(value))));
    }
    for (name, text) in &step.env {
        if let Known::Text(value) = partial::text(&text.value, &context) {
            environment.insert(name.clone(), value);
        }
    }
    if context.values.contains_key("env") {
        context.values.insert("env".to_owned(), json!(environment));
    }
    let mut inputs = BTreeMap::new();
    let mut has_region = true;
    for (name, text) in &step.with {
        match partial::text(&text.value, &context) {
            Known::Text(value) => drop(inputs.insert(name.clone(), value)),
            Known::Later(_) if name.eq_ignore_ascii_case(REGION) => {
                has_region = false;
                inputs.insert(name.clone(), REGION_STAND_IN.to_owned());
            }
            Known::Later(contexts) => {
                let contexts =
                    contexts.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
                return Err(Unasked::Later(format!(
                    "`{name}` (line {}) comes from {contexts}, which is known only when the job runs",
                    text.line
                )));
            }
            Known::Wrong(why) => return Err(Unasked::Wrong(format!("line {}: {why}", text.line))),
        }
    }
    let mut asked = configure::read(&inputs, &environment).map_err(|error| match error {
        // At GitHub it may well work.
        ConfigureError::NotPerformed(_) => Unasked::Later(error.to_string()),
        _ => Unasked::Wrong(error.to_string()),
    })?;
    if !has_region {
        REGION_UNKNOWN.clone_into(&mut asked.region);
    }
    Ok(asked)
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
