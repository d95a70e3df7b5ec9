//! The account as a whole: its alias and its credential report.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;

use crate::sandbox::{PERMISSIONS, Sandbox};

#[test]
fn an_alias_comes_and_goes() {
    let mut sandbox = Sandbox::new();
    let none = "<AccountAliases></AccountAliases><IsTruncated>false</IsTruncated>";
    assert_eq!(sandbox.answer("ListAccountAliases", &[]), none);
    sandbox.done("CreateAccountAlias", &[("AccountAlias", "octo-org")]);
    assert_eq!(
        sandbox.refusal("CreateAccountAlias", &[("AccountAlias", "octo-org")]),
        "409 EntityAlreadyExists: The account alias octo-org already exists."
    );
    sandbox.done("CreateAccountAlias", &[("AccountAlias", "octo-prod")]);
    assert_eq!(
        sandbox.answer("ListAccountAliases", &[]),
        "<AccountAliases><member>octo-prod</member></AccountAliases><IsTruncated>false</IsTruncated>"
    );
    assert_eq!(
        sandbox.refusal("DeleteAccountAlias", &[("AccountAlias", "octo-org")]),
        "404 NoSuchEntity: The account alias octo-org cannot be found."
    );
    sandbox.done("DeleteAccountAlias", &[("AccountAlias", "octo-prod")]);
    assert_eq!(sandbox.answer("ListAccountAliases", &[]), none);
}

#[test]
fn an_alias_looks_like_a_host_name() {
    let mut sandbox = Sandbox::new();
    for alias in ["Octo", "-octo", "octo-", "oc--to", "oc to", "123456789012"] {
        let refusal = sandbox.refusal("CreateAccountAlias", &[("AccountAlias", alias)]);
        assert!(
            refusal.starts_with("400 ValidationError: 1 validation error detected"),
            "{alias}: {refusal}"
        );
    }
    let refusal = sandbox.refusal("CreateAccountAlias", &[("AccountAlias", "ab")]);
    assert!(refusal.ends_with("Member must have length greater than or equal to 3"), "{refusal}");
}

#[test]
fn a_report_is_started_and_then_complete() {
    let mut sandbox = Sandbox::with_role();
    let absent = sandbox.refusal("GetCredentialReport", &[]);
    assert!(absent.starts_with("410 ReportNotPresent"), "{absent}");
    let started = sandbox.answer("GenerateCredentialReport", &[]);
    assert!(started.starts_with("<State>STARTED</State><Description>No report exists."), "{started}");
    assert_eq!(sandbox.answer("GenerateCredentialReport", &[]), "<State>COMPLETE</State>");

    let report = sandbox.answer("GetCredentialReport", &[]);
    let content = report.strip_prefix("<Content>").unwrap().split_once("</Content>").unwrap();
    assert_eq!(
        content.1,
        "<ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-11-23T04:42:05Z</GeneratedTime>"
    );
    let table = String::from_utf8(STANDARD.decode(content.0).unwrap()).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    let [names, root] = lines.as_slice() else { panic!("the root user's line alone: {table}") };
    assert_eq!(names.split(',').count(), root.split(',').count());
    assert!(root.starts_with("<root_account>,arn:aws:iam::123456789012:root,1970-01-01T00:00:00+00:00,"));
    assert!(!root.contains("true"), "{root}");
}

#[test]
fn a_report_is_good_for_four_hours() {
    let mut sandbox = Sandbox::new();
    sandbox.done("GenerateCredentialReport", &[]);
    sandbox.now += SignedDuration::from_hours(4) - SignedDuration::from_secs(1);
    sandbox.done("GetCredentialReport", &[]);
    sandbox.now += SignedDuration::from_secs(1);
    let expired = sandbox.refusal("GetCredentialReport", &[]);
    assert!(expired.starts_with("410 ReportExpired"), "{expired}");
    assert!(sandbox.answer("GenerateCredentialReport", &[]).starts_with("<State>STARTED</State>"));
    sandbox.now -= SignedDuration::from_secs(1);
    let future = sandbox.refusal("GetCredentialReport", &[]);
    assert!(future.starts_with("410 ReportExpired"), "the clock was moved back: {future}");
}

