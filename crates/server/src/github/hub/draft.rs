//! What a writer works on: a copy of everything, and what happened so far.

use std::sync::Arc;

use daypass_github::gate::Environment;
use daypass_github::gate::environment::Protection;
use daypass_github::hosting::{Organization, Repository, User};
use daypass_github::run::{Occurrence, Place, Run, RunJob};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::error::HubError;
use super::holdings::{REPOSITORIES_MAX, USERS_MAX};
use super::record::Activity;
use super::{Snapshot, UNFINISHED_RUNS_MAX, size};

/// Everything, to be changed.
pub struct Draft {
    /// The copy.
    pub(super) snapshot: Snapshot,
    /// What happened.
    pub(super) activities: Vec<Activity>,
    /// The time of all of it.
    pub now: Timestamp,
    strict: bool,
}

impl Draft {
    pub(super) fn new(before: &Snapshot, now: Timestamp, strict: bool) -> Self {
        Self { snapshot: before.clone(), activities: Vec::new(), now, strict }
    }

    /// Everything as it is in the draft.
    #[must_use]
    pub const fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Whether environments whose subjects collide are refused.
    #[must_use]
    pub const fn is_strict(&self) -> bool {
        self.strict
    }

    /// A repository, to be changed.
    ///
    /// # Errors
    /// [`HubError::Missing`]
    pub fn repository(&mut self, full_name: &str) -> Result<&mut Repository, HubError> {
        let found = self.snapshot.holdings.repositories.get_mut(&Repository::key(full_name));
        found.map(Arc::make_mut).ok_or_else(|| HubError::Missing(format!("repository `{full_name}`")))
    }

    /// A repository, to be changed; one that was there before the sandbox where none is known.
    ///
    /// # Errors
    /// [`HubError::Invalid`] where the name can be none, [`HubError::TooMany`].
    pub fn repository_or_new(&mut self, full_name: &str) -> Result<&mut Repository, HubError> {
        let repositories = &mut self.snapshot.holdings.repositories;
        let key = Repository::key(full_name);
        if !repositories.contains_key(&key) {
            if repositories.len() >= REPOSITORIES_MAX {
                return Err(HubError::TooMany(format!("{REPOSITORIES_MAX} repositories are enough")));
            }
            let new = self.snapshot.holdings.new_repository(full_name).ok_or_else(|| {
                HubError::Invalid(format!("`{full_name}` is not a repository: write OWNER/NAME"))
            })?;
            self.snapshot.holdings.repositories.insert(key, Arc::new(new));
        }
        self.repository(full_name)
    }

    /// A new repository; as it is then, with its numbers.
    ///
    /// # Errors
    /// [`HubError::Exists`], [`HubError::TooMany`]
    pub fn add_repository(&mut self, repository: Repository) -> Result<Repository, HubError> {
        let repositories = &mut self.snapshot.holdings.repositories;
        let key = Repository::key(&repository.full_name);
        if repositories.contains_key(&key) {
            return Err(HubError::Exists(format!("the repository `{}`", repository.full_name)));
        }
        if repositories.len() >= REPOSITORIES_MAX {
            return Err(HubError::TooMany(format!("{REPOSITORIES_MAX} repositories are enough")));
        }
        let repository = Repository {
            id: self.snapshot.holdings.repository_number(&repository.full_name),
            owner_id: self.snapshot.holdings.owner_number(repository.owner()),
            ..repository
        };
        self.snapshot.holdings.repositories.insert(key, Arc::new(repository.clone()));
        Ok(repository)
    }

    /// An organisation, to be changed.
    pub fn organization(&mut self, login: &str) -> &mut Organization {
        let holdings = &mut self.snapshot.holdings;
        let known = holdings.organization(login);
        Arc::make_mut(holdings.organizations.entry(login.to_ascii_lowercase()).or_insert(known))
    }

    /// Adds a user, or puts another in the place of the one with the same login.
    ///
    /// # Errors
    /// [`HubError::User`], [`HubError::TooMany`]
    pub fn put_user(&mut self, user: User) -> Result<(), HubError> {
        user.check()?;
        let holdings = &mut self.snapshot.holdings;
        let key = user.login.to_ascii_lowercase();
        let is_taken = |(login, known): (&String, &Arc<User>)| *login != key && known.id == user.id;
        if holdings.users.iter().any(is_taken) {
            return Err(HubError::Exists(format!("a user with the number {} of `{}`", user.id, user.login)));
        }
        if holdings.users.len() >= USERS_MAX && !holdings.users.contains_key(&key) {
            return Err(HubError::TooMany(format!("{USERS_MAX} users are enough")));
        }
        holdings.users.insert(key, Arc::new(user));
        holdings.index_tokens();
        Ok(())
    }

