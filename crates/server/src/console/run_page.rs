//! One run: its jobs, what stood before them and who let them in, the tokens they were given.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use daypass_github::hosting::{Need, Permission, Role};
use daypass_github::run::{Conclusion, Run, RunJob};
use daypass_store::TrailReader as _;
use daypass_trail::StoredEvent;
use daypass_wire::form::Form;
use jiff::Timestamp;
use serde_json::Value;

use super::calls::{self, Calls};
use super::changes::reading;
use super::decide::Answer;
use super::event::in_words;
use super::gate_state::{gate_state, jobs_for, may_withdraw};
use super::moment::Moment;
use super::page::{Chip, Frame, Here, PageError, render};
use super::runs::status;
use super::viewer::Viewer;
use super::waiting::{environments, token_claims};
use crate::github::hub::Snapshot;
use crate::state::App;

/// Steps of a run's history that are shown, the newest.
const STEPS_MAX: usize = 200;

#[derive(Template)]
#[template(path = "console/run.html")]
struct Page {
    frame: Frame,
    /// What was just done.
    done: Option<&'static str>,
    /// Approvals that this viewer may withdraw.
    open: Vec<OpenGate>,
    csrf_token: String,
    /// The parts that are asked for again.
    parts: Parts,
}

#[derive(Template)]
#[template(path = "console/run_parts.html")]
struct Parts {
    shown: Shown,
    /// Whether something waits for an answer.
    waits: bool,
    jobs: Vec<Job>,
    steps: Vec<Step>,
    /// What was done at AWS's side with the tokens of its jobs.
    calls: Calls,
    /// Whether AWS's side has pages for who looks.
    is_operator: bool,
    /// Whether something may still happen.
    is_live: bool,
    /// Whether there are more steps than are shown.
    more_steps: bool,
}

/// What is said of the run as a whole.
struct Shown {
    id: u64,
    number: u64,
    attempt: u32,
    title: String,
    repository: String,
    workflow: String,
    workflow_path: String,
    reference: String,
    sha: String,
    event: String,
    pull_request: Option<u64>,
    from_fork: bool,
    actor: String,
    status: &'static str,
    created: Moment,
}

/// A job of the run.
struct Job {
    id: u64,
    name: String,
    status: &'static str,
    reason: Option<String>,
    environment: Option<String>,
    gate: Option<&'static str>,
    /// The subject of its token.
    subject: String,
    /// Whether it may ask for a token, and why not.
    no_token: Option<String>,
    tokens: u64,
    started: Option<Moment>,
    completed: Option<Moment>,
}

impl Shown {
    fn chip(&self) -> Chip {
        Chip::of_state(self.status)
    }
}

impl Job {
    fn chip(&self) -> Chip {
        Chip::of_state(self.status)
    }

    fn gate_chip(&self) -> Option<Chip> {
        self.gate.map(Chip::of_state)
    }
}

/// One step of the run's history.
struct Step {
    name: String,
    job: Option<String>,
    environment: Option<String>,
    by: String,
    from: String,
    at: Moment,
    /// From one state to another.
    states: Option<(String, String)>,
    comment: String,
    /// The subject of a token that was issued.
    subject: Option<String>,
    error: Option<String>,
    event: String,
}

impl Step {
    fn words(&self) -> String {
        in_words(&self.name)
    }
}

/// An open gate that may be closed.
struct OpenGate {
    environment: String,
    environment_id: u64,
    state: String,
}

/// `GET /console/runs/{id}`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    viewer: Viewer,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, PageError> {
    let now = app.clock.now();
    let run = found(&app, &viewer, &id).await?;
    let query = Form::parse(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let done = query.text("done").and_then(Answer::parse).map(Answer::done);
    let snapshot = app.hub.snapshot();
    let parts = parts(&app, &viewer, &snapshot, &run, now).await?;
    let title = format!("{} #{}", run.workflow.name, run.number);
    Ok(render(&Page {
        frame: viewer.frame(Here::Runs, title),
        done,
        open: open_gates(&snapshot, &viewer, &run, now),
        csrf_token: viewer.csrf_token().to_owned(),
        parts,
    }))
}

/// `GET /console/runs/{id}/jobs`: the parts that change, for a page that is open.
pub(super) async fn jobs(
    State(app): State<Arc<App>>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let run = found(&app, &viewer, &id).await?;
    let parts = parts(&app, &viewer, &app.hub.snapshot(), &run, app.clock.now()).await?;
    Ok(render(&parts))
}

/// A run that the viewer may see.
async fn found(app: &App, viewer: &Viewer, id: &str) -> Result<Arc<Run>, PageError> {
    let run = match id.parse() {
        Ok(number) => {
            app.hub.settle_run(number, app.clock.now()).await?;
            app.hub.run(number).await?
        }
        Err(_) => None,
    };
    run.filter(|run| viewer.sees(&run.repository)).ok_or_else(|| {
        let text = "There is no run of this number that you could see.";
        viewer.refuse(StatusCode::NOT_FOUND, "There is no such run", text)
    })
}

