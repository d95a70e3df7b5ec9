//! A whole run: jobs in the order in which the sandbox lets them go on, and the waits at their gates.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use daypass_github::run::{Conclusion, RunJob};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::job::{self, Outcome};
use super::mask::Masks;
use super::output::Output;
use super::work::{Contexts, Place, Ticket, Work};
use crate::control::Asked;
use crate::failure::Failure;
use crate::rehearse::look::Looking;
use crate::rehearse::registered::{Foreseen, Registered, RegisteredJob, written};

/// How often a run is looked at that waits.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What came of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Finished {
    /// Its conclusion; nothing where it still waits.
    pub(crate) conclusion: Option<String>,
    /// Its page.
    pub(crate) url: String,
    /// What came of each job.
    pub(crate) jobs: Vec<FinishedJob>,
}

/// What came of a job.
#[derive(Debug, Serialize)]
pub(crate) struct FinishedJob {
    /// What names it.
    pub(crate) key: String,
    /// Its conclusion; where it stands where it has none.
    pub(crate) result: String,
    /// Why, where that is not plain.
    pub(crate) reason: Option<String>,
    /// What it handed on.
    pub(crate) outputs: BTreeMap<String, String>,
}

/// A run that is executed.
pub(crate) struct Execution<'a> {
    /// What is known of the run.
    pub(crate) looking: Looking<'a>,
    /// Where its jobs run.
    pub(crate) place: &'a Place,
    /// How long jobs may wait for an approval.
    pub(crate) wait: Duration,
}

