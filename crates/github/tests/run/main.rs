//! Runs: what time, people and finished jobs do to them, and when a job may have a token.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod attempts;
mod gates;
mod jobs;
mod many;
mod tokens;

use std::collections::BTreeMap;

use daypass_github::Event;
use daypass_github::gate::environment::Protection;
use daypass_github::gate::{BranchPolicy, Environment, Person, Reviewer};
use daypass_github::hosting::Repository;
use daypass_github::run::{Actor, Conclusion, Occurrence, Place, Run, RunJob, RunWorkflow};
use daypass_github::workflow::{Files, Missing, Plan, Trigger, github_context, plan};
use jiff::{SignedDuration, Timestamp};
use serde_json::Map;

const PATH: &str = ".github/workflows/deploy.yml";
const REPOSITORY: &str = "octo-org/octo-repo";

/// The seed's deploy, without its steps' work.
const DEPLOY: &str = "
on: [push, pull_request]
jobs:
  prepare:
    runs-on: ubuntu-latest
    steps: [{ run: 'true' }]
  deploy:
    needs: prepare
    runs-on: ubuntu-latest
    environment: production
    permissions: { id-token: write }
    steps: [{ run: 'true' }]
";

/// One workflow file, and those of others that it calls.
struct Texts(BTreeMap<String, String>);

impl Files for Texts {
    fn text(&self, _: &str, path: &str, _: &str) -> Result<String, Missing> {
        self.0.get(path).cloned().ok_or(Missing::File)
    }
}

/// A run with its repository and a clock.
struct World {
    run: Run,
    repository: Repository,
    strict: bool,
    now: Timestamp,
}

impl Place for World {
    fn environment(&mut self, name: &str, now: Timestamp) -> Result<Environment, String> {
        self.repository.create_environment(name, self.strict, now).map_err(|error| error.to_string())?;
        self.repository.environment(name).cloned().ok_or_else(|| "no environment".to_owned())
    }

    fn protection(&self, reference: &str) -> Protection {
        self.repository.protection(reference)
    }
}

impl World {
    /// A run of a text by a push to `main`, nothing of it begun.
    fn of(text: &str) -> Self {
        Self::with(text, &[])
    }

    fn with(text: &str, others: &[(&str, &str)]) -> Self {
        let now: Timestamp = "2026-11-26T10:00:00Z".parse().unwrap();
        let repository = Repository::new(REPOSITORY, None).unwrap();
        let mut trigger = Trigger::new(Event::PUSH, REPOSITORY, "refs/heads/main", "0a".repeat(20));
        trigger.actor = "author".to_owned();
        let mut texts: BTreeMap<String, String> =
            others.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        texts.insert(PATH.to_owned(), text.to_owned());
        let plan = plan(&Texts(texts), PATH, &trigger).unwrap();
        let run = Run {
            id: 42,
            number: 1,
            attempt: 1,
            repository: REPOSITORY.to_owned(),
            workflow: RunWorkflow { id: 7, name: plan.name.clone(), path: PATH.to_owned(), text: None },
            title: "deploy".to_owned(),
            event: "push".to_owned(),
            reference: trigger.reference.clone(),
            sha: trigger.sha.clone(),
            head_ref: String::new(),
            base_ref: String::new(),
            pull_request: None,
            from_fork: false,
            actor: Actor { id: 1, login: "author".to_owned() },
            github: github_context(&trigger, &plan.name, PATH, None),
            variables: Map::new(),
            created: now,
            updated: now,
            cancelled: false,
            jobs: plan.jobs.iter().map(|job| RunJob::new(42, job.clone())).collect(),
            reviews: Vec::new(),
            frame: Plan { jobs: Vec::new(), findings: Vec::new(), ..plan },
        };
        Self { run, repository, strict: false, now }
    }

    /// The environment `production`, reviewed by the users 2 and 3.
    fn protected(mut self) -> Self {
        let now = self.now;
        self.repository.create_environment("production", false, now).unwrap();
        let environment = self.repository.environment_mut("production").unwrap();
        environment.reviewers = vec![Reviewer::User(2), Reviewer::User(3)];
        environment.prevent_self_review = true;
        environment.branches = BranchPolicy::Any;
        self
    }

    fn environment_mut(&mut self) -> &mut Environment {
        self.repository.environment_mut("production").unwrap()
    }

    fn environment_id(&self) -> u64 {
        self.repository.environment("production").unwrap().id
    }

    /// Lets happen what has to; the names of what happened.
    fn advance(&mut self) -> Vec<&'static str> {
        let now = self.now;
        let mut run = self.run.clone();
        let happened = run.advance(self, now);
        self.run = run;
        happened.iter().map(|occurrence: &Occurrence| occurrence.name).collect()
    }

    fn wait(&mut self, duration: SignedDuration) -> Vec<&'static str> {
        self.now += duration;
        self.advance()
    }

    fn job(&self, key: &str) -> &RunJob {
        self.run.jobs.iter().find(|job| job.key() == key).unwrap_or_else(|| panic!("no job {key}"))
    }

    /// Where a job stands: its conclusion once it is over.
    fn stands(&self, key: &str) -> &'static str {
        let job = self.job(key);
        job.conclusion().map_or_else(|| job.status(self.now).name(), Conclusion::name)
    }

    fn start(&mut self, key: &str) {
        let id = self.job(key).id;
        self.run.start_job(id, self.now).unwrap();
    }

    fn finish(&mut self, key: &str, conclusion: Conclusion, outputs: &[(&str, &str)]) {
        let id = self.job(key).id;
        let outputs = outputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.run.finish_job(id, conclusion, outputs.collect(), self.now).unwrap();
        self.advance();
    }

    fn pass(&mut self, key: &str) {
        self.start(key);
        self.finish(key, Conclusion::Success, &[]);
    }
}

fn person(id: u64, login: &str) -> Person {
    Person { id, login: login.to_owned(), teams: Default::default(), is_administrator: login == "admin" }
}
