//! The trail: a record of every call, found by every attribute, with no secret in it, and from an object back to the run.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and looks into JSON"
)]

use std::collections::BTreeSet;

use daypass_testkit::{Credentials, Refused, Sandbox, SandboxBuilder, Service, seed};
use http::Request;
use serde_json::{Value, json};

const SUBJECT: &str = "repo:your-org/your-repo:ref:refs/heads/main";
const JOB: &str = "your-org/your-repo ref=refs/heads/main";
const FEATURE: &str = "your-org/your-repo ref=refs/heads/feature/x";
const DEPLOYER: &str = "arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions";

async fn furnish(sandbox: &Sandbox) -> Credentials {
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::site", "arn:aws:s3:::site/*"],
    }]});
    sandbox.put_role_policy("deploy", "site", &policy).await;
    sandbox.create_bucket("site").await;
    sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap()
}

async fn s3(sandbox: &Sandbox, by: &Credentials, method: &str, path: &str) -> Result<String, Refused> {
    let body = if method == "PUT" && path.matches('/').count() > 1 { b"hello".to_vec() } else { Vec::new() };
    let request = Request::builder().method(method).uri(path).body(body).unwrap();
    let answer = sandbox.s3(Some(by), request).await?;
    Ok(answer.request_id().unwrap().to_owned())
}

/// The records of AWS's calls that were written after the first `skip`.
async fn records(sandbox: &Sandbox, skip: usize) -> Vec<Value> {
    let records = sandbox.events().await.into_iter().map(|event| event["record"].clone());
    records.filter(|record| record["eventCategory"] != "ActivityAuditLog").skip(skip).collect()
}

/// What one record says in short.
fn in_short(record: &Value) -> String {
    let text = |name: &str| record[name].as_str().unwrap_or("-");
    let source = text("eventSource").trim_end_matches(".amazonaws.com");
    let who = record["userIdentity"]["type"].as_str().unwrap_or("-");
    format!(
        "{source} {} {} {} {who} {}",
        text("eventName"),
        text("eventCategory"),
        record["readOnly"],
        text("errorCode")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_has_a_record() {
    let sandbox = Sandbox::start().await;
    let session = furnish(&sandbox).await;
    s3(&sandbox, &session, "PUT", "/site/a.txt").await.unwrap();
    s3(&sandbox, &session, "GET", "/site/a.txt").await.unwrap();
    s3(&sandbox, &session, "GET", "/site/absent").await.unwrap_err();
    s3(&sandbox, &session, "GET", "/site?list-type=2").await.unwrap();
    s3(&sandbox, &session, "PUT", "/other").await.unwrap_err();
    s3(&sandbox, &session, "DELETE", "/site/a.txt").await.unwrap();
    sandbox.s3(None, Request::get("/site/a.txt").body(Vec::new()).unwrap()).await.unwrap_err();
    sandbox.query(Service::Sts, Some(&session), "GetCallerIdentity", &[]).await.unwrap();
    sandbox.query(Service::Sts, None, "GetCallerIdentity", &[]).await.unwrap_err();
    sandbox.query(Service::Iam, Some(&session), "CreateRole", &[("RoleName", "mine")]).await.unwrap_err();
    sandbox.iam("GetRole", &[("RoleName", "absent")]).await.unwrap_err();
    sandbox.assume_role(&session, "deploy", &[]).await.unwrap_err();
    sandbox.exchange("deploy", &sandbox.mint(FEATURE).await).await.unwrap_err();
    sandbox.exchange("deploy", "garbage").await.unwrap_err();
    sandbox.lookup(&json!({})).await.unwrap();
    let wanted = [
        "iam CreateOpenIDConnectProvider Management false Root -",
        "iam CreateRole Management false Root -",
        "iam PutRolePolicy Management false Root -",
        "s3 CreateBucket Management false Root -",
        "sts AssumeRoleWithWebIdentity Management true WebIdentityUser -",
        "s3 PutObject Data false AssumedRole -",
        "s3 GetObject Data true AssumedRole -",
        "s3 GetObject Data true AssumedRole NoSuchKey",
        "s3 ListObjectsV2 Data true AssumedRole -",
        "s3 CreateBucket Management false AssumedRole AccessDenied",
        "s3 DeleteObject Data false AssumedRole -",
        "s3 UnknownOperation Data true Unknown AccessDenied",
        "sts GetCallerIdentity Management true AssumedRole -",
        "sts GetCallerIdentity Management true Unknown MissingAuthenticationToken",
        "iam CreateRole Management false AssumedRole AccessDenied",
        "iam GetRole Management true Root NoSuchEntity",
        "sts AssumeRole Management true AssumedRole AccessDenied",
        "sts AssumeRoleWithWebIdentity Management true WebIdentityUser AccessDenied",
        "sts AssumeRoleWithWebIdentity Management true Unknown InvalidIdentityToken",
        "cloudtrail LookupEvents Management true Root -",
    ];
    let records = records(&sandbox, 0).await;
    let got: Vec<String> = records.iter().map(in_short).collect();
    assert_eq!(got, wanted);
    let ids: BTreeSet<&str> = records.iter().map(|record| record["eventID"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), wanted.len(), "each has an id of its own");
    for record in &records {
        assert_eq!(record["recipientAccountId"], seed::ACCOUNT);
        assert_eq!(record["sourceIPAddress"], "127.0.0.1");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_exchange_keeps_the_subject_that_was_presented() {
    let sandbox = Sandbox::start().await;
    furnish(&sandbox).await;
    let refused = sandbox.exchange("deploy", &sandbox.mint(FEATURE).await).await.unwrap_err();
    assert_eq!(
        refused.said(),
        (403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
    );
    let record = records(&sandbox, 0).await.pop().unwrap();
    let subject = "repo:your-org/your-repo:ref:refs/heads/feature/x";
    let provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    assert_eq!(
        record["userIdentity"],
        json!({
            "type": "WebIdentityUser",
            "principalId": format!("{provider}:sts.amazonaws.com:{subject}"),
            "userName": subject,
            "identityProvider": provider,
        })
    );
    assert_eq!(record["errorCode"], "AccessDenied");
    assert_eq!(record["errorMessage"], "An unknown error occurred");
    assert_eq!(record["responseElements"], Value::Null);
    assert_eq!(record["requestParameters"]["roleArn"], "arn:aws:iam::123456789012:role/deploy");
    assert_eq!(record["requestParameters"]["roleSessionName"], "GitHubActions");
    assert_eq!(record["requestID"], refused.request_id.as_str());
}

fn by(attribute: &str, value: &str) -> Value {
    json!({ "LookupAttributes": [{ "AttributeKey": attribute, "AttributeValue": value }] })
}

async fn found(sandbox: &Sandbox, question: &Value) -> Vec<Value> {
    sandbox.lookup(question).await.unwrap()["Events"].as_array().unwrap().clone()
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["EventName"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_found_by_every_attribute() {
    let sandbox = Sandbox::start().await;
    let session = furnish(&sandbox).await;
    sandbox.query(Service::Sts, Some(&session), "GetCallerIdentity", &[]).await.unwrap();
    sandbox.query(Service::Iam, Some(&session), "ListRoles", &[]).await.unwrap_err();
    s3(&sandbox, &session, "PUT", "/site/a.txt").await.unwrap();
    const EXCHANGE: &str = "AssumeRoleWithWebIdentity";
    let key = session.access_key_id.as_str();
    let role = "arn:aws:iam::123456789012:role/deploy";
    for (attribute, value, wanted) in [
        ("AccessKeyId", key, vec!["ListRoles", "GetCallerIdentity"]),
        ("EventName", EXCHANGE, vec![EXCHANGE]),
        ("Username", SUBJECT, vec![EXCHANGE]),
        ("Username", "GitHubActions", vec!["ListRoles", "GetCallerIdentity"]),
        ("ResourceName", key, vec![EXCHANGE]),
        ("ResourceName", role, vec![EXCHANGE, "CreateRole"]),
        ("ResourceName", DEPLOYER, vec![EXCHANGE]),
        ("ResourceType", "AWS::IAM::OIDCProvider", vec!["CreateOpenIDConnectProvider"]),
        ("ResourceType", "AWS::S3::Bucket", vec!["CreateBucket"]),
        ("EventSource", "sts.amazonaws.com", vec!["GetCallerIdentity", EXCHANGE]),
        ("EventSource", "s3.amazonaws.com", vec!["CreateBucket"]),
        ("EventName", "PutObject", vec![]),
        ("EventName", "Absent", vec![]),
    ] {
        let events = found(&sandbox, &by(attribute, value)).await;
        assert_eq!(names(&events), wanted, "{attribute} = {value}");
    }
    let exchange = &found(&sandbox, &by("EventName", EXCHANGE)).await[0];
    assert_eq!(exchange["Username"], SUBJECT);
    assert_eq!(exchange["ReadOnly"], "true");
    let record: Value = serde_json::from_str(exchange["CloudTrailEvent"].as_str().unwrap()).unwrap();
    assert_eq!(record["responseElements"]["credentials"]["accessKeyId"], key);
    assert_eq!(record["responseElements"]["credentials"]["sessionToken"], "");
    let same = found(&sandbox, &by("EventId", exchange["EventId"].as_str().unwrap())).await;
    assert_eq!(same, std::slice::from_ref(exchange));
    let written = found(&sandbox, &by("ReadOnly", "false")).await;
    let order = ["CreateBucket", "PutRolePolicy", "CreateRole", "CreateOpenIDConnectProvider"];
    assert_eq!(names(&written), order, "newest first");
    assert!(found(&sandbox, &by("ReadOnly", "true")).await.iter().all(|event| event["ReadOnly"] == "true"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_and_tokens_are_for_their_own_question() {
    let sandbox = Sandbox::start().await;
    for number in 0..7 {
        sandbox.create_role(&format!("role-{number}"), &seed::trust(SUBJECT)).await;
    }
    let mut question = by("EventName", "CreateRole");
    question["MaxResults"] = json!(3);
    let mut sizes = Vec::new();
    let mut seen = Vec::new();
    let mut tokens = Vec::new();
    loop {
        let page = sandbox.lookup(&question).await.unwrap();
        let events = page["Events"].as_array().unwrap();
        sizes.push(events.len());
        seen.extend(events.iter().map(|event| event["EventId"].as_str().unwrap().to_owned()));
        // What happens meanwhile moves no page.
        sandbox.create_role(&format!("later-{}", sizes.len()), &seed::trust(SUBJECT)).await;
        match page.get("NextToken") {
            Some(token) => tokens.push(token.clone()),
            None => break,
        }
        question["NextToken"] = tokens.last().unwrap().clone();
    }
    assert_eq!(sizes, [3, 3, 1]);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 7, "each once");
    let mut other = by("EventName", "GetRole");
    other["NextToken"] = tokens[0].clone();
    let mut none = json!({ "NextToken": tokens[0] });
    none["MaxResults"] = json!(3);
    let garbage = |token: &str| json!({ "NextToken": token });
    for (what, question, code) in [
        ("another attribute's token", other, "InvalidNextTokenException"),
        ("a token for no attribute", none, "InvalidNextTokenException"),
        ("garbage", garbage("garbage"), "InvalidNextTokenException"),
        ("an empty token", garbage(""), "InvalidNextTokenException"),
        ("0 results", json!({ "MaxResults": 0 }), "InvalidMaxResultsException"),
        ("51 results", json!({ "MaxResults": 51 }), "InvalidMaxResultsException"),
        ("an unknown attribute", by("Colour", "red"), "InvalidLookupAttributesException"),
        (
            "two attributes",
            json!({ "LookupAttributes": [
                { "AttributeKey": "EventName", "AttributeValue": "a" }, { "AttributeKey": "EventId", "AttributeValue": "b" },
            ]}),
            "InvalidLookupAttributesException",
        ),
        (
            "an end before the start",
            json!({ "StartTime": 2_000, "EndTime": 1_000 }),
            "InvalidTimeRangeException",
        ),
        ("another category", json!({ "EventCategory": "management" }), "InvalidEventCategoryException"),
    ] {
        let refused = sandbox.lookup(&question).await.expect_err(what);
        assert_eq!((refused.status, refused.code.as_str()), (400, code), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_up_needs_leave() {
    let sandbox = Sandbox::start().await;
    let session = furnish(&sandbox).await;
    let answer = sandbox.aws.cloudtrail(Some(&session), "LookupEvents", &json!({})).await.unwrap();
    let refused = Refused::from_error(answer.succeeded("LookupEvents").unwrap_err());
    let message = format!(
        "User: {DEPLOYER} is not authorized to perform: cloudtrail:LookupEvents on resource: * because no identity-based policy allows the cloudtrail:LookupEvents action"
    );
    assert_eq!(refused.said(), (400, "AccessDeniedException", message.as_str()));
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "cloudtrail:LookupEvents", "Resource": "*",
    }]});
    sandbox.put_role_policy("deploy", "trail", &policy).await;
    let answer = sandbox.aws.cloudtrail(Some(&session), "LookupEvents", &json!({})).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn data_events_are_looked_up_where_the_configuration_says_so() {
    let files = tempfile::tempdir().unwrap();
    let builder = SandboxBuilder::default().config_text(files.path(), "lookup_data_events = true\n");
    let sandbox = builder.start().await;
    let session = furnish(&sandbox).await;
    s3(&sandbox, &session, "PUT", "/site/a.txt").await.unwrap();
    for question in [
        by("EventName", "PutObject"),
        by("ResourceName", "arn:aws:s3:::site/a.txt"),
        by("AccessKeyId", &session.access_key_id),
    ] {
        assert_eq!(names(&found(&sandbox, &question).await), ["PutObject"], "{question}");
    }
    // Without the setting the same trail does not show them.
    let sandbox = SandboxBuilder::default().start_in(sandbox.stop().await).await;
    assert_eq!(names(&found(&sandbox, &by("EventName", "PutObject")).await), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_leads_from_an_object_to_the_run() {
    let sandbox = Sandbox::start().await;
    let first = furnish(&sandbox).await;
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::123456789012:role/deploy" }, "Action": "sts:AssumeRole",
    }]});
    sandbox.create_role("writer", &trust).await;
    let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*" }] });
    sandbox.put_role_policy("writer", "site", &policy).await;
    let second = sandbox.assume_role(&first, "writer", &[]).await.unwrap();
    let request = s3(&sandbox, &second, "PUT", "/site/index.html").await.unwrap();
    let chain = sandbox.read_control(&format!("trace/{request}")).await;
    let links = chain["links"].as_array().unwrap();
    let path: Vec<&str> = links.iter().map(|link| link["name"].as_str().unwrap()).collect();
    assert_eq!(path, ["PutObject", "AssumeRole", "AssumeRoleWithWebIdentity"]);
    assert_eq!(links[0]["target"], "s3://site/index.html");
    assert_eq!(links[0]["access_key_id"], second.access_key_id.as_str());
    assert_eq!(links[1]["access_key_id"], first.access_key_id.as_str());
    assert_eq!(links[2]["caller"], SUBJECT);
    let claims = &chain["origin"]["claims"];
    assert_eq!(chain["origin"]["subject"], SUBJECT);
    assert_eq!(
        (&claims["repository"], &claims["ref"]),
        (&json!("your-org/your-repo"), &json!("refs/heads/main"))
    );
    let run = claims["run_id"].as_str().unwrap();
    let lines: Vec<&str> =
        chain["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(lines.contains(&format!("  run_id        {run}").as_str()), "{lines:?}");
    // The event's own id leads there as well.
    let event = links[0]["event_id"].as_str().unwrap();
    assert_eq!(sandbox.read_control(&format!("trace/{event}")).await, chain);
}
