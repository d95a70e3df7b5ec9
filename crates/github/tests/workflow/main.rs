//! Workflow files, from outside.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod calls;
mod findings;
mod parse;
mod permissions;
mod plan;
mod random;
mod refusals;
mod settle;
mod triggers;

use std::collections::BTreeMap;

use daypass_github::Event;
use daypass_github::workflow::{Files, Missing, Plan, PlanError, Trigger, Workflow, plan};

const PATH: &str = ".github/workflows/deploy.yml";

fn parse(text: &str) -> Workflow {
    Workflow::parse(PATH, text).unwrap()
}

/// Files by `owner/name/path`.
#[derive(Default)]
struct Folder(BTreeMap<String, String>);

impl Folder {
    fn with(mut self, path: &str, text: &str) -> Self {
        let path = if path.starts_with('.') { format!("o/r/{path}") } else { path.to_owned() };
        self.0.insert(path, text.to_owned());
        self
    }
}

impl Files for Folder {
    fn text(&self, repository: &str, path: &str, _reference: &str) -> Result<String, Missing> {
        let has_repository = || self.0.keys().any(|key| key.starts_with(&format!("{repository}/")));
        let missing = || if has_repository() { Missing::File } else { Missing::Repository };
        self.0.get(&format!("{repository}/{path}")).cloned().ok_or_else(missing)
    }
}

fn trigger(event: &str) -> Trigger {
    let event = Event::from_name(event).unwrap();
    let reference = match event.name() {
        "pull_request" | "pull_request_review" | "pull_request_review_comment" => "refs/pull/7/merge",
        "merge_group" => "refs/heads/gh-readonly-queue/main/pr-7-0a",
        "release" => "refs/tags/v1",
        _ => "refs/heads/main",
    };
    Trigger::new(event, "o/r", reference, "a".repeat(40))
}

fn planned(text: &str, trigger: &Trigger) -> Result<Plan, PlanError> {
    plan(&Folder::default().with(PATH, text), PATH, trigger)
}
