//! Managed policies: made, shown, listed, tagged and deleted; the account's own and AWS's.

use daypass_aws::Change;
use serde_json::json;

use crate::sandbox::{PERMISSIONS, Sandbox, TRUST, render};

const ARN: &str = "arn:aws:iam::123456789012:policy/read";
const OF_AWS: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const NAMED: (&str, &str) = ("PolicyArn", ARN);

fn create<'a>(name: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("PolicyName", name), ("PolicyDocument", PERMISSIONS)], more].concat()
}

fn with_policy() -> Sandbox {
    let mut sandbox = Sandbox::with_role();
    sandbox.done("CreatePolicy", &create("read", &[]));
    sandbox
}

/// The names in an answer, in their order.
fn names(answer: &str) -> Vec<&str> {
    answer.split("<PolicyName>").skip(1).filter_map(|rest| rest.split('<').next()).collect()
}

#[test]
fn a_policy_is_made_and_shown() {
    let mut sandbox = Sandbox::new();
    let more = [
        ("Path", "/ci/"),
        ("Description", "reads"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "red"),
    ];
    let made = sandbox.done("CreatePolicy", &create("read", &more));
    let start = "<Policy><PolicyName>read</PolicyName><PolicyId>ANPAAAAAAAAAAAAAAAAAA</PolicyId>\
                 <Arn>arn:aws:iam::123456789012:policy/ci/read</Arn><Path>/ci/</Path>\
                 <DefaultVersionId>v1</DefaultVersionId><AttachmentCount>0</AttachmentCount>\
                 <PermissionsBoundaryUsageCount>0</PermissionsBoundaryUsageCount><IsAttachable>true</IsAttachable>";
    let end = "<CreateDate>2026-11-23T04:42:05Z</CreateDate><UpdateDate>2026-11-23T04:42:05Z</UpdateDate>\
               <Tags><member><Key>team</Key><Value>red</Value></member></Tags></Policy>";
    assert_eq!(render(&made.result), format!("{start}{end}"));
    let elements = made.event.response_elements.unwrap();
    assert_eq!(elements["policy"]["arn"], "arn:aws:iam::123456789012:policy/ci/read");
    assert_eq!(elements["policy"]["createDate"], "Nov 23, 2026 4:42:05 AM");
    assert_eq!(elements["policy"]["tags"], json!([{ "key": "team", "value": "red" }]));
    assert_eq!(made.event.request_parameters.unwrap()["policyDocument"], PERMISSIONS);
    assert_eq!(
        sandbox.answer("GetPolicy", &[("PolicyArn", "arn:aws:iam::123456789012:policy/ci/read")]),
        format!("{start}<Description>reads</Description>{end}")
    );
}

#[test]
fn names_are_unique_without_case_and_path() {
    let mut sandbox = with_policy();
    for (name, path) in [("read", "/"), ("READ", "/"), ("Read", "/ci/")] {
        assert_eq!(
            sandbox.refusal("CreatePolicy", &create(name, &[("Path", path)])),
            format!(
                "409 EntityAlreadyExists: A policy called {name} already exists. Duplicate names are not allowed."
            )
        );
    }
}

#[test]
fn what_is_wrong_with_a_new_policy_is_told_in_words() {
    let long = PERMISSIONS.replace("octo-bucket", &"b".repeat(6_144));
    for (parameters, refusal) in [
        (
            vec![],
            "400 ValidationError: 2 validation errors detected: \
             Value null at 'policyName' failed to satisfy constraint: Member must not be null; \
             Value null at 'policyDocument' failed to satisfy constraint: Member must not be null",
        ),
        (
            create("a b", &[]),
            "400 ValidationError: The specified value for policyName is invalid. \
             It must contain only alphanumeric characters and/or the following: +=,.@_-",
        ),
        (
            create("p", &[("Path", "/a b/")]),
            "400 ValidationError: 1 validation error detected: Value '/a b/' at 'path' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: ((/[A-Za-z0-9\\.,\\+@=_-]+)*)/",
        ),
        (
            vec![("PolicyName", "p"), ("PolicyDocument", "{")],
            "400 MalformedPolicyDocument: This policy contains invalid Json",
        ),
        (
            vec![("PolicyName", "p"), ("PolicyDocument", long.as_str())],
            "409 LimitExceeded: Cannot exceed quota for PolicySize: 6144",
        ),
    ] {
        let mut sandbox = Sandbox::new();
        assert_eq!(sandbox.refusal("CreatePolicy", &parameters), refusal);
        assert_eq!(sandbox.account.policies().count(), 0);
    }
}

