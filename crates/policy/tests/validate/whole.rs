//! Whole policies: all findings of each, in their order.

use daypass_policy::validate::{FINDINGS_MAX, Options, UNKNOWN, validate};
use daypass_policy::{Kind, POLICY_BYTES_MAX};

fn found(kind: Kind, text: &str) -> Vec<String> {
    let findings = validate(kind, text, Options::default());
    findings
        .iter()
        .map(|finding| {
            let location = finding.primary().unwrap();
            format!("{} {}:{}", finding.code, location.extent.start.line, location.extent.start.column)
        })
        .collect()
}

/// The permission policy of the project's first page, letter by letter.
const DEPLOY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:PutObject", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket"],
      "Resource": [
        "arn:aws:s3:::my-prod-bucket",
        "arn:aws:s3:::my-prod-bucket/*"
      ]
    },
    {
      "Effect": "Allow",
      "Action": [
        "lambda:UpdateFunctionCode",
        "lambda:PublishVersion",
        "lambda:UpdateAlias",
        "lambda:GetFunction",
        "lambda:WaitForFunctionActive"
      ],
      "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:my-function"
    },
    {
      "Effect": "Allow",
      "Action": "cloudfront:CreateInvalidation",
      "Resource": "arn:aws:cloudfront::123456789012:distribution/ABCDEF123456"
    }
  ]
}"#;

#[test]
fn the_deploy_policy_names_an_action_that_does_not_exist() {
    assert_eq!(found(Kind::Identity, DEPLOY), ["INVALID_ACTION 19:9"]);
    let findings = validate(Kind::Identity, DEPLOY, Options::default());
    let finding = findings.first().unwrap();
    assert_eq!(finding.message, "the action `lambda:WaitForFunctionActive` does not exist");
    assert!(finding.mend.as_deref().unwrap().starts_with("take it out: waiting is done by SDKs"));
    assert_eq!(
        finding.learn_more.as_deref().unwrap(),
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-error-invalid-action"
    );
    let location = finding.primary().unwrap();
    assert_eq!(location.path.to_string(), "Statement[1].Action[4]");
    assert_eq!(
        DEPLOY.get(location.extent.start.offset..location.extent.end.offset),
        Some("\"lambda:WaitForFunctionActive\"")
    );
}

#[test]
fn all_findings_of_a_bad_policy_are_given_in_the_order_of_its_text() {
    let text = r#"{
  "Statement": [
    {"Sid": "a b", "Effect": "allow", "Actions": "s3:GetObject", "Resource": "bucket"},
    {"Effect": "Deny", "Action": "s3:Nothing", "NotResource": "*", "Principal": "*"}
  ]
}"#;
    assert_eq!(
        found(Kind::Identity, text),
        [
            "MISSING_VERSION 1:1",
            "MISSING_ACTION 3:5",
            "UNSUPPORTED_SID 3:13",
            "INVALID_EFFECT 3:30",
            "INVALID_POLICY_ELEMENT 3:39",
            "INVALID_ARN_PREFIX 3:78",
            "INVALID_ACTION 4:34",
            "UNSUPPORTED_PRINCIPAL 4:68",
        ]
    );
}

#[test]
fn an_example_of_aws_has_the_findings_that_aws_gives() {
    // AWS CLI reference, `accessanalyzer validate-policy`.
    let text = r#"{
    "Version":"2012-10-17",
    "Statement": [
        {
            "Sid": "",
            "Effect": "Allow",
            "Principal": {
                "Federated": "cognito-identity.amazonaws.com"
            },
            "Action": [
                "sts:AssumeRole",
                "sts:TagSession"
            ],
            "Condition": {
                "StringEquals": {
                    "cognito-identity.amazonaws.com:aud": "us-west-2_EXAMPLE"
                }
            }
        }
    ]
}"#;
    let found = found(Kind::Trust, text);
    let codes: Vec<&str> = found.iter().filter_map(|finding| finding.split(' ').next()).collect();
    assert_eq!(
        codes,
        ["EMPTY_SID_VALUE", "MISMATCHED_ACTION_FOR_PRINCIPAL", "UNSUPPORTED_ACTION_FOR_CONDITION_KEY"]
    );
}

#[test]
fn what_is_unknown_is_no_finding() {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [
            {{"Sid": "a{UNKNOWN}", "Effect": "{UNKNOWN}", "Action": "{UNKNOWN}:x", "Resource": "{UNKNOWN}",
             "Condition": "{UNKNOWN}"}},
            {{"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::{UNKNOWN}/*", "*"],
             "Condition": {{"IpAddress": {{"aws:SourceIp": "{UNKNOWN}"}}}}}}
        ]}}"#
    );
    assert_eq!(found(Kind::Identity, &text), [""; 0]);
    assert_eq!(
        found(Kind::Trust, &format!(r#"{{"Version": "2012-10-17", "Statement": "{UNKNOWN}"}}"#)),
        [""; 0]
    );
}

#[test]
fn hostile_texts_are_bounded() {
    let long = format!("{{\"Version\": \"{}\"}}", "x".repeat(POLICY_BYTES_MAX));
    assert_eq!(found(Kind::Identity, &long), ["POLICY_TOO_LONG 1:1"]);
    let statements = r#"{"Effect": 1},"#.repeat(3_000);
    let many = format!(r#"{{"Version": "2012-10-17", "Statement": [{}{{}}]}}"#, statements);
    assert_eq!(found(Kind::Identity, &many).len(), FINDINGS_MAX);
    for text in ["", "null", "[]", "\"x\"", "{\"Statement\": {}}", "{\"Statement\": [[]]}"] {
        assert!(!found(Kind::Identity, text).is_empty(), "{text}");
    }
    let stars = "*a".repeat(20_000);
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "s3:{stars}", "Resource": "arn:aws:s3:::{stars}"}}}}"#
    );
    assert!(!found(Kind::Identity, &text).is_empty());
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_it(text in "\\PC{0,200}") {
        for kind in [Kind::Identity, Kind::Trust, Kind::ResourceControl, Kind::ServiceControl] {
            let findings = validate(kind, &text, Options::default());
            proptest::prop_assert!(findings.len() <= FINDINGS_MAX);
        }
    }

    #[test]
    fn no_policy_breaks_it(
        action in "[a-zA-Z0-9:*?${}é.-]{0,24}",
        resource in "(arn:)?[a-z0-9:*?/${}é,' -]{0,40}",
        operator in "(ForAllValues:|ForAnyValue:)?(StringLike|Null|IpAddress|DateLessThan|Bool|NumericEquals|BinaryEquals|é)(IfExists)?",
        key in "(aws|s3|sts|token.actions.githubusercontent.com)?:?[A-Za-zé/]{0,12}",
        value in "[a-z0-9:*?./${}é+-]{0,24}",
    ) {
        let policy = serde_json::json!({
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow", "Action": [action, "s3:GetObject"], "Resource": resource,
                "Principal": {"AWS": resource, "Service": action, "Federated": resource},
                "Condition": {operator: {key: [value, "x"]}},
            },
        });
        for kind in [Kind::Identity, Kind::Resource, Kind::Trust, Kind::ResourceControl, Kind::ServiceControl] {
            for finding in validate(kind, &policy.to_string(), Options::default()) {
                let extent = finding.primary().map(|location| location.extent);
                proptest::prop_assert!(extent.is_some_and(|extent| extent.start <= extent.end), "{finding:?}");
                proptest::prop_assert!(finding.mend.is_some() && finding.learn_more.is_some(), "{finding:?}");
            }
        }
    }
}
