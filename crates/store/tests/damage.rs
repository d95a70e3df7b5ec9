//! Files that are not what they should be: refused, and left as they are.

#![expect(clippy::disallowed_methods, reason = "a test of files uses files")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use daypass_store::sqlite::{DATABASE_FILE, Database, OpenError};
use daypass_store::{Journal as _, TrailReader as _};
use support::{event, open, put};

type Damage = fn(&mut Vec<u8>);

const DAMAGES: [(&str, Damage); 4] = [
    ("another header", |bytes| bytes[..16].copy_from_slice(b"not a database!!")),
    ("a page of garbage", |bytes| bytes[4096..8192].fill(0xff)),
    ("half of it", |bytes| bytes.truncate(bytes.len() / 2 + 100)),
    ("a text", |bytes| *bytes = b"hello, this is no database at all".repeat(40)),
];

/// The database's files and what is in them; the shared index of the log is made anew by whoever opens it.
fn contents(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut contents = BTreeMap::new();
    for file in std::fs::read_dir(directory).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = std::fs::read(&path).unwrap();
        // An empty log is what looking at a database leaves.
        if name.starts_with(DATABASE_FILE)
            && !name.ends_with("-shm")
            && !(name.ends_with("-wal") && bytes.is_empty())
        {
            contents.insert(name, bytes);
        }
    }
    contents
}

fn refused(directory: &Path) -> OpenError {
    let before = contents(directory);
    let refused = Database::open(directory, None).unwrap_err();
    assert!(contents(directory) == before, "nothing is overwritten");
    refused
}

#[tokio::test]
async fn a_damaged_file_is_refused_with_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(DATABASE_FILE);
    let database = open(directory.path());
    database.commit(put("deploy", "{}")).await.unwrap();
    drop(database);
    let good = std::fs::read(&path).unwrap();
    for (name, damage) in DAMAGES {
        let mut bad = good.clone();
        damage(&mut bad);
        std::fs::write(&path, &bad).unwrap();
        let refused = refused(directory.path());
        assert!(matches!(refused, OpenError::Damaged { .. }), "{name}: {refused}");
        let text = refused.to_string();
        assert!(
            text.starts_with(&format!("`{}` is damaged and was left as it is: ", path.display())),
            "{text}"
        );
        assert!(
            text.ends_with("move it away and load a snapshot, or start anew with `daypass reset`"),
            "{text}"
        );
    }
    std::fs::write(&path, &good).unwrap();
    drop(open(directory.path()));
}

/// What `kill -9` would leave of a running database: the file, and the log that was not carried over into it.
fn copy_with_log(running: &Path, left: &Path) {
    std::fs::create_dir(left).unwrap();
    for name in [DATABASE_FILE.to_owned(), format!("{DATABASE_FILE}-wal")] {
        std::fs::copy(running.join(&name), left.join(&name)).unwrap();
    }
}

#[tokio::test]
async fn the_log_of_a_refused_file_is_not_carried_over_into_it() {
    let directory = tempfile::tempdir().unwrap();
    let (running, left) = (directory.path().join("running"), directory.path().join("left"));
    let database = open(&running);
    database.commit(put("deploy", &"x".repeat(100_000))).await.unwrap();
    let other = rusqlite::Connection::open(running.join(DATABASE_FILE)).unwrap();
    other.pragma_update(None, "user_version", 99).unwrap();
    copy_with_log(&running, &left);
    let refused = refused(&left);
    assert!(matches!(refused, OpenError::Newer { found: 99, known: 2, .. }), "{refused}");
}

#[tokio::test]
async fn a_log_without_its_file_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let (running, left) = (directory.path().join("running"), directory.path().join("left"));
    let database = open(&running);
    database.commit(put("deploy", "{}")).await.unwrap();
    copy_with_log(&running, &left);
    std::fs::write(left.join(DATABASE_FILE), b"").unwrap();
    let refused = refused(&left);
    assert!(refused.to_string().contains("it is empty, and its log is not"), "{refused}");
}

#[test]
fn another_programs_database_is_not_taken_over() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(DATABASE_FILE);
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let refused = refused(directory.path());
    assert!(matches!(refused, OpenError::Foreign { .. }), "{refused}");
}

#[tokio::test]
async fn a_copy_of_a_running_database_with_its_log_opens_whole() {
    let directory = tempfile::tempdir().unwrap();
    let running = directory.path().join("running");
    let database = open(&running);
    for number in 0..100 {
        database.commit(event(&number.to_string())).await.unwrap();
    }
    let left = directory.path().join("left");
    copy_with_log(&running, &left);
    let copy = open(&left);
    assert_eq!(copy.range(0, 1_000).unwrap().len(), 100);
    assert!(copy.by_issued_access_key("ASIA99").unwrap().is_some());
}
