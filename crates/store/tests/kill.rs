//! `kill -9` in the middle of a load of commits: what was acknowledged is there.

#![expect(clippy::disallowed_methods, reason = "the test starts itself again as the process that is killed")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod support;

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use daypass_store::{Change, Collection, Commit, Documents as _, Durability, Journal as _, TrailReader as _};
use support::{entry, open};

/// Where the process that is killed keeps its database; set for that process alone.
const DIRECTORY: &str = "DAYPASS_STORE_KILL_DIRECTORY";
/// Which of several lives of the database it is.
const LIFE: &str = "DAYPASS_STORE_KILL_LIFE";
/// Acknowledged commits after which it is killed: the log is carried over several times until then.
const ACKNOWLEDGED: usize = 3_000;

#[test]
fn every_acknowledged_commit_outlives_kill() {
    if let Some(directory) = std::env::var_os(DIRECTORY) {
        commit_for_ever(&PathBuf::from(directory), &std::env::var(LIFE).unwrap());
    }
    let directory = tempfile::tempdir().unwrap();
    let mut acknowledged = HashSet::new();
    for life in 0..3 {
        acknowledged.extend(live_and_be_killed(directory.path(), life));
        let database = open(directory.path());
        let mut kept = HashSet::new();
        let mut after = 0;
        loop {
            let page = database.range(after, 1_000).unwrap();
            let Some(last) = page.last() else { break };
            after = last.sequence;
            kept.extend(page.iter().map(|event| {
                let record: serde_json::Value = serde_json::from_str(&event.record).unwrap();
                record["eventID"].as_str().unwrap().trim_start_matches("event-").to_owned()
            }));
        }
        let lost: Vec<_> = acknowledged.difference(&kept).collect();
        assert!(lost.is_empty(), "{} of {} are lost: {lost:?}", lost.len(), acknowledged.len());
        let documents: HashSet<_> =
            database.all(Collection::Role).unwrap().into_iter().map(|(key, _)| key).collect();
        assert_eq!(documents, kept, "an event and its change are both there or neither is");
        for id in &acknowledged {
            assert!(
                database.by_issued_access_key(&format!("ASIA{id}")).unwrap().is_some(),
                "{id} is looked up"
            );
        }
    }
}

/// Starts the process, kills it under load, and says what it had acknowledged.
fn live_and_be_killed(directory: &Path, life: usize) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "every_acknowledged_commit_outlives_kill", "--nocapture"])
        .env(DIRECTORY, directory)
        .env(LIFE, life.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut acknowledged = Vec::new();
    let mut line = String::new();
    // What it had written when it was killed still comes out of the pipe; a line without an end was never said.
    while output.read_line(&mut line).unwrap() > 0 && line.ends_with('\n') {
        acknowledged.extend(line.trim_end().strip_prefix("kept ").map(str::to_owned));
        if acknowledged.len() == ACKNOWLEDGED {
            child.kill().unwrap();
        }
        line.clear();
    }
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&child.wait().unwrap()), Some(9));
    assert!(acknowledged.len() >= ACKNOWLEDGED, "it ended early, after {}", acknowledged.len());
    acknowledged
}

fn commit_for_ever(directory: &Path, life: &str) -> ! {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let database = Arc::new(open(directory));
    let tasks: Vec<_> = (0..8)
        .map(|task| runtime.spawn(commit_one_after_another(Arc::clone(&database), format!("{life}-{task}"))))
        .collect();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
    panic!("nobody killed it");
}

async fn commit_one_after_another(database: Arc<daypass_store::sqlite::Database>, name: String) {
    for number in 0_usize.. {
        let id = format!("{name}-{number}");
        let change =
            Change::Put { collection: Collection::Role, key: id.clone(), document: "x".repeat(3_000) };
        let durability = if number.is_multiple_of(2) { Durability::Flushed } else { Durability::Written };
        let commit =
            Commit { entries: vec![entry(&id)], changes: vec![change], durability, ..Commit::default() };
        database.commit(commit).await.unwrap();
        // One write, so that a line is there whole or not.
        std::io::stdout().write_all(format!("kept {id}\n").as_bytes()).unwrap();
    }
}