    /// Takes a user out, with all tokens.
    ///
    /// # Errors
    /// [`HubError::Missing`]
    pub fn remove_user(&mut self, login: &str) -> Result<(), HubError> {
        let holdings = &mut self.snapshot.holdings;
        let removed = holdings.users.remove(&login.to_ascii_lowercase());
        let removed = removed.ok_or_else(|| HubError::Missing(format!("user `{login}`")))?;
        // Who is a reviewer by this number is this login's user, whoever is added meanwhile.
        holdings.numbers.insert(login.to_ascii_lowercase(), Arc::new(removed.id));
        holdings.index_tokens();
        Ok(())
    }

    /// Keeps the text of a workflow file.
    pub fn put_workflow_text(&mut self, full_name: &str, path: &str, text: &str) {
        let key = super::holdings::workflow_key(full_name, path);
        let workflows = &mut self.snapshot.holdings.workflows;
        if workflows.get(&key).is_none_or(|known| known.as_str() != text) {
            workflows.insert(key, Arc::new(text.to_owned()));
        }
    }

    /// Takes a workflow file out.
    pub fn remove_workflow_text(&mut self, full_name: &str, path: &str) {
        self.snapshot.holdings.workflows.remove(&super::holdings::workflow_key(full_name, path));
    }

    /// Adds a run, and lets its first jobs go ahead.
    ///
    /// # Errors
    /// [`HubError::TooMany`], [`HubError::TooLarge`]
    pub fn add_run(&mut self, run: Run, by: Option<String>) -> Result<(), HubError> {
        size::check(&run, size::NEW_RUN_BYTES_MAX)?;
        if self.snapshot.runs.len() >= UNFINISHED_RUNS_MAX {
            let hint = "cancel those that nobody needs";
            return Err(HubError::TooMany(format!("{UNFINISHED_RUNS_MAX} runs are not over: {hint}")));
        }
        let id = run.id;
        let started = Occurrence {
            name: Occurrence::RUN_STARTED,
            at: self.now,
            job: None,
            environment: None,
            from: String::new(),
            to: run.status(self.now).name().to_owned(),
            by,
            comment: run.title.clone(),
        };
        self.activities.push(Activity::of_run(&run, started));
        self.snapshot.last_run = self.snapshot.last_run.max(id);
        self.snapshot.runs.insert(id, Arc::new(run));
        self.try_advance(id)
    }

    /// Changes a run that is not over, and lets what follows from it happen.
    ///
    /// # Errors
    /// What `change` says; [`HubError::Missing`] where the run is over or was never there, [`HubError::TooLarge`] where the
    /// change would make it larger than is kept.
    pub fn change_run(
        &mut self,
        id: u64,
        change: impl FnOnce(&mut Run, Timestamp) -> Result<Vec<Occurrence>, HubError>,
    ) -> Result<(), HubError> {
        self.advance(id);
        self.change(id, change)?;
        size::check(self.unfinished(id)?, size::RUN_BYTES_MAX)?;
        self.advance(id);
        Ok(())
    }

    /// Cancels a run that is not over. Nothing else is done to it before: what cannot go on must be able to end.
    ///
    /// # Errors
    /// [`HubError::Run`]; [`HubError::Missing`] where the run is over or was never there.
    pub fn cancel_run(&mut self, id: u64, by: Option<&str>) -> Result<(), HubError> {
        self.change(id, |run, now| Ok(run.cancel(by, now)?))
    }

    fn change(
        &mut self,
        id: u64,
        change: impl FnOnce(&mut Run, Timestamp) -> Result<Vec<Occurrence>, HubError>,
    ) -> Result<(), HubError> {
        let mut run = Run::clone(self.unfinished(id)?);
        let happened = change(&mut run, self.now)?;
        self.put(run, happened);
        Ok(())
    }

    fn unfinished(&self, id: u64) -> Result<&Run, HubError> {
        let found = self.snapshot.runs.get(&id).map(Arc::as_ref);
        found.ok_or_else(|| HubError::Missing(format!("unfinished run {id}")))
    }

