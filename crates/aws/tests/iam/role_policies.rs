//! Inline policies of roles.

use serde_json::json;

use crate::sandbox::{PERMISSIONS, Sandbox};

const ROLE: (&str, &str) = ("RoleName", "deploy");

#[test]
fn a_policy_is_put_shown_listed_and_deleted() {
    let mut sandbox = Sandbox::with_role();
    let outcome =
        sandbox.done("PutRolePolicy", &[ROLE, ("PolicyName", "read"), ("PolicyDocument", PERMISSIONS)]);
    assert_eq!(
        outcome.event.request_parameters,
        Some(json!({ "roleName": "deploy", "policyName": "read", "policyDocument": PERMISSIONS }))
    );
    assert_eq!(outcome.event.response_elements, None);
    assert_eq!(
        sandbox.answer("GetRolePolicy", &[("RoleName", "DEPLOY"), ("PolicyName", "read")]),
        "<RoleName>deploy</RoleName><PolicyName>read</PolicyName><PolicyDocument>%7B%22Version%22%3A%222012-10-17%22\
         %2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3AGetObject%22%2C%22Resource%22\
         %3A%22arn%3Aaws%3As3%3A%3A%3Aocto-bucket%2F%2A%22%7D%5D%7D</PolicyDocument>"
    );
    sandbox.done("PutRolePolicy", &[ROLE, ("PolicyName", "Read"), ("PolicyDocument", PERMISSIONS)]);
    assert_eq!(
        sandbox.answer("ListRolePolicies", &[ROLE]),
        "<PolicyNames><member>Read</member><member>read</member></PolicyNames><IsTruncated>false</IsTruncated>"
    );
    sandbox.done("DeleteRolePolicy", &[ROLE, ("PolicyName", "Read")]);
    for operation in ["GetRolePolicy", "DeleteRolePolicy"] {
        assert_eq!(
            sandbox.refusal(operation, &[ROLE, ("PolicyName", "Read")]),
            "404 NoSuchEntity: The role policy with name Read cannot be found."
        );
    }
}

#[test]
fn putting_a_policy_again_replaces_it() {
    let mut sandbox = Sandbox::with_role();
    let other = PERMISSIONS.replace("GetObject", "PutObject");
    for text in [PERMISSIONS, &other] {
        sandbox.done("PutRolePolicy", &[ROLE, ("PolicyName", "p"), ("PolicyDocument", text)]);
        let role = sandbox.account.role("deploy").unwrap();
        assert_eq!(role.policies.len(), 1);
        assert_eq!(role.policies["p"].text(), text);
    }
}

#[test]
fn what_is_wrong_with_a_policy_is_told_in_words() {
    let mut sandbox = Sandbox::with_role();
    let long_name = "p".repeat(129);
    for (name, text, refusal) in [
        ("p", "{", "400 MalformedPolicyDocument: This policy contains invalid Json".to_owned()),
        (
            "a b",
            PERMISSIONS,
            "400 ValidationError: The specified value for policyName is invalid. \
             It must contain only alphanumeric characters and/or the following: +=,.@_-"
                .to_owned(),
        ),
        (
            long_name.as_str(),
            PERMISSIONS,
            format!(
                "400 ValidationError: 1 validation error detected: Value '{long_name}' at 'policyName' \
                 failed to satisfy constraint: Member must have length less than or equal to 128"
            ),
        ),
        (
            "p",
            "",
            "400 ValidationError: 1 validation error detected: Value at 'policyDocument' \
             failed to satisfy constraint: Member must have length greater than or equal to 1"
                .to_owned(),
        ),
    ] {
        let parameters = [ROLE, ("PolicyName", name), ("PolicyDocument", text)];
        assert_eq!(sandbox.refusal("PutRolePolicy", &parameters), refusal);
    }
}

#[test]
fn all_policies_of_a_role_share_one_quota() {
    let policy = |characters: usize| {
        let bucket = "b".repeat(characters - PERMISSIONS.len() + "octo-bucket".len());
        PERMISSIONS.replace("octo-bucket", &bucket)
    };
    let mut sandbox = Sandbox::with_role();
    let mut put = |name: &str, text: &str| {
        sandbox.call("PutRolePolicy", &[ROLE, ("PolicyName", name), ("PolicyDocument", text)])
    };
    let spaced = policy(10_000).replacen('{', &format!("{{{}", " ".repeat(20_000)), 1);
    put("a", &spaced).unwrap();
    put("b", &policy(240)).unwrap();
    let error = put("b", &policy(241)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "LimitExceeded: Maximum policy size of 10240 bytes exceeded for role deploy"
    );
    assert_eq!(error.status, 409);
    put("a", &policy(9_999)).unwrap();
    put("b", &policy(241)).unwrap();
}
