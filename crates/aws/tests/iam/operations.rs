//! The table of operations: what is in it, what it is authorised as, and what the trail keeps.

use daypass_aws::Parameters;
use daypass_aws::iam::{OPERATIONS, operation, unknown_operation};
use daypass_policy::Values;
use serde_json::json;

use crate::sandbox::{GITHUB_ARN, Sandbox, TRUST};

#[test]
fn names_are_in_order_and_occur_once() {
    let names: Vec<&str> = OPERATIONS.iter().map(|operation| operation.name).collect();
    assert!(names.is_sorted_by(|left, right| left < right), "{names:?}");
}

#[test]
fn reads_and_results_are_as_in_the_model() {
    let without_result = [
        "AddClientIDToOpenIDConnectProvider",
        "AttachRolePolicy",
        "DeleteOpenIDConnectProvider",
        "DeletePolicy",
        "DeletePolicyVersion",
        "DeleteRole",
        "DeleteRolePermissionsBoundary",
        "DeleteRolePolicy",
        "DetachRolePolicy",
        "PutRolePermissionsBoundary",
        "PutRolePolicy",
        "RemoveClientIDFromOpenIDConnectProvider",
        "SetDefaultPolicyVersion",
        "TagOpenIDConnectProvider",
        "TagPolicy",
        "TagRole",
        "UntagOpenIDConnectProvider",
        "UntagPolicy",
        "UntagRole",
        "UpdateAssumeRolePolicy",
        "UpdateOpenIDConnectProviderThumbprint",
    ];
    for operation in OPERATIONS {
        let is_read = operation.name.starts_with("Get") || operation.name.starts_with("List");
        assert_eq!(operation.read_only, is_read, "{}", operation.name);
        assert_eq!(operation.has_result, !without_result.contains(&operation.name), "{}", operation.name);
    }
}

#[test]
fn what_is_not_offered_is_unknown() {
    for name in ["AttachUserPolicy", "CreateServiceLinkedRole", "createrole", ""] {
        assert!(operation(name).is_none(), "{name}");
    }
    let error = unknown_operation("AttachUserPolicy");
    assert_eq!(error.status, 400);
    assert_eq!(
        error.to_string(),
        "InvalidAction: Could not find operation AttachUserPolicy for version 2010-05-08"
    );
}

#[test]
fn the_resource_is_the_thing_itself() {
    let mut sandbox = Sandbox::new();
    sandbox
        .done("CreateRole", &[("RoleName", "Deploy"), ("Path", "/ci/"), ("AssumeRolePolicyDocument", TRUST)]);
    for (name, parameters, resource) in [
        ("CreateRole", vec![("RoleName", "x"), ("Path", "/ci/")], "role/ci/x"),
        ("CreateRole", vec![("RoleName", "x")], "role/x"),
        ("DeleteRole", vec![("RoleName", "dEPLOY")], "role/ci/Deploy"),
        ("PutRolePolicy", vec![("RoleName", "Deploy")], "role/ci/Deploy"),
        ("GetRole", vec![("RoleName", "absent")], "role/absent"),
        ("ListRoles", vec![], "role/"),
        ("ListRoles", vec![("PathPrefix", "/ci/")], "role/ci/"),
        ("ListOpenIDConnectProviders", vec![], "oidc-provider/*"),
        (
            "CreateOpenIDConnectProvider",
            vec![("Url", "https://example.com:443/a/")],
            "oidc-provider/example.com/a/",
        ),
        (
            "CreateOpenIDConnectProvider",
            vec![("Url", "https://example.com?a")],
            "oidc-provider/example.com?a",
        ),
        (
            "GetOpenIDConnectProvider",
            vec![("OpenIDConnectProviderArn", GITHUB_ARN)],
            "oidc-provider/token.actions.githubusercontent.com",
        ),
    ] {
        let operation = operation(name).unwrap();
        let parameters = Parameters::from_iter(parameters);
        assert_eq!(
            operation.resource(&sandbox.account, &parameters),
            format!("arn:aws:iam::123456789012:{resource}"),
            "{name}"
        );
        assert_eq!(operation.action(), format!("iam:{name}"));
    }
}

#[test]
fn tags_become_condition_keys() {
    let mut sandbox = Sandbox::with_role();
    sandbox.done(
        "TagRole",
        &[("RoleName", "deploy"), ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "red")],
    );
    let parameters = Parameters::from_iter([
        ("RoleName", "Deploy"),
        ("Tags.member.1.Key", "stage"),
        ("Tags.member.1.Value", "prod"),
    ]);
    let keys: Vec<(String, Vec<String>)> = operation("TagRole")
        .unwrap()
        .condition_keys(&sandbox.account, &parameters)
        .into_iter()
        .map(|(key, values)| match values {
            Values::One(value) => (key, vec![value]),
            Values::Many(values) => (key, values),
        })
        .collect();
    let wanted = [
        ("aws:ResourceTag/team", "red"),
        ("iam:ResourceTag/team", "red"),
        ("aws:RequestTag/stage", "prod"),
        ("aws:TagKeys", "stage"),
    ];
    assert_eq!(keys, wanted.map(|(key, value)| (key.to_owned(), vec![value.to_owned()])));

    let parameters = Parameters::from_iter([("RoleName", "deploy"), ("TagKeys.member.1", "team")]);
    let keys = operation("UntagRole").unwrap().condition_keys(&sandbox.account, &parameters);
    assert_eq!(keys.last().map(|(key, _)| key.as_str()), Some("aws:TagKeys"));
}

#[test]
fn the_trail_names_parameters_as_cloudtrail_does() {
    let sent = Parameters::from_iter([
        ("Url", "https://example.com"),
        ("ClientIDList.member.1", "sts.amazonaws.com"),
        ("ThumbprintList.member.1", "a"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "red"),
        ("Unheard", "of"),
    ]);
    assert_eq!(
        operation("CreateOpenIDConnectProvider").unwrap().request_parameters(&sent),
        Some(json!({
            "url": "https://example.com",
            "clientIDList": ["sts.amazonaws.com"],
            "thumbprintList": ["a"],
            "tags": [{ "key": "team", "value": "red" }],
        }))
    );
    let sent = Parameters::from_iter([
        ("RoleName", "deploy"),
        ("AssumeRolePolicyDocument", "{}"),
        ("MaxSessionDuration", "7200"),
        ("Description", "d"),
        ("Path", "/ci/"),
    ]);
    assert_eq!(
        operation("CreateRole").unwrap().request_parameters(&sent),
        Some(json!({
            "roleName": "deploy",
            "assumeRolePolicyDocument": "{}",
            "maxSessionDuration": 7200,
            "description": "d",
            "path": "/ci/",
        }))
    );
    let sent = Parameters::from_iter([
        ("OpenIDConnectProviderArn", "a"),
        ("ClientID", "b"),
        ("TagKeys.member.1", "c"),
    ]);
    assert_eq!(
        operation("AddClientIDToOpenIDConnectProvider").unwrap().request_parameters(&sent),
        Some(json!({ "openIDConnectProviderArn": "a", "clientID": "b" }))
    );
    assert_eq!(
        operation("UntagOpenIDConnectProvider").unwrap().request_parameters(&sent),
        Some(json!({ "openIDConnectProviderArn": "a", "tagKeys": ["c"] }))
    );
    assert_eq!(operation("ListOpenIDConnectProviders").unwrap().request_parameters(&sent), None);
}