#[test]
fn white_space_does_not_count() {
    let mut sandbox = Sandbox::new();
    let filled = "b".repeat(6_144 - PERMISSIONS.len() + "octo-bucket".len());
    let text =
        PERMISSIONS.replace("octo-bucket", &filled).replacen('{', &format!("{{{}", "\n".repeat(9_000)), 1);
    sandbox.done("CreatePolicy", &[("PolicyName", "p"), ("PolicyDocument", &text)]);
}

#[test]
fn policies_are_listed_by_scope_path_and_use() {
    let mut sandbox = with_policy();
    sandbox.done("CreatePolicy", &create("Bound", &[("Path", "/ci/")]));
    sandbox.done("CreatePolicy", &create("unused", &[("Path", "/ci/prod/")]));
    let role = ("RoleName", "deploy");
    sandbox.done("AttachRolePolicy", &[role, NAMED]);
    sandbox.done("AttachRolePolicy", &[role, ("PolicyArn", OF_AWS)]);
    let bound = ("PermissionsBoundary", "arn:aws:iam::123456789012:policy/ci/Bound");
    sandbox.done("PutRolePermissionsBoundary", &[role, bound]);
    let all_of_aws = daypass_aws::aws_managed::policies().len();
    for (parameters, found) in [
        (vec![("Scope", "Local")], vec!["Bound", "read", "unused"]),
        (vec![("Scope", "Local"), ("PathPrefix", "/ci/")], vec!["Bound", "unused"]),
        (vec![("OnlyAttached", "true")], vec!["Bound", "read", "AmazonS3ReadOnlyAccess"]),
        (vec![("OnlyAttached", "true"), ("Scope", "AWS")], vec!["AmazonS3ReadOnlyAccess"]),
        (vec![("PolicyUsageFilter", "PermissionsBoundary")], vec!["Bound"]),
        (vec![("PolicyUsageFilter", "PermissionsPolicy")], vec!["read", "AmazonS3ReadOnlyAccess"]),
        (vec![("PathPrefix", "/service-role/")], vec!["AWSLambdaBasicExecutionRole"]),
        (vec![("PathPrefix", "/nothing/")], vec![]),
    ] {
        assert_eq!(names(&sandbox.answer("ListPolicies", &parameters)), found, "{parameters:?}");
    }
    assert_eq!(names(&sandbox.answer("ListPolicies", &[])).len(), 3 + all_of_aws);
    assert_eq!(names(&sandbox.answer("ListPolicies", &[("Scope", "AWS")])).len(), all_of_aws);
    let listed = sandbox.answer("ListPolicies", &[("OnlyAttached", "TRUE"), ("Scope", "Local")]);
    assert!(listed.contains("<Arn>arn:aws:iam::123456789012:policy/read</Arn><Path>/</Path><DefaultVersionId>v1</DefaultVersionId><AttachmentCount>1<"), "{listed}");
    for (parameter, refusal) in [
        (
            ("Scope", "Mine"),
            "400 ValidationError: 1 validation error detected: Value 'Mine' at 'scope' failed to satisfy constraint: \
             Member must satisfy enum value set: [All, AWS, Local]",
        ),
        (("OnlyAttached", "yes"), "400 MalformedInput: Invalid boolean value in the request"),
    ] {
        assert_eq!(sandbox.refusal("ListPolicies", &[parameter]), refusal);
    }
}

#[test]
fn pages_go_through_own_policies_and_then_through_those_of_aws() {
    let mut sandbox = with_policy();
    // The longest name and path there may be: their marker must still be one that is taken.
    let (name, path) = ("p".repeat(128), format!("/{}/", "x".repeat(510)));
    sandbox.done("CreatePolicy", &create(&name, &[("Path", &path)]));
    let whole = sandbox.answer("ListPolicies", &[]);
    let mut found = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let mut parameters = vec![("MaxItems", "1")];
        parameters.extend(marker.as_deref().map(|marker| ("Marker", marker)));
        let page = sandbox.answer("ListPolicies", &parameters);
        found.extend(names(&page).iter().map(|name| (*name).to_owned()));
        marker = page.split_once("<Marker>").map(|(_, rest)| rest.trim_end_matches("</Marker>").to_owned());
        if marker.is_none() {
            break;
        }
    }
    assert_eq!(found, names(&whole));
    assert_eq!(found.first(), Some(&name));
}

