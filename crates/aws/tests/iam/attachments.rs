//! Managed policies attached to roles.

use crate::sandbox::{PERMISSIONS, Sandbox, TRUST};

const ROLE: (&str, &str) = ("RoleName", "deploy");
const ARN: &str = "arn:aws:iam::123456789012:policy/ci/read";
const NAMED: (&str, &str) = ("PolicyArn", ARN);

fn with_policy() -> Sandbox {
    let mut sandbox = Sandbox::with_role();
    let policy = [("PolicyName", "read"), ("Path", "/ci/"), ("PolicyDocument", PERMISSIONS)];
    sandbox.done("CreatePolicy", &policy);
    sandbox
}

#[test]
fn a_policy_is_attached_listed_and_detached() {
    let mut sandbox = with_policy();
    for arn in [ARN, "arn:aws:iam::aws:policy/AWSLambda_FullAccess", ARN] {
        sandbox.done("AttachRolePolicy", &[("RoleName", "DEPLOY"), ("PolicyArn", arn)]);
    }
    let own = format!("<member><PolicyName>read</PolicyName><PolicyArn>{ARN}</PolicyArn></member>");
    let of_aws = "<member><PolicyName>AWSLambda_FullAccess</PolicyName>\
                  <PolicyArn>arn:aws:iam::aws:policy/AWSLambda_FullAccess</PolicyArn></member>";
    let list =
        |items: &str| format!("<AttachedPolicies>{items}</AttachedPolicies><IsTruncated>false</IsTruncated>");
    assert_eq!(sandbox.answer("ListAttachedRolePolicies", &[ROLE]), list(&format!("{own}{of_aws}")));
    assert_eq!(sandbox.answer("ListAttachedRolePolicies", &[ROLE, ("PathPrefix", "/ci/")]), list(&own));
    assert_eq!(sandbox.account.role("deploy").unwrap().attached.len(), 2);

    sandbox.done("DetachRolePolicy", &[ROLE, NAMED]);
    assert_eq!(sandbox.answer("ListAttachedRolePolicies", &[ROLE]), list(of_aws));
    assert_eq!(
        sandbox.refusal("DetachRolePolicy", &[ROLE, NAMED]),
        format!("404 NoSuchEntity: Policy {ARN} was not found.")
    );
}

#[test]
fn what_cannot_be_attached_is_told_in_words() {
    for (arn, refusal) in [
        (
            "arn:aws:iam::123456789012:policy/absent",
            "404 NoSuchEntity: Policy arn:aws:iam::123456789012:policy/absent does not exist or is not attachable.",
        ),
        (
            "arn:aws:iam::aws:policy/AmazonEKSFullAccess",
            "404 NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonEKSFullAccess does not exist or is not attachable.",
        ),
        (
            "arn:aws:iam::210987654321:policy/read",
            "404 NoSuchEntity: Policy arn:aws:iam::210987654321:policy/read does not exist or is not attachable.",
        ),
        ("arn:aws:s3:::octo-bucket", "400 InvalidInput: ARN arn:aws:s3:::octo-bucket is not valid."),
    ] {
        let mut sandbox = with_policy();
        assert_eq!(sandbox.refusal("AttachRolePolicy", &[ROLE, ("PolicyArn", arn)]), refusal);
        assert_eq!(sandbox.account.role("deploy").unwrap().attached.len(), 0);
    }
    for operation in ["AttachRolePolicy", "DetachRolePolicy"] {
        assert_eq!(
            with_policy().refusal(operation, &[("RoleName", "Absent"), NAMED]),
            "404 NoSuchEntity: The role with name Absent cannot be found."
        );
    }
}

#[test]
fn ten_are_attached_at_most() {
    let mut sandbox = Sandbox::with_role();
    let arns: Vec<String> =
        daypass_aws::aws_managed::policies().iter().map(|policy| policy.arn.clone()).collect();
    for arn in &arns[..10] {
        sandbox.done("AttachRolePolicy", &[ROLE, ("PolicyArn", arn)]);
    }
    sandbox.done("AttachRolePolicy", &[ROLE, ("PolicyArn", &arns[0])]);
    assert_eq!(
        sandbox.refusal("AttachRolePolicy", &[ROLE, ("PolicyArn", &arns[10])]),
        "409 LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10"
    );
}

#[test]
fn a_role_with_attached_policies_stays() {
    let mut sandbox = with_policy();
    sandbox.done("AttachRolePolicy", &[ROLE, NAMED]);
    assert_eq!(
        sandbox.refusal("DeleteRole", &[ROLE]),
        "409 DeleteConflict: Cannot delete entity, must detach all policies first."
    );
    sandbox.done("DetachRolePolicy", &[ROLE, NAMED]);
    sandbox.done("PutRolePermissionsBoundary", &[ROLE, ("PermissionsBoundary", ARN)]);
    // A boundary does not keep its role.
    sandbox.done("DeleteRole", &[ROLE]);
}

#[test]
fn the_roles_of_a_policy_are_listed_by_path_and_use() {
    let mut sandbox = with_policy();
    let role = [("RoleName", "Bound"), ("Path", "/ci/"), ("AssumeRolePolicyDocument", TRUST)];
    sandbox.done("CreateRole", &[role.as_slice(), &[("PermissionsBoundary", ARN)]].concat());
    sandbox.done("AttachRolePolicy", &[ROLE, NAMED]);
    for (parameters, found) in [
        (vec![], "Bound deploy"),
        (vec![("EntityFilter", "Role")], "Bound deploy"),
        (vec![("EntityFilter", "User")], ""),
        (vec![("PathPrefix", "/ci/")], "Bound"),
        (vec![("PolicyUsageFilter", "PermissionsBoundary")], "Bound"),
        (vec![("PolicyUsageFilter", "PermissionsPolicy")], "deploy"),
    ] {
        let answer = sandbox.answer("ListEntitiesForPolicy", &[vec![NAMED], parameters.clone()].concat());
        let names: Vec<&str> =
            answer.split("<RoleName>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
        assert_eq!(names.join(" "), found, "{parameters:?}");
        assert!(
            answer.starts_with("<PolicyGroups></PolicyGroups><PolicyUsers></PolicyUsers><PolicyRoles>"),
            "{answer}"
        );
        assert!(answer.ends_with("</PolicyRoles><IsTruncated>false</IsTruncated>"), "{answer}");
    }
    assert_eq!(
        sandbox.refusal("ListEntitiesForPolicy", &[NAMED, ("EntityFilter", "Robot")]),
        "400 ValidationError: 1 validation error detected: Value 'Robot' at 'entityFilter' failed to satisfy \
         constraint: Member must satisfy enum value set: [User, Role, Group, LocalManagedPolicy, AWSManagedPolicy]"
    );
}
