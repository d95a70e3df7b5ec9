//! What the operator is told of a policy that was refused, besides AWS's words.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use daypass_aws::iam::operation;
use daypass_aws::{AwsError, Parameters, Reason};

use crate::sandbox::{PERMISSIONS, Sandbox, TRUST};

/// The place and the hint; empty where there is nothing to tell.
fn told(name: &str, parameters: &[(&str, &str)]) -> String {
    let error = Sandbox::with_role().call(name, parameters).unwrap_err();
    let sent = Parameters::from_iter(parameters.iter().copied());
    match operation(name).unwrap().reason(&error, &sent) {
        Some(Reason::MalformedPolicy { place, hint }) => format!("{place} | {}", hint.unwrap_or_default()),
        other => format!("{other:?}"),
    }
}

#[test]
fn the_place_of_a_mistake_is_told() {
    let text = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": {\"Effect\": \"Maybe\"}\n}";
    let role = ("RoleName", "deploy");
    for (name, parameters) in [
        ("CreatePolicy", vec![("PolicyName", "p"), ("PolicyDocument", text)]),
        ("CreateRole", vec![("RoleName", "x"), ("AssumeRolePolicyDocument", text)]),
        ("PutRolePolicy", vec![role, ("PolicyName", "p"), ("PolicyDocument", text)]),
        ("UpdateAssumeRolePolicy", vec![role, ("PolicyDocument", text)]),
    ] {
        let told = told(name, &parameters);
        assert!(told.starts_with("line 3, column "), "{name}: {told}");
        assert!(told.contains("in `Statement"), "{name}: {told}");
    }
}

#[test]
fn each_kind_of_policy_has_its_own_grammar() {
    let role = ("RoleName", "deploy");
    // A trust policy is no permission policy, and the other way about.
    let told_of_trust = told("PutRolePolicy", &[role, ("PolicyName", "p"), ("PolicyDocument", TRUST)]);
    let told_of_permissions = told("UpdateAssumeRolePolicy", &[role, ("PolicyDocument", PERMISSIONS)]);
    for told in [told_of_trust, told_of_permissions] {
        assert!(told.starts_with("line 1, column "), "{told}");
    }
}

#[test]
fn what_is_refused_for_another_reason_has_none() {
    let anyone = TRUST.replace("repo:octo-org/octo-repo:ref:refs/heads/main", "*");
    // The identity-provider control has words that tell.
    assert_eq!(
        told("UpdateAssumeRolePolicy", &[("RoleName", "deploy"), ("PolicyDocument", &anyone)]),
        "None"
    );
    let sent = Parameters::from_iter([("PolicyDocument", "{")]);
    let other = AwsError::validation("-");
    assert_eq!(operation("CreatePolicy").unwrap().reason(&other, &sent), None);
}
