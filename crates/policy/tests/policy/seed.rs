//! The design that started it all: one role for a branch or an environment, one deploy policy.

use daypass_policy::{
    Context, Decision, Document, Evaluation, Kind, Layer, Mismatch, Named, Outcome, Policies, Principal,
    Request, evaluate, evaluate_trust,
};

pub(crate) const TRUST: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
      },
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": "repo:your-org/your-repo:ref:refs/heads/main"
        }
      }
    }
  ]
}"#;

pub(crate) const DEPLOY: &str = r#"{
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

const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const ROLE: &str = "arn:aws:iam::123456789012:role/github-prod-deploy";
const SUBJECT: &str = "token.actions.githubusercontent.com:sub";
const MAIN: &str = "repo:your-org/your-repo:ref:refs/heads/main";

fn exchange(trust: &str, principal: Principal<'_>, subject: Option<&str>, action: &str) -> Evaluation {
    let document = Document::parse(Kind::Trust, trust).unwrap();
    let mut context = Context::new();
    context.insert("token.actions.githubusercontent.com:aud", "sts.amazonaws.com");
    if let Some(subject) = subject {
        context.insert(SUBJECT, subject);
    }
    let request = Request { principal, action, resource: ROLE, context: &context, resource_account: None };
    evaluate_trust(Named { name: "trust policy", document: &document }, &request)
}

fn decide(trust: &str, subject: &str) -> Decision {
    exchange(trust, Principal::Federated(PROVIDER), Some(subject), "sts:AssumeRoleWithWebIdentity").decision
}

const NO: Decision = Decision::ImplicitlyDenied { layer: Layer::Trust };

#[test]
fn the_branch_main_and_nothing_else() {
    for (subject, expected) in [
        (MAIN, Decision::Allowed),
        ("repo:your-org/your-repo:ref:refs/heads/develop", NO),
        ("repo:your-org/your-repo:ref:refs/heads/main2", NO),
        ("repo:Your-Org/your-repo:ref:refs/heads/main", NO),
        ("repo:your-org/your-repo:environment:production", NO),
        ("repo:your-org/your-repo:pull_request", NO),
        ("repo:your-org@1/your-repo@2:ref:refs/heads/main", NO),
        ("repo:other-org/your-repo:ref:refs/heads/main", NO),
        ("", NO),
    ] {
        assert_eq!(decide(TRUST, subject), expected, "{subject}");
    }
}

#[test]
fn the_two_other_forms_of_the_design() {
    let production = TRUST.replace("ref:refs/heads/main", "environment:production");
    assert_eq!(decide(&production, "repo:your-org/your-repo:environment:production"), Decision::Allowed);
    assert_eq!(decide(&production, "repo:your-org/your-repo:environment:production2"), NO);
    let shared = TRUST
        .replace("StringEquals", "StringLike")
        .replace("repo:your-org/your-repo:ref:refs/heads/main", "repo:your-org/your-repo:*");
    assert_eq!(decide(&shared, "repo:your-org/your-repo:pull_request"), Decision::Allowed);
    assert_eq!(decide(&shared, "repo:your-org/your-repo2:pull_request"), NO);
    let literal = TRUST.replace("ref:refs/heads/main", "*");
    assert_eq!(decide(&literal, MAIN), NO, "StringEquals takes a star for itself");
}

#[test]
fn a_refused_exchange_says_what_was_wanted_and_what_was_presented() {
    let subject = "repo:your-org/your-repo:environment:production";
    let principal = Principal::Federated(PROVIDER);
    let evaluation = exchange(TRUST, principal, Some(subject), "sts:AssumeRoleWithWebIdentity");
    let statement = &evaluation.layers[0].statements[0];
    assert_eq!((statement.policy.as_str(), statement.index, statement.line), ("trust policy", 0, 4));
    assert_eq!(
        statement.outcome,
        Outcome::Failed(Mismatch::Condition {
            operator: "StringEquals".to_owned(),
            key: SUBJECT.to_owned(),
            wanted: vec![MAIN.to_owned()],
            written: None,
            presented: Some(vec![subject.to_owned()]),
        })
    );
    let absent = exchange(TRUST, principal, None, "sts:AssumeRoleWithWebIdentity");
    let Outcome::Failed(mismatch) = &absent.layers[0].statements[0].outcome else { panic!("it matched") };
    assert_eq!(mismatch.to_string(), format!("StringEquals {SUBJECT} wants `{MAIN}`, the key is absent"));
}

