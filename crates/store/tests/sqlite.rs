//! The SQLite engine: the suite of every engine, and what only a file can go through.

mod support;

use std::path::Path;
use std::sync::Arc;

use daypass_store::sqlite::{DATABASE_FILE, Database, INDEX_FILE, OpenError};
use daypass_store::{
    Change, Collection, Commit, DOCUMENT_BYTES_MAX, Documents as _, Durability, Journal as _,
    RECORD_BYTES_MAX, RunFilter, RunIndex as _, RunRow, StoreError, TrailReader as _, conformance,
};
use jiff::Timestamp;
use support::{entry, event, open, put};

#[tokio::test]
async fn it_passes_the_suite() {
    let directory = tempfile::tempdir().unwrap();
    conformance::all(&open(directory.path())).await;
}

#[tokio::test]
async fn what_was_committed_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path());
    database.commit(put("deploy", "{}")).await.unwrap();
    database.commit(event("1")).await.unwrap();
    drop(database);
    let database = open(directory.path());
    assert_eq!(database.one(Collection::Role, "deploy"), Ok(Some("{}".to_owned())));
    assert!(database.by_issued_access_key("ASIA1").unwrap().is_some());
    database.commit(event("2")).await.unwrap();
    assert_eq!(database.last(false).unwrap().unwrap().sequence, 2, "the trail goes on where it was");
}

#[tokio::test]
async fn a_clean_end_leaves_no_log() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path());
    database.commit(event("1")).await.unwrap();
    assert!(database.by_id("event-1").unwrap().is_some());
    drop(database);
    let mut names: Vec<_> =
        std::fs::read_dir(directory.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [INDEX_FILE, DATABASE_FILE, "lock"]);
}

#[tokio::test]
async fn a_second_holder_is_refused_and_told_of_the_first() {
    let directory = tempfile::tempdir().unwrap();
    let holder = "process 7 at http://127.0.0.1:4566";
    let first = Database::open(directory.path(), Some(holder)).unwrap();
    let told = |words: &str| {
        let refused = Database::open(directory.path(), None).unwrap_err();
        assert_eq!(refused.to_string(), format!("`{}` is in use by {words}", directory.path().display()));
    };
    told(holder);
    first.describe_holder("process 7").unwrap();
    told("process 7");
    drop(first);
    let second = open(directory.path());
    told(&format!("process {}", std::process::id()));
    drop(second);
}

#[test]
fn others_cannot_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("data");
    let database = open(&directory);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    let snapshot = directory.join("snapshot");
    database.snapshot_to(&snapshot).unwrap();
    for file in std::fs::read_dir(&directory).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    assert!(directory.join(format!("{DATABASE_FILE}-wal")).exists(), "the log is among them");
}

