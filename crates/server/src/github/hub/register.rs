//! A run from its workflow's file.

use std::collections::BTreeMap;
use std::sync::Arc;

use daypass_github::hosting::room::workflow_name;
use daypass_github::hosting::{Repository, WorkflowFile};
use daypass_github::run::{Actor, Run, RunJob, RunWorkflow, TEXT_BYTES_MAX};
use daypass_github::workflow::{self, Files, Missing, Plan, Trigger, github_context, plan};
use daypass_github::{Event, JobBuilder, JobContext, Property};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::Hub;
use super::author::Author;
use super::draft::Draft;
use super::error::HubError;
use super::holdings::Holdings;

/// The number before that of the first run: runs have eleven digits, as on GitHub.
const RUN_NUMBER_BEFORE: u64 = 10_000_000_000;

/// What starts a run.
#[derive(Debug, Clone, Default)]
pub struct Registration {
    /// `OWNER/NAME`.
    pub repository: String,
    /// The workflow's file, `.github/workflows/NAME.yml`.
    pub path: String,
    /// Texts of workflow files that count for this run instead of those that are kept: by `OWNER/NAME` and path.
    pub files: BTreeMap<(String, String), String>,
    /// The event's name.
    pub event: String,
    /// The ref; what the event brings where it is not given.
    pub reference: Option<String>,
    /// The commit; one is made from repository and ref where it is not given.
    pub sha: Option<String>,
    /// The source branch of a pull request.
    pub head_ref: Option<String>,
    /// The target branch of a pull request.
    pub base_ref: Option<String>,
    /// The number of a pull request.
    pub pull_request: Option<u64>,
    /// Whether the pull request comes from a fork.
    pub from_fork: bool,
    /// The login of who starts it.
    pub actor: String,
    /// The inputs of a `workflow_dispatch`.
    pub inputs: Map<String, Value>,
    /// The context `vars`.
    pub variables: Map<String, Value>,
    /// The files that the push changed, for path filters; unknown where `None`.
    pub changed_paths: Option<Vec<String>>,
    /// What was done, `opened`; unknown where `None`, and any that the workflow names then.
    pub activity: Option<String>,
    /// The context `github.event`.
    pub payload: Map<String, Value>,
}

impl Hub {
    /// Registers a run, as GitHub would: its jobs are planned, and those that need nothing go ahead to their gates.
    ///
    /// # Errors
    /// [`HubError`] where the workflow cannot be read, does not run for the event, or the inputs are wrong.
    pub async fn register(
        &self,
        author: &Author,
        now: Timestamp,
        registration: Registration,
    ) -> Result<Arc<Run>, HubError> {
        self.register_if(author, now, registration, |_| Ok(())).await
    }

    /// The same, if it is allowed where nobody else can write in between.
    ///
    /// # Errors
    /// As [`register`](Self::register), and what `allowed` says.
    pub async fn register_if(
        &self,
        author: &Author,
        now: Timestamp,
        registration: Registration,
        allowed: impl FnOnce(&mut Draft) -> Result<(), HubError>,
    ) -> Result<Arc<Run>, HubError> {
        let server_url = self.server_url.clone();
        // A workflow as large as may be takes its time. The run's numbers are a part of its plan, so that it is made where they
        // are certain.
        self.write_slowly(author, now, allowed, move |draft| {
            let full_name = draft.repository_or_new(&registration.repository)?.full_name.clone();
            let run = begin(draft, &full_name, &registration, &server_url)?;
            let id = run.id;
            draft.add_run(run, Some(registration.actor.clone()))?;
            draft.snapshot().runs.get(&id).cloned().ok_or_else(|| HubError::Missing(format!("run {id}")))
        })
        .await
    }
}

fn begin(
    draft: &mut Draft,
    full_name: &str,
    registration: &Registration,
    server_url: &str,
) -> Result<Run, HubError> {
    let now = draft.now;
    let id = draft.snapshot().last_run.max(RUN_NUMBER_BEFORE).saturating_add(1);
    let repository = draft.repository(full_name)?.clone();
    let path = registration.path.as_str();
    let number = repository.workflows.get(path).map_or(0, |file| file.runs).saturating_add(1);
    let holdings = &draft.snapshot().holdings;
    let context = context(registration, &repository)?;
    let trigger = trigger(registration, &repository, &context, (id, number), server_url)?;
    let files = RunFiles { given: &registration.files, holdings };
    let plan = plan(&files, path, &trigger)?;
    let text = files.text(full_name, path, &trigger.reference).ok();
    let actor = registration.actor.clone();
    // It stays the actor's: a user who is added later may not be taken for whoever started the run.
    let actor = Actor { id: draft.snapshot.holdings.keep_owner_number(&actor), login: actor };
    keep_workflow(draft, &repository, registration, &plan, &trigger)?;
    let (head_ref, base_ref) = context.head_and_base();
    Ok(Run {
        id,
        number,
        attempt: 1,
        repository: repository.full_name.clone(),
        workflow: RunWorkflow {
            id: repository.workflow_number(path),
            name: plan.name.clone(),
            path: path.to_owned(),
            text: text.filter(|text| text.len() <= TEXT_BYTES_MAX).map(Arc::from),
        },
        title: plan.run_name.as_ref().map_or(plan.name.as_str(), |name| name.shown()).to_owned(),
        event: trigger.event.name().to_owned(),
        reference: trigger.reference.clone(),
        sha: trigger.sha.clone(),
        head_ref: head_ref.to_owned(),
        base_ref: base_ref.to_owned(),
        pull_request: registration.pull_request,
        from_fork: registration.from_fork,
        actor,
        github: github_context(&trigger, &plan.name, path, None),
        variables: registration.variables.clone(),
        created: now,
        updated: now,
        cancelled: false,
        jobs: RunJob::all(id, plan.jobs.clone(), []),
        reviews: Vec::new(),
        frame: Plan { jobs: Vec::new(), findings: Vec::new(), ..plan },
    })
}