#[test]
fn the_action_and_the_provider_are_asked_first() {
    let failed = |principal, action| {
        let evaluation = exchange(TRUST, principal, Some(MAIN), action);
        let Outcome::Failed(mismatch) = evaluation.layers[0].statements[0].outcome.clone() else {
            panic!("it matched")
        };
        mismatch.to_string()
    };
    assert_eq!(
        failed(Principal::Federated(PROVIDER), "sts:TagSession"),
        "Action wants `sts:AssumeRoleWithWebIdentity`, presented was `sts:TagSession`"
    );
    let other = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com/slug";
    assert_eq!(
        failed(Principal::Federated(other), "sts:AssumeRoleWithWebIdentity"),
        format!("Principal wants `{PROVIDER}`, presented was `{other}`")
    );
}

const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/github-prod-deploy/GitHubActions";

fn deploy(action: &str, resource: &str) -> Evaluation {
    let document = Document::parse(Kind::Identity, DEPLOY).unwrap();
    let context = Context::new();
    let principal = Principal::Aws { arns: &[SESSION, ROLE], account: "123456789012" };
    let request = Request { principal, action, resource, context: &context, resource_account: None };
    let identity = [Named { name: "deploy", document: &document }];
    evaluate(&Policies { identity: &identity, ..Policies::default() }, &request)
}

#[test]
fn the_deploy_policy_grants_what_it_lists() {
    let no = Decision::ImplicitlyDenied { layer: Layer::Identity };
    for (action, resource, expected) in [
        ("s3:PutObject", "arn:aws:s3:::my-prod-bucket/index.html", Decision::Allowed),
        ("S3:putobject", "arn:aws:s3:::my-prod-bucket/a/b/c", Decision::Allowed),
        ("s3:ListBucket", "arn:aws:s3:::my-prod-bucket", Decision::Allowed),
        ("s3:PutObject", "arn:aws:s3:::my-prod-bucket2/index.html", no.clone()),
        ("s3:PutObject", "arn:aws:s3:::My-prod-bucket/index.html", no.clone()),
        ("s3:PutObjectAcl", "arn:aws:s3:::my-prod-bucket/index.html", no.clone()),
        ("s3:CreateBucket", "arn:aws:s3:::my-prod-bucket", no.clone()),
        (
            "lambda:UpdateFunctionCode",
            "arn:aws:lambda:eu-west-1:123456789012:function:my-function",
            Decision::Allowed,
        ),
        (
            "lambda:UpdateFunctionCode",
            "arn:aws:lambda:eu-west-1:123456789012:function:my-function:1",
            no.clone(),
        ),
        (
            "cloudfront:CreateInvalidation",
            "arn:aws:cloudfront::123456789012:distribution/ABCDEF123456",
            Decision::Allowed,
        ),
        ("iam:CreateRole", "arn:aws:iam::123456789012:role/stronger", no),
    ] {
        assert_eq!(deploy(action, resource).decision, expected, "{action} {resource}");
    }
}

#[test]
fn every_statement_reports() {
    let evaluation = deploy("s3:PutObject", "arn:aws:s3:::other/index.html");
    let [layer] = evaluation.layers.as_slice() else { panic!("one layer") };
    let lines: Vec<String> = layer
        .statements
        .iter()
        .map(|report| match &report.outcome {
            Outcome::Matched => "matched".to_owned(),
            Outcome::Failed(mismatch) => format!("{}:{} {mismatch}", report.index, report.line),
        })
        .collect();
    assert_eq!(
        lines,
        [
            "0:4 Resource wants `arn:aws:s3:::my-prod-bucket` or `arn:aws:s3:::my-prod-bucket/*`, presented was \
             `arn:aws:s3:::other/index.html`",
            "1:12 Action wants `lambda:UpdateFunctionCode` or `lambda:PublishVersion` or `lambda:UpdateAlias` or \
             `lambda:GetFunction` or `lambda:WaitForFunctionActive`, presented was `s3:PutObject`",
            "2:23 Action wants `cloudfront:CreateInvalidation`, presented was `s3:PutObject`",
        ]
    );
}
