//! `daypass up --import` of what the AWS CLI wrote.

use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::seed;

const DETAILS: &str = "aws iam get-account-authorization-details";

/// A sandbox with roles and policies, and its details as the AWS CLI writes them.
fn original() -> (Sandbox, Value) {
    let sandbox = seed::with_account();
    let administrator = sandbox.administrator();
    let own = "arn:aws:iam::123456789012:policy/ci/upload";
    administrator.must(&format!(
        "aws iam create-policy --policy-name upload --path /ci/ --policy-document file://deploy-policy.json > made.json
         aws iam attach-role-policy --role-name github-prod-deploy --policy-arn {own}
         aws iam attach-role-policy --role-name github-prod-deploy \
           --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
         aws iam put-role-permissions-boundary --role-name github-prod-deploy --permissions-boundary {own}
         aws iam tag-role --role-name github-prod-deploy --tags Key=team,Value=platform
         {DETAILS} > details.json"
    ));
    let details = serde_json::from_slice(&sandbox.read("details.json")).unwrap();
    (sandbox, details)
}

#[test]
fn an_account_comes_back_as_it_was_written() {
    let (first, details) = original();
    let file = first.folder().join("details.json");
    let mut second = Sandbox::start_with(&["--import", file.to_str().unwrap()]);
    assert_eq!(second.administrator().json(DETAILS), details);
    second.kill();
    second.start_again();
    assert_eq!(second.administrator().json(DETAILS), details, "it was kept");
}

#[test]
fn a_wrong_file_is_refused_as_a_whole() {
    let (sandbox, mut details) = original();
    details["RoleDetailList"][0]["Path"] = Value::from("ci");
    sandbox.write("wrong.json", serde_json::to_vec_pretty(&details).unwrap());
    let up = "daypass up --aws-addr 127.0.0.1:0 --github-addr 127.0.0.1:0 --data";
    let refusal = sandbox.administrator().refused(&format!("{up} other --import wrong.json"));
    assert!(
        refusal.contains("error: wrong.json: `RoleDetailList[0].Path`, line ")
            && refusal.contains("role `github-prod-deploy`: a path begins and ends with `/`"),
        "{refusal}"
    );
    let refusal = sandbox.administrator().refused(&format!("{up} other --import absent.json"));
    assert!(refusal.contains("error: cannot read `absent.json`"), "{refusal}");
    let refusal =
        sandbox.administrator().refused(&format!("{up} third --account 111122223333 --import details.json"));
    assert!(refusal.contains("hint: start with --account 123456789012"), "{refusal}");
}