#[test]
fn the_summary_counts() {
    let mut sandbox = Sandbox::with_role();
    let answer = sandbox.answer("GetAccountSummary", &[]);
    for (key, value) in [("Roles", 1), ("Providers", 1), ("Users", 0), ("AccountAccessKeysPresent", 0)] {
        let entry = format!("<entry><key>{key}</key><value>{value}</value></entry>");
        assert!(answer.contains(&entry), "{key}: {answer}");
    }
    assert!(answer.starts_with("<SummaryMap><entry>") && answer.ends_with("</entry></SummaryMap>"));
}

#[test]
fn the_details_hold_what_is_in_the_account_and_what_is_used() {
    let mut sandbox = Sandbox::with_role();
    let aws = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    let own = "arn:aws:iam::123456789012:policy/own";
    sandbox.done("CreatePolicy", &[("PolicyName", "own"), ("PolicyDocument", PERMISSIONS)]);
    sandbox.done("AttachRolePolicy", &[("RoleName", "deploy"), ("PolicyArn", aws)]);
    sandbox.done("PutRolePermissionsBoundary", &[("RoleName", "deploy"), ("PermissionsBoundary", own)]);
    sandbox.done(
        "PutRolePolicy",
        &[("RoleName", "deploy"), ("PolicyName", "read"), ("PolicyDocument", PERMISSIONS)],
    );
    let all = sandbox.answer("GetAccountAuthorizationDetails", &[]);
    for part in [
        "<UserDetailList></UserDetailList><GroupDetailList></GroupDetailList>",
        "<InstanceProfileList></InstanceProfileList><RolePolicyList><member><PolicyName>read</PolicyName>",
        "<AttachedManagedPolicies><member><PolicyName>AmazonS3ReadOnlyAccess</PolicyName>",
        "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>",
        "<RoleLastUsed></RoleLastUsed>",
        "<PermissionsBoundaryUsageCount>1</PermissionsBoundaryUsageCount>",
        "<PolicyVersionList><member><Document>%7B%22Version%22",
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    assert_eq!(all.matches("<PolicyVersionList>").count(), 2, "AWS's policies that nobody uses are left out");
    for (filter, roles, policies) in
        [("Role", 1, 0), ("LocalManagedPolicy", 0, 1), ("AWSManagedPolicy", 0, 1), ("User", 0, 0)]
    {
        let some = sandbox.answer("GetAccountAuthorizationDetails", &[("Filter.member.1", filter)]);
        assert_eq!(some.matches("<RoleId>").count(), roles, "{filter}");
        assert_eq!(some.matches("<PolicyVersionList>").count(), policies, "{filter}");
    }
    let refusal = sandbox.refusal("GetAccountAuthorizationDetails", &[("Filter.member.1", "Robot")]);
    assert!(refusal.starts_with("400 ValidationError"), "{refusal}");
}

#[test]
fn the_details_come_in_pages() {
    let mut sandbox = Sandbox::with_role();
    sandbox.done("CreatePolicy", &[("PolicyName", "own"), ("PolicyDocument", PERMISSIONS)]);
    let first = sandbox.answer("GetAccountAuthorizationDetails", &[("MaxItems", "1")]);
    assert!(first.contains("<RoleName>deploy</RoleName>") && first.contains("<Policies></Policies>"));
    let marker = first.split_once("<Marker>").unwrap().1.split_once("</Marker>").unwrap().0;
    let second = sandbox.answer("GetAccountAuthorizationDetails", &[("MaxItems", "1"), ("Marker", marker)]);
    assert!(
        second.contains("<RoleDetailList></RoleDetailList>")
            && second.contains("<PolicyName>own</PolicyName>")
    );
    assert!(second.ends_with("<IsTruncated>false</IsTruncated>"), "{second}");
}