#[test]
fn a_policy_in_use_stays() {
    let mut sandbox = with_policy();
    let role = ("RoleName", "deploy");
    let in_use = "409 DeleteConflict: Cannot delete a policy attached to entities.";
    sandbox.done("AttachRolePolicy", &[role, NAMED]);
    assert_eq!(sandbox.refusal("DeletePolicy", &[NAMED]), in_use);
    sandbox.done("DetachRolePolicy", &[role, NAMED]);
    sandbox.done("PutRolePermissionsBoundary", &[role, ("PermissionsBoundary", ARN)]);
    assert_eq!(sandbox.refusal("DeletePolicy", &[NAMED]), in_use);
    sandbox.done("DeleteRolePermissionsBoundary", &[role]);
    sandbox.done("CreatePolicyVersion", &[NAMED, ("PolicyDocument", PERMISSIONS)]);
    assert_eq!(
        sandbox.refusal("DeletePolicy", &[NAMED]),
        "409 DeleteConflict: This policy has more than one version. Before you delete a policy, you must delete the \
         policy's versions. The default version is deleted with the policy."
    );
    sandbox.done("DeletePolicyVersion", &[NAMED, ("VersionId", "v2")]);
    let outcome = sandbox.done("DeletePolicy", &[NAMED]);
    assert_eq!(outcome.changes, [Change::DeletePolicy(ARN.to_owned())]);
    assert_eq!(
        sandbox.refusal("GetPolicy", &[NAMED]),
        format!("404 NoSuchEntity: Policy {ARN} was not found.")
    );
}

#[test]
fn policies_of_aws_and_of_others_cannot_be_changed() {
    let tag = [("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v")];
    for arn in [OF_AWS, "arn:aws:iam::210987654321:policy/read"] {
        for (operation, more) in [
            ("DeletePolicy", vec![]),
            ("CreatePolicyVersion", vec![("PolicyDocument", PERMISSIONS)]),
            ("DeletePolicyVersion", vec![("VersionId", "v1")]),
            ("SetDefaultPolicyVersion", vec![("VersionId", "v1")]),
            ("TagPolicy", tag.to_vec()),
            ("UntagPolicy", vec![("TagKeys.member.1", "k")]),
        ] {
            let parameters = [vec![("PolicyArn", arn)], more].concat();
            assert_eq!(
                Sandbox::new().refusal(operation, &parameters),
                "403 AccessDenied: Policy is outside your own account.",
                "{operation} {arn}"
            );
        }
    }
    let shown = Sandbox::new().answer("GetPolicy", &[("PolicyArn", OF_AWS)]);
    assert!(shown.contains("<PolicyId>ANPAIZTJ4DXE7G6AGAE6M</PolicyId>"), "{shown}");
    assert!(shown.contains("<DefaultVersionId>v3</DefaultVersionId>"), "{shown}");
}

#[test]
fn what_is_no_arn_of_a_policy_is_invalid() {
    for arn in [
        "arn:aws:iam::123456789012:role/read",
        "arn:aws:iam::12345:policy/read",
        "policy/a-name-of-this-length",
    ] {
        for operation in ["GetPolicy", "DeletePolicy", "ListPolicyVersions", "ListEntitiesForPolicy"] {
            assert_eq!(
                Sandbox::new().refusal(operation, &[("PolicyArn", arn)]),
                format!("400 InvalidInput: ARN {arn} is not valid."),
                "{operation}"
            );
        }
    }
    assert_eq!(
        Sandbox::new().refusal("GetPolicy", &[("PolicyArn", "short")]),
        "400 ValidationError: 1 validation error detected: Value 'short' at 'policyArn' failed to satisfy constraint: \
         Member must have length greater than or equal to 20"
    );
}

#[test]
fn tags_are_put_listed_and_taken_away() {
    let mut sandbox = with_policy();
    sandbox.done("TagPolicy", &[NAMED, ("Tags.member.1.Key", "Team"), ("Tags.member.1.Value", "red")]);
    assert_eq!(
        sandbox.answer("ListPolicyTags", &[NAMED]),
        "<Tags><member><Key>Team</Key><Value>red</Value></member></Tags><IsTruncated>false</IsTruncated>"
    );
    sandbox.done("UntagPolicy", &[NAMED, ("TagKeys.member.1", "team")]);
    assert_eq!(sandbox.answer("ListPolicyTags", &[NAMED]), "<Tags></Tags><IsTruncated>false</IsTruncated>");
    let role = [("RoleName", "x"), ("AssumeRolePolicyDocument", TRUST)];
    sandbox.done("CreateRole", &role);
}
