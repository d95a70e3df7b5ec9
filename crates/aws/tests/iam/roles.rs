//! Roles and their trust policies.

use daypass_aws::Change;
use serde_json::json;

use crate::sandbox::{Sandbox, TRUST, render};

const ENCODED_TRUST: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Federated%22%3A%22arn%3Aaws%3Aiam%3A%3A123456789012%3Aoidc-provider%2Ftoken.actions.githubusercontent.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRoleWithWebIdentity%22%2C%22Condition%22%3A%7B%22StringEquals%22%3A%7B%22token.actions.githubusercontent.com%3Asub%22%3A%22repo%3Aocto-org%2Focto-repo%3Aref%3Arefs%2Fheads%2Fmain%22%7D%7D%7D%5D%7D";

fn create<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("RoleName", "deploy"), ("AssumeRolePolicyDocument", TRUST)], more].concat()
}

#[test]
fn a_role_is_made_though_its_provider_is_not_there() {
    let mut sandbox = Sandbox::new();
    let made = sandbox.done(
        "CreateRole",
        &create(&[
            ("Path", "/ci/"),
            ("Description", "deploys"),
            ("MaxSessionDuration", "7200"),
            ("Tags.member.1.Key", "team"),
            ("Tags.member.1.Value", "red"),
        ]),
    );
    let answer = format!(
        "<Role><Path>/ci/</Path><RoleName>deploy</RoleName><RoleId>AROAAAAAAAAAAAAAAAAAA</RoleId>\
         <Arn>arn:aws:iam::123456789012:role/ci/deploy</Arn><CreateDate>2026-11-23T04:42:05Z</CreateDate>\
         <AssumeRolePolicyDocument>{ENCODED_TRUST}</AssumeRolePolicyDocument><Description>deploys</Description>\
         <MaxSessionDuration>7200</MaxSessionDuration>\
         <Tags><member><Key>team</Key><Value>red</Value></member></Tags>"
    );
    assert_eq!(render(&made.result), format!("{answer}</Role>"));
    assert_eq!(
        made.event.response_elements,
        Some(json!({ "role": {
            "path": "/ci/",
            "roleName": "deploy",
            "roleId": "AROAAAAAAAAAAAAAAAAAA",
            "arn": "arn:aws:iam::123456789012:role/ci/deploy",
            "createDate": "Nov 23, 2026 4:42:05 AM",
            "assumeRolePolicyDocument": ENCODED_TRUST,
            "tags": [{ "key": "team", "value": "red" }],
        } }))
    );
    assert_eq!(made.event.request_parameters.unwrap()["assumeRolePolicyDocument"], TRUST);
    assert_eq!(
        sandbox.answer("GetRole", &[("RoleName", "DEPLOY")]),
        format!("{answer}<RoleLastUsed></RoleLastUsed></Role>")
    );
}

#[test]
fn what_is_not_said_of_a_role_has_its_default() {
    let mut sandbox = Sandbox::with_role();
    assert_eq!(
        sandbox.answer("GetRole", &[("RoleName", "deploy")]),
        format!(
            "<Role><Path>/</Path><RoleName>deploy</RoleName><RoleId>AROAAAAAAAAAAAAAAAAAA</RoleId>\
             <Arn>arn:aws:iam::123456789012:role/deploy</Arn><CreateDate>2026-11-23T04:42:05Z</CreateDate>\
             <AssumeRolePolicyDocument>{ENCODED_TRUST}</AssumeRolePolicyDocument>\
             <MaxSessionDuration>3600</MaxSessionDuration><RoleLastUsed></RoleLastUsed></Role>"
        )
    );
}

#[test]
fn names_are_unique_without_case() {
    let mut sandbox = Sandbox::with_role();
    for name in ["deploy", "Deploy"] {
        assert_eq!(
            sandbox.refusal("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", TRUST)]),
            format!("409 EntityAlreadyExists: Role with name {name} already exists.")
        );
    }
}

