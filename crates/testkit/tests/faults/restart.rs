//! What a restart keeps: everything.

use daypass_testkit::{Sandbox, Service};
use http::Request;
use jiff::Timestamp;

use crate::{JOB, furnish, get, put, whoami};

async fn now(sandbox: &Sandbox) -> Timestamp {
    sandbox.read_control("status").await["now"].as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_roles_objects_trail_clock_and_keys() {
    let sandbox = Sandbox::start().await;
    furnish(&sandbox).await;
    sandbox.advance(86_400 * 30).await;
    let token = sandbox.mint(JOB).await;
    let session = sandbox.exchange("deploy", &token).await.unwrap();
    let body: Vec<u8> = (0..300_000_u32).map(|number| (number % 251) as u8).collect();
    put(&sandbox, &session, "a/file.bin", &body).await.unwrap();
    let (events, then) = (sandbox.events().await, now(&sandbox).await);
    let administrator = sandbox.administrator.clone();
    let arn = whoami(&sandbox, &session).await.unwrap();

    let sandbox = sandbox.restart().await;
    assert_eq!(sandbox.administrator.access_key_id, administrator.access_key_id);
    assert_eq!(*sandbox.administrator.secret_access_key, *administrator.secret_access_key);
    assert_eq!(whoami(&sandbox, &session).await.unwrap(), arn, "the old session still works");
    assert!(get(&sandbox, &session, "a/file.bin").await.unwrap().body == body);
    sandbox.exchange("deploy", &token).await.expect("the issuer's key is the same");
    let role = sandbox.iam("GetRolePolicy", &[("RoleName", "deploy"), ("PolicyName", "site")]).await.unwrap();
    assert!(role.element("PolicyDocument").unwrap().contains("s3%3AGetObject"));
    let list = Request::get("/site?list-type=2").body(Vec::new()).unwrap();
    let listed = sandbox.s3(Some(&administrator), list).await.unwrap();
    assert_eq!(listed.element("Key").unwrap(), "a/file.bin");

    let later = sandbox.events().await;
    assert_eq!(later.get(..events.len()).unwrap(), events, "the trail goes on where it was");
    let sequences: Vec<i64> = later.iter().map(|event| event["sequence"].as_i64().unwrap()).collect();
    assert!(sequences.is_sorted_by(|one, next| one < next), "{sequences:?}");
    let elapsed = now(&sandbox).await.duration_since(then).as_secs();
    assert!((0..60).contains(&elapsed), "the clock goes on: {elapsed}");

    sandbox.advance(3_600).await;
    let sandbox = sandbox.restart().await;
    let refused = whoami(&sandbox, &session).await.unwrap_err();
    assert_eq!(refused.code, "ExpiredToken", "a restart brings nothing back to life");
    sandbox.query(Service::Sts, Some(&sandbox.administrator), "GetCallerIdentity", &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_a_clock_that_runs_at_another_rate() {
    let sandbox = Sandbox::start().await;
    sandbox.control("clock", &serde_json::json!({ "set": "2031-05-01T00:00:00Z" })).await;
    sandbox.control("clock", &serde_json::json!({ "rate": 3_600.0 })).await;
    let before = now(&sandbox).await;
    let sandbox = sandbox.restart().await;
    let clock = sandbox.read_control("clock").await;
    assert_eq!(clock["rate"], 3_600.0);
    let ahead = now(&sandbox).await.duration_since(before).as_secs();
    assert!(ahead >= 0, "the time does not go back: {ahead}");
    assert!(before >= "2031-05-01T00:00:00Z".parse().unwrap());
}
