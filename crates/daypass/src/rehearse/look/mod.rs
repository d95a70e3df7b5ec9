//! What would become of the credentials of a run's jobs.

mod calls;
mod credentials;
pub(super) mod text;

use daypass_aws::Explanation;
use daypass_github::expression::{Context, Status};
use daypass_github::run::RunJob;
use daypass_github::workflow::{IdToken, Plan, PlannedJob};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::execute::{Masks, is_performed};
use super::partial::{self, Known};
use super::registered::{Registered, RegisteredJob, written};
use super::secrets;
use super::sources::Sources;
use crate::control::{Asked, Control};
use crate::failure::Failure;

pub(super) use credentials::CredentialLook;

/// What a question comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// It would work.
    Allowed,
    /// It would not.
    Denied,
    /// It is not known before the job runs.
    Unknown,
}

/// A job.
#[derive(Debug, Serialize)]
pub(super) struct Look {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) id: Option<u64>,
    /// The file that it is written in, and its line.
    pub(super) path: String,
    pub(super) line: usize,
    /// `pending`, `waiting`, `queued`, `completed`
    pub(super) status: String,
    pub(super) conclusion: Option<String>,
    /// Why it does not run, or why nothing can be told yet.
    pub(super) reason: Option<String>,
    /// Whether nothing of its credentials can be told before the jobs that it needs are over.
    pub(super) is_untold: bool,
    /// The jobs that it needs.
    pub(super) needs: Vec<String>,
    pub(super) id_token: Option<IdToken>,
    pub(super) subject: Option<String>,
    pub(super) claims: Option<Map<String, Value>>,
    pub(super) environment: Option<String>,
    pub(super) waits_for: Option<String>,
    /// Whether its environment would refuse it.
    pub(super) is_refused: bool,
    pub(super) credentials: Vec<CredentialLook>,
    pub(super) calls: Vec<CallLook>,
    /// What a rehearsal does not perform, each with its line.
    pub(super) not_performed: Vec<String>,
}

/// A call of AWS that a script makes.
#[derive(Debug, Clone, Serialize)]
pub(super) struct CallLook {
    /// The line of the workflow's file.
    pub(super) line: usize,
    /// The command, as far as it can be read.
    pub(super) command: String,
    pub(super) action: Option<String>,
    pub(super) resource: Option<String>,
    /// Whether that is the one resource; else its `*` stands for what is not known yet.
    pub(super) exact: bool,
    pub(super) verdict: Verdict,
    pub(super) reason: Option<String>,
    pub(super) mend: Option<String>,
}

/// What the sandbox answers to `POST /_daypass/rehearsal`.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    subject: String,
    claims: Map<String, Value>,
    gate: Option<Gate>,
    exchange: Option<Explanation>,
    calls: Vec<Called>,
}

/// How the gate of the job's environment would stand.
#[derive(Debug, Deserialize)]
struct Gate {
    state: String,
    reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Called {
    allowed: bool,
    message: Option<String>,
    mend: Option<String>,
}

impl Look {
    /// What the gate of its environment would say, if it is not before it already.
    fn take_gate(&mut self, gate: Option<Gate>) {
        match gate {
            Some(Gate { state, reason }) if state == "waiting" && self.waits_for.is_none() => {
                self.waits_for = reason
            }
            Some(Gate { state, reason }) if state == "refused" => {
                self.is_refused = true;
                self.reason = reason;
            }
            _ => {}
        }
    }

    /// Whether something of it would fail.
    pub(super) fn fails(&self) -> bool {
        let is_denied = |verdict: Verdict| verdict == Verdict::Denied;
        self.conclusion.as_deref() == Some("failure")
            || self.is_refused
            || self.credentials.iter().any(|look| is_denied(look.verdict))
            || self.calls.iter().any(|call| is_denied(call.verdict))
    }
}

/// Masks the secrets in what is said of jobs, but for those that are a role's ARN: that is what the table is about, and no
/// secret to AWS.
fn hide(looks: &mut [Look], secrets: &Map<String, Value>) {
    let roles: Vec<String> =
        looks.iter().flat_map(|look| &look.credentials).filter_map(|look| look.role.clone()).collect();
    let masks = Masks::default();
    for secret in secrets.values().filter_map(Value::as_str) {
        if !roles.iter().any(|role| role == secret.trim()) {
            masks.add(secret);
        }
    }
    let hide = |text: &mut String| *text = masks.hide(text);
    for look in looks {
        look.reason.iter_mut().for_each(hide);
        for credentials in &mut look.credentials {
            credentials.reason.iter_mut().chain(&mut credentials.mend).for_each(hide);
        }
        for call in &mut look.calls {
            hide(&mut call.command);
            let said = call.resource.iter_mut().chain(&mut call.reason).chain(&mut call.mend);
            said.for_each(hide);
        }
    }
}

/// What is needed to look at a run.
pub(super) struct Looking<'a> {
    pub(super) control: &'a Control,
    pub(super) registered: &'a Registered,
    pub(super) plan: &'a Plan,
    pub(super) sources: &'a Sources,
    pub(super) secrets: &'a Map<String, Value>,
}

