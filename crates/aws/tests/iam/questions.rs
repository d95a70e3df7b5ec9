//! What a call asks the caller's policies, and how a refusal names it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use daypass_aws::Parameters;
use daypass_aws::iam::operation;

use crate::sandbox::{GITHUB, GITHUB_ARN, Sandbox};

const ROLE: (&str, &str) = ("RoleName", "deploy");
const POLICY: (&str, &str) = ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess");

/// Each question as `ACTION on RESOURCE, shown as SHOWN`.
fn asked(name: &str, parameters: &[(&str, &str)]) -> Vec<String> {
    let sandbox = Sandbox::with_role();
    let parameters = Parameters::from_iter(parameters.iter().copied());
    let questions = operation(name).unwrap().questions(&sandbox.account, &parameters);
    let told = questions.iter().map(|question| {
        let shown = if question.shown == question.resource { "itself" } else { &question.shown };
        format!("{} on {}, shown as {shown}", question.action, question.resource)
    });
    told.collect()
}

#[test]
fn a_refusal_names_things_as_observed() {
    let role = "arn:aws:iam::123456789012:role/deploy";
    for (name, parameters, resource, shown) in [
        ("AttachRolePolicy", vec![ROLE, POLICY], role, "role deploy"),
        ("CreateRole", vec![ROLE], role, "itself"),
        ("DeleteRole", vec![ROLE], role, "role deploy"),
        ("DeleteRolePermissionsBoundary", vec![ROLE], role, "role deploy"),
        ("GetRole", vec![("RoleName", "DEPLOY")], role, "role DEPLOY"),
        ("ListAttachedRolePolicies", vec![ROLE], role, "role deploy"),
        ("ListRoleTags", vec![ROLE], role, "role deploy"),
        ("PutRolePermissionsBoundary", vec![ROLE], role, "itself"),
        ("PutRolePolicy", vec![ROLE], role, "role deploy"),
        ("TagRole", vec![ROLE], role, "itself"),
        ("UpdateAssumeRolePolicy", vec![ROLE], role, "role deploy"),
        ("ListRoles", vec![], "arn:aws:iam::123456789012:role/", "itself"),
        ("GetPolicy", vec![POLICY], POLICY.1, "policy arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("CreatePolicyVersion", vec![POLICY], POLICY.1, "policy arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("CreatePolicy", vec![("PolicyName", "p")], "arn:aws:iam::123456789012:policy/p", "policy p"),
        ("ListPolicies", vec![], "*", "policy path /"),
        ("ListPolicies", vec![("PathPrefix", "/ci/")], "*", "policy path /ci/"),
        ("GetOpenIDConnectProvider", vec![("OpenIDConnectProviderArn", GITHUB_ARN)], GITHUB_ARN, "itself"),
    ] {
        assert_eq!(asked(name, &parameters), [format!("iam:{name} on {resource}, shown as {shown}")]);
    }
}

#[test]
fn what_is_made_with_tags_is_tagged_too() {
    let tag = [("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "red")];
    for (name, parameter, tagging, resource, shown) in [
        ("CreateRole", ("RoleName", "x"), "iam:TagRole", "arn:aws:iam::123456789012:role/x", "itself"),
        (
            "CreatePolicy",
            ("PolicyName", "p"),
            "iam:TagPolicy",
            "arn:aws:iam::123456789012:policy/p",
            "policy p",
        ),
        (
            "CreateOpenIDConnectProvider",
            ("Url", GITHUB),
            "iam:TagOpenIDConnectProvider",
            GITHUB_ARN,
            "itself",
        ),
    ] {
        let parameters = [&[parameter], tag.as_slice()].concat();
        let first = format!("iam:{name} on {resource}, shown as {shown}");
        let second = format!("{tagging} on {resource}, shown as {shown}");
        assert_eq!(asked(name, &parameters), [first, second]);
    }
    assert_eq!(asked("TagRole", &[&[ROLE], tag.as_slice()].concat()).len(), 1);
}

#[test]
fn tagging_is_asked_about_with_the_tags_and_without_the_boundary() {
    let sandbox = Sandbox::new();
    let parameters = Parameters::from_iter([
        ("RoleName", "x"),
        ("PermissionsBoundary", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "red"),
    ]);
    let questions = operation("CreateRole").unwrap().questions(&sandbox.account, &parameters);
    let keys: Vec<Vec<&str>> = questions
        .iter()
        .map(|question| question.keys.iter().map(|(key, _)| key.as_str()).collect())
        .collect();
    assert_eq!(
        keys,
        [
            vec!["iam:PermissionsBoundary", "aws:RequestTag/team", "aws:TagKeys"],
            vec!["aws:RequestTag/team", "aws:TagKeys"]
        ]
    );
}
