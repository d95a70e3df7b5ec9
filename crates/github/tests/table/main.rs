//! The full table: from what happens to the subject of a token, or to why there is none.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod rows;
mod seed;

use daypass_github::expression::{Context, Status};
use daypass_github::workflow::{Files, Missing, Plan, PlannedJob, Settlement, Trigger, github_context};
use daypass_github::{Event, JobBuilder};
use serde_json::json;

const PATH: &str = ".github/workflows/deploy.yml";

/// A workflow file, and one that it may call.
struct Pair {
    text: String,
    called: String,
}

impl Files for Pair {
    fn text(&self, _repository: &str, path: &str, _reference: &str) -> Result<String, Missing> {
        Ok(if path == PATH { self.text.clone() } else { self.called.clone() })
    }
}

/// A trigger with what its event brings.
fn trigger(event: &str, reference: &str, repository: &str) -> Trigger {
    let event = Event::from_name(event).unwrap_or_else(|| panic!("there is no event `{event}`"));
    let usual = match event.name() {
        "pull_request" | "pull_request_review" | "pull_request_review_comment" => "refs/pull/7/merge",
        "merge_group" => "refs/heads/gh-readonly-queue/main/pr-7-0a",
        "release" => "refs/tags/v1",
        _ => "refs/heads/main",
    };
    Trigger::new(event, repository, if reference == "-" { usual } else { reference }, "a".repeat(40))
}

/// What is said about the one job of a plan.
fn builder(plan: &Plan, job: &PlannedJob, trigger: &Trigger) -> JobBuilder {
    let github = github_context(trigger, &plan.name, PATH, None);
    let values = json!({ "github": github, "vars": {} }).as_object().unwrap().clone();
    let base = Context { values, status: Status::Success };
    match plan.settle(&job.key, &base, &Default::default()).unwrap() {
        Settlement::Ready(settled) => plan.job_builder(job, &settled, trigger).unwrap(),
        other => panic!("{other:?}"),
    }
}
