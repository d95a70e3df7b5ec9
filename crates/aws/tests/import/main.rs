//! An account from the output of `aws iam get-account-authorization-details`.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

use daypass_aws::import::{self, Import, ImportError, Summary};
use daypass_aws::{Account, AccountId, Change};
use proptest::prelude::*;

const FILE: &str = include_str!("details.json");

fn account() -> Account {
    Account::new(AccountId::parse("111122223333").unwrap())
}

fn read(text: &str) -> Import {
    import::read(&account(), text).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn refused(text: &str) -> ImportError {
    match import::read(&account(), text) {
        Ok(_) => panic!("the file was taken"),
        Err(error) => error,
    }
}

#[test]
fn everything_in_the_file_is_taken_over() {
    let import = read(FILE);
    let summary = Summary { roles: 2, policies: 2, unchanged: 0, users: 1, groups: 1, instance_profiles: 1 };
    assert_eq!(import.summary, summary);
    let account = account().apply(&import.changes);
    let deploy = account.role("deploy").unwrap();
    assert_eq!(deploy.path, "/ci/");
    assert_eq!(deploy.id, "AROAEXAMPLEDEPLOY0001");
    assert_eq!(deploy.created.to_string(), "2025-02-03T04:05:06Z");
    assert_eq!(
        deploy.attached,
        ["arn:aws:iam::111122223333:policy/ci/upload", "arn:aws:iam::aws:policy/job-function/Strange"]
    );
    assert_eq!(deploy.boundary.as_deref(), Some("arn:aws:iam::111122223333:policy/ci/upload"));
    assert_eq!(deploy.tags.get("team").map(String::as_str), Some("platform"));
    assert_eq!((deploy.max_session_seconds, &deploy.description), (7_200, &Some("Deploys".to_owned())));
    assert!(deploy.trust.document().is_ok());
    assert!(deploy.policies.get("inline").unwrap().document().is_ok());
    assert!(!deploy.trust.text().contains('\n'), "the file's indentation is not the policy's");
    let encoded = account.role("encoded").unwrap();
    assert_eq!((encoded.max_session_seconds, &encoded.description), (3_600, &None));
    assert!(encoded.trust.text().starts_with("{\"Version\": \"2012-10-17\""), "{}", encoded.trust.text());
    let [(role, last_use)] = import.last_uses.as_slice() else { panic!("one role was used") };
    assert_eq!((role.as_str(), last_use.region.as_str()), ("AROAEXAMPLEDEPLOY0001", "eu-central-1"));
    let upload = account.policy("arn:aws:iam::111122223333:policy/ci/upload").unwrap();
    let versions: Vec<&str> = upload.versions.iter().map(|version| version.id.as_str()).collect();
    assert_eq!((versions.as_slice(), upload.versions_made), (["v2", "v10"].as_slice(), 10));
    assert_eq!(upload.default_version().unwrap().id, "v2");
    assert!(account.policy("arn:aws:iam::aws:policy/job-function/Strange").is_some());
    assert_eq!(account.policies().count(), 1, "AWS's policy is not the account's own");
}

#[test]
fn a_second_time_nothing_changes() {
    let account = account().apply(&read(FILE).changes);
    let again = import::read(&account, FILE).unwrap();
    assert_eq!(again.changes, Vec::new());
    assert_eq!((again.summary.unchanged, again.summary.roles, again.summary.policies), (4, 0, 0));
}

#[test]
fn what_is_there_and_differs_is_kept() {
    let account = account().apply(&read(FILE).changes);
    let other = FILE.replace("\"platform\"", "\"other\"");
    let error = import::read(&account, &other).unwrap_err();
    assert_eq!(error.path, "RoleDetailList[0]");
    assert_eq!(error.detail, "role `deploy` is in the account already, and differs");
    assert!(error.hint.unwrap().contains("daypass reset"));
}

#[test]
fn a_wrong_policy_is_named_with_its_place() {
    let error = refused(&FILE.replacen("\"sts:AssumeRoleWithWebIdentity\"", "\"s3:GetObject\"", 1));
    let line = FILE.lines().position(|line| line.contains("sts:AssumeRoleWithWebIdentity")).unwrap() + 1;
    assert!(error.path.starts_with("RoleDetailList[0].AssumeRolePolicyDocument.Statement"), "{error:?}");
    assert!(error.detail.starts_with("role `deploy`: "), "{error:?}");
    assert!(error.line >= line - 5 && error.line <= line, "{error} and not near line {line}");
}

#[test]
fn what_is_wrong_is_told_with_its_path() {
    for (from, to, path, detail) in [
        (
            "\"Path\": \"/ci/\",\n      \"RoleName\"",
            "\"Path\": \"ci\",\n      \"RoleName\"",
            "RoleDetailList[0].Path",
            "begins and ends",
        ),
        ("AROAEXAMPLEDEPLOY0001", "AIDAEXAMPLE", "RoleDetailList[0].RoleId", "`AROA`"),
        ("AROAEXAMPLEENCODED001", "AROAEXAMPLEDEPLOY0001", "RoleDetailList[1]", "stands twice"),
        (
            "\"MaxSessionDuration\": 7200",
            "\"MaxSessionDuration\": 60",
            "RoleDetailList[0].MaxSessionDuration",
            "between 3600 and 43200",
        ),
        ("\"VersionId\": \"v10\"", "\"VersionId\": \"v2\"", "Policies[0].PolicyVersionList", "one id"),
        (
            "\"IsDefaultVersion\": true",
            "\"IsDefaultVersion\": false",
            "Policies[0].PolicyVersionList",
            "exactly one",
        ),
        ("\"RoleName\": \"deploy\"", "\"RoleName\": 1", "RoleDetailList[0]", "invalid type"),
        (
            "\"CreateDate\": \"2025-02-03T04:05:06+00:00\"",
            "\"CreateDate\": \"lately\"",
            "RoleDetailList[0]",
            "role `deploy`",
        ),
    ] {
        assert!(FILE.contains(from), "{from}");
        let error = refused(&FILE.replacen(from, to, 1));
        assert_eq!(error.path, path, "{error}");
        assert!(error.detail.contains(detail), "{error}");
        assert!(error.to_string().contains(&format!("`{path}`, line ")), "{error}");
    }
}

#[test]
fn an_attached_policy_must_be_known() {
    let without = FILE.replace(
        "arn:aws:iam::aws:policy/job-function/Strange\",\n          \"PolicyName\"",
        "arn:aws:iam::aws:policy/Stranger\",\n          \"PolicyName\"",
    );
    assert_ne!(without, FILE);
    let error = refused(&without);
    assert_eq!(error.path, "RoleDetailList[0].AttachedManagedPolicies[1]");
    assert!(error.hint.unwrap().contains("--filter"));
}

#[test]
fn a_file_of_another_account_says_which() {
    assert_eq!(import::account_of(FILE).unwrap(), AccountId::parse("111122223333"));
    let other = Account::new(AccountId::parse("123456789012").unwrap());
    let error = import::read(&other, FILE).unwrap_err();
    assert!(error.hint.unwrap().contains("--account 111122223333"));
    assert_eq!(import::account_of("{\"RoleDetailList\": []}").unwrap(), None);
}

#[test]
fn what_is_no_output_is_refused() {
    for (text, detail) in [
        ("", "EOF"),
        ("[]", "none of `RoleDetailList`"),
        ("{}", "none of `RoleDetailList`"),
        ("{\"RoleDetailList\": [], \"IsTruncated\": true}", "a part of the account"),
        ("{\"RoleDetailList\": [], \"NextToken\": \"x\"}", "a part of the account"),
        ("{\"RoleDetailList\": [{\"RoleName\": \"x\"}]}", "role `x`: missing field"),
    ] {
        let error = refused(text);
        assert!(error.detail.contains(detail), "{text}: {error}");
    }
    let long = " ".repeat(import::FILE_BYTES_MAX + 1);
    assert!(refused(&long).detail.contains("over the limit"));
    let empty = read("{\"RoleDetailList\": [], \"IsTruncated\": false}");
    assert!(empty.changes.is_empty());
}

#[test]
fn policies_come_before_the_roles_that_have_them() {
    let import = read(FILE);
    let first_role = import.changes.iter().position(|change| matches!(change, Change::PutRole(_)));
    let last_policy = import.changes.iter().rposition(|change| matches!(change, Change::PutPolicy(_)));
    assert!(last_policy < first_role);
}

proptest! {
    /// Whatever part of the file is cut out or replaced: it is taken whole, or refused with a place in the file.
    #[test]
    fn a_damaged_file_is_refused_with_a_place(
        start in 0..FILE.len(),
        length in 0_usize..200,
        instead in "[\\[\\]{}\":,a-z0-9%\n]{0,8}",
    ) {
        let end = (start + length).min(FILE.len());
        let damaged = [FILE.get(..start).unwrap_or_default(), &instead, FILE.get(end..).unwrap_or_default()].concat();
        match import::read(&account(), &damaged) {
            Ok(import) => {
                let after = account().apply(&import.changes);
                prop_assert_eq!(import::read(&after, &damaged).unwrap().changes, Vec::new());
            }
            Err(error) => prop_assert!(error.line <= damaged.lines().count() + 1, "{}", error),
        }
    }
}
