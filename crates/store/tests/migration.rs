//! A database of an earlier version, brought to this one.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;

use daypass_store::sqlite::{DATABASE_FILE, Database};
use daypass_store::{
    Collection, Commit, Documents as _, Journal as _, RunFilter, RunIndex as _, RunRow, TrailReader as _,
};
use jiff::Timestamp;
use rusqlite::Connection;

/// The tables as the first released version made them, with a role, an object and two events.
const FIRST: &str = r#"
CREATE TABLE document (
    collection INTEGER NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (collection, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE object (
    bucket TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (bucket, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
    sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, management INTEGER NOT NULL, error INTEGER NOT NULL,
    event_id TEXT NOT NULL, request_id TEXT NOT NULL, record TEXT NOT NULL, annotation TEXT
) STRICT;
INSERT INTO document VALUES (4, 'deploy', '{"role":1}');
INSERT INTO object VALUES ('bucket', 'key', 'an object');
INSERT INTO event VALUES (1, 0, 1, 0, 'event-1', 'request-1',
    '{"eventID":"event-1","recipientAccountId":"123456789012","responseElements":{"credentials":{"accessKeyId":"ASIA1"}}}',
    NULL);
INSERT INTO event VALUES (2, 1000, 1, 1, 'event-2', 'request-2',
    '{"eventID":"event-2","recipientAccountId":"123456789012"}', '{"explanation":2}');
PRAGMA application_id = 1684109680;
PRAGMA user_version = 1;
"#;

fn made_by_the_first(directory: &Path) {
    Connection::open(directory.join(DATABASE_FILE)).unwrap().execute_batch(FIRST).unwrap();
}

fn version(directory: &Path) -> i64 {
    let connection = Connection::open(directory.join(DATABASE_FILE)).unwrap();
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

/// Tables with their columns, and indexes.
fn schema(directory: &Path) -> Vec<(String, String)> {
    let connection = Connection::open(directory.join(DATABASE_FILE)).unwrap();
    let select = "SELECT sqlite_schema.name, sqlite_schema.type, format('%s %s %d %d', column.name, column.type, \
                  column.\"notnull\", column.pk) FROM sqlite_schema LEFT JOIN pragma_table_info(sqlite_schema.name) AS \
                  column ORDER BY 1, 2, 3";
    let mut select = connection.prepare(select).unwrap();
    let rows = select.query_map([], |row| {
        let (name, kind): (String, String) = (row.get(0)?, row.get(1)?);
        Ok((format!("{kind} {name}"), row.get(2)?))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn nothing_of_it_is_lost_and_everything_new_works() {
    let directory = tempfile::tempdir().unwrap();
    made_by_the_first(directory.path());
    let database = Database::open(directory.path(), None).unwrap();
    assert_eq!(database.one(Collection::Role, "deploy"), Ok(Some("{\"role\":1}".to_owned())));
    assert_eq!(database.range(0, 10).unwrap().len(), 2);
    assert_eq!(database.by_issued_access_key("ASIA1").unwrap().unwrap().sequence, 1);
    let last = database.last(false).unwrap().unwrap();
    assert_eq!(last.sequence, 2, "an event of before is a call of AWS's");
    assert!(last.annotation.is_some());
    assert_eq!(database.last(true).unwrap().unwrap().sequence, 2);
    assert_eq!(database.activity(None, None, 10).unwrap().len(), 0);
    assert_eq!(database.count_runs(&RunFilter::default()), Ok(0));
    let row = RunRow {
        id: 7,
        repository: "org/repo".to_owned(),
        workflow: 1,
        status: "queued".to_owned(),
        conclusion: None,
        event: "push".to_owned(),
        branch: "main".to_owned(),
        actor: "alice".to_owned(),
        sha: "aa".to_owned(),
        created: Timestamp::UNIX_EPOCH,
        document: "a run".to_owned(),
    };
    database.commit(Commit { runs: vec![row], ..Commit::default() }).await.unwrap();
    drop(database);
    assert_eq!(version(directory.path()), 2);
    let again = Database::open(directory.path(), None).unwrap();
    assert_eq!(again.run(7), Ok(Some("a run".to_owned())), "and a second start changes nothing");
    assert_eq!(again.range(0, 10).unwrap().len(), 2);
}

#[test]
fn it_has_the_tables_of_a_new_one() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    made_by_the_first(old.path());
    for directory in [old.path(), new.path()] {
        drop(Database::open(directory, None).unwrap());
    }
    assert_eq!(schema(old.path()), schema(new.path()));
    assert!(
        schema(new.path()).iter().any(|(table, column)| table == "table run" && column.starts_with("sha "))
    );
}

#[test]
fn what_fails_on_the_way_leaves_it_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    made_by_the_first(directory.path());
    let path = directory.path().join(DATABASE_FILE);
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE run (x)").unwrap();
    let refused = Database::open(directory.path(), None).map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains("is damaged and was left as it is"), "{refused}");
    assert_eq!(version(directory.path()), 1);
    let columns = schema(directory.path());
    assert!(!columns.iter().any(|(_, column)| column.starts_with("activity ")), "no half of a step");
}
