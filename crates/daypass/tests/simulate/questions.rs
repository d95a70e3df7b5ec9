//! Questions that are wrong in themselves: exit status 2, a sentence, and a hint where there is a mend.

use crate::folder::{DEPLOY, Folder};

/// That the question is refused in these words, with nothing on standard output.
fn refused(folder: &Folder, arguments: &str, expected: &str) {
    let ended = folder.simulate(arguments);
    assert_eq!((ended.status, ended.output.as_str()), (2, ""), "{arguments}: {ended:?}");
    assert_eq!(ended.errors, expected, "{arguments}");
}

#[test]
fn policies_that_cannot_be_read() {
    let folder = Folder::new();
    folder.write("broken.json", "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [}\n}");
    folder.write(
        "operator.json",
        r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Action": "s3:*", "Resource": "*",
    "Condition": { "StringEqual": { "aws:username": "ana" } }
  }
}"#,
    );
    let ask = |policy: &str| format!("--policy {policy} --action s3:PutObject --resource *");
    refused(&folder, &ask("missing.json"), "");
    refused(&folder, &ask("broken.json"), "");
    refused(&folder, &ask("operator.json"), "");
    refused(&folder, &ask("upload.json --boundary operator.json"), "");
}

#[test]
fn names_that_are_none() {
    let folder = Folder::new();
    let ask = |action: &str, resource: &str, more: &str| {
        format!("--policy upload.json --action {action} --resource {resource} {more}")
    };
    let resource = "arn:aws:s3:::site/a";
    refused(&folder, &ask("PutObject", resource, ""), "");
    refused(&folder, &ask("s3:Put*", resource, ""), "");
    refused(&folder, &ask("s3:PutObject", "site/a", ""), "");
    refused(&folder, &ask("s3:PutObject", resource, "--principal ana"), "");
    refused(
        &folder,
        &ask("s3:PutObject", resource, &format!("--principal {DEPLOY} --resource-account 1")),
        "",
    );
    refused(&folder, &ask("s3:PutObject", resource, "--context team"), "");
}

#[test]
fn arguments_that_do_not_go_together() {
    let folder = Folder::new();
    for arguments in [
        "",
        "--action s3:PutObject --resource *",
        "--policy upload.json --resource *",
        "--policy upload.json --action s3:PutObject",
        "--policy upload.json --action s3:PutObject --resource * --claims claims.json",
        "--policy upload.json --action s3:PutObject --resource * --resource-policy upload.json",
        "--policy upload.json --action s3:PutObject --resource * --resource-account 123456789012",
        "--trust-policy trust.json",
        "--trust-policy trust.json --claims claims.json --token token",
        "--trust-policy trust.json --claims claims.json --action s3:PutObject",
        "--trust-policy trust.json --claims claims.json --scp upload.json",
        "--policy upload.json --action s3:PutObject --resource * --format yaml",
        "--policy upload.json --action s3:PutObject --resource * --verbose",
    ] {
        let ended = folder.simulate(arguments);
        assert_eq!((ended.status, ended.output.as_str()), (2, ""), "{arguments}: {ended:?}");
        assert!(ended.errors.starts_with("error: "), "{arguments}: {ended:?}");
    }
}

#[test]
fn tokens_that_are_none() {
    let folder = Folder::new();
    folder.write("trust.json", include_str!("../../src/tour/policies/trust-main.json"));
    folder.write("list.json", "[]");
    folder.write("issuerless.json", r#"{ "sub": "repo:your-org/your-repo:ref:refs/heads/main" }"#);
    folder.write("claims.json", r#"{ "iss": "https://token.actions.githubusercontent.com" }"#);
    folder.write("token", "not.a.token\n");
    let ask = |shown: &str| format!("--trust-policy trust.json {shown}");
    refused(&folder, &ask("--token token"), "");
    refused(&folder, &ask("--claims list.json"), "");
    refused(&folder, &ask("--claims issuerless.json"), "");
    refused(&folder, &ask("--claims claims.json --provider arn:aws:iam::123456789012:saml-provider/x"), "");
    refused(&folder, &ask("--claims claims.json --role-arn arn:aws:iam::999999999999:role/x"), "");
    refused(&folder, &ask("--claims claims.json --context aws:PrincipalType=AWS"), "");
}
