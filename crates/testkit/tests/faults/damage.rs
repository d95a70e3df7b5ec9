//! Data directories that are taken, and databases that are damaged: refused, and not a byte of them changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use daypass_server::StartError;
use daypass_testkit::{Sandbox, SandboxBuilder};

use crate::{furnish, put, whoami};

/// The error of a start that must be refused.
async fn refused(data: &Path) -> StartError {
    match SandboxBuilder::default().try_start(data).await {
        Ok(_) => panic!("it starts on {}", data.display()),
        Err(error) => error,
    }
}

/// Every file below a directory with its bytes.
fn bytes_below(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(bytes_below(&path));
        } else {
            files.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sandbox_on_the_same_directory_is_refused() {
    let first = Sandbox::start().await;
    furnish(&first).await;
    let error = refused(&first.data()).await;
    let said = error.to_string();
    let holder = format!(
        "`{}` is in use by process {} at {} and {}",
        first.data().display(),
        std::process::id(),
        first.aws.endpoint(),
        first.github_url()
    );
    assert_eq!(said, holder);
    assert_eq!(error.hint().unwrap(), "stop that one, or name another directory with --data DIR");
    // The first one is none the worse for it, and the command line still finds it.
    whoami(&first, &first.administrator).await.unwrap();
    put(&first, &first.administrator, "after.txt", b"after").await.unwrap();
    let running = std::fs::read_to_string(first.data().join("running.json")).unwrap();
    assert!(running.contains(first.aws.endpoint()), "{running}");
    let directory = first.stop().await;
    // Once it has gone, the next may have it.
    let second = SandboxBuilder::default().start_in(directory).await;
    whoami(&second, &second.administrator).await.unwrap();
}

/// What is done to the bytes of a database.
type Damage = fn(&mut Vec<u8>);

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_refused_and_left_as_it_is() {
    let sandbox = Sandbox::start().await;
    furnish(&sandbox).await;
    let directory = sandbox.stop().await;
    let data = directory.path().join("data");
    let database = data.join("daypass.sqlite");
    let sound = std::fs::read(&database).unwrap();
    let damages: [(&str, Damage, &str); 7] = [
        (
            "another kind of file",
            |bytes| *bytes = b"# a shopping list\n".repeat(1_000),
            "is damaged and was left as it is",
        ),
        ("a header of zeros", |bytes| bytes[..100].fill(0), "is damaged and was left as it is"),
        (
            "pages of noise",
            |bytes| bytes[8_192..].iter_mut().for_each(|byte| *byte = byte.wrapping_mul(31) ^ 0x5a),
            "is damaged and was left as it is",
        ),
        ("half of it", |bytes| bytes.truncate(bytes.len() / 2), "is damaged and was left as it is"),
        ("a few bytes of it", |bytes| bytes.truncate(50), "is damaged and was left as it is"),
        (
            "another program's mark",
            |bytes| bytes[68..72].fill(7),
            "is another program's database and was left as it is",
        ),
        (
            "a later version",
            |bytes| bytes[60..64].copy_from_slice(&[0, 0, 0, 99]),
            "was written by a newer version of daypass (its schema is 99, this knows ",
        ),
    ];
    for (what, damage, words) in damages {
        let mut bytes = sound.clone();
        damage(&mut bytes);
        std::fs::write(&database, &bytes).unwrap();
        let before = bytes_below(&data);
        let error = refused(&data).await.to_string();
        assert!(error.contains(words) && error.contains("daypass.sqlite"), "{what}: {error}");
        if words.starts_with("is damaged") {
            let advice = "; move it away and load a snapshot, or start anew with `daypass reset`";
            assert!(error.ends_with(advice), "{what}: {error}");
        }
        // Who holds the directory is written anew at each start; the rest is as it was.
        let after = bytes_below(&data);
        for (path, bytes) in before.iter().filter(|(path, _)| !path.ends_with("lock")) {
            assert!(after.get(path) == Some(bytes), "{what}: {} was changed", path.display());
        }
        // To read a database its engine makes an empty log and an index of it beside it; nothing else has come.
        for (path, bytes) in after.iter().filter(|(path, _)| !before.contains_key(*path)) {
            let empty_log = path.ends_with("daypass.sqlite-wal") && bytes.is_empty();
            assert!(empty_log || path.ends_with("daypass.sqlite-shm"), "{what}: {} has come", path.display());
        }
    }
    std::fs::write(&database, &sound).unwrap();
    let sandbox = SandboxBuilder::default().start_in(directory).await;
    sandbox.iam("GetRole", &[("RoleName", "deploy")]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = Sandbox::start().await.stop().await;
    let data = directory.path().join("data");
    for name in ["administrator.json", "control-token"] {
        let path = data.join(name);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let error = refused(&data).await;
        assert!(error.to_string().contains(name), "{error}");
        assert!(
            error.hint().unwrap().starts_with(&format!("`chmod 600 {}`", path.display())),
            "{:?}",
            error.hint()
        );
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    SandboxBuilder::default().start_in(directory).await;
}
