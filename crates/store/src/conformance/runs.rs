//! Workflow runs: put and replaced, listed by what is said of them, by pages, counted.

use super::{Engine, at, keep};
use crate::model::{Commit, RunFilter, RunRow};

/// Repository, workflow, status, conclusion, event, branch, actor and commit of the runs 11 and on.
type Row = (
    &'static str,
    i64,
    &'static str,
    Option<&'static str>,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);
const ROWS: [Row; 6] = [
    ("org/repo", 1, "completed", Some("success"), "push", "main", "alice", "aa"),
    ("org/repo", 1, "completed", Some("failure"), "push", "main", "bob", "bb"),
    ("org/repo", 2, "waiting", None, "workflow_dispatch", "feature", "alice", "cc"),
    ("org/other", 3, "queued", None, "push", "main", "alice", "aa"),
    ("org/repo", 1, "in_progress", None, "schedule", "main", "alice", "aa"),
    ("org/repo", 1, "queued", None, "push", "v1", "bob", "dd"),
];
/// The number of the first of them.
const FIRST: i64 = 11;

fn run(id: i64, (repository, workflow, status, conclusion, event, branch, actor, sha): Row) -> RunRow {
    RunRow {
        id,
        repository: repository.to_owned(),
        workflow,
        status: status.to_owned(),
        conclusion: conclusion.map(str::to_owned),
        event: event.to_owned(),
        branch: branch.to_owned(),
        actor: actor.to_owned(),
        sha: sha.to_owned(),
        created: at(usize::try_from(id).unwrap_or_default()),
        document: format!("run {id} {status}"),
    }
}

pub(super) async fn they_are_put_replaced_and_counted(engine: &impl Engine) {
    assert_eq!(engine.last_run(), Ok(0), "there was none");
    assert_eq!(engine.count_runs(&RunFilter::default()), Ok(0));
    let numbered = (FIRST..).zip(ROWS);
    // Not in the order of their numbers, and some together.
    let mut runs: Vec<RunRow> = numbered.map(|(id, row)| run(id, row)).collect();
    let later = runs.split_off(3);
    keep(engine, Commit { runs: later, ..Commit::default() }).await;
    keep(engine, Commit { runs, ..Commit::default() }).await;
    assert_eq!(engine.last_run(), Ok(FIRST + 5), "the highest number, whenever it was put");
    assert_eq!(engine.run(FIRST + 2), Ok(Some("run 13 waiting".to_owned())));
    assert_eq!(engine.run(FIRST + 6), Ok(None));
    let over = RunRow {
        status: "completed".to_owned(),
        conclusion: Some("cancelled".to_owned()),
        document: "over".to_owned(),
        ..run(FIRST + 2, ROWS[2])
    };
    keep(engine, Commit { runs: vec![over], ..Commit::default() }).await;
    assert_eq!(engine.run(FIRST + 2), Ok(Some("over".to_owned())), "another takes its place");
    assert_eq!(engine.count_runs(&RunFilter::default()), Ok(6), "and is counted once");
    let waiting = RunFilter { status: text("waiting"), ..RunFilter::default() };
    assert_eq!(engine.count_runs(&waiting), Ok(0), "what was said of it before is forgotten");
    keep(engine, Commit { runs: vec![run(FIRST + 2, ROWS[2])], ..Commit::default() }).await;
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

pub(super) async fn they_are_listed_by_what_is_said_of_them(engine: &impl Engine) {
    let any = RunFilter::default;
    let filters: [(&str, RunFilter, &[i64]); 14] = [
        ("any", any(), &[16, 15, 14, 13, 12, 11]),
        ("a repository", RunFilter { repository: text("org/repo"), ..any() }, &[16, 15, 13, 12, 11]),
        ("a repository that is none", RunFilter { repository: text("org/rep"), ..any() }, &[]),
        ("a workflow", RunFilter { workflow: Some(2), ..any() }, &[13]),
        ("a status", RunFilter { status: text("queued"), ..any() }, &[16, 14]),
        ("a conclusion as a status", RunFilter { status: text("failure"), ..any() }, &[12]),
        ("not over", RunFilter { not_status: text("completed"), ..any() }, &[16, 15, 14, 13]),
        ("a conclusion", RunFilter { conclusion: text("success"), ..any() }, &[11]),
        ("an event", RunFilter { event: text("schedule"), ..any() }, &[15]),
        ("a branch", RunFilter { branch: text("v1"), ..any() }, &[16]),
        ("an actor", RunFilter { actor: text("bob"), ..any() }, &[16, 12]),
        ("a commit", RunFilter { sha: text("aa"), ..any() }, &[15, 14, 11]),
        (
            "two times, both of them included",
            RunFilter { created_from: Some(at(12)), created_until: Some(at(14)), ..any() },
            &[14, 13, 12],
        ),
        (
            "several things at once",
            RunFilter { repository: text("org/repo"), status: text("completed"), before: Some(12), ..any() },
            &[11],
        ),
    ];
    for (name, filter, expected) in filters {
        let found = engine.runs(&filter, 0, 100).map(|documents| numbers(&documents));
        assert_eq!(found.as_deref(), Ok(expected), "{name}");
        assert_eq!(engine.count_runs(&filter), Ok(expected.len() as u64), "{name}, counted");
    }
    let hostile = RunFilter { branch: text("main' OR '1'='1"), ..any() };
    assert_eq!(engine.runs(&hostile, 0, 100), Ok(Vec::new()), "a value is a value");
}

pub(super) async fn they_are_read_by_pages(engine: &impl Engine) {
    let filter = RunFilter { repository: text("org/repo"), ..RunFilter::default() };
    let page = |skip, limit| engine.runs(&filter, skip, limit).map(|documents| numbers(&documents));
    assert_eq!(page(0, 2), Ok(vec![16, 15]));
    assert_eq!(page(2, 2), Ok(vec![13, 12]));
    assert_eq!(page(4, 2), Ok(vec![11]));
    assert_eq!(page(6, 2), Ok(Vec::new()), "behind the last");
    assert_eq!(page(0, 0), Ok(Vec::new()), "none at all");
    let before = RunFilter { before: Some(13), ..filter.clone() };
    assert_eq!(engine.runs(&before, 0, 10).map(|documents| numbers(&documents)), Ok(vec![12, 11]));
}

pub(super) async fn one_over_the_limit_leaves_nothing(engine: &impl Engine) {
    let large = RunRow { document: "x".repeat(crate::DOCUMENT_BYTES_MAX + 1), ..run(FIRST + 7, ROWS[0]) };
    let runs = vec![run(FIRST + 6, ROWS[0]), large];
    assert!(engine.commit(Commit { runs, ..Commit::default() }).await.is_err(), "it is refused");
    assert_eq!((engine.run(FIRST + 6), engine.last_run()), (Ok(None), Ok(FIRST + 5)));
}

/// The numbers in the documents, `run NUMBER STATUS`.
fn numbers(documents: &[String]) -> Vec<i64> {
    let number = |document: &String| document.split(' ').nth(1).and_then(|number| number.parse().ok());
    documents.iter().filter_map(number).collect()
}
