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
    refused(
        &folder,
        &ask("missing.json"),
        "\
error: cannot read `missing.json`: No such file or directory (os error 2)
",
    );
    refused(
        &folder,
        &ask("broken.json"),
        "\
error: broken.json:3:17: This policy contains invalid Json
hint: a value is missing
",
    );
    refused(&folder, &ask("operator.json"), "\
error: operator.json:5:20: Invalid Condition type : StringEqual. (in `Statement[0].Condition.StringEqual`)
hint: the operators are those of String, Numeric, Date, Arn and IpAddress, BinaryEquals, Bool and Null, with IfExists, ForAllValues: and ForAnyValue:
");
    refused(&folder, &ask("upload.json --boundary operator.json"), "\
error: operator.json:5:20: Invalid Condition type : StringEqual. (in `Statement[0].Condition.StringEqual`)
hint: the operators are those of String, Numeric, Date, Arn and IpAddress, BinaryEquals, Bool and Null, with IfExists, ForAllValues: and ForAnyValue:
");
}

#[test]
fn a_policy_cannot_move_the_terminals_cursor() {
    let folder = Folder::new();
    folder.write(
        "escape.json",
        r#"{ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": "*",
             "Condition": { "\u001b[2J": { "aws:username": "ana" } } } }"#,
    );
    let ended = folder.simulate("--policy escape.json --action s3:PutObject --resource *");
    assert_eq!(ended.status, 2);
    assert!(ended.errors.contains("\\u{1b}[2J") && !ended.errors.contains('\u{1b}'), "{ended:?}");
}

#[test]
fn names_that_are_none() {
    let folder = Folder::new();
    let ask = |action: &str, resource: &str, more: &str| {
        format!("--policy upload.json --action {action} --resource {resource} {more}")
    };
    let resource = "arn:aws:s3:::site/a";
    refused(
        &folder,
        &ask("PutObject", resource, ""),
        "\
error: `PutObject` is not an action
hint: write it as in s3:PutObject
",
    );
    refused(
        &folder,
        &ask("s3:Put*", resource, ""),
        "\
error: `s3:Put*` is a pattern, and a call has one action
hint: write it as in s3:PutObject
",
    );
    refused(
        &folder,
        &ask("s3:PutObject", "site/a", ""),
        "\
error: `site/a` is not an ARN
hint: write it as in arn:aws:s3:::my-bucket/key, or * for an action that has no resource
",
    );
    refused(&folder, &ask("s3:PutObject", resource, "--principal ana"), "\
error: `ana` is nobody who can call
hint: name a role, a session (arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION), a user, an account's root, an identity provider, or a service such as lambda.amazonaws.com
");
    refused(
        &folder,
        &ask("s3:PutObject", resource, &format!("--principal {DEPLOY} --resource-account 1")),
        "\
error: `1` is not an account number: it has twelve digits
",
    );
    refused(
        &folder,
        &ask("s3:PutObject", resource, "--context team"),
        "\
error: `team` is not a condition key with a value
hint: write it as in --context aws:SourceIp=192.0.2.1
",
    );
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
    refused(&folder, &ask("--token token"), "\
error: `token` is no identity token: the header of the token is not base64url
hint: a token is what a job gets from ACTIONS_ID_TOKEN_REQUEST_URL, or `daypass mint` prints; its claims alone are shown with --claims
");
    refused(
        &folder,
        &ask("--claims list.json"),
        "\
error: list.json:1:1: the claims are not one JSON object
hint: write them as in { \"iss\": \"https://token.actions.githubusercontent.com\", \"sub\": \"repo:...\" }
",
    );
    refused(
        &folder,
        &ask("--claims issuerless.json"),
        "\
error: the token names no issuer that begins with https:// in `iss`
hint: add the claim, or name the provider with --provider ARN
",
    );
    refused(
        &folder,
        &ask("--claims claims.json --provider arn:aws:iam::123456789012:saml-provider/x"),
        "\
error: `arn:aws:iam::123456789012:saml-provider/x` is not the ARN of an OpenID Connect provider
hint: write it as in arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com
",
    );
    refused(
        &folder,
        &ask("--claims claims.json --role-arn arn:aws:iam::999999999999:role/x"),
        "\
error: the role is of the account 999999999999, and the provider of 123456789012
hint: a role is assumed through a provider of its own account: name that one with --provider ARN
",
    );
    refused(
        &folder,
        &ask("--claims claims.json --context aws:PrincipalType=AWS"),
        "\
error: the condition key `aws:PrincipalType` follows from the token
hint: leave it out of --context, or change the claim
",
    );
}
