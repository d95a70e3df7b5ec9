//! A full disk: writes are refused, reads go on, and writes go on once there is room.

mod support;

use daypass_store::{Collection, Documents as _, Journal as _, StoreError, TrailReader as _};
use support::{event, of_the_subject, open, put};

/// More pages than any test fills.
const ROOM: u32 = 1_000_000;

#[tokio::test]
async fn a_full_disk_refuses_writes_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path());
    database.commit(put("before", "{}")).await.unwrap();
    database.commit(event("before")).await.unwrap();
    database.limit_pages(1);
    let mut large = put("large", &"x".repeat(100_000));
    large.entries.extend(event("large").entries);
    assert_eq!(database.commit(large.clone()).await, Err(StoreError::Full));
    assert_eq!(StoreError::Full.to_string(), "the disk is full");

    assert_eq!(database.one(Collection::Role, "before"), Ok(Some("{}".to_owned())));
    assert_eq!(database.one(Collection::Role, "large"), Ok(None), "nothing of a refused commit is kept");
    assert!(database.by_issued_access_key("ASIAlarge").unwrap().is_none());
    assert!(database.by_issued_access_key("ASIAbefore").unwrap().is_some());
    assert_eq!(of_the_subject(&database), Ok(1));

    let (small, refused) = (database.commit(put("small", "{}")), database.commit(large.clone()));
    assert_eq!((small.await, refused.await), (Ok(()), Err(StoreError::Full)), "what fits is kept");

    database.limit_pages(ROOM);
    assert_eq!(database.commit(large).await, Ok(()));
    drop(database);
    let database = open(directory.path());
    assert_eq!(database.all(Collection::Role).unwrap().len(), 3);
    assert_eq!(of_the_subject(&database), Ok(2));
}
