//! One job: its steps in their order, what each leaves for the next, and what came of all.

use std::collections::BTreeMap;
use std::time::Duration;

use daypass_github::expression::{Context, Status};
use daypass_github::run::Conclusion;
use daypass_github::run::job::JOB_MINUTES_DEFAULT;
use daypass_github::workflow::Step;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::environment::{self, Variables};
use super::output::Output;
use super::process::Groups;
use super::room::Room;
use super::step::Performed;
use super::texts;
use super::work::{Place, Ticket, Work};
use crate::failure::Failure;

/// How long the steps that run in any case may take when the job's own time is up: GitHub gives them five minutes.
const AFTER_TIMEOUT: Duration = Duration::from_secs(300);

/// What came of a job.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Its conclusion.
    pub(crate) conclusion: Conclusion,
    /// What it hands to the jobs that need it.
    pub(crate) outputs: BTreeMap<String, String>,
    /// The first thing that failed.
    pub(crate) reason: Option<String>,
}

/// A job while it runs.
pub(super) struct Session<'a> {
    pub(super) work: &'a Work,
    pub(super) place: &'a Place,
    pub(super) ticket: Option<&'a Ticket>,
    pub(super) output: &'a Output,
    pub(super) room: Room,
    pub(super) groups: Groups,
    /// `env` of the job, and what steps wrote to `GITHUB_ENV`.
    pub(super) env: Variables,
    /// What steps wrote to `GITHUB_PATH`, the newest first.
    pub(super) path: Vec<String>,
    /// The context `steps`.
    steps: Map<String, Value>,
    status: Status,
    deadline: Instant,
    is_late: bool,
    reason: Option<String>,
}

/// Executes a job.
pub(crate) async fn run(
    work: &Work,
    place: &Place,
    ticket: Option<&Ticket>,
    output: &Output,
) -> Result<Outcome, Failure> {
    let event = work.contexts.base.get("github").and_then(|github| github.get("event"));
    let room = Room::new(work.contexts.github("repository"), event.unwrap_or(&json!({})))?;
    for secret in work.contexts.secrets.values().filter_map(Value::as_str) {
        output.masks().add(secret);
    }
    let failed = |reason: String| {
        output.say(&format!("error: {reason}"));
        Ok(Outcome { conclusion: Conclusion::Failure, outputs: BTreeMap::new(), reason: Some(reason) })
    };
    for (what, line) in &work.not_performed {
        if !place.skip_unknown {
            return failed(format!(
                "line {line}: `{what}` is not performed in a rehearsal; --skip-unknown runs the steps without"
            ));
        }
        output.say(&format!("left out: `{what}` of line {line}; the steps run without"));
    }
    let context = work.contexts.of_job();
    let env = match texts::texts(&work.env, &context) {
        Ok(env) => env,
        Err(reason) => return failed(reason),
    };
    let minutes = match texts::minutes(work.timeout_minutes.as_ref(), &context) {
        Ok(minutes) => minutes,
        Err(reason) => return failed(reason),
    };
    let default = Duration::from_secs(60 * u64::from(JOB_MINUTES_DEFAULT));
    let deadline = Instant::now() + minutes.unwrap_or(default);
    let mut session = Session {
        work,
        place,
        ticket,
        output,
        room,
        groups: Groups::default(),
        env,
        path: Vec::new(),
        steps: Map::new(),
        status: Status::Success,
        deadline,
        is_late: false,
        reason: None,
    };
    for (index, step) in work.steps.iter().enumerate() {
        session.step(index, step).await;
    }
    Ok(session.end())
}

