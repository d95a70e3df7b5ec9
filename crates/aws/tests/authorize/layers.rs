//! Which kinds of policies there are, and how each refuses.
//!
//! Source: IAM user guide, "Policy evaluation logic" and "Troubleshoot access denied error messages".

use daypass_policy::{Decision, Layer};

use crate::bench::{BOUND, Bench, MANAGED, OBJECT, policy};

const SILENT: &str = "s3:ListBucket";
const READS: &str = "s3:GetObject";

/// Two characters for each layer: `+` allows, `-` denies in words, `.` says nothing, a blank is not there.
fn bench(layers: &str) -> Bench {
    let text = |mark: char| match mark {
        '+' => Some(policy("Allow", READS)),
        '-' => Some(policy("Deny", READS)),
        '.' => Some(policy("Allow", SILENT)),
        _ => None,
    };
    let mut bench = Bench::new();
    for (layer, mark) in layers.chars().enumerate() {
        let Some(text) = text(mark) else { continue };
        bench = match layer {
            0 => bench.inline("inline", &text),
            1 => bench.attached(MANAGED, &text),
            2 => bench.bound(&text),
            _ => {
                bench.session.policies.push(text);
                bench
            }
        };
    }
    bench
}

#[test]
fn every_layer_has_its_say_and_its_words() {
    let silent = |kind: &str| Err(format!("because no {kind} allows the s3:GetObject action"));
    let denied = |kind: &str| Err(format!("with an explicit deny in {kind}"));
    // Inline, attached, boundary, session. A policy that denies in words is named where it has an ARN; observed.
    for (layers, wanted) in [
        ("    ", silent("identity-based policy")),
        ("+   ", Ok(())),
        (" +  ", Ok(())),
        (".+  ", Ok(())),
        ("+.  ", Ok(())),
        ("..  ", silent("identity-based policy")),
        ("+-  ", denied("an identity-based policy: arn:aws:iam::123456789012:policy/managed")),
        ("-+  ", denied("an identity-based policy")),
        ("+ + ", Ok(())),
        (" ++ ", Ok(())),
        ("+ . ", silent("permissions boundary")),
        ("++- ", denied("a permissions boundary: arn:aws:iam::123456789012:policy/bound")),
        ("  + ", silent("identity-based policy")),
        ("+  +", Ok(())),
        ("+  .", silent("session policy")),
        ("+  -", denied("a session policy")),
        ("   +", silent("identity-based policy")),
        ("++++", Ok(())),
        ("+ +.", silent("session policy")),
        ("+ .+", silent("permissions boundary")),
        ("+ .-", denied("a session policy")),
    ] {
        assert_eq!(bench(layers).read(), wanted, "`{layers}`");
    }
}

#[test]
fn the_operator_is_told_the_policy_and_the_statement() {
    for (layers, layer, name) in [
        ("-   ", Layer::Identity, "inline"),
        ("+-  ", Layer::Identity, MANAGED),
        ("+ - ", Layer::Boundary, BOUND),
        ("+  -", Layer::Session, "session policy"),
    ] {
        let refusal = bench(layers).ask(READS, OBJECT).unwrap_err();
        let evaluation = &refusal.checks.first().unwrap().evaluation;
        let wanted = Decision::ExplicitlyDenied { layer, policy: name.to_owned(), statement: 0 };
        assert_eq!(evaluation.decision, wanted, "`{layers}`");
        let mut statements = evaluation.layers.iter().flat_map(|report| &report.statements);
        assert!(statements.any(|report| report.policy == name && report.sid.as_deref() == Some("Only")));
    }
}

#[test]
fn a_policy_of_aws_may_be_attached_and_bound() {
    let mut bench = Bench::new();
    bench.role.attached.push("arn:aws:iam::aws:policy/AmazonS3FullAccess".to_owned());
    assert_eq!(bench.read(), Ok(()));
    assert!(bench.ask("s3:PutObject", OBJECT).is_ok());
    bench.role.boundary = Some("arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned());
    assert_eq!(bench.read(), Ok(()));
    let refusal = bench.ask("s3:PutObject", OBJECT).unwrap_err();
    assert!(
        refusal.error.message.ends_with("because no permissions boundary allows the s3:PutObject action")
    );
    // Thousands of patterns did not match: a few of them are kept, those of the service first.
    let kept = serde_json::to_string(&refusal.checks).unwrap();
    assert!(kept.len() < 16_384, "{} bytes", kept.len());
    assert!(kept.contains("s3:Get*"), "{kept}");
}

#[test]
fn what_aws_allows_by_its_policies_is_allowed() {
    for (policy, action, allowed) in [
        ("AdministratorAccess", "iam:CreateRole", true),
        ("PowerUserAccess", "s3:PutObject", true),
        ("PowerUserAccess", "iam:CreateRole", false),
        ("PowerUserAccess", "iam:ListRoles", true),
        ("ReadOnlyAccess", "s3:GetObject", true),
        ("ReadOnlyAccess", "iam:SimulatePrincipalPolicy", true),
        ("ReadOnlyAccess", "secretsmanager:GetSecretValue", false),
        ("ReadOnlyAccess", "s3:PutObject", false),
        ("SecurityAudit", "iam:GetAccountAuthorizationDetails", true),
        ("SecurityAudit", "s3:GetObject", false),
        ("AmazonS3ReadOnlyAccess", "s3:ListBucket", true),
        ("AmazonS3ReadOnlyAccess", "s3:DeleteObject", false),
        ("AWSLambda_FullAccess", "lambda:UpdateFunctionCode", true),
        ("AWSLambda_FullAccess", "iam:PassRole", false),
        ("AWSLambda_ReadOnlyAccess", "lambda:GetFunction", true),
        ("AWSLambda_ReadOnlyAccess", "lambda:InvokeFunction", false),
        ("CloudFrontFullAccess", "cloudfront:CreateInvalidation", true),
        ("CloudFrontReadOnlyAccess", "cloudfront:CreateInvalidation", false),
        ("IAMFullAccess", "iam:CreateRole", true),
        ("IAMReadOnlyAccess", "iam:GetRole", true),
        ("IAMReadOnlyAccess", "iam:CreateRole", false),
        ("service-role/AWSLambdaBasicExecutionRole", "logs:PutLogEvents", true),
        ("service-role/AWSLambdaBasicExecutionRole", "logs:GetLogEvents", false),
    ] {
        let mut bench = Bench::new();
        bench.role.attached.push(format!("arn:aws:iam::aws:policy/{policy}"));
        assert_eq!(bench.ask(action, "*").is_ok(), allowed, "{policy} {action}");
    }
}

#[test]
fn the_tags_of_the_role_are_the_principals_unless_the_session_has_its_own() {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}}]}"#;
    for (role, session, allowed) in [
        (None, None, false),
        (Some("red"), None, true),
        (Some("blue"), None, false),
        (Some("blue"), Some("red"), true),
        (Some("red"), Some("blue"), false),
    ] {
        let mut bench = Bench::new().inline("tagged", text);
        bench.role.tags.extend(role.map(|value| ("Team".to_owned(), value.to_owned())));
        bench.session.tags.extend(session.map(|value| ("team".to_owned(), value.to_owned())));
        assert_eq!(bench.read().is_ok(), allowed, "{role:?} {session:?}");
    }
}
