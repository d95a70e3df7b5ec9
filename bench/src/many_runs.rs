//! A store with many runs: two are registered by the server, and the others are as one of them with another number.

use std::path::Path;

use daypass_github::gate::Reviewer;
use daypass_github::hosting::{Repository, number};
use daypass_store::sqlite::Database;
use daypass_store::{Change, Collection, Commit, Journal as _, RunIndex as _, RunRow};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::failure::Outcome;

/// Rows of one commit: some megabytes.
const ROWS: i64 = 1_000;
/// How many of them wait for a review. A reviewer with more has other trouble.
const WAITING: i64 = 10;
/// Where runs are of, one after the other.
const REPOSITORIES: i64 = 20;

/// The workflow of all of them.
pub(crate) const WORKFLOW: &str = "\
name: Deploy
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: production
    permissions: { id-token: write, contents: read }
    steps: [{ run: make deploy }]
";

/// Makes the repositories, each with an environment that alice reviews.
pub(crate) async fn protect(data: &Path) -> Outcome<()> {
    std::fs::create_dir_all(data)?;
    let database = Database::open(data, None)?;
    let now = Timestamp::now();
    let mut changes = Vec::new();
    for number in 0..REPOSITORIES {
        let name = repository(number);
        let mut repository = Repository::new(&name, Some(now)).ok_or("no repository")?;
        repository.create_environment("production", false, now)?;
        for environment in &mut repository.environments {
            environment.reviewers.push(Reviewer::User(number::of_owner("alice")));
        }
        let (key, document) = (format!("repository/{name}"), serde_json::to_string(&repository)?);
        changes.push(Change::Put { collection: Collection::Github, key, document });
    }
    Ok(database.commit(Commit { changes, ..Commit::default() }).await?)
}

fn repository(number: i64) -> String {
    format!("octo-org/repository-{}", number % REPOSITORIES)
}

/// Fills the store up to this number of runs, from the run that has the highest number there; nobody else may hold it.
pub(crate) async fn fill(data: &Path, runs: usize) -> Outcome<()> {
    let database = Database::open(data, None)?;
    let last = database.last_run()?;
    let text = database.run(last)?.ok_or("the server registered no run")?;
    let model: Value = serde_json::from_str(&text)?;
    let wanted = i64::try_from(runs)?;
    let mut begin = 1;
    while begin < wanted {
        let end = wanted.min(begin + ROWS);
        let rows = (begin..end).map(|number| row(&model, last, number, number > wanted - WAITING));
        let runs = rows.collect::<Outcome<Vec<_>>>()?;
        database.commit(Commit { runs, ..Commit::default() }).await?;
        begin = end;
    }
    Ok(())
}

/// The run so many after the model.
fn row(model: &Value, last: i64, number: i64, waits: bool) -> Outcome<RunRow> {
    let mut run = model.clone();
    let id = last + number;
    let repository = repository(number);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let created = text(model.get("created").unwrap_or(&Value::Null)).parse()?;
    let sha = format!("{id:040x}");
    let members = run.as_object_mut().ok_or("a run is an object")?;
    members.insert("id".to_owned(), json!(id));
    members.insert("number".to_owned(), json!(number));
    members.insert("sha".to_owned(), json!(sha));
    members.insert("repository".to_owned(), json!(repository));
    for job in members.get_mut("jobs").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(job) = job.as_object_mut() {
            if waits {
                continue;
            }
            job.insert("phase".to_owned(), json!({ "over": "success" }));
            job.insert("opened".to_owned(), json!(created));
        }
    }
    Ok(RunRow {
        id,
        repository,
        workflow: 1,
        status: if waits { "waiting" } else { "completed" }.to_owned(),
        conclusion: (!waits).then(|| "success".to_owned()),
        event: "push".to_owned(),
        branch: "main".to_owned(),
        actor: "octocat".to_owned(),
        sha,
        created,
        document: run.to_string(),
    })
}
