//! The SQLite engine: the suite of every engine, and what only a file can go through.

#![expect(clippy::disallowed_methods, reason = "a test stops at the first surprise, and uses files")]

use daypass_store::sqlite::{DATABASE_FILE, Database, OpenError};
use daypass_store::{Change, Collection, Commit, Documents as _, Journal as _, conformance};

fn put(key: &str) -> Commit {
    let change = Change::Put { collection: Collection::Role, key: key.to_owned(), document: "{}".to_owned() };
    Commit { changes: vec![change], ..Commit::default() }
}

#[tokio::test]
async fn it_passes_the_suite() {
    let directory = tempfile::tempdir().unwrap();
    conformance::all(&Database::open(directory.path(), None).unwrap()).await;
}

#[tokio::test]
async fn what_was_committed_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let database = Database::open(directory.path(), None).unwrap();
    database.commit(put("deploy")).await.unwrap();
    drop(database);
    let database = Database::open(directory.path(), None).unwrap();
    assert_eq!(database.one(Collection::Role, "deploy"), Ok(Some("{}".to_owned())));
}

#[tokio::test]
async fn a_second_holder_is_refused_and_told_of_the_first() {
    let directory = tempfile::tempdir().unwrap();
    let first = Database::open(directory.path(), Some("process 7 at http://127.0.0.1:4566")).unwrap();
    let refused = Database::open(directory.path(), None).unwrap_err();
    assert!(
        matches!(&refused, OpenError::InUse { holder, .. } if holder == "process 7 at http://127.0.0.1:4566"),
        "{refused}"
    );
    drop(first);
    Database::open(directory.path(), None).unwrap();
}

#[test]
fn a_damaged_file_is_refused_and_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(DATABASE_FILE);
    drop(Database::open(directory.path(), None).unwrap());
    let good = std::fs::read(&path).unwrap();
    let damages: [&dyn Fn(&mut Vec<u8>); 3] = [
        &|bytes| bytes[..16].copy_from_slice(b"not a database!!"),
        &|bytes| bytes[4096..8192].fill(0xff),
        &|bytes| bytes.truncate(5000),
    ];
    for damage in damages {
        let mut bad = good.clone();
        damage(&mut bad);
        std::fs::write(&path, &bad).unwrap();
        let refused = Database::open(directory.path(), None).unwrap_err();
        assert!(matches!(refused, OpenError::Damaged { .. }), "{refused}");
        assert!(refused.to_string().contains("daypass reset"), "{refused}");
        assert_eq!(std::fs::read(&path).unwrap(), bad, "nothing is overwritten");
    }
}

#[test]
fn a_newer_schema_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(Database::open(directory.path(), None).unwrap());
    let path = directory.path().join(DATABASE_FILE);
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let refused = Database::open(directory.path(), None).unwrap_err();
    assert!(matches!(refused, OpenError::Newer { found: 99, .. }), "{refused}");
}

#[cfg(unix)]
#[test]
fn others_cannot_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("data");
    let database = Database::open(&directory, None).unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(&directory.join(DATABASE_FILE)), 0o600);
    drop(database);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_all_kept() {
    let directory = tempfile::tempdir().unwrap();
    let database = std::sync::Arc::new(Database::open(directory.path(), None).unwrap());
    let tasks: Vec<_> = (0..200)
        .map(|number| {
            let database = std::sync::Arc::clone(&database);
            tokio::spawn(async move { database.commit(put(&format!("role-{number}"))).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(database.all(Collection::Role).unwrap().len(), 200);
}
