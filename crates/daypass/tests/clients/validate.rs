//! Access Analyzer's ValidatePolicy with the AWS CLI: permitted like every call, and on record.

use serde_json::json;

use crate::seed;

const VALIDATE: &str = "aws accessanalyzer validate-policy --policy-type IDENTITY_POLICY --policy-document file://deploy-policy.json";

#[test]
fn a_session_validates_once_it_may() {
    let sandbox = seed::with_account();
    let session = sandbox.administrator().with_session(&seed::exchange(&sandbox));
    let refusal = session.refused(VALIDATE);
    assert!(
        refusal.contains("(AccessDeniedException)")
            && refusal
                .contains("is not authorized to perform: access-analyzer:ValidatePolicy on resource: *"),
        "{refusal}"
    );
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "access-analyzer:ValidatePolicy", "Resource": "*" },
    ]});
    sandbox.write("validate.json", policy.to_string());
    sandbox.administrator().must(
        "aws iam put-role-policy --role-name github-prod-deploy --policy-name validate \
         --policy-document file://validate.json",
    );
    let answer = session.json(VALIDATE);
    let codes: Vec<&str> = answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["issueCode"].as_str().unwrap())
        .collect();
    assert!(codes.contains(&"INVALID_ACTION"), "`lambda:WaitForFunctionActive` is no action: {codes:?}");

    let events = sandbox.administrator().json(
        "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=ValidatePolicy",
    );
    let events = events["Events"].as_array().unwrap();
    assert_eq!(events.len(), 2, "the refusal and the answer");
    assert!(events[1]["CloudTrailEvent"].as_str().unwrap().contains("AccessDenied"));
}

#[test]
fn a_wrong_key_is_refused_as_rest_and_json_do() {
    let sandbox = seed::with_files();
    let stranger = sandbox.administrator().after("export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE");
    let refusal = stranger.refused(VALIDATE);
    assert!(refusal.contains("(UnrecognizedClientException)"), "{refusal}");
    let other = sandbox.administrator().refused("aws accessanalyzer list-analyzers");
    assert!(other.contains("(UnknownOperationException)"), "{other}");
}
