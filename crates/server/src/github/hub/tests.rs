#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::future::Future as _;
use std::sync::Arc;
use std::task::Poll;

use daypass_store::sqlite::Database;
use daypass_store::{Collection, Documents as _};
use jiff::Timestamp;
use tempfile::TempDir;

use super::{Author, Hub};
use crate::config::Config;

fn now() -> Timestamp {
    "2026-11-26T10:00:00Z".parse().unwrap()
}

async fn hub() -> (TempDir, Arc<Database>, Hub) {
    let directory = tempfile::tempdir().unwrap();
    let database = Arc::new(Database::open(directory.path(), None).unwrap());
    let hub = Hub::open(&database, &Config::default(), "http://localhost", now()).await.unwrap();
    (directory, database, hub)
}

#[tokio::test]
async fn what_the_store_has_is_seen_though_its_writer_went_away() {
    let (_directory, database, hub) = hub().await;
    let author = Author::operator();
    for at in 0..20 {
        let name = format!("your-org/repository-{at}");
        let mut write =
            Box::pin(hub.write(&author, now(), |draft| draft.repository_or_new(&name).map(|_| ())));
        std::future::poll_fn(|context| {
            let _ = write.as_mut().poll(context);
            Poll::Ready(())
        })
        .await;
        drop(write);
    }
    // It waits for the writers before it.
    hub.write(&author, now(), |_| Ok(())).await.unwrap();
    let kept = database.all(Collection::Github).unwrap().len();
    assert!(kept > 0, "nothing of it was written");
    assert_eq!(hub.snapshot().holdings.repositories.len(), kept);
}