    fn put(&mut self, run: Run, happened: Vec<Occurrence>) {
        self.activities.extend(happened.into_iter().map(|it| Activity::of_run(&run, it)));
        self.snapshot.runs.insert(run.id, Arc::new(run));
    }

    /// Lets time do to a run what it does. One that would be larger than is kept ends: what is not over of it fails.
    pub fn advance(&mut self, id: u64) {
        if self.try_advance(id).is_ok() {
            return;
        }
        let Some(run) = self.snapshot.runs.get(&id) else { return };
        let mut run = Run::clone(run);
        let happened = run.fail(size::TOO_LARGE, self.now);
        self.put(run, happened);
    }

    /// The same; where the run would be too large, all is as it was.
    fn try_advance(&mut self, id: u64) -> Result<(), HubError> {
        let Some(before) = self.snapshot.runs.get(&id).cloned() else { return Ok(()) };
        let (key, activities) = (Repository::key(&before.repository), self.activities.len());
        let repository = self.snapshot.holdings.repositories.get(&key).cloned();
        let mut run = Run::clone(&before);
        let now = self.now;
        let happened =
            run.advance(&mut Repositories { draft: self, full_name: before.repository.clone() }, now);
        if happened.is_empty() {
            return Ok(());
        }
        if let Err(error) = size::check(&run, size::RUN_BYTES_MAX) {
            // Environments that it would have deployed to were made in between.
            self.activities.truncate(activities);
            match repository {
                Some(repository) => self.snapshot.holdings.repositories.insert(key, repository),
                None => self.snapshot.holdings.repositories.remove(&key),
            };
            return Err(error);
        }
        self.put(run, happened);
        Ok(())
    }

    /// Notes that something was set or done which is not of a run.
    pub fn note(&mut self, name: &'static str, parameters: Value) {
        self.activities.push(Activity {
            name,
            at: self.now,
            by: None,
            parameters,
            result: None,
            error: None,
        });
    }

    /// The same with what came of it.
    pub fn note_result(&mut self, name: &'static str, parameters: Value, result: Value) {
        let (by, result) = (None, Some(result));
        self.activities.push(Activity { name, at: self.now, by, parameters, result, error: None });
    }

    /// Notes that a job of a run was refused a token.
    pub fn note_refusal(&mut self, run: &Run, job: u64, reason: String) {
        let parameters = json!({
            "runId": run.id.to_string(),
            "repository": run.repository,
            "job": run.job(job).map(RunJob::key),
        });
        let error = Some(("Forbidden".to_owned(), reason));
        let name = super::record::TOKEN_REFUSED;
        self.activities.push(Activity { name, at: self.now, by: None, parameters, result: None, error });
    }

    /// Counts a token of a job.
    pub fn count_token(&mut self, run: u64, job: u64) {
        let Some(run) = self.snapshot.runs.get_mut(&run) else { return };
        if let Some(job) = Arc::make_mut(run).jobs.iter_mut().find(|known| known.id == job) {
            job.tokens = job.tokens.saturating_add(1);
        }
    }
}

/// The repository of a run, whose environments may have to be made.
struct Repositories<'a> {
    draft: &'a mut Draft,
    full_name: String,
}

impl Place for Repositories<'_> {
    fn environment(&mut self, name: &str, now: Timestamp) -> Result<Environment, String> {
        let strict = self.draft.strict;
        let repository = self.draft.repository_or_new(&self.full_name).map_err(|error| error.to_string())?;
        if repository.environment(name).is_none() {
            repository.has_room().map_err(|error| error.to_string())?;
        }
        let made = repository.create_environment(name, strict, now).map_err(|error| error.to_string())?;
        let environment = repository.environment(name).cloned();
        let environment = environment.ok_or_else(|| format!("the environment `{name}` could not be made"))?;
        if made {
            let parameters = json!({ "repository": self.full_name, "environment": name, "protected": false });
            self.draft.note(super::record::ENVIRONMENT_CREATED, parameters);
        }
        Ok(environment)
    }

    fn protection(&self, reference: &str) -> Protection {
        let found = self.draft.snapshot.holdings.repository(&self.full_name);
        found.map(|repository| repository.protection(reference)).unwrap_or_default()
    }
}
