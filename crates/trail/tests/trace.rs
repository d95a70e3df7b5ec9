//! From a call back to the token behind it.

use std::convert::Infallible;

use daypass_trail::trace::LINKS_MAX;
use daypass_trail::{Annotation, Events, StoredEvent, issued_access_key, trace};
use serde_json::{Value, json};

/// A trail in memory.
struct Trail(Vec<(Value, Option<Annotation>)>);

impl Trail {
    fn find(&self, matches: impl Fn(&Value) -> bool) -> Option<StoredEvent> {
        let (record, annotation) = self.0.iter().find(|(record, _)| matches(record))?;
        Some(StoredEvent { sequence: 1, record: record.to_string(), annotation: annotation.clone() })
    }
}

impl Events for Trail {
    type Error = Infallible;

    fn event(&self, id: &str) -> Result<Option<StoredEvent>, Infallible> {
        Ok(self.find(|record| record["eventID"] == id || record["requestID"] == id))
    }

    fn issuing(&self, access_key_id: &str) -> Result<Option<StoredEvent>, Infallible> {
        Ok(self.find(|record| issued_access_key(record).as_deref() == Some(access_key_id)))
    }
}

fn upload(key: &str, caller: &str) -> Value {
    json!({
        "userIdentity": { "type": "AssumedRole", "arn": caller, "accessKeyId": key },
        "eventTime": "2026-11-23T10:02:00Z",
        "eventName": "PutObject",
        "requestParameters": { "bucketName": "site", "key": "index.html" },
        "eventID": "upload",
        "requestID": "upload-request",
    })
}

fn chained(from: &str, issued: &str) -> Value {
    json!({
        "userIdentity": { "type": "AssumedRole", "arn": "arn:aws:sts::1:assumed-role/first/job", "accessKeyId": from },
        "eventTime": "2026-11-23T10:01:00Z",
        "eventName": "AssumeRole",
        "requestParameters": { "roleArn": "arn:aws:iam::1:role/second" },
        "responseElements": { "credentials": { "accessKeyId": issued } },
        "eventID": format!("chained-{issued}"),
    })
}

fn exchange(issued: &str) -> (Value, Option<Annotation>) {
    let record = json!({
        "userIdentity": { "type": "WebIdentityUser", "userName": "repo:o/r:environment:production", "identityProvider": "arn:p" },
        "eventTime": "2026-11-23T10:00:00Z",
        "eventName": "AssumeRoleWithWebIdentity",
        "requestParameters": { "roleArn": "arn:aws:iam::1:role/first" },
        "responseElements": { "credentials": { "accessKeyId": issued } },
        "eventID": "exchange",
    });
    let claims = json!({ "repository": "o/r", "environment": "production", "run_id": "42", "sha": "abc" });
    let annotation = Annotation { token: claims.as_object().cloned(), explanation: Value::Null };
    (record, Some(annotation))
}

#[test]
fn an_upload_leads_through_a_chained_session_to_repository_environment_and_run() {
    let upload = upload("ASIA2", "arn:aws:sts::1:assumed-role/second/job");
    let trail = Trail(vec![(upload, None), (chained("ASIA1", "ASIA2"), None), exchange("ASIA1")]);
    let chain = trace(&trail, "upload-request").unwrap().unwrap();
    let ids: Vec<_> = chain.links.iter().map(|link| link.event_id.as_str()).collect();
    assert_eq!(ids, ["upload", "chained-ASIA2", "exchange"]);
    let origin = chain.origin.unwrap();
    assert_eq!(origin.subject, "repo:o/r:environment:production");
    assert_eq!(origin.claims["run_id"], "42");
    assert_eq!(
        chain.lines,
        [
            "2026-11-23T10:02:00Z PutObject s3://site/index.html by arn:aws:sts::1:assumed-role/second/job with key ASIA2",
            "2026-11-23T10:01:00Z AssumeRole arn:aws:iam::1:role/second by arn:aws:sts::1:assumed-role/first/job with key ASIA1",
            "2026-11-23T10:00:00Z AssumeRoleWithWebIdentity arn:aws:iam::1:role/first by repo:o/r:environment:production",
            "token of repo:o/r:environment:production",
            "  repository    o/r",
            "  environment   production",
            "  run_id        42",
            "  sha           abc",
        ]
    );
}

#[test]
fn a_chain_that_ends_without_a_token_says_why() {
    let last = |trail: &Trail, id: &str| {
        let chain = trace(trail, id).unwrap().unwrap();
        assert_eq!(chain.origin, None);
        chain.lines.last().unwrap().clone()
    };
    let gone = Trail(vec![(upload("ASIA2", "arn:aws:sts::1:assumed-role/second/job"), None)]);
    assert_eq!(last(&gone, "upload"), "the exchange that handed out ASIA2 is not in the trail");
    let root = Trail(vec![(upload("AKIA", "arn:aws:iam::1:root"), None)]);
    assert_eq!(last(&root, "upload"), "signed with the account's own key: no token is behind it");
    let nobody = json!({ "userIdentity": { "type": "Unknown" }, "eventID": "nobody" });
    let nobody = Trail(vec![(nobody, None)]);
    assert_eq!(last(&nobody, "nobody"), "no token and no key is behind it: the caller was not established");
    let circle = Trail(vec![(chained("ASIA1", "ASIA1"), None)]);
    let chain = trace(&circle, "chained-ASIA1").unwrap().unwrap();
    assert_eq!(chain.links.len(), LINKS_MAX);
    assert_eq!(chain.lines.last().unwrap(), "more than 64 sessions in a row: not followed any further");
}

#[test]
fn an_unknown_id_has_no_chain() {
    assert_eq!(trace(&Trail(Vec::new()), "nothing").unwrap(), None);
}

#[test]
fn a_chain_comes_back_from_its_json() {
    let chain = trace(&Trail(vec![exchange("ASIA1")]), "exchange").unwrap().unwrap();
    let text = serde_json::to_string(&chain).unwrap();
    assert_eq!(serde_json::from_str::<daypass_trail::Chain>(&text).unwrap(), chain);
}
