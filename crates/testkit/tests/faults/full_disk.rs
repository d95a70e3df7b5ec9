//! A disk that is really full: a small one of its own, in a mount namespace of its own, for which nobody needs to be
//! root. A test runs itself once more in there.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use daypass_testkit::{Credentials, Sandbox, Service, seed};
use serde_json::json;

use crate::{JOB, SUBJECT, furnish, get, put, whoami};

/// Names the small disk, for the run in there.
const DISK: &str = "DAYPASS_TEST_DISK";
const MOUNT: &str = "mount -t tmpfs -o size=12m,mode=0700 daypass \"$DAYPASS_TEST_DISK\" && exec \"$@\"";
const NOT_RECORDED: &str = "The request processing has failed because the service cannot record it.";

#[test]
fn a_full_disk_refuses_writes_and_loses_nothing() {
    on_its_own_disk("full_disk::a_full_disk_refuses_writes_and_loses_nothing", async |disk| {
        on_a_small_disk(&disk).await;
    });
}

/// Runs the test of this name once more, on a small disk of its own, and there what is given.
pub(crate) fn on_its_own_disk(name: &str, run: impl AsyncFnOnce(PathBuf)) {
    if let Some(disk) = std::env::var_os(DISK) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        return runtime.block_on(run(PathBuf::from(disk)));
    }
    let disk = tempfile::tempdir().unwrap();
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", MOUNT, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(DISK, disk.path())
        .env("TMPDIR", disk.path())
        .output()
        .expect("`unshare` of util-linux is installed");
    let said =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success(), "on the small disk:\n{said}");
    assert!(said.contains("1 passed"), "nothing was tried on the small disk:\n{said}");
}

/// Takes every byte of the disk.
pub(crate) fn fill(disk: &Path) -> PathBuf {
    let path = disk.join("filler");
    let mut file = File::options().create(true).append(true).open(&path).unwrap();
    for size in [1 << 20, 4_096, 1] {
        while file.write_all(&vec![b'x'; size]).is_ok() {}
    }
    path
}

/// Creates roles until one is refused; the names of those that are there, and the one that is not.
async fn fill_by_writing(sandbox: &Sandbox, disk: &Path) -> (Vec<String>, String) {
    let trust = seed::trust(SUBJECT).to_string();
    let mut made = Vec::new();
    for number in 0..2_000 {
        fill(disk);
        let name = format!("role-{number}");
        let parameters = [("RoleName", name.as_str()), ("AssumeRolePolicyDocument", trust.as_str())];
        match sandbox.iam("CreateRole", &parameters).await {
            Ok(_) => made.push(name),
            Err(refused) => {
                assert_eq!(refused.said(), (500, "ServiceFailure", NOT_RECORDED));
                return (made, name);
            }
        }
    }
    panic!("2000 roles were created on a disk that has no room");
}

async fn on_a_small_disk(disk: &Path) {
    let sandbox = Sandbox::start().await;
    furnish(&sandbox).await;
    let early = sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap();
    put(&sandbox, &early, "early.txt", b"early").await.unwrap();
    let token = sandbox.mint(JOB).await;

    let (made, refused) = fill_by_writing(&sandbox, disk).await;
    no_writes(&sandbox, &early, &token).await;
    reads_go_on(&sandbox, &early, &made, &refused).await;

    std::fs::remove_file(disk.join("filler")).unwrap();
    let late = sandbox.exchange("deploy", &token).await.expect("there is room again");
    put(&sandbox, &late, "late.txt", b"late").await.unwrap();
    sandbox.create_role(&refused, &seed::trust(SUBJECT)).await;

    let sandbox = sandbox.restart().await;
    for name in made.iter().chain([&refused]) {
        sandbox.iam("GetRole", &[("RoleName", name)]).await.unwrap();
    }
    assert_eq!(get(&sandbox, &early, "early.txt").await.unwrap().body, "early");
    assert_eq!(get(&sandbox, &late, "late.txt").await.unwrap().body, "late");
    for key in [&early.access_key_id, &late.access_key_id] {
        let question =
            json!({ "LookupAttributes": [{ "AttributeKey": "ResourceName", "AttributeValue": key }] });
        let found = sandbox.lookup(&question).await.unwrap();
        assert_eq!(
            found["Events"].as_array().unwrap().len(),
            1,
            "{key} was handed out, and is on record once"
        );
    }
}

/// Whatever needs a record is refused, and no credential leaves.
async fn no_writes(sandbox: &Sandbox, early: &Credentials, token: &str) {
    let arn = format!("arn:aws:iam::{}:role/deploy", seed::ACCOUNT);
    let parameters = [("RoleArn", arn.as_str()), ("RoleSessionName", "full"), ("WebIdentityToken", token)];
    for _ in 0..3 {
        let answer =
            sandbox.aws.query(Service::Sts, None, "AssumeRoleWithWebIdentity", &parameters).await.unwrap();
        assert_eq!(answer.status, 500);
        assert_eq!(answer.element("Code").unwrap(), "ServiceFailure");
        assert_eq!(answer.element("Message").unwrap(), NOT_RECORDED);
        for secret in ["AccessKeyId", "SecretAccessKey", "SessionToken", "ASIA"] {
            assert!(!answer.text().contains(secret), "{secret} in {}", answer.text());
        }
    }
    let put = put(sandbox, early, "late.txt", &vec![b'x'; 100_000]).await.unwrap_err();
    assert_eq!(put.said(), (503, "ServiceUnavailable", "Service is unable to handle request."));
    let deleted = sandbox.iam("DeleteRolePolicy", &[("RoleName", "deploy"), ("PolicyName", "site")]).await;
    assert_eq!(deleted.unwrap_err().said(), (500, "ServiceFailure", NOT_RECORDED));
}

/// What is there can be read, and what was refused is not there.
async fn reads_go_on(sandbox: &Sandbox, early: &Credentials, made: &[String], refused: &str) {
    assert_eq!(
        whoami(sandbox, early).await.unwrap(),
        "arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions"
    );
    assert_eq!(get(sandbox, early, "early.txt").await.unwrap().body, "early");
    assert_eq!(
        get(sandbox, early, "late.txt").await.unwrap_err().code,
        "AccessDenied",
        "no such key, and no leave to list"
    );
    assert_eq!(get(sandbox, &sandbox.administrator, "late.txt").await.unwrap_err().code, "NoSuchKey");
    sandbox.iam("GetRolePolicy", &[("RoleName", "deploy"), ("PolicyName", "site")]).await.unwrap();
    for name in made {
        sandbox.iam("GetRole", &[("RoleName", name)]).await.unwrap();
    }
    assert_eq!(sandbox.iam("GetRole", &[("RoleName", refused)]).await.unwrap_err().code, "NoSuchEntity");
    let question = json!({ "LookupAttributes": [{ "AttributeKey": "EventName", "AttributeValue": "AssumeRoleWithWebIdentity" }] });
    let found = sandbox.lookup(&question).await.unwrap();
    assert_eq!(found["Events"][0]["Resources"][0]["ResourceName"], early.access_key_id.as_str());
}