fn shown(run: &Run, now: Timestamp) -> Shown {
    Shown {
        id: run.id,
        number: run.number,
        attempt: run.attempt,
        title: run.title.clone(),
        repository: run.repository.clone(),
        workflow: run.workflow.name.clone(),
        workflow_path: run.workflow.path.clone(),
        reference: run.reference.clone(),
        sha: run.sha.clone(),
        event: run.event.clone(),
        pull_request: run.pull_request,
        from_fork: run.from_fork,
        actor: run.actor.login.clone(),
        status: status(run, now),
        created: Moment::new(run.created, now),
    }
}

async fn parts(
    app: &Arc<App>,
    viewer: &Viewer,
    snapshot: &Snapshot,
    run: &Run,
    now: Timestamp,
) -> Result<Parts, PageError> {
    let id = run.id;
    let read = reading(app, move |database| {
        let steps = database.activity(Some(id), None, STEPS_MAX + 1)?;
        Ok((steps, calls::of_run(database, id, now)?))
    });
    let (events, calls) = read.await?;
    let steps = events.iter().take(STEPS_MAX).filter_map(|event| step(event, now));
    Ok(Parts {
        shown: shown(run, now),
        waits: !environments(run, now).is_empty(),
        jobs: run.jobs.iter().map(|job| of_job(app, snapshot, run, job, now)).collect(),
        steps: steps.collect(),
        calls,
        is_operator: viewer.is_operator(),
        is_live: run.conclusion().is_none(),
        more_steps: events.len() > STEPS_MAX,
    })
}

fn of_job(app: &App, snapshot: &Snapshot, run: &Run, job: &RunJob, now: Timestamp) -> Job {
    let claims = token_claims(app, &snapshot.holdings, run, job, now);
    let moment = |at: Option<Timestamp>| at.map(|at| Moment::new(at, now));
    Job {
        id: job.id,
        name: job.name.clone(),
        status: job.conclusion().map_or_else(|| job.status(now).name(), Conclusion::name),
        reason: job.reason.clone(),
        environment: job.environment.as_ref().map(|environment| environment.name.clone()),
        gate: job.gate.as_ref().map(|gate| gate.state(now).name()),
        subject: claims.map(|(_, subject)| subject).unwrap_or_default(),
        no_token: (!job.planned.id_token.granted).then(|| job.planned.id_token.reason.clone()),
        tokens: job.tokens,
        started: moment(job.started),
        completed: moment(job.completed),
    }
}

/// An event of the trail as a step of the run.
fn step(event: &StoredEvent, now: Timestamp) -> Option<Step> {
    let record: Value = serde_json::from_str(&event.record).ok()?;
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let states = text("/responseElements/from").zip(text("/responseElements/to"));
    let by = text("/userIdentity/userName").filter(|name| !name.is_empty());
    Some(Step {
        name: text("/eventName")?,
        // Of a token it is the whole job in words, and its name is who asked.
        job: text("/requestParameters/job").filter(|job| !job.contains(' ')),
        environment: text("/requestParameters/environment"),
        by: by.or_else(|| text("/userIdentity/type")).unwrap_or_default(),
        from: text("/sourceIPAddress").unwrap_or_default(),
        at: Moment::new(text("/eventTime")?.parse().ok()?, now),
        states: states.filter(|(from, to)| !from.is_empty() && from != to),
        comment: text("/requestParameters/comment").unwrap_or_default(),
        subject: text("/responseElements/subject"),
        error: text("/errorMessage"),
        event: text("/eventID").unwrap_or_default(),
    })
}

/// The open gates that this viewer may close again.
fn open_gates(snapshot: &Snapshot, viewer: &Viewer, run: &Run, now: Timestamp) -> Vec<OpenGate> {
    let mut found: Vec<OpenGate> = Vec::new();
    let Some(repository) = snapshot.holdings.repository(&run.repository) else { return found };
    if !viewer.may(&run.repository, Need::write(Permission::Deployments, Role::Admin)) {
        return found;
    }
    let person = snapshot.holdings.person(&viewer.who.user, repository);
    for gate in run.jobs.iter().filter_map(|job| job.gate.as_ref()) {
        let environment = gate.environment();
        let may = jobs_for(run, environment.id).any(|(job, gate)| may_withdraw(job, gate, &person, now));
        if may && !found.iter().any(|known| known.environment_id == environment.id) {
            found.push(OpenGate {
                environment: environment.name.clone(),
                environment_id: environment.id,
                state: gate_state(run, environment.id, now),
            });
        }
    }
    found
}
