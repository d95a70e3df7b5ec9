//! The data directory: its secrets, who may read them, and where a server runs.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "the test looks at the files that are kept, and damages them")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use daypass_aws::AccountId;
use daypass_server::data_directory::{DataDirectory, DirectoryError, Running};
use daypass_store::sqlite::Lock;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn running(pid: u32) -> Running {
    Running {
        pid,
        aws_url: "http://127.0.0.1:4566".to_owned(),
        github_url: "http://127.0.0.1:4567".to_owned(),
        tls_ca_file: None,
        account: "123456789012".to_owned(),
        accounts: Vec::new(),
        region: "us-east-1".to_owned(),
    }
}

#[test]
fn secrets_are_made_once_for_the_owner_alone() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("a/.daypass");
    let directory = DataDirectory::at(&path);
    directory.prepare().unwrap();
    assert_eq!(mode(&path), 0o700);
    assert_eq!(mode(&path.join("control-token")), 0o600);
    assert_eq!(mode(&path.join("administrator.json")), 0o600);
    assert_eq!(fs::read_to_string(path.join(".gitignore")).unwrap(), "*\n");
    let token = directory.control_token().unwrap();
    assert_eq!(token.reveal().len(), 64);
    let administrator = directory.administrator().unwrap();
    assert!(administrator.access_key_id.starts_with("AKIA") && administrator.access_key_id.len() == 20);
    assert_eq!(administrator.secret_access_key.reveal().len(), 40);
    assert!(!format!("{administrator:?}").contains(administrator.secret_access_key.reveal()));

    directory.prepare().unwrap();
    assert!(directory.control_token().unwrap().matches(token.reveal().as_bytes()));
    assert_eq!(directory.administrator().unwrap().access_key_id, administrator.access_key_id);
    let left: Vec<_> = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[test]
fn a_further_account_has_a_key_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDirectory::at(directory.path());
    data.prepare().unwrap();
    let ids = ["210987654321", "345678901234"].map(|id| AccountId::parse(id).unwrap());
    let mut known = vec![data.administrator().unwrap().access_key_id];
    for id in &ids {
        assert!(data.further_administrator(id).is_err(), "there is none yet");
        data.prepare_further(id).unwrap();
        let made = data.further_administrator(id).unwrap();
        assert!(!known.contains(&made.access_key_id));
        data.prepare_further(id).unwrap();
        assert_eq!(data.further_administrator(id).unwrap().access_key_id, made.access_key_id);
        known.push(made.access_key_id);
        let file = directory.path().join(format!("administrators/{id}.json"));
        assert_eq!(mode(&file), 0o600);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(data.prepare_further(id), Err(DirectoryError::Exposed(_))));
    }
    assert_eq!(mode(&directory.path().join("administrators")), 0o700);
}

#[test]
fn a_secret_that_others_can_read_is_not_used() {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDirectory::at(directory.path());
    data.prepare().unwrap();
    let file = directory.path().join("control-token");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let error = data.control_token().unwrap_err();
    assert!(matches!(error, DirectoryError::Exposed(_)));
    assert_eq!(error.to_string(), format!("`{}` can be read by other users", file.display()));
    assert!(error.hint().unwrap().starts_with("`chmod 600 "));
    assert!(matches!(data.prepare(), Err(DirectoryError::Exposed(_))));
}

#[test]
fn damage_is_named_without_showing_the_secret() {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDirectory::at(directory.path());
    data.prepare().unwrap();
    fs::write(directory.path().join("control-token"), "short").unwrap();
    let error = data.control_token().unwrap_err().to_string();
    assert!(error.ends_with("is damaged: it is not 64 hexadecimal digits"), "{error}");
    fs::write(directory.path().join("administrator.json"), "{\"secret_access_key\": \"wJalr\", \"x\": 1}")
        .unwrap();
    let error = data.administrator().unwrap_err().to_string();
    assert!(error.ends_with("is damaged: line 1 is not what belongs there"), "{error}");
    fs::write(directory.path().join("administrator.json"), " ".repeat(100_000)).unwrap();
    let error = data.administrator().unwrap_err().to_string();
    assert!(error.ends_with("is damaged: it is over 65536 bytes"), "{error}");
}

#[test]
fn a_server_is_found_while_its_process_lives() {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDirectory::at(directory.path());
    assert_eq!(data.running().unwrap(), None);
    let here = running(std::process::id());
    data.announce(&here).unwrap();
    assert_eq!(data.running().unwrap(), None, "nobody holds the lock: its address may be anybody's by now");
    let _lock = Lock::take(directory.path(), None).unwrap();
    assert_eq!(data.running().unwrap(), Some(here));
    assert_eq!(mode(&directory.path().join("running.json")), 0o600);
    data.withdraw().unwrap();
    assert_eq!(data.running().unwrap(), None);
    data.withdraw().unwrap();

    let mut child = std::process::Command::new("true").spawn().unwrap();
    let dead = child.id();
    child.wait().unwrap();
    data.announce(&running(dead)).unwrap();
    assert_eq!(data.running().unwrap(), None);
}

#[test]
fn what_another_process_announced_stays() {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDirectory::at(directory.path());
    let _lock = Lock::take(directory.path(), None).unwrap();
    let parent = std::os::unix::process::parent_id();
    data.announce(&running(parent)).unwrap();
    data.withdraw().unwrap();
    assert_eq!(data.running().unwrap().map(|running| running.pid), Some(parent));
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    let error = DataDirectory::at("/nonexistent/daypass").control_token().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`/nonexistent/daypass/control-token`: No such file or directory (os error 2)"
    );
    assert_eq!(error.hint().unwrap(), "`daypass up` makes it; name the data directory with --data DIR");
}
