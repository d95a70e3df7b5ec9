use std::future::Future as _;
use std::sync::Arc;
use std::task::Poll;

use daypass_github::gate::environment::CustomRule;
use daypass_store::sqlite::Database;
use daypass_store::{Collection, Documents as _};
use jiff::Timestamp;
use tempfile::TempDir;

use super::register::Registration;
use super::{Author, Hub};
use crate::config::Config;
use crate::github::rest::lookout::Lookout;

const REPOSITORY: &str = "your-org/your-repo";
const PATH: &str = ".github/workflows/deploy.yml";
/// Two jobs that wait for the rule of an app.
const DEPLOY: &str = "
on: push
jobs:
  one: { runs-on: x, environment: production, steps: [{ run: a }] }
  two: { runs-on: x, environment: production, steps: [{ run: a }] }
";

fn now() -> Timestamp {
    "2026-11-26T10:00:00Z".parse().unwrap()
}

async fn hub() -> (TempDir, Arc<Database>, Hub) {
    let directory = tempfile::tempdir().unwrap();
    let database = Arc::new(Database::open(directory.path(), None).unwrap());
    let hub = Hub::open(&database, &Config::default(), "http://localhost", now()).await.unwrap();
    (directory, database, hub)
}

async fn register(hub: &Hub) -> u64 {
    let registration = Registration {
        repository: REPOSITORY.to_owned(),
        path: PATH.to_owned(),
        files: [((REPOSITORY.to_owned(), PATH.to_owned()), DEPLOY.to_owned())].into(),
        event: "push".to_owned(),
        actor: "octocat".to_owned(),
        ..Registration::default()
    };
    hub.register(&Author::operator(), now(), registration).await.unwrap().id
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

#[tokio::test]
async fn an_app_is_told_of_no_more_at_a_time_than_there_is_room_for() {
    let (_directory, _database, hub) = hub().await;
    let rule = CustomRule { id: 1, app_id: 7, app_slug: "change-window".to_owned(), enabled: true };
    let author = Author::operator();
    let protect = hub.write(&author, now(), |draft| {
        let repository = draft.repository_or_new(REPOSITORY)?;
        repository.create_environment("production", false, now())?;
        repository.environment_mut("production").unwrap().custom_rules.push(rule);
        Ok(())
    });
    protect.await.unwrap();
    let runs = [register(&hub).await, register(&hub).await];
    let mut lookout = Lookout::default();
    let mut look = |app: u64, room: usize| -> Vec<u64> {
        lookout.next(&hub.snapshot(), &[app], now(), room).iter().map(|wanted| wanted.run).collect()
    };
    assert_eq!(look(7, 0), [] as [u64; 0]);
    assert_eq!(look(7, 3), [runs[0], runs[0], runs[1]], "no more than there is room for");
    assert_eq!(look(7, 3), [runs[1]], "and the rest later");
    assert_eq!(look(7, 3), [] as [u64; 0], "each once");
    let cancelled = hub.write(&author, now(), |draft| draft.cancel_run(runs[0], None));
    cancelled.await.unwrap();
    assert_eq!(look(7, 3), [] as [u64; 0], "what is over waits no more");
    register(&hub).await;
    assert_eq!(look(8, 3), [] as [u64; 0], "another app waits for nothing");
    assert_eq!(look(7, 3), [] as [u64; 0], "a run is looked at when it changed, and only then");
    let last = register(&hub).await;
    assert_eq!(look(7, 3), [last, last]);
}
