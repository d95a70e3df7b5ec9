//! State that is kept in a file, brought back and emptied.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "these tests look at files")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use daypass_aws::AccountId;
use daypass_server::data_directory::DataDirectory;
use daypass_server::snapshot::{self, SnapshotError};
use daypass_store::sqlite::Database;
use daypass_store::{
    Category, Change, Collection, Commit, Documents as _, Durability, Entry, Journal as _, RunFilter,
    RunIndex as _, RunRow, TrailReader as _,
};
use jiff::Timestamp;
use tempfile::TempDir;

/// The data directory of a stopped sandbox with one role and one object.
struct Stopped(TempDir);

impl Stopped {
    async fn new() -> Self {
        let stopped = Self(tempfile::tempdir().unwrap());
        DataDirectory::at(stopped.data()).prepare().unwrap();
        stopped.put("deploy").await;
        fs::create_dir(stopped.data().join("objects")).unwrap();
        fs::write(stopped.data().join("objects/a"), "bytes").unwrap();
        stopped
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    async fn put(&self, role: &str) {
        let database = Database::open(&self.data(), None).unwrap();
        let (key, document) = (role.to_owned(), "{}".to_owned());
        let change = Change::Put { collection: Collection::Role, key, document };
        let commit = Commit { changes: vec![change], durability: Durability::Flushed, ..Commit::default() };
        database.commit(commit).await.unwrap();
    }
}

/// What is kept of GitHub's side when a user is added and starts a run: both, and that it happened.
fn of_github(login: &str, run: i64) -> Commit {
    let put = |key: String, document: &str| Change::Put {
        collection: Collection::Github,
        key,
        document: document.to_owned(),
    };
    let record = format!(
        "{{\"eventID\":\"event-{run}\",\"eventCategory\":\"ActivityAuditLog\",\"requestParameters\":{{\"runId\":\"{run}\"}}}}"
    );
    Commit {
        changes: vec![put(format!("user/{login}"), "{}"), put("repository/org/repo".to_owned(), login)],
        entries: vec![Entry {
            event_id: format!("event-{run}"),
            request_id: format!("request-{run}"),
            time: Timestamp::UNIX_EPOCH,
            category: Category::Activity,
            error: false,
            record,
            annotation: None,
        }],
        runs: vec![RunRow {
            id: run,
            repository: "org/repo".to_owned(),
            workflow: 1,
            status: "waiting".to_owned(),
            conclusion: None,
            event: "push".to_owned(),
            branch: "main".to_owned(),
            actor: login.to_owned(),
            sha: "aa".to_owned(),
            created: Timestamp::UNIX_EPOCH,
            document: format!("the run {run}"),
        }],
        ..Commit::default()
    }
}

/// Keys of documents, runs, and the activities of the run 7.
fn github(directory: &Path) -> (Vec<String>, Vec<String>, usize) {
    let database = Database::open(directory, None).unwrap();
    let keys = database.all(Collection::Github).unwrap().into_iter().map(|(key, _)| key).collect();
    let runs = database.runs(&RunFilter::default(), 0, 10).unwrap();
    (keys, runs, database.activity(Some(7), None, 10).unwrap().len())
}

fn roles(directory: &Path) -> Vec<String> {
    let database = Database::open(directory, None).unwrap();
    database.all(Collection::Role).unwrap().into_iter().map(|(name, _)| name).collect()
}

#[tokio::test]
async fn a_snapshot_brings_back_what_was_there() {
    let stopped = Stopped::new().await;
    let (data, file) = (stopped.data(), stopped.file("snapshot"));
    let administrator = fs::read(data.join("administrator.json")).unwrap();
    let other = AccountId::parse("210987654321").unwrap();
    DataDirectory::at(&data).prepare_further(&other).unwrap();
    let others = DataDirectory::at(&data).further_administrator(&other).unwrap();
    snapshot::save(&data, &file).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    stopped.put("later").await;
    fs::write(data.join("objects/b"), "more").unwrap();
    snapshot::load(&data, &file).unwrap();
    assert_eq!(roles(&data), ["deploy"]);
    assert_eq!(fs::read(data.join("objects/a")).unwrap(), b"bytes");
    assert!(!data.join("objects/b").exists(), "what came after the snapshot is gone");

    let elsewhere = stopped.file("elsewhere");
    snapshot::load(&elsewhere, &file).unwrap();
    assert_eq!(roles(&elsewhere), ["deploy"]);
    assert_eq!(fs::read(elsewhere.join("administrator.json")).unwrap(), administrator);
    assert_eq!(fs::metadata(&elsewhere).unwrap().permissions().mode() & 0o777, 0o700);
    let brought = DataDirectory::at(&elsewhere);
    brought.administrator().unwrap();
    assert_eq!(brought.further_administrator(&other).unwrap().access_key_id, others.access_key_id);
}

#[tokio::test]
async fn a_reset_empties_a_sandbox_and_nothing_else() {
    let stopped = Stopped::new().await;
    assert!(snapshot::reset(&stopped.data()).unwrap());
    assert!(!stopped.data().join("objects").exists());
    assert_eq!(roles(&stopped.data()), Vec::<String>::new());

    let somebody_elses = stopped.file("project");
    fs::create_dir_all(somebody_elses.join("objects")).unwrap();
    for directory in [&somebody_elses, &stopped.file("absent")] {
        assert!(!snapshot::reset(directory).unwrap(), "{}", directory.display());
    }
    assert!(somebody_elses.join("objects").exists());
}

#[tokio::test]
async fn users_and_runs_go_with_the_state() {
    let stopped = Stopped::new().await;
    let (data, file) = (stopped.data(), stopped.file("snapshot"));
    let commit = async |commit| Database::open(&data, None).unwrap().commit(commit).await.unwrap();
    commit(of_github("alice", 7)).await;
    let kept = github(&data);
    let expected = ["repository/org/repo", "user/alice"].map(str::to_owned).to_vec();
    assert_eq!(kept, (expected, vec!["the run 7".to_owned()], 1));
    snapshot::save(&data, &file).unwrap();

    commit(of_github("bob", 8)).await;
    let over = RunRow {
        status: "completed".to_owned(),
        document: "over".to_owned(),
        ..of_github("alice", 7).runs.remove(0)
    };
    commit(Commit { runs: vec![over], ..of_github("alice", 7) }).await;
    assert_eq!(github(&data).1, ["the run 8", "over"]);
    snapshot::load(&data, &file).unwrap();
    assert_eq!(github(&data), kept, "who came later is gone, and what happened later too");
    let elsewhere = stopped.file("elsewhere");
    snapshot::load(&elsewhere, &file).unwrap();
    assert_eq!(github(&elsewhere), kept);

    assert!(snapshot::reset(&data).unwrap());
    assert_eq!(github(&data), (Vec::new(), Vec::new(), 0));
    assert_eq!(Database::open(&data, None).unwrap().last_run(), Ok(0), "numbers begin again");
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let stopped = Stopped::new().await;
    let (data, file) = (stopped.data(), stopped.file("snapshot"));
    snapshot::save(&data, &file).unwrap();
    let kept = fs::read(&file).unwrap();

    assert!(matches!(snapshot::save(&data, &file), Err(SnapshotError::Exists(path)) if path == file));
    let absent = stopped.file("absent");
    let refusal = snapshot::save(&absent, &stopped.file("other")).unwrap_err();
    assert_eq!(refusal.to_string(), format!("there is no sandbox's state in `{}`", absent.display()));
    assert!(!absent.exists() && !stopped.file("other").exists());
    assert!(snapshot::load(&absent, &stopped.file("no-snapshot")).is_err());
    assert!(!absent.exists());
    fs::write(stopped.file("junk"), "junk").unwrap();
    let refusal = snapshot::load(&data, &stopped.file("junk"));
    assert!(matches!(refusal, Err(SnapshotError::NotASnapshot { .. })), "{refusal:?}");

    let held = Database::open(&data, None).unwrap();
    for refusal in [
        snapshot::save(&data, &stopped.file("other")).err(),
        snapshot::load(&data, &file).err(),
        snapshot::reset(&data).err(),
    ] {
        let refusal = refusal.unwrap();
        assert!(refusal.to_string().contains("is in use by"), "{refusal}");
        assert_eq!(refusal.hint().as_deref(), Some("stop the sandbox first (Ctrl-C)"));
    }
    drop(held);
    assert_eq!(roles(&data), ["deploy"]);
    assert_eq!(fs::read(&file).unwrap(), kept);
}

#[tokio::test]
async fn an_archive_cannot_write_beside_the_state() {
    let stopped = Stopped::new().await;
    for name in ["control-token", "../outside", "objects/../../outside"] {
        let file = stopped.file("crafted");
        let mut archive = tar::Builder::new(fs::File::create(&file).unwrap());
        let mut header = tar::Header::new_gnu();
        header.set_size(4);
        // The library would not write such a name by itself.
        header.as_mut_bytes().get_mut(..name.len()).unwrap().copy_from_slice(name.as_bytes());
        header.set_cksum();
        archive.append(&header, &b"evil"[..]).unwrap();
        archive.finish().unwrap();
        let refusal = snapshot::load(&stopped.data(), &file).unwrap_err().to_string();
        assert!(refusal.ends_with(&format!("`{name}` does not belong in it")), "{refusal}");
        assert!(!stopped.file("outside").exists());
    }
    assert_eq!(roles(&stopped.data()), ["deploy"]);
}