#[test]
fn what_is_wrong_with_a_new_role_is_told_in_words() {
    let long_name = "r".repeat(65);
    let long_text = " ".repeat(131_073);
    for (parameters, refusal) in [
        (
            vec![],
            "400 ValidationError: 2 validation errors detected: \
             Value null at 'roleName' failed to satisfy constraint: Member must not be null; \
             Value null at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null"
                .to_owned(),
        ),
        (
            vec![("RoleName", long_name.as_str()), ("AssumeRolePolicyDocument", TRUST)],
            format!(
                "400 ValidationError: 1 validation error detected: Value '{long_name}' at 'roleName' \
                 failed to satisfy constraint: Member must have length less than or equal to 64"
            ),
        ),
        (
            vec![("RoleName", "a/b"), ("AssumeRolePolicyDocument", TRUST)],
            "400 ValidationError: The specified value for roleName is invalid. \
             It must contain only alphanumeric characters and/or the following: +=,.@_-"
                .to_owned(),
        ),
        (
            create(&[("MaxSessionDuration", "3599")]),
            "400 ValidationError: 1 validation error detected: Value '3599' at 'maxSessionDuration' \
             failed to satisfy constraint: Member must have value greater than or equal to 3600"
                .to_owned(),
        ),
        (
            create(&[("MaxSessionDuration", "43201")]),
            "400 ValidationError: 1 validation error detected: Value '43201' at 'maxSessionDuration' \
             failed to satisfy constraint: Member must have value less than or equal to 43200"
                .to_owned(),
        ),
        (
            create(&[("PermissionsBoundary", "arn:aws:iam::123456789012:role/deploy")]),
            "400 InvalidInput: ARN arn:aws:iam::123456789012:role/deploy is not valid.".to_owned(),
        ),
        (
            vec![("RoleName", "r"), ("AssumeRolePolicyDocument", long_text.as_str())],
            "400 ValidationError: 1 validation error detected: Value at 'assumeRolePolicyDocument' \
             failed to satisfy constraint: Member must have length less than or equal to 131072"
                .to_owned(),
        ),
        (
            vec![("RoleName", "r"), ("AssumeRolePolicyDocument", "{\"\u{416}\"")],
            "400 ValidationError: 1 validation error detected: Value at 'assumeRolePolicyDocument' \
             failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"
                .to_owned(),
        ),
        (
            vec![("RoleName", "r"), ("AssumeRolePolicyDocument", "{")],
            "400 MalformedPolicyDocument: This policy contains invalid Json".to_owned(),
        ),
    ] {
        let mut sandbox = Sandbox::new();
        assert_eq!(sandbox.refusal("CreateRole", &parameters), refusal);
        assert_eq!(sandbox.account.roles().count(), 0);
    }
}

#[test]
fn a_path_begins_and_ends_with_a_slash() {
    for path in ["ci/", "/ci", "/ci//x/", "/c i/"] {
        let mut sandbox = Sandbox::new();
        assert_eq!(
            sandbox.refusal("CreateRole", &create(&[("Path", path)])),
            "400 ValidationError: The specified value for path is invalid. \
             It must begin and end with / and contain only alphanumeric characters and/or / characters.",
            "{path}"
        );
        assert_eq!(sandbox.account.roles().count(), 0);
    }
}

#[test]
fn white_space_does_not_count_in_a_trust_policy() {
    let long = |characters: usize, spaces: usize| {
        let subject =
            "s".repeat(characters - TRUST.len() + "repo:octo-org/octo-repo:ref:refs/heads/main".len());
        let policy = TRUST.replace("repo:octo-org/octo-repo:ref:refs/heads/main", &subject);
        assert_eq!(policy.len(), characters);
        policy.replacen('{', &format!("{{{}", "\n".repeat(spaces)), 1)
    };
    let mut sandbox = Sandbox::with_role();
    let name = ("RoleName", "deploy");
    sandbox.done("UpdateAssumeRolePolicy", &[name, ("PolicyDocument", &long(2048, 5000))]);
    assert_eq!(
        sandbox.refusal("UpdateAssumeRolePolicy", &[name, ("PolicyDocument", &long(2049, 0))]),
        "409 LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048"
    );
    assert_eq!(
        sandbox
            .refusal("CreateRole", &[("RoleName", "x"), ("AssumeRolePolicyDocument", &long(100 * 1024, 0))]),
        "409 LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048"
    );
}

#[test]
fn an_account_has_a_thousand_roles() {
    let mut sandbox = Sandbox::new();
    for index in 0..1000 {
        sandbox
            .done("CreateRole", &[("RoleName", &format!("r{index}")), ("AssumeRolePolicyDocument", TRUST)]);
    }
    assert_eq!(
        sandbox.refusal("CreateRole", &create(&[])),
        "409 LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000"
    );
}