impl Session<'_> {
    /// The contexts of a step whose environment this is.
    pub(super) fn context(&self, env: &Variables) -> Context {
        let mut context = self.work.contexts.of_job();
        let mut say = |name: &str, value: Value| context.values.insert(name.to_owned(), value);
        let status = match self.status {
            Status::Success | Status::Skipped => "success",
            Status::Failure => "failure",
            Status::Cancelled => "cancelled",
        };
        say("job", json!({ "status": status }));
        say("runner", environment::runner(self.work, &self.room));
        say("env", json!(env));
        say("steps", Value::Object(self.steps.clone()));
        if let Some(Value::Object(github)) = context.values.get_mut("github") {
            github.insert("job".to_owned(), json!(self.work.id));
            github.insert("workspace".to_owned(), json!(self.room.workspace));
            github.insert("event_path".to_owned(), json!(self.room.event));
        }
        context.status = self.status;
        context
    }

    async fn step(&mut self, index: usize, step: &Step) {
        let env = self.step_env(step);
        let mut condition = self.context(env.as_ref().unwrap_or(&self.env));
        // GitHub has no secrets in an `if`.
        condition.values.remove("secrets");
        let runs = match &env {
            // What cannot be evaluated fails the step that would have run.
            Err(_) => texts::condition(None, &condition),
            Ok(_) => texts::condition(step.condition.as_ref(), &condition),
        };
        let title = self.title(step, env.as_ref().unwrap_or(&self.env));
        if runs == Ok(false) {
            self.output.say(&format!("-- {title}: skipped"));
            self.note(step, "skipped", "skipped", Map::new());
            return;
        }
        self.output.say(&format!("-- {title}"));
        let performed = match (env, runs) {
            (Err(reason), _) | (_, Err(reason)) => Performed::failed(reason),
            (Ok(env), Ok(_)) => self.timed(index, step, env).await,
        };
        let forgiven = match &performed.failure {
            None => false,
            Some(reason) => {
                self.output.say(&format!("error: {reason}"));
                texts::truth(step.continue_on_error.as_ref(), &self.context(&self.env)).unwrap_or_default()
            }
        };
        let outcome = if performed.failure.is_none() { "success" } else { "failure" };
        let conclusion = if forgiven { "success" } else { outcome };
        self.note(step, outcome, conclusion, performed.outputs);
        if let (Some(reason), false) = (performed.failure, forgiven) {
            self.reason.get_or_insert(format!("{title}: {reason}"));
            if self.status == Status::Success {
                self.status = Status::Failure;
            }
        }
        if !self.is_late && Instant::now() >= self.deadline {
            self.is_late = true;
            self.status = Status::Cancelled;
            self.deadline = Instant::now() + AFTER_TIMEOUT;
            self.output.say("error: the time of the job is up");
        }
    }

    /// `env` of the job, what steps wrote, and in their place `env` of the step.
    fn step_env(&self, step: &Step) -> Result<Variables, String> {
        let mut env = self.env.clone();
        env.extend(texts::texts(&step.env, &self.context(&self.env))?);
        Ok(env)
    }

    async fn timed(&mut self, index: usize, step: &Step, env: Variables) -> Performed {
        let limit = match texts::minutes(step.timeout_minutes.as_ref(), &self.context(&env)) {
            Ok(limit) => limit,
            Err(reason) => return Performed::failed(reason),
        };
        let deadline = limit.map_or(self.deadline, |limit| self.deadline.min(Instant::now() + limit));
        self.perform(index, step, env, deadline).await
    }

    /// What GitHub calls a step, and where it stands.
    fn title(&self, step: &Step, env: &Variables) -> String {
        let name = step.name.as_ref().and_then(|name| texts::text(name, &self.context(env)).ok());
        let own = name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| {
            let run = step
                .run
                .as_ref()
                .and_then(|run| run.value.lines().map(str::trim).find(|line| !line.is_empty()));
            let what = run.or(step.uses.as_ref().map(|uses| uses.value.as_str())).unwrap_or_default();
            format!("Run {}", what.chars().take(80).collect::<String>())
        });
        format!("{own} (line {})", step.line)
    }

    fn note(&mut self, step: &Step, outcome: &str, conclusion: &str, outputs: Map<String, Value>) {
        if let Some(id) = &step.id {
            let result = json!({ "outputs": outputs, "outcome": outcome, "conclusion": conclusion });
            self.steps.insert(id.value.clone(), result);
        }
    }

    /// What came of the job, with its outputs.
    fn end(mut self) -> Outcome {
        let context = self.context(&self.env);
        let mut outputs = BTreeMap::new();
        for (name, value) in &self.work.outputs {
            match texts::text(value, &context) {
                Ok(value) if !self.output.masks().is_plain(&value) => {
                    // As GitHub does it, with its words.
                    self.output.say(&format!("warning: Skip output '{name}' since it may contain secret."));
                }
                Ok(value) => {
                    outputs.insert(name.clone(), value);
                }
                Err(reason) => {
                    let reason = format!("the output `{name}`: {reason}");
                    self.output.say(&format!("error: {reason}"));
                    self.reason.get_or_insert(reason);
                    self.status = Status::Failure;
                }
            }
        }
        let conclusion = match self.status {
            _ if self.is_late => Conclusion::TimedOut,
            Status::Success | Status::Skipped => Conclusion::Success,
            Status::Failure => Conclusion::Failure,
            Status::Cancelled => Conclusion::Cancelled,
        };
        let reason =
            if self.is_late { Some("the time of the job is up".to_owned()) } else { self.reason.take() };
        Outcome { conclusion, outputs, reason }
    }
}