#[tokio::test]
async fn a_snapshot_is_a_database_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(&directory.path().join("first"));
    database.commit(put("deploy", "{}")).await.unwrap();
    database.commit(event("1")).await.unwrap();
    let second = directory.path().join("second");
    std::fs::create_dir(&second).unwrap();
    database.snapshot_to(&second.join(DATABASE_FILE)).unwrap();
    database.commit(event("2")).await.unwrap();
    let copy = open(&second);
    assert_eq!(copy.all(Collection::Role).unwrap().len(), 1);
    assert!(copy.by_issued_access_key("ASIA1").unwrap().is_some());
    assert!(copy.by_issued_access_key("ASIA2").unwrap().is_none());
    let refused = database.snapshot_to(&second.join(DATABASE_FILE)).unwrap_err();
    assert!(refused.to_string().contains("File exists"), "{refused}");
    assert!(second.join(DATABASE_FILE).exists(), "what was there is not removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_all_kept() {
    let directory = tempfile::tempdir().unwrap();
    let database = Arc::new(open(directory.path()));
    let tasks: Vec<_> = (0..200)
        .map(|number| {
            let database = Arc::clone(&database);
            tokio::spawn(async move { database.commit(put(&format!("role-{number}"), "{}")).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(database.all(Collection::Role).unwrap().len(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn flushed_and_unflushed_ones_at_once_are_all_kept() {
    let directory = tempfile::tempdir().unwrap();
    let database = Arc::new(open(directory.path()));
    let tasks: Vec<_> = (0..16)
        .map(|task| {
            let database = Arc::clone(&database);
            tokio::spawn(async move {
                for number in 0..50 {
                    let durability =
                        if (task + number) % 7 == 0 { Durability::Flushed } else { Durability::Written };
                    let commit = Commit { durability, ..event(&format!("{task}-{number}")) };
                    database.commit(commit).await.unwrap();
                    let found = database.by_id(&format!("event-{task}-{number}")).unwrap();
                    assert!(found.is_some(), "{task}-{number} is there once it was answered");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let sequences: Vec<_> =
        database.range(0, 1_000).unwrap().into_iter().map(|event| event.sequence).collect();
    assert_eq!(sequences, (1..=800).collect::<Vec<_>>(), "none is missing, none came twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_commits_of_one_caller_keep_their_order() {
    let directory = tempfile::tempdir().unwrap();
    let database = Arc::new(open(directory.path()));
    let tasks: Vec<_> = (0..4)
        .map(|task| {
            let database = Arc::clone(&database);
            tokio::spawn(async move {
                let key = format!("role-{task}");
                for number in 0..100 {
                    // One that needs no flush could overtake the one before it, which waits for the writer.
                    let last = number.to_string();
                    let first = database.commit(put(&key, "first"));
                    let second = Commit { durability: Durability::Written, ..put(&key, &last) };
                    let second = database.commit(second);
                    second.await.unwrap();
                    first.await.unwrap();
                    assert_eq!(database.one(Collection::Role, &key), Ok(Some(last)));
                    // And one that waits for the writer could overtake one that lies aside.
                    let last = format!("{number} flushed");
                    let written = Commit { durability: Durability::Written, ..put(&key, "written") };
                    let first = database.commit(written);
                    let second = database.commit(put(&key, &last));
                    second.await.unwrap();
                    first.await.unwrap();
                    assert_eq!(database.one(Collection::Role, &key), Ok(Some(last)));
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn one_commit_at_fault_takes_nothing_from_those_beside_it() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path());
    rusqlite::Connection::open(directory.path().join(DATABASE_FILE))
        .unwrap()
        .execute_batch(
            "CREATE TRIGGER poison BEFORE INSERT ON document WHEN new.key = 'poison'
             BEGIN SELECT RAISE(ABORT, 'poisoned'); END",
        )
        .unwrap();
    let mut with_event = put("poison", "{}");
    with_event.entries.push(entry("poisoned"));
    let names = ["a", "b", "c", "d"];
    let mut pending: Vec<_> = names.map(|name| database.commit(put(name, "{}"))).into();
    pending.insert(2, database.commit(with_event));
    pending.push(database.commit(event("1")));
    let mut results = Vec::new();
    for pending in pending {
        results.push(pending.await);
    }
    let failed = results.remove(2).unwrap_err();
    assert!(failed.to_string().contains("poisoned"), "{failed}");
    assert_eq!(results, vec![Ok(()); 5]);
    assert_eq!(database.all(Collection::Role).unwrap().len(), names.len());
    assert!(database.by_id("event-poisoned").unwrap().is_none(), "all of a commit or nothing");
    assert!(database.by_id("event-1").unwrap().is_some());
}

#[tokio::test]
async fn what_is_over_a_limit_is_refused_by_name_and_size() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path());
    let refused = |commit| database.commit(commit);
    let error = refused(put("large", &"x".repeat(DOCUMENT_BYTES_MAX + 1))).await.unwrap_err();
    assert_eq!(error.to_string(), "a document of 1048577 bytes is over the limit of 1048576");
    assert!(refused(put(&"k".repeat(5_000), "{}")).await.is_err());
    let mut commit = event("1");
    commit.entries[0].record = "x".repeat(RECORD_BYTES_MAX + 1);
    let error = refused(commit).await.unwrap_err();
    assert_eq!(error, StoreError::TooLarge { what: "a record", bytes: 262_145, limit: 262_144 });
    database.commit(put("fits", &"x".repeat(DOCUMENT_BYTES_MAX))).await.unwrap();
}

#[tokio::test]
async fn more_than_may_wait_is_refused_as_busy_and_the_rest_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path());
    let document = "x".repeat(DOCUMENT_BYTES_MAX);
    let pending: Vec<_> =
        (0..300).map(|number| database.commit(put(&format!("{number:03}"), &document))).collect();
    let (mut kept, mut busy) = (0, 0);
    for pending in pending {
        match pending.await {
            Ok(()) => kept += 1,
            Err(error) => {
                assert_eq!(error, StoreError::Busy);
                busy += 1;
            }
        }
    }
    assert!(kept >= 64 && busy > 0, "{kept} kept, {busy} refused");
    assert_eq!(database.all(Collection::Role).unwrap().len(), kept);
}

#[test]
fn a_commit_that_waits_when_the_store_ends_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path());
    let pending: Vec<_> = (0..50).map(|number| database.commit(put(&format!("{number}"), "{}"))).collect();
    drop(database);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for pending in pending {
        assert_eq!(runtime.block_on(pending), Ok(()));
    }
    let changes = vec![Change::Delete { collection: Collection::Role, key: "7".to_owned() }];
    let database = open(directory.path());
    assert_eq!(runtime.block_on(database.commit(Commit { changes, ..Commit::default() })), Ok(()));
    assert_eq!(database.all(Collection::Role).unwrap().len(), 49);
}

#[test]
fn a_newer_schema_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    let path = directory.path().join(DATABASE_FILE);
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let refused = Database::open(directory.path(), None).unwrap_err();
    assert!(matches!(refused, OpenError::Newer { found: 99, known: 2, .. }), "{refused}");
}

#[tokio::test]
async fn runs_are_listed_by_what_their_repositories_are_called() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path());
    let row = |(id, repository): (i64, &str)| RunRow {
        id,
        repository: repository.to_owned(),
        workflow: 1,
        status: "waiting".to_owned(),
        conclusion: None,
        event: "push".to_owned(),
        branch: "main".to_owned(),
        actor: "octocat".to_owned(),
        sha: "0".repeat(40),
        created: Timestamp::UNIX_EPOCH,
        document: id.to_string(),
    };
    let names = ["octo-org/a", "octo-org/b", "octo-orgs/a", "other/a"];
    let runs = (1..).zip(names).map(row).collect();
    database.commit(Commit { runs, ..Commit::default() }).await.unwrap();
    for (patterns, expected) in [
        (vec!["*"], "4321"),
        (vec!["octo-org/*"], "21"),
        (vec!["octo-org/b", "other/a"], "42"),
        (vec!["octo-org"], ""),
        (vec![], ""),
    ] {
        let repositories = Some(patterns.iter().map(|pattern| (*pattern).to_owned()).collect());
        let found = database.runs(&RunFilter { repositories, ..RunFilter::default() }, 0, 10).unwrap();
        assert_eq!(found.concat(), expected, "{patterns:?}");
    }
    for (status, expected) in [("waiting", "4321"), ("completed", "")] {
        let filter = RunFilter { only_status: Some(status.to_owned()), ..RunFilter::default() };
        assert_eq!(database.runs(&filter, 0, 10).unwrap().concat(), expected, "{status}");
    }
}
