//! The answer for machines.

use serde_json::{Value, json};

use crate::folder::Folder;

#[test]
fn the_shape_of_a_denial() {
    let folder = Folder::new();
    folder.write(
        "deny.json",
        r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Inside", "Effect": "Deny", "Action": "s3:*", "Resource": "*",
      "Condition": { "NotIpAddress": { "aws:SourceIp": "192.0.2.0/24" } } },
    { "Sid": "Own", "Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::site/${aws:username}/*" }
  ]
}"#,
    );
    let ended = folder.upload(
        "--policy upload.json --scp everything.json,deny.json --context aws:SourceIp=192.0.2.9 \
         --principal arn:aws:iam::123456789012:user/ana --format json",
    );
    assert_eq!((ended.status, ended.errors.as_str()), (1, ""));
    let answer: Value = serde_json::from_str(&ended.output).unwrap();
    let expected = json!({
        "decision": "denied",
        "operation": "s3:PutObject",
        "checks": [{
            "action": "s3:PutObject",
            "resource": "arn:aws:s3:::site/a",
            "decision": "explicitly_denied",
            "decided_by": { "layer": "service_control", "policy": "deny.json", "line": 6 },
            "layers": [
                { "layer": "identity", "says": "allows", "statements": [
                    { "policy": "upload.json", "line": 4, "number": 1, "sid": "Upload", "effect": "Allow", "matched": true },
                ]},
                { "layer": "service_control", "level": 0, "says": "denies", "statements": [
                    { "policy": "everything.json", "line": 4, "number": 1, "effect": "Allow", "matched": true },
                    { "policy": "deny.json", "line": 4, "number": 1, "sid": "Inside", "effect": "Deny", "matched": false,
                      "failed": { "element": "Condition", "operator": "NotIpAddress", "key": "aws:SourceIp",
                                  "wanted": ["192.0.2.0/24"], "presented": ["192.0.2.9"] } },
                    { "policy": "deny.json", "line": 6, "number": 2, "sid": "Own", "effect": "Deny", "matched": true },
                ]},
            ],
        }],
        "notes": [],
        "mend": "statement 2 of `deny.json` denies it, and no other statement can allow it: narrow or remove that one",
    });
    assert_eq!(answer, expected, "{answer:#}");
}

#[test]
fn the_shape_of_an_exchange_that_no_policy_is_asked_about() {
    let folder = Folder::new();
    folder.write("trust.json", include_str!("../../src/tour/policies/trust-main.json"));
    folder.write(
        "claims.json",
        r#"{ "iss": "https://gitlab.com", "sub": "project_path:a/b", "aud": ["x", "y"] }"#,
    );
    let ended = folder.simulate("--trust-policy trust.json --claims claims.json --format json");
    assert_eq!((ended.status, ended.errors.as_str()), (1, ""));
    let answer: Value = serde_json::from_str(&ended.output).unwrap();
    let expected = json!({
        "decision": "denied",
        "operation": "AssumeRoleWithWebIdentity",
        "error": "InvalidIdentityToken: Token audience contains more than one audience while authorized party is not \
                  present",
        "because": "the token has several audiences and no `azp`",
        "checks": [],
        "notes": ["the claims are those of a file: no signature was checked, and no time"],
        "mend": "show a token that the issuer made a moment ago, whole and unaltered",
    });
    assert_eq!(answer, expected, "{answer:#}");
}
