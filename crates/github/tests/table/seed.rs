//! The table of triggers and subjects that many guides print, row by row. `*` stands in it for any text; and one of its
//! subjects is none of GitHub's, so that an issuer of one's own gives it by a form.

use std::sync::Arc;

use daypass_github::workflow::plan;
use daypass_github::{Event, SubjectForm, SubjectRules, subject};

use crate::{PATH, Pair, builder, trigger};

/// What the row is called, its event, ref and environment, and its subject.
const ROWS: [(&str, &str, &str, Option<&str>, &str); 6] = [
    ("push to branch main", "push", "refs/heads/main", None, "repo:org/repo:ref:refs/heads/main"),
    ("push to any branch", "push", "refs/heads/feature/x", None, "repo:org/repo:ref:refs/heads/*"),
    ("tag matching v*", "push", "refs/tags/v1.2.3", None, "repo:org/repo:ref:refs/tags/v*"),
    (
        "environment production",
        "push",
        "refs/heads/main",
        Some("production"),
        "repo:org/repo:environment:production",
    ),
    ("pull request", "pull_request", "refs/pull/7/merge", None, "repo:org/repo:pull_request"),
    ("workflow_dispatch", "workflow_dispatch", "refs/heads/main", None, "repo:org/repo:workflow_dispatch"),
];

fn subject_of(event: &str, reference: &str, environment: Option<&str>, rules: SubjectRules) -> String {
    let environment = environment.map(|name| format!("environment: {name}, ")).unwrap_or_default();
    let text = format!(
        "on: {event}\npermissions: {{id-token: write, contents: read}}\njobs: {{deploy: {{{environment}runs-on: ubuntu-latest, steps: [{{run: 'true'}}]}}}}\n"
    );
    let trigger = trigger(event, reference, "org/repo");
    let plan = plan(&Pair { text, called: String::new() }, PATH, &trigger).unwrap();
    let job = plan.jobs.first().unwrap();
    assert!(job.id_token.granted, "{}", job.id_token.reason);
    subject(&builder(&plan, job, &trigger).with_subject_rules(Arc::new(rules)).build().unwrap())
}

#[test]
fn an_issuer_with_a_form_for_dispatches_gives_every_row() {
    let form =
        SubjectForm::parse(Some(Event::WORKFLOW_DISPATCH), Some(false), "repo:{repository}:{event_name}");
    let rules = SubjectRules { forms: vec![form.unwrap()], ..SubjectRules::default() };
    for (name, event, reference, environment, expected) in ROWS {
        let found = subject_of(event, reference, environment, rules.clone());
        match expected.strip_suffix('*') {
            Some(start) => assert!(found.starts_with(start) && found.len() > start.len(), "{name}: {found}"),
            None => assert_eq!(found, expected, "{name}"),
        }
    }
}

#[test]
fn github_gives_every_row_but_the_dispatch() {
    for (name, event, reference, environment, expected) in ROWS {
        let found = subject_of(event, reference, environment, SubjectRules::default());
        let is_so = expected.strip_suffix('*').map_or(found == expected, |start| found.starts_with(start));
        assert_eq!(is_so, name != "workflow_dispatch", "{name}: {found}");
    }
    let dispatched = subject_of("workflow_dispatch", "refs/heads/main", None, SubjectRules::default());
    assert_eq!(dispatched, "repo:org/repo:ref:refs/heads/main");
}