impl Looking<'_> {
    /// Looks at all jobs, or at those of these keys.
    pub(super) async fn all(&self, only: &[String]) -> Result<Vec<Look>, Failure> {
        let jobs = &self.registered.jobs;
        if let Some(unknown) = only.iter().find(|key| jobs.iter().all(|job| job.key != **key)) {
            let known: Vec<&str> = jobs.iter().map(|job| job.key.as_str()).collect();
            return Err(Failure::new(format!("the run has no job `{unknown}`"))
                .hint(format!("it has {}", known.join(", "))));
        }
        let mut looks = Vec::new();
        for job in jobs.iter().filter(|job| only.is_empty() || only.contains(&job.key)) {
            if let Some(kept) = self.registered.kept(job.id) {
                looks.push(self.job(job, kept).await?);
            }
        }
        for call in self.registered.run.frame.calls.iter().filter(|call| call.problem.is_some()) {
            let mut look = blank(&call.key, &call.path, call.line);
            look.conclusion = Some("failure".to_owned());
            look.reason = call.problem.clone();
            looks.push(look);
        }
        hide(&mut looks, self.secrets);
        Ok(looks)
    }

    async fn job(&self, job: &RegisteredJob, kept: &RunJob) -> Result<Look, Failure> {
        let planned = &kept.planned;
        let mut look = blank(&job.key, &planned.path, planned.line);
        look.name = job.name.clone();
        look.id = Some(job.id);
        look.status = job.status.clone();
        look.conclusion = job.conclusion.clone();
        look.reason = job.reason.clone();
        look.needs = planned.needs.clone();
        look.id_token = Some(planned.id_token.clone());
        look.environment = job.environment.clone();
        look.waits_for = job.gate.as_ref().and_then(|gate| gate.waits_for.clone());
        let written = written(self.plan, planned).unwrap_or(planned);
        look.not_performed = not_performed(written);
        if job.conclusion.is_some() {
            return Ok(look);
        }
        let foreseen = match self.registered.foresee(kept) {
            Ok(foreseen) => foreseen,
            Err(reason) => {
                look.reason = Some(reason);
                look.is_untold = true;
                return Ok(look);
            }
        };
        look.environment = look.environment.or(foreseen.environment);
        let secrets = self.secrets_of(planned);
        let mut context = Context { values: foreseen.values, status: Status::Success };
        match secrets {
            Ok(secrets) => drop(context.values.insert("secrets".to_owned(), Value::Object(secrets))),
            Err(reason) => look.reason = Some(reason),
        }
        add_env(&mut context, written);
        credentials::look(self, &mut look, written, &context).await?;
        let is_before_a_gate = look.environment.is_some() && look.waits_for.is_none();
        if look.subject.is_none() && (planned.id_token.granted || is_before_a_gate) {
            self.subject(&mut look).await?;
        }
        Ok(look)
    }

    /// The secrets that a job can name.
    pub(super) fn secrets_of(&self, planned: &PlannedJob) -> Result<Map<String, Value>, String> {
        let run = &self.registered.run;
        secrets::of_job(planned, self.plan, self.sources, (&run.repository, &run.github), self.secrets)
    }

    /// Subject and gate alone, of a job that does not say for which role.
    async fn subject(&self, look: &mut Look) -> Result<(), Failure> {
        match self.ask(look.id.unwrap_or_default(), json!({})).await? {
            Ok(answer) => {
                if look.id_token.as_ref().is_some_and(|token| token.granted) {
                    look.subject = Some(answer.subject);
                    look.claims = Some(answer.claims);
                }
                look.take_gate(answer.gate);
            }
            Err(reason) => look.reason = Some(reason),
        }
        Ok(())
    }

    /// Asks what would happen; why it cannot be told yet, where it cannot.
    async fn ask(&self, job: u64, mut question: Value) -> Result<Result<Answer, String>, Failure> {
        if let Some(members) = question.as_object_mut() {
            members.insert("run".to_owned(), json!(self.registered.run.id));
            members.insert("job".to_owned(), json!(job));
        }
        match self.control.ask("rehearsal", &question).await? {
            Asked::Refused { status: 409, message } => Ok(Err(message)),
            Asked::Refused { message, .. } => Err(Failure::new(message)),
            Asked::Answered(answer) => serde_json::from_value(answer)
                .map(Ok)
                .map_err(|error| Failure::new(format!("the sandbox's answer cannot be read: {error}"))),
        }
    }
}

fn blank(key: &str, path: &str, line: usize) -> Look {
    Look {
        key: key.to_owned(),
        name: key.to_owned(),
        id: None,
        path: path.to_owned(),
        line,
        status: "completed".to_owned(),
        conclusion: None,
        reason: None,
        is_untold: false,
        needs: Vec::new(),
        id_token: None,
        subject: None,
        claims: None,
        environment: None,
        waits_for: None,
        is_refused: false,
        credentials: Vec::new(),
        calls: Vec::new(),
        not_performed: Vec::new(),
    }
}

/// `env` of the job, where all of it is known; a part of it would make of what is missing an empty text.
fn add_env(context: &mut Context, job: &PlannedJob) {
    let mut env = Map::new();
    for (name, text) in &job.env {
        match partial::text(&text.value, context) {
            Known::Text(value) => drop(env.insert(name.clone(), json!(value))),
            Known::Later(_) | Known::Wrong(_) => return,
        }
    }
    context.values.insert("env".to_owned(), Value::Object(env));
}

/// What `--execute` would not perform.
fn not_performed(job: &PlannedJob) -> Vec<String> {
    let mut found = Vec::new();
    for (what, place) in [("container", &job.container), ("services", &job.services)] {
        found.extend(place.iter().map(|place| format!("`{what}` (line {})", place.line)));
    }
    found.extend(job.concurrency.iter().map(|place| format!("`concurrency` (line {})", place.group.line)));
    for uses in job.steps.iter().filter_map(|step| step.uses.as_ref()) {
        if !is_performed(&uses.value) {
            found.push(format!("`{}` (line {})", uses.value, uses.line));
        }
    }
    found
}