impl Execution<'_> {
    /// Executes all jobs that can be.
    pub(crate) async fn run(&self) -> Result<Finished, Failure> {
        let masks = Arc::new(Masks::default());
        for secret in self.looking.secrets.values().filter_map(Value::as_str) {
            masks.add(secret);
        }
        if let Some(concurrency) = &self.looking.plan.concurrency {
            let output = Output::new(&self.looking.plan.name, self.place.stream, Arc::clone(&masks));
            output.say(&not_limited(concurrency.group.line));
        }
        let mut reasons: BTreeMap<String, String> = BTreeMap::new();
        let mut announced: BTreeSet<u64> = BTreeSet::new();
        let mut waits_since = None;
        loop {
            let seen = self.looking.registered.again(self.looking.control).await?;
            if seen.status == "completed" {
                return Ok(finished(&seen, &reasons));
            }
            if let Some(next) = seen.jobs.iter().find(|job| job.status == "queued") {
                waits_since = None;
                if let Some(reason) = self.job(&seen, next, &masks).await? {
                    reasons.insert(next.key.clone(), reason);
                }
                continue;
            }
            for job in seen.jobs.iter().filter(|job| job.status == "waiting" && announced.insert(job.id)) {
                let waits =
                    job.gate.as_ref().and_then(|gate| gate.waits_for.as_deref()).unwrap_or("it waits");
                let output = Output::new(&job.key, self.place.stream, Arc::clone(&masks));
                output.say(&format!("{waits}\napprove or reject it at {}", seen.url));
            }
            let since = *waits_since.get_or_insert_with(Instant::now);
            if since.elapsed() >= self.wait {
                for job in seen.jobs.iter().filter(|job| job.status == "waiting") {
                    let reason =
                        format!("nobody answered within {} s; the run waits on", self.wait.as_secs());
                    reasons.insert(job.key.clone(), reason);
                }
                return Ok(finished(&seen, &reasons));
            }
            tokio::time::sleep(LOOK_EVERY.min(self.wait)).await;
        }
    }

    /// Executes a job and says what came of it; why it failed, where it did.
    async fn job(
        &self,
        seen: &Registered,
        job: &RegisteredJob,
        masks: &Arc<Masks>,
    ) -> Result<Option<String>, Failure> {
        let output = Output::new(&job.key, self.place.stream, Arc::clone(masks));
        let control = self.looking.control;
        let address = format!("runs/{}/jobs/{}", seen.run.id, job.id);
        let started = match control.ask(&format!("{address}/start"), &json!({})).await? {
            Asked::Answered(started) => started,
            Asked::Refused { status: 409, message } => {
                // Its approval was withdrawn, or the run cancelled, in between.
                output.say(&message);
                tokio::time::sleep(LOOK_EVERY).await;
                return Ok(None);
            }
            Asked::Refused { message, .. } => return Err(Failure::new(message)),
        };
        let ticket = ticket(&started);
        let kept = seen.kept(job.id).ok_or_else(|| Failure::new("the sandbox's run has lost a job"))?;
        if let Some(concurrency) = &kept.planned.concurrency {
            output.say(&not_limited(concurrency.group.line));
        }
        let outcome = match self.work(seen, kept) {
            Ok(work) => {
                if let Some(ticket) = &ticket {
                    masks.add(&ticket.token);
                }
                job::run(&work, self.place, ticket.as_ref(), &output).await?
            }
            Err(reason) => {
                output.say(&format!("error: {reason}"));
                Outcome { conclusion: Conclusion::Failure, outputs: BTreeMap::new(), reason: Some(reason) }
            }
        };
        output.say(&format!("== {}", outcome.conclusion.name()));
        let body = json!({ "conclusion": outcome.conclusion.name(), "outputs": outcome.outputs });
        match control.ask(&format!("{address}/finish"), &body).await? {
            Asked::Answered(_) => Ok(outcome.reason),
            Asked::Refused { message, .. } => {
                // The run was cancelled while the job ran; or its outputs are too long, and then nothing may wait for it.
                output.say(&format!("error: {message}"));
                let body = json!({ "conclusion": Conclusion::Failure.name() });
                control.ask(&format!("{address}/finish"), &body).await?;
                Ok(Some(message))
            }
        }
    }

    fn work(&self, seen: &Registered, kept: &RunJob) -> Result<Work, String> {
        let planned = &kept.planned;
        let written = written(self.looking.plan, planned)
            .ok_or_else(|| format!("the job {} is not in the files that were read here", planned.key))?;
        let Foreseen { values, .. } = seen.foresee(kept)?;
        let secrets: Map<String, Value> = self.looking.secrets_of(planned)?;
        let mut not_performed = Vec::new();
        for (what, place) in [("container", &written.container), ("services", &written.services)] {
            not_performed.extend(place.iter().map(|place| (what, place.line)));
        }
        Ok(Work {
            id: planned.id.clone(),
            steps: written.steps.clone(),
            env: written.env.clone(),
            defaults: written.defaults.clone(),
            outputs: written.outputs.clone(),
            timeout_minutes: written.timeout_minutes.clone(),
            not_performed,
            id_token: planned.id_token.reason.clone(),
            contexts: Contexts { base: values, secrets },
            runner_environment: if kept.is_self_hosted { "self-hosted" } else { "github-hosted" },
        })
    }
}

/// What is said of `concurrency`: other runs are not looked at.
fn not_limited(line: usize) -> String {
    format!("not performed: `concurrency` of line {line}")
}

/// With what the job asks for tokens, where it may.
fn ticket(started: &Value) -> Option<Ticket> {
    let text = |name: &str| started.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(Ticket { url: text("request_url")?, token: text("request_token")? })
}

fn finished(seen: &Registered, reasons: &BTreeMap<String, String>) -> Finished {
    let jobs = seen.jobs.iter().map(|job| FinishedJob {
        key: job.key.clone(),
        result: job.conclusion.clone().unwrap_or_else(|| job.status.clone()),
        reason: reasons.get(&job.key).cloned().or_else(|| job.reason.clone()),
        outputs: seen.kept(job.id).map(|kept| kept.outputs.clone()).unwrap_or_default(),
    });
    Finished { conclusion: seen.conclusion.clone(), url: seen.url.clone(), jobs: jobs.collect() }
}

impl Finished {
    /// Whether the run did what it should.
    pub(crate) fn is_success(&self) -> bool {
        matches!(self.conclusion.as_deref(), Some("success" | "skipped"))
    }
}
