//! The lookup index: behind the trail, never ahead of it, and never missed.

#![expect(clippy::disallowed_methods, reason = "a test of files uses files")]

mod support;

use std::time::{Duration, Instant};

use daypass_store::sqlite::{DATABASE_FILE, INDEX_FILE};
use daypass_store::{Journal as _, TrailReader as _};
use support::{event, of_the_subject, open};

#[tokio::test]
async fn a_missing_damaged_or_older_index_is_made_anew() {
    let directory = tempfile::tempdir().unwrap();
    let index = directory.path().join(INDEX_FILE);
    let database = open(directory.path());
    for number in 0..20 {
        database.commit(event(&number.to_string())).await.unwrap();
    }
    assert_eq!(of_the_subject(&database), Ok(20));
    drop(database);
    let good = std::fs::read(&index).unwrap();
    let spoil: [&dyn Fn(); 5] = [
        &|| std::fs::remove_file(&index).unwrap(),
        &|| std::fs::write(&index, "no index").unwrap(),
        &|| std::fs::write(&index, &good[..good.len() - 4_096]).unwrap(),
        &|| std::fs::write(&index, [&good[..4_096], &vec![0xff; good.len() - 4_096]].concat()).unwrap(),
        &|| {
            let connection = rusqlite::Connection::open(&index).unwrap();
            connection.execute_batch("DELETE FROM entry; PRAGMA user_version = 0").unwrap();
        },
    ];
    for (position, spoil) in spoil.into_iter().enumerate() {
        spoil();
        let database = open(directory.path());
        assert_eq!(of_the_subject(&database), Ok(20), "{position}");
        assert!(database.by_id("request-7").unwrap().is_some(), "{position}");
    }
}

#[tokio::test]
async fn an_index_of_another_trail_is_not_believed() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path());
    database.commit(event("early")).await.unwrap();
    let early = directory.path().join("early");
    database.snapshot_to(&early).unwrap();
    database.commit(event("late")).await.unwrap();
    assert!(database.by_issued_access_key("ASIAlate").unwrap().is_some());
    drop(database);
    std::fs::rename(&early, directory.path().join(DATABASE_FILE)).unwrap();
    let database = open(directory.path());
    assert!(database.by_issued_access_key("ASIAlate").unwrap().is_none(), "it is not in this trail");
    assert_eq!(of_the_subject(&database), Ok(1));
    database.commit(event("other")).await.unwrap();
    assert!(database.by_issued_access_key("ASIAother").unwrap().is_some());
    assert!(database.by_issued_access_key("ASIAlate").unwrap().is_none());
}

#[tokio::test]
async fn where_the_index_cannot_grow_the_trail_itself_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path());
    database.commit(event("indexed")).await.unwrap();
    assert_eq!(of_the_subject(&database), Ok(1));
    let index = rusqlite::Connection::open(directory.path().join(INDEX_FILE)).unwrap();
    index
        .execute_batch("CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'no room'); END")
        .unwrap();
    database.commit(event("later")).await.unwrap();
    assert_eq!(of_the_subject(&database), Ok(2));
    for id in ["indexed", "later"] {
        assert!(database.by_id(&format!("request-{id}")).unwrap().is_some(), "{id}");
        assert!(database.by_id(&format!("event-{id}")).unwrap().is_some(), "{id}");
        assert!(database.by_issued_access_key(&format!("ASIA{id}")).unwrap().is_some(), "{id}");
    }
    assert!(database.by_id("neither").unwrap().is_none());
    index.execute_batch("DROP TRIGGER full").unwrap();
    assert_eq!(of_the_subject(&database), Ok(2), "nothing twice once it grows again");
    let entries: i64 = index.query_row("SELECT sequence FROM progress", [], |row| row.get(0)).unwrap();
    assert_eq!(entries, 2);
}

#[tokio::test]
async fn events_are_indexed_without_being_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path());
    database.commit(event("1")).await.unwrap();
    let index = rusqlite::Connection::open(directory.path().join(INDEX_FILE)).unwrap();
    let began = Instant::now();
    let indexed =
        || index.query_row("SELECT sequence FROM progress", [], |row| row.get::<_, i64>(0)).unwrap();
    while indexed() == 0 {
        assert!(began.elapsed() < Duration::from_secs(20), "nothing was indexed");
        std::thread::sleep(Duration::from_millis(20));
    }
}