/// What the event says of ref, commit and branches, filled in and checked as for a token.
fn context(registration: &Registration, repository: &Repository) -> Result<JobContext, HubError> {
    let event = Event::from_name(&registration.event)
        .ok_or_else(|| HubError::Invalid(format!("GitHub has no event `{}`", registration.event)))?;
    let mut builder = JobBuilder::new(&repository.full_name)?
        .with(Property::Event, event.name())
        .with(Property::Actor, &registration.actor);
    let default = format!("refs/heads/{}", repository.default_branch);
    let whole = |name: &String| {
        if name.starts_with("refs/") { name.clone() } else { format!("refs/heads/{name}") }
    };
    let said = registration.reference.as_ref().map(whole);
    let reference = said.or_else(|| (!event.is_of_pull_request()).then_some(default));
    if let Some(reference) = reference {
        builder = builder.with(Property::Ref, reference);
    } else if let Some(number) = registration.pull_request {
        builder = builder.with(Property::PullRequest, number.to_string());
    }
    let optional = [
        (Property::Sha, &registration.sha),
        (Property::HeadRef, &registration.head_ref),
        (Property::BaseRef, &registration.base_ref),
    ];
    for (property, value) in optional {
        if let Some(value) = value {
            builder = builder.with(property, value);
        }
    }
    if event.has_head_and_base() && registration.base_ref.is_none() {
        builder = builder.with(Property::BaseRef, &repository.default_branch);
    }
    Ok(builder.build()?)
}

fn trigger(
    registration: &Registration,
    repository: &Repository,
    context: &JobContext,
    (id, number): (u64, u64),
    server_url: &str,
) -> Result<Trigger, HubError> {
    let (head_ref, base_ref) = context.head_and_base();
    Ok(Trigger {
        repository_id: Some(repository.id.to_string()),
        repository_owner_id: Some(repository.owner_id.to_string()),
        head_ref: head_ref.to_owned(),
        base_ref: base_ref.to_owned(),
        actor: registration.actor.clone(),
        inputs: registration.inputs.clone(),
        default_branch: repository.default_branch.clone(),
        from_fork: registration.from_fork,
        changed_paths: registration.changed_paths.clone(),
        activity: registration.activity.clone(),
        payload: registration.payload.clone(),
        variables: registration.variables.clone(),
        run: Some(workflow::Run {
            id: id.to_string(),
            number: number.to_string(),
            attempt: "1".to_owned(),
            server_url: server_url.to_owned(),
            api_url: format!("{server_url}/api/v3"),
        }),
        ..Trigger::new(context.event(), &repository.full_name, context.reference(), context.sha())
    })
}

/// Counts the run, and keeps the workflow's text: the first that is seen, and what the default branch has.
fn keep_workflow(
    draft: &mut Draft,
    repository: &Repository,
    registration: &Registration,
    plan: &Plan,
    trigger: &Trigger,
) -> Result<(), HubError> {
    use daypass_github::hosting::repository::WORKFLOWS_MAX;

    let (now, path) = (draft.now, registration.path.as_str());
    let is_default = trigger.reference == format!("refs/heads/{}", repository.default_branch);
    let is_known = draft.snapshot().holdings.workflow_text(&repository.full_name, path).is_some();
    let given = registration
        .files
        .iter()
        .find(|((of, at), _)| of.eq_ignore_ascii_case(&repository.full_name) && at == path);
    if let Some((_, text)) = given.filter(|_| is_default || !is_known) {
        draft.put_workflow_text(&repository.full_name, path, text);
    }
    let known = draft.repository(&repository.full_name)?;
    let (id, name) = (known.workflow_number(path), workflow_name(&plan.name));
    let kept = known.workflows.get(path).map(|file| file.name.as_str());
    let room = if kept == Some(name.as_str()) { Ok(()) } else { known.has_room() };
    if kept.is_none() {
        room?;
    }
    if known.workflows.len() >= WORKFLOWS_MAX && !known.workflows.contains_key(path) {
        return Err(HubError::TooMany(format!("a repository has {WORKFLOWS_MAX} workflows at the most")));
    }
    let file = known.workflows.entry(path.to_owned()).or_insert_with(|| WorkflowFile {
        id,
        name: name.clone(),
        created: now,
        updated: now,
        runs: 0,
    });
    file.runs = file.runs.saturating_add(1);
    if is_default && room.is_ok() {
        file.name = name;
    }
    Ok(())
}

/// The files of a run: those that were given for it, then those that are kept.
struct RunFiles<'a> {
    given: &'a BTreeMap<(String, String), String>,
    holdings: &'a Holdings,
}

impl Files for RunFiles<'_> {
    fn text(&self, repository: &str, path: &str, _reference: &str) -> Result<String, Missing> {
        let given = self
            .given
            .iter()
            .find(|((of, at), _)| of.eq_ignore_ascii_case(repository) && at == path)
            .map(|(_, text)| text.clone());
        let kept = || self.holdings.workflow_text(repository, path).map(|text| String::clone(text));
        let is_here = self.holdings.repository(repository).is_some()
            || self.given.keys().any(|(of, _)| of.eq_ignore_ascii_case(repository));
        given.or_else(kept).ok_or(if is_here { Missing::File } else { Missing::Repository })
    }
}
