//! Two accounts of one sandbox, with the AWS CLI.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::seed;
use crate::shell::Shell;

const CONFIG: &str = "[[accounts]]\nid = \"210987654321\"\nname = \"staging\"\n";
const TARGET: &str = "arn:aws:iam::210987654321:role/release";

fn identity(shell: &Shell) -> Value {
    shell.json("aws sts get-caller-identity")["Arn"].clone()
}

#[test]
fn a_session_of_one_account_releases_into_another() {
    let sandbox = Sandbox::configured(CONFIG);
    seed::furnish(&sandbox);
    let (first, staging) = (sandbox.administrator(), sandbox.administrator_of("staging"));
    assert_eq!(identity(&first), "arn:aws:iam::123456789012:root");
    assert_eq!(identity(&staging), "arn:aws:iam::210987654321:root");
    assert_eq!(identity(&sandbox.administrator_of("210987654321")), "arn:aws:iam::210987654321:root");
    assert_eq!(identity(&sandbox.administrator_of("123456789012")), "arn:aws:iam::123456789012:root");
    let unknown = sandbox
        .administrator()
        .refused(&format!("daypass env --data '{}' --account production", sandbox.data().display()));
    assert!(unknown.contains("the sandbox has no account `production`"), "{unknown}");

    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::123456789012:root" }, "Action": "sts:AssumeRole",
    }]});
    sandbox.write("trust.json", trust.to_string());
    let allow = |action: &str, resource: &str| {
        json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": action, "Resource": resource,
        }]})
        .to_string()
    };
    sandbox.write("release.json", allow("s3:*", "*"));
    sandbox.write("chain.json", allow("sts:AssumeRole", TARGET));
    staging.must(
        "aws iam create-role --role-name release --assume-role-policy-document file://trust.json
         aws iam put-role-policy --role-name release --policy-name s3 --policy-document file://release.json",
    );
    let job = first.with_session(&seed::exchange(&sandbox));
    let assume = format!("aws sts assume-role --role-arn {TARGET} --role-session-name run-42");
    let refused = job.refused(&assume);
    assert!(
        refused.contains("because no identity-based policy allows the sts:AssumeRole action"),
        "{refused}"
    );
    first.must(
        "aws iam put-role-policy --role-name github-prod-deploy --policy-name chain \
         --policy-document file://chain.json",
    );
    let release = job.with_session(&job.json(&assume));
    assert_eq!(identity(&release), "arn:aws:sts::210987654321:assumed-role/release/run-42");
    release.must("aws s3 mb s3://staging-site && echo hello | aws s3 cp - s3://staging-site/index.html");
    let refused = first.refused("aws s3 cp s3://staging-site/index.html -");
    assert!(refused.contains("403"), "{refused}");
    assert_eq!(staging.must("aws s3 cp s3://staging-site/index.html -"), "hello\n");

    let lookup =
        "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=AssumeRole";
    let of = |shell: &Shell| -> Vec<Value> {
        let found = shell.json(lookup);
        let events = found["Events"].as_array().unwrap().iter();
        events
            .map(|event| serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap())
            .collect()
    };
    let (callers, called) = (of(&first), of(&staging));
    assert_eq!((callers.len(), called.len()), (2, 1), "the refused call is the caller's alone");
    assert_eq!(called[0]["userIdentity"]["type"], "AWSAccount");
    assert_eq!(called[0]["sharedEventID"], callers[0]["sharedEventID"]);
}
