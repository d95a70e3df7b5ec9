//! The account as a whole: its alias and its credential report.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;

use crate::sandbox::Sandbox;

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