#[test]
fn a_role_is_changed_in_place() {
    let mut sandbox = Sandbox::new();
    sandbox.done("CreateRole", &create(&[("Description", "old"), ("MaxSessionDuration", "7200")]));
    let name = ("RoleName", "deploy");
    let role = |sandbox: &Sandbox| sandbox.account.role("deploy").unwrap().clone();

    assert_eq!(sandbox.answer("UpdateRole", &[name, ("MaxSessionDuration", "43200")]), "");
    assert_eq!(role(&sandbox).max_session_seconds, 43_200);
    assert_eq!(role(&sandbox).description.as_deref(), Some("old"));

    sandbox.done("UpdateRole", &[name, ("Description", "new")]);
    assert_eq!(role(&sandbox).max_session_seconds, 3_600);
    assert_eq!(role(&sandbox).description.as_deref(), Some("new"));

    sandbox.done("UpdateRole", &[name, ("MaxSessionDuration", "7200")]);
    let outcome = sandbox.done("UpdateRoleDescription", &[name, ("Description", "newest")]);
    assert!(render(&outcome.result).contains("<Description>newest</Description>"));
    assert_eq!(outcome.event.response_elements.unwrap()["role"]["roleName"], "deploy");
    assert_eq!(role(&sandbox).max_session_seconds, 7_200);

    let trust = TRUST.replace("refs/heads/main", "refs/heads/develop");
    let outcome = sandbox.done("UpdateAssumeRolePolicy", &[name, ("PolicyDocument", &trust)]);
    assert_eq!(
        outcome.event.request_parameters,
        Some(json!({ "roleName": "deploy", "policyDocument": trust }))
    );
    assert_eq!(outcome.event.response_elements, None);
    assert_eq!(role(&sandbox).trust.text(), trust);
    assert_eq!(role(&sandbox).id, "AROAAAAAAAAAAAAAAAAAA");
}

#[test]
fn a_role_with_policies_stays() {
    let mut sandbox = Sandbox::with_role();
    let name = ("RoleName", "Deploy");
    let policy = ("PolicyName", "p");
    sandbox.done("PutRolePolicy", &[name, policy, ("PolicyDocument", crate::sandbox::PERMISSIONS)]);
    assert_eq!(
        sandbox.refusal("DeleteRole", &[name]),
        "409 DeleteConflict: Cannot delete entity, must delete policies first."
    );
    sandbox.done("DeleteRolePolicy", &[name, policy]);
    let outcome = sandbox.done("DeleteRole", &[name]);
    assert_eq!(outcome.changes, [Change::DeleteRole("deploy".to_owned())]);
    assert_eq!(outcome.event.response_elements, None);
}

#[test]
fn a_role_made_again_is_another_role() {
    let mut sandbox = Sandbox::with_role();
    let first = sandbox.account.role("deploy").unwrap().id.clone();
    sandbox.done("DeleteRole", &[("RoleName", "deploy")]);
    sandbox.done("CreateRole", &create(&[]));
    assert_ne!(sandbox.account.role("deploy").unwrap().id, first);
}

#[test]
fn a_role_that_is_not_there_is_not_found() {
    let mut sandbox = Sandbox::with_role();
    let tag = [("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v")];
    for (operation, more) in [
        ("DeleteRole", vec![]),
        ("DeleteRolePolicy", vec![("PolicyName", "p")]),
        ("GetRole", vec![]),
        ("GetRolePolicy", vec![("PolicyName", "p")]),
        ("ListAttachedRolePolicies", vec![]),
        ("ListInstanceProfilesForRole", vec![]),
        ("ListRolePolicies", vec![]),
        ("ListRoleTags", vec![]),
        ("PutRolePolicy", vec![("PolicyName", "p"), ("PolicyDocument", crate::sandbox::PERMISSIONS)]),
        ("TagRole", tag.to_vec()),
        ("UntagRole", vec![("TagKeys.member.1", "k")]),
        ("UpdateAssumeRolePolicy", vec![("PolicyDocument", TRUST)]),
        ("UpdateRole", vec![]),
        ("UpdateRoleDescription", vec![("Description", "d")]),
    ] {
        let parameters = [vec![("RoleName", "Absent")], more].concat();
        assert_eq!(
            sandbox.refusal(operation, &parameters),
            "404 NoSuchEntity: The role with name Absent cannot be found.",
            "{operation}"
        );
    }
}

#[test]
fn nothing_is_attached_to_a_role() {
    let mut sandbox = Sandbox::with_role();
    let name = [("RoleName", "deploy")];
    assert_eq!(
        sandbox.answer("ListAttachedRolePolicies", &name),
        "<AttachedPolicies></AttachedPolicies><IsTruncated>false</IsTruncated>"
    );
    assert_eq!(
        sandbox.answer("ListInstanceProfilesForRole", &name),
        "<InstanceProfiles></InstanceProfiles><IsTruncated>false</IsTruncated>"
    );
}
