//! A workflow file is read or refused; each finding points into it, and whatever starts it has a plan or an error.

#![no_main]

use daypass_github::Event;
use daypass_github::expression::{Context, Status};
use daypass_github::workflow::{Files, Missing, Outcomes, Plan, Trigger, Workflow, github_context, plan};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

const PATH: &str = ".github/workflows/fuzz.yml";

/// The text is every file: it can call itself.
struct Everywhere<'text>(&'text str);

impl Files for Everywhere<'_> {
    fn text(&self, _repository: &str, _path: &str, _reference: &str) -> Result<String, Missing> {
        Ok(self.0.to_owned())
    }
}

fuzz_target!(|text: &str| {
    let Ok(workflow) = Workflow::parse(PATH, text) else { return };
    for location in workflow.findings.iter().flat_map(|finding| &finding.locations) {
        let bytes = location.extent.start.offset..location.extent.end.offset;
        assert!(text.get(bytes).is_some(), "{location:?} lies outside of the text");
    }
    for event in Event::all().filter(|event| workflow.event(event.name()).is_some()) {
        let reference = if event.is_of_pull_request() { "refs/pull/1/merge" } else { "refs/heads/main" };
        let trigger = Trigger::new(event, "o/r", reference, "0".repeat(40));
        let Ok(plan) = plan(&Everywhere(text), PATH, &trigger) else { continue };
        let kept = serde_json::to_string(&plan).expect("a plan is JSON");
        assert_eq!(serde_json::from_str::<Plan>(&kept).expect("it comes back"), plan);
        let mut values = Map::new();
        values.insert("github".to_owned(), Value::Object(github_context(&trigger, &plan.name, PATH, None)));
        values.insert("vars".to_owned(), Value::Object(Map::new()));
        let base = Context { values, status: Status::Success };
        for job in plan.jobs.iter().take(20) {
            let _ = plan.settle(&job.key, &base, &Outcomes::new());
        }
    }
});
