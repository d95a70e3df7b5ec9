//! The file with the upstream's key, which changes while the server runs.

use std::time::{Duration, Instant};

use daypass_testkit::upstream::Script;
use daypass_testkit::{Answer, Credentials, Sandbox};
use serde_json::json;

use crate::{KEYS, behind, call, record};

/// How long a test waits for a change to be seen; the file is looked at once a second.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longer than the time in which the file is looked at once.
const A_LOOK: Duration = Duration::from_millis(1_200);

async fn list(sandbox: &Sandbox, session: &Credentials) -> Answer {
    call(sandbox, ("dynamodb", "DynamoDB_20120810.ListTables"), Some(session), &json!({})).await
}

fn write(sandbox: &Sandbox, text: &str) {
    std::fs::write(sandbox.data().with_file_name("keys"), text).unwrap();
}

/// Calls until the upstream is asked with this key.
async fn asks_with(
    upstream: &daypass_testkit::upstream::ScriptedUpstream,
    sandbox: &Sandbox,
    session: &Credentials,
    key: &str,
) -> String {
    let begun = Instant::now();
    loop {
        list(sandbox, session).await;
        let last = upstream.seen().last().cloned().unwrap_or_default();
        if last.contains(&format!("Credential={key}/")) {
            return last;
        }
        assert!(begun.elapsed() < PATIENCE, "{key} is not used: {last}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_used_and_a_broken_file_leaves_the_old_one() {
    let (upstream, sandbox, session) = behind(Script::answer("200 OK", "", "{}")).await;
    assert!(!asks_with(&upstream, &sandbox, &session, "AKIAUPSTREAM").await.contains("x-amz-security-token"));
    write(&sandbox, &format!("{}aws_session_token = of-the-second\n", KEYS.replace("UPSTREAM", "SECOND")));
    let asked = asks_with(&upstream, &sandbox, &session, "AKIASECOND").await;
    assert!(asked.contains("x-amz-security-token: of-the-second"), "{asked}");
    for broken in ["", "[default]\naws_access_key_id = AKIATHIRD\n", "[other]\n", "no file of keys"] {
        write(&sandbox, broken);
        tokio::time::sleep(A_LOOK).await;
        assert_eq!(list(&sandbox, &session).await.status.as_u16(), 200, "{broken:?}");
        let last = upstream.seen().last().cloned().unwrap();
        assert!(last.contains("Credential=AKIASECOND/"), "{broken:?}: {last}");
    }
    write(&sandbox, &KEYS.replace("UPSTREAM", "FOURTH"));
    asks_with(&upstream, &sandbox, &session, "AKIAFOURTH").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_nothing_is_forwarded_and_the_operator_is_told() {
    let (upstream, sandbox, session) = behind(Script::answer("200 OK", "", "{}")).await;
    // Nothing was called yet, and so the file was never read.
    write(&sandbox, "[other]\n");
    let answer = list(&sandbox, &session).await;
    assert_eq!(answer.status.as_u16(), 503, "{}", answer.text());
    assert!(answer.text().contains("daypass has no credentials for the service behind it."));
    let event = record(&sandbox, answer.request_id().unwrap()).await;
    assert_eq!(event["errorCode"], "ServiceUnavailableException");
    assert_eq!(event["additionalEventData"]["upstream"]["mayBeDone"], false);
    assert_eq!(upstream.seen(), [""; 0]);
    write(&sandbox, KEYS);
    asks_with(&upstream, &sandbox, &session, "AKIAUPSTREAM").await;
}
