//! Permissions boundaries, and the condition keys that keep them in place.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use daypass_aws::Parameters;
use daypass_aws::iam::operation;
use daypass_policy::Values;

use crate::sandbox::{PERMISSIONS, Sandbox, TRUST, render};

const ROLE: (&str, &str) = ("RoleName", "deploy");
const BOUND: &str = "arn:aws:iam::123456789012:policy/bound";
const OTHER: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const BOUNDARY: (&str, &str) = ("PermissionsBoundary", BOUND);
const SHOWN: &str = "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>\
                     <PermissionsBoundaryArn>arn:aws:iam::123456789012:policy/bound</PermissionsBoundaryArn>\
                     </PermissionsBoundary>";

fn with_boundary() -> Sandbox {
    let mut sandbox = Sandbox::with_role();
    sandbox.done("CreatePolicy", &[("PolicyName", "bound"), ("PolicyDocument", PERMISSIONS)]);
    sandbox.done("PutRolePermissionsBoundary", &[ROLE, BOUNDARY]);
    sandbox
}

#[test]
fn a_boundary_is_put_shown_and_deleted() {
    let mut sandbox = with_boundary();
    assert!(sandbox.answer("GetRole", &[ROLE]).contains(SHOWN));
    assert!(!sandbox.answer("ListRoles", &[]).contains("PermissionsBoundary"));
    sandbox.done("PutRolePermissionsBoundary", &[ROLE, ("PermissionsBoundary", OTHER)]);
    assert_eq!(sandbox.account.role("deploy").unwrap().boundary.as_deref(), Some(OTHER));
    for _ in 0..2 {
        sandbox.done("DeleteRolePermissionsBoundary", &[ROLE]);
        assert!(!sandbox.answer("GetRole", &[ROLE]).contains("PermissionsBoundary"));
    }
}

#[test]
fn a_role_is_made_with_its_boundary() {
    let mut sandbox = with_boundary();
    let made =
        sandbox.done("CreateRole", &[("RoleName", "bounded"), ("AssumeRolePolicyDocument", TRUST), BOUNDARY]);
    assert!(render(&made.result).contains(SHOWN));
    let elements = made.event.response_elements.unwrap();
    assert_eq!(elements["role"]["permissionsBoundary"]["permissionsBoundaryArn"], BOUND);
    assert_eq!(made.event.request_parameters.unwrap()["permissionsBoundary"], BOUND);
}

#[test]
fn what_is_no_policy_is_no_boundary() {
    let absent = "arn:aws:iam::123456789012:policy/absent";
    for (arn, refusal) in [
        (absent, format!("404 NoSuchEntity: Scope ARN: {absent} does not exist or is not attachable.")),
        (
            "arn:aws:s3:::octo-bucket",
            "400 InvalidInput: ARN arn:aws:s3:::octo-bucket is not valid.".to_owned(),
        ),
    ] {
        let mut sandbox = with_boundary();
        let boundary = ("PermissionsBoundary", arn);
        let role = [("RoleName", "x"), ("AssumeRolePolicyDocument", TRUST), boundary];
        assert_eq!(sandbox.refusal("CreateRole", &role), refusal);
        assert_eq!(sandbox.refusal("PutRolePermissionsBoundary", &[ROLE, boundary]), refusal);
        assert_eq!(sandbox.account.role("deploy").unwrap().boundary.as_deref(), Some(BOUND));
    }
}

/// What `iam:PermissionsBoundary` is in a call.
fn key(sandbox: &Sandbox, name: &str, parameters: &[(&str, &str)]) -> Option<String> {
    let parameters = Parameters::from_iter(parameters.iter().copied());
    let keys = operation(name).unwrap().condition_keys(&sandbox.account, &parameters);
    keys.into_iter().find(|(key, _)| key == "iam:PermissionsBoundary").map(|(_, values)| match values {
        Values::One(value) => value,
        Values::Many(values) => values.join(" "),
    })
}

/// Source: service authorization reference; that no read but GetRole has the key is observed.
#[test]
fn a_call_tells_the_boundary_that_the_role_has_or_is_to_get() {
    let sandbox = with_boundary();
    let asked_for = [ROLE, ("PermissionsBoundary", OTHER)];
    for (name, value) in [
        ("AttachRolePolicy", Some(BOUND)),
        ("CreateRole", Some(OTHER)),
        ("DeleteRole", Some(BOUND)),
        ("DeleteRolePermissionsBoundary", Some(BOUND)),
        ("DeleteRolePolicy", Some(BOUND)),
        ("DetachRolePolicy", Some(BOUND)),
        ("GetRole", Some(BOUND)),
        ("GetRolePolicy", None),
        ("ListAttachedRolePolicies", None),
        ("ListRolePolicies", None),
        ("ListRoleTags", None),
        ("PutRolePermissionsBoundary", Some(OTHER)),
        ("PutRolePolicy", Some(BOUND)),
        ("TagRole", None),
        ("UpdateAssumeRolePolicy", Some(BOUND)),
        ("UpdateRole", Some(BOUND)),
        ("UpdateRoleDescription", Some(BOUND)),
    ] {
        assert_eq!(key(&sandbox, name, &asked_for).as_deref(), value, "{name}");
    }
    for name in ["CreateRole", "PutRolePolicy", "DeleteRolePermissionsBoundary"] {
        assert_eq!(key(&Sandbox::with_role(), name, &[ROLE]), None, "{name}");
    }
}

#[test]
fn attaching_and_detaching_tell_the_policy() {
    let sandbox = with_boundary();
    for (name, tells) in [("AttachRolePolicy", true), ("DetachRolePolicy", true), ("GetPolicy", false)] {
        let parameters = Parameters::from_iter([ROLE, ("PolicyArn", OTHER)]);
        let keys = operation(name).unwrap().condition_keys(&sandbox.account, &parameters);
        let told = keys.contains(&("iam:PolicyARN".to_owned(), Values::One(OTHER.to_owned())));
        assert_eq!(told, tells, "{name}");
    }
}

#[test]
fn a_policy_is_asked_about_by_its_own_arn() {
    let mut sandbox = with_boundary();
    sandbox.done(
        "TagPolicy",
        &[("PolicyArn", BOUND), ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "red")],
    );
    for (name, parameters, resource) in [
        (
            "CreatePolicy",
            vec![("PolicyName", "x"), ("Path", "/ci/")],
            "arn:aws:iam::123456789012:policy/ci/x",
        ),
        ("CreatePolicyVersion", vec![("PolicyArn", BOUND)], BOUND),
        ("GetPolicy", vec![("PolicyArn", OTHER)], OTHER),
        ("ListPolicies", vec![("PathPrefix", "/ci/")], "*"),
    ] {
        let parameters = Parameters::from_iter(parameters);
        assert_eq!(operation(name).unwrap().resource(&sandbox.account, &parameters), resource, "{name}");
    }
    let parameters = Parameters::from_iter([("PolicyArn", BOUND)]);
    let keys = operation("DeletePolicy").unwrap().condition_keys(&sandbox.account, &parameters);
    let names: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(names, ["aws:ResourceTag/team", "iam:ResourceTag/team"]);
}
