//! Each account looks up its own events; a call across accounts is in both trails.
//!
//! Source: IAM user guide, "Logging IAM and AWS STS API calls with AWS CloudTrail"; CloudTrail user guide, "Example
//! sharedEventID".

use daypass_testkit::{Credentials, Sandbox, seed};
use serde_json::{Value, json};

use crate::{
    DEPLOYER, OTHER, THIRD, create_role_in, policy, put_policy_in, role_in, root, s3, session, three, trust,
    two,
};

/// The records that an account's administrator finds of an operation, newest first.
async fn records(sandbox: &Sandbox, administrator: &Credentials, operation: &str) -> Vec<Value> {
    let question =
        json!({ "LookupAttributes": [{ "AttributeKey": "EventName", "AttributeValue": operation }] });
    let page = sandbox.lookup_as(administrator, &question).await.unwrap();
    let events = page["Events"].as_array().unwrap().iter();
    events.map(|event| serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_assumed_across_accounts_is_recorded_in_both() {
    let sandbox = three().await;
    sandbox.put_role_policy("deploy", "chain", &policy("Allow", &["sts:AssumeRole"], "*")).await;
    create_role_in(&sandbox, OTHER, "target", &trust(&root(seed::ACCOUNT))).await;
    let own = session(&sandbox, &[]).await;
    let across = sandbox.assume_arn(&own, &role_in(OTHER, "target"), &[]).await.unwrap();
    let other = sandbox.administrator_of(OTHER);
    let callers = records(&sandbox, &sandbox.administrator, "AssumeRole").await;
    let called = records(&sandbox, &other, "AssumeRole").await;
    let ([callers], [called]) = (callers.as_slice(), called.as_slice()) else {
        panic!("one record each: {callers:?} {called:?}");
    };
    assert_eq!(callers["recipientAccountId"], seed::ACCOUNT);
    assert_eq!(called["recipientAccountId"], OTHER);
    assert_eq!(callers["sharedEventID"], called["sharedEventID"]);
    assert!(callers["sharedEventID"].is_string() && callers["eventID"] != called["eventID"]);
    for same in ["requestID", "requestParameters", "responseElements", "eventTime", "resources"] {
        assert_eq!(callers[same], called[same], "{same}");
    }
    assert_eq!(callers["userIdentity"]["arn"], DEPLOYER);
    assert_eq!(callers["userIdentity"]["accessKeyId"], own.access_key_id.as_str());
    let principal = callers["userIdentity"]["principalId"].clone();
    let identity = json!({ "type": "AWSAccount", "principalId": principal, "accountId": seed::ACCOUNT });
    assert_eq!(called["userIdentity"], identity, "no more than who and whence");
    assert_eq!(callers["responseElements"]["credentials"]["accessKeyId"], across.access_key_id.as_str());
    assert!(records(&sandbox, &sandbox.administrator_of(THIRD), "AssumeRole").await.is_empty());

    // A call that is refused, and one within an account, are the caller's account's alone.
    sandbox.assume_arn(&own, &role_in(OTHER, "absent"), &[]).await.unwrap_err();
    sandbox.create_role("near", &trust(&root(seed::ACCOUNT))).await;
    sandbox.assume_role(&own, "near", &[]).await.unwrap();
    assert_eq!(records(&sandbox, &other, "AssumeRole").await.len(), 1);
    let callers = records(&sandbox, &sandbox.administrator, "AssumeRole").await;
    assert_eq!(callers.len(), 3);
    assert!(callers.iter().take(2).all(|record| record.get("sharedEventID").is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_traced_through_both_accounts_to_its_token() {
    let sandbox = three().await;
    sandbox.put_role_policy("deploy", "chain", &policy("Allow", &["sts:AssumeRole"], "*")).await;
    create_role_in(&sandbox, OTHER, "middle", &trust(&root(seed::ACCOUNT))).await;
    put_policy_in(&sandbox, OTHER, "middle", &policy("Allow", &["sts:AssumeRole"], "*")).await;
    create_role_in(&sandbox, THIRD, "end", &trust(&root(OTHER))).await;
    put_policy_in(&sandbox, THIRD, "end", &policy("Allow", &["s3:*"], "*")).await;
    let first = session(&sandbox, &[]).await;
    let second = sandbox.assume_arn(&first, &role_in(OTHER, "middle"), &[]).await.unwrap();
    let third = sandbox.assume_arn(&second, &role_in(THIRD, "end"), &[]).await.unwrap();
    s3(&sandbox, &third, "PUT", "/artifacts").await.unwrap();
    s3(&sandbox, &third, "PUT", "/artifacts/app.zip").await.unwrap();
    let events = sandbox.events().await;
    let put = events.iter().find(|event| event["record"]["eventName"] == "PutObject").unwrap();
    assert_eq!(put["record"]["recipientAccountId"], THIRD);
    assert_eq!(put["record"]["resources"][1]["accountId"], THIRD);
    let chain = sandbox.read_control(&format!("trace/{}", put["record"]["eventID"].as_str().unwrap())).await;
    let names: Vec<&str> =
        chain["links"].as_array().unwrap().iter().map(|link| link["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["PutObject", "AssumeRole", "AssumeRole", "AssumeRoleWithWebIdentity"]);
    assert_eq!(chain["origin"]["subject"], crate::SUBJECT);
    assert_eq!(chain["origin"]["claims"]["repository"], "your-org/your-repo");

    // From the record that the called account has, it is the same way.
    let called = records(&sandbox, &sandbox.administrator_of(THIRD), "AssumeRole").await;
    let id = called.first().unwrap()["eventID"].as_str().unwrap();
    let chain = sandbox.read_control(&format!("trace/{id}")).await;
    assert_eq!(chain["links"].as_array().unwrap().len(), 3);
    assert_eq!(chain["origin"]["subject"], crate::SUBJECT);
    let explained = sandbox.read_control(&format!("explain/{id}")).await;
    assert_eq!(explained["annotation"]["explanation"]["operation"], "AssumeRole");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_looks_up_its_own_events_alone() {
    let sandbox = two().await;
    let other = sandbox.administrator_of(OTHER);
    create_role_in(&sandbox, OTHER, "theirs", &trust(&root(OTHER))).await;
    for (administrator, own, foreign) in
        [(&sandbox.administrator, "deploy", "theirs"), (&other, "theirs", "deploy")]
    {
        let created = records(&sandbox, administrator, "CreateRole").await;
        let names: Vec<&Value> =
            created.iter().map(|record| &record["requestParameters"]["roleName"]).collect();
        assert_eq!(names, [own]);
        let question =
            json!({ "LookupAttributes": [{ "AttributeKey": "ResourceName", "AttributeValue": foreign }] });
        let page = sandbox.lookup_as(administrator, &question).await.unwrap();
        assert_eq!(page["Events"], json!([]));
        let id = sandbox
            .events()
            .await
            .into_iter()
            .find(|event| event["record"]["requestParameters"]["roleName"] == foreign);
        let id = id.unwrap()["record"]["eventID"].clone();
        let question = json!({ "LookupAttributes": [{ "AttributeKey": "EventId", "AttributeValue": id }] });
        assert_eq!(sandbox.lookup_as(administrator, &question).await.unwrap()["Events"], json!([]));
        let all = sandbox.lookup_as(administrator, &json!({})).await.unwrap().to_string();
        assert!(all.contains(own) && !all.contains(foreign), "{all}");
    }
}
