//! Versions of managed policies.

use crate::sandbox::{PERMISSIONS, Sandbox, render};

const ARN: &str = "arn:aws:iam::123456789012:policy/read";
const NAMED: (&str, &str) = ("PolicyArn", ARN);
const DOCUMENT: (&str, &str) = ("PolicyDocument", PERMISSIONS);

fn with_versions(count: usize) -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.done("CreatePolicy", &[("PolicyName", "read"), DOCUMENT]);
    for _ in 1..count {
        sandbox.done("CreatePolicyVersion", &[NAMED, DOCUMENT]);
    }
    sandbox
}

/// The ids of the listed versions, the one in force with a star.
fn listed(sandbox: &mut Sandbox, parameters: &[(&str, &str)]) -> String {
    let answer = sandbox.answer("ListPolicyVersions", &[&[NAMED], parameters].concat());
    let ids = answer.split("<VersionId>").skip(1).map(|rest| {
        let (id, rest) = rest.split_once('<').unwrap_or_default();
        let star = if rest.contains("IsDefaultVersion>true") { "*" } else { "" };
        format!("{id}{star}")
    });
    ids.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_version_is_made_shown_and_put_in_force() {
    let mut sandbox = with_versions(1);
    sandbox.now += jiff::SignedDuration::from_secs(60);
    let other = PERMISSIONS.replace("GetObject", "PutObject");
    let made = sandbox.done("CreatePolicyVersion", &[NAMED, ("PolicyDocument", &other)]);
    assert_eq!(
        render(&made.result),
        "<PolicyVersion><VersionId>v2</VersionId><IsDefaultVersion>false</IsDefaultVersion>\
         <CreateDate>2026-11-23T04:43:05Z</CreateDate></PolicyVersion>"
    );
    assert_eq!(made.event.response_elements.unwrap()["policyVersion"]["versionId"], "v2");
    assert_eq!(listed(&mut sandbox, &[]), "v2 v1*");
    let in_force =
        |sandbox: &Sandbox| sandbox.account.policy(ARN).unwrap().document().unwrap().text().to_owned();
    assert_eq!(in_force(&sandbox), PERMISSIONS);

    let outcome = sandbox.done("SetDefaultPolicyVersion", &[NAMED, ("VersionId", "v2")]);
    assert_eq!(render(&outcome.result), "");
    assert_eq!(listed(&mut sandbox, &[]), "v2* v1");
    assert_eq!(in_force(&sandbox), other);
    let shown = sandbox.answer("GetPolicy", &[NAMED]);
    assert!(shown.contains("<DefaultVersionId>v2</DefaultVersionId>"), "{shown}");
    assert!(
        shown.contains("<CreateDate>2026-11-23T04:42:05Z</CreateDate><UpdateDate>2026-11-23T04:43:05Z<"),
        "{shown}"
    );

    let version = sandbox.answer("GetPolicyVersion", &[NAMED, ("VersionId", "v2")]);
    assert!(version.starts_with("<PolicyVersion><Document>%7B%22Version%22%3A%222012-10-17%22"), "{version}");
    assert!(version.contains("s3%3APutObject") && version.contains("octo-bucket%2F%2A"), "{version}");

    sandbox.done("CreatePolicyVersion", &[NAMED, DOCUMENT, ("SetAsDefault", "true")]);
    assert_eq!(listed(&mut sandbox, &[]), "v3* v2 v1");
}

#[test]
fn a_number_is_never_used_again() {
    let mut sandbox = with_versions(3);
    sandbox.done("DeletePolicyVersion", &[NAMED, ("VersionId", "v3")]);
    sandbox.done("CreatePolicyVersion", &[NAMED, DOCUMENT]);
    assert_eq!(listed(&mut sandbox, &[]), "v4 v2 v1*");
}

#[test]
fn there_are_five_at_most() {
    let mut sandbox = with_versions(5);
    assert_eq!(
        sandbox.refusal("CreatePolicyVersion", &[NAMED, DOCUMENT]),
        "409 LimitExceeded: A managed policy can have up to 5 versions. Before you create a new version, you must \
         delete an existing version."
    );
    sandbox.done("DeletePolicyVersion", &[NAMED, ("VersionId", "v2")]);
    sandbox.done("CreatePolicyVersion", &[NAMED, DOCUMENT]);
    assert_eq!(listed(&mut sandbox, &[]), "v6 v5 v4 v3 v1*");
}

#[test]
fn the_tenth_version_comes_before_the_ninth() {
    let mut sandbox = with_versions(1);
    for number in 2..=10 {
        sandbox.done("CreatePolicyVersion", &[NAMED, DOCUMENT]);
        if number < 9 {
            sandbox.done("DeletePolicyVersion", &[NAMED, ("VersionId", &format!("v{number}"))]);
        }
    }
    assert_eq!(listed(&mut sandbox, &[]), "v10 v9 v1*");
    let first = sandbox.answer("ListPolicyVersions", &[NAMED, ("MaxItems", "2")]);
    let marker = first.split_once("<Marker>").and_then(|(_, rest)| rest.split('<').next()).unwrap();
    assert_eq!(listed(&mut sandbox, &[("Marker", marker)]), "v1*");
}

#[test]
fn what_is_wrong_with_a_version_is_told_in_words() {
    let long = PERMISSIONS.replace("octo-bucket", &"b".repeat(6_144));
    let pattern = |value: &str| {
        format!(
            "400 ValidationError: 1 validation error detected: Value '{value}' at 'versionId' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?"
        )
    };
    let absent = format!("404 NoSuchEntity: Policy {ARN} version v9 does not exist or is not attachable.");
    for (operation, more, refusal) in [
        (
            "DeletePolicyVersion",
            ("VersionId", "v1"),
            "409 DeleteConflict: Cannot delete the default version of a policy.".to_owned(),
        ),
        ("DeletePolicyVersion", ("VersionId", "v9"), absent.clone()),
        ("GetPolicyVersion", ("VersionId", "v9"), absent.clone()),
        ("SetDefaultPolicyVersion", ("VersionId", "v9"), absent),
        ("GetPolicyVersion", ("VersionId", "v0"), pattern("v0")),
        ("GetPolicyVersion", ("VersionId", "2"), pattern("2")),
        ("SetDefaultPolicyVersion", ("VersionId", "v1x"), pattern("v1x")),
        (
            "CreatePolicyVersion",
            ("PolicyDocument", "[]"),
            "400 MalformedPolicyDocument: Syntax error in policy.".to_owned(),
        ),
        (
            "CreatePolicyVersion",
            ("PolicyDocument", &long),
            "409 LimitExceeded: Cannot exceed quota for PolicySize: 6144".to_owned(),
        ),
    ] {
        let mut sandbox = with_versions(1);
        assert_eq!(sandbox.refusal(operation, &[NAMED, more]), refusal, "{operation} {more:?}");
        assert_eq!(listed(&mut sandbox, &[]), "v1*");
    }
}
