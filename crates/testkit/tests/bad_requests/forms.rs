//! Forms, names and policies that are malformed or over their limits.

use daypass_testkit::{Answer, Refused, Sandbox, seed};
use http::Request;
use serde_json::json;

use crate::{JOB, SUBJECT, with_session};

/// Status, code and sentence of a refusal.
type Words<'a> = (u16, &'a str, &'a str);

/// Sends a body as a form, signed by the administrator.
async fn form(sandbox: &Sandbox, service: &str, body: impl Into<Vec<u8>>) -> Result<Answer, Refused> {
    let request = Request::post("/").header("content-type", "application/x-www-form-urlencoded");
    let request = request.body(body.into()).unwrap();
    let answer = sandbox.aws.call(service, Some(&sandbox.administrator), request).await;
    answer.and_then(|answer| answer.succeeded("form")).map_err(Refused::from_error)
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_that_cannot_be_read_are_refused() {
    let sandbox = Sandbox::start().await;
    let exchange = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=";
    let not_utf8 = [exchange.as_bytes(), &[0xff, 0xfe]].concat();
    let twice = "Action=GetCallerIdentity&Version=2011-06-15&Action=AssumeRoleWithWebIdentity";
    let flood: String = (0..2_000).map(|number| format!("&Field{number}=x")).collect();
    let flood = format!("Action=GetCallerIdentity&Version=2011-06-15{flood}");
    let large = [exchange.as_bytes(), &vec![b'x'; 512 * 1024]].concat();
    let wanted: [(&str, Vec<u8>, Words<'_>); 8] = [
        ("bytes that are no UTF-8", not_utf8, (400, "MalformedInput", "the form is not UTF-8")),
        (
            "the same, escaped",
            format!("{exchange}%ff").into(),
            (400, "MalformedInput", "the form is not UTF-8"),
        ),
        (
            "half an escape",
            format!("{exchange}%f").into(),
            (400, "MalformedInput", "the form has a percent sign without two hexadecimal digits"),
        ),
        ("two actions", twice.into(), (400, "MalformedInput", "the form repeats the field `Action`")),
        ("too many fields", flood.into(), (400, "MalformedInput", "the form has more than 1024 fields")),
        (
            "too many bytes",
            large,
            (413, "RequestEntityTooLarge", "The request body is over the limit of 524288 bytes"),
        ),
        (
            "no action",
            "Version=2011-06-15".into(),
            (400, "MissingAction", "The request is missing an action or a required parameter."),
        ),
        (
            "nothing",
            Vec::new(),
            (400, "MissingAction", "The request is missing an action or a required parameter."),
        ),
    ];
    for (what, body, words) in wanted {
        assert_eq!(form(&sandbox, "sts", body).await.unwrap_err().said(), words, "{what}");
    }
    assert_eq!(
        sandbox.events().await,
        [] as [serde_json::Value; 0],
        "none of them came as far as an operation"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_that_are_not_there_are_refused() {
    let sandbox = Sandbox::start().await;
    for (service, body, message) in [
        (
            "sts",
            "Action=GetEverything&Version=2011-06-15",
            "Could not find operation GetEverything for version 2011-06-15",
        ),
        (
            "iam",
            "Action=CreateWorld&Version=2010-05-08",
            "Could not find operation CreateWorld for version 2010-05-08",
        ),
        (
            "iam",
            "Action=CreateRole&Version=2011-06-15",
            "Could not find operation CreateRole for version 2011-06-15",
        ),
        (
            "sts",
            "Action=GetCallerIdentity&Version=1999-01-01",
            "Could not find operation GetCallerIdentity for version 1999-01-01",
        ),
        (
            "sts",
            "Action=GetCallerIdentity",
            "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED",
        ),
    ] {
        let refused = form(&sandbox, service, body).await.unwrap_err();
        assert_eq!(refused.said(), (400, "InvalidAction", message), "{body}");
    }
    let refused =
        sandbox.aws.cloudtrail(Some(&sandbox.administrator), "CreateTrail", &json!({})).await.unwrap();
    let refused = Refused::from_error(refused.succeeded("CreateTrail").unwrap_err());
    assert_eq!((refused.status, refused.code.as_str()), (400, "UnknownOperationException"));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_policies_over_their_limits_are_refused() {
    let sandbox = Sandbox::start().await;
    let trust = seed::trust(SUBJECT).to_string();
    let long = "r".repeat(65);
    let refused =
        sandbox.iam("CreateRole", &[("RoleName", &long), ("AssumeRolePolicyDocument", &trust)]).await;
    let message = "1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64";
    let with_value = message.replace("Value at", &format!("Value '{long}' at"));
    assert_eq!(refused.unwrap_err().said(), (400, "ValidationError", with_value.as_str()));
    sandbox.create_role(&"r".repeat(64), &seed::trust(SUBJECT)).await;

    let subjects = |length: usize| vec![SUBJECT; length / (SUBJECT.len() + 3)];
    let large = seed::trust_where(&json!({ "StringEquals": {
        "token.actions.githubusercontent.com:sub": subjects(100 * 1024),
    }}));
    let large = large.to_string();
    assert!((100_000..131_072).contains(&large.len()), "{}", large.len());
    let refused =
        sandbox.iam("CreateRole", &[("RoleName", "large"), ("AssumeRolePolicyDocument", &large)]).await;
    assert_eq!(
        refused.unwrap_err().said(),
        (409, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048")
    );
    let absent = sandbox.iam("GetRole", &[("RoleName", "large")]).await.unwrap_err();
    assert_eq!(absent.said(), (404, "NoSuchEntity", "The role with name large cannot be found."));

    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    let resources: Vec<String> =
        (0..3_500).map(|number| format!("arn:aws:s3:::bucket-{number:06}/*")).collect();
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "s3:GetObject", "Resource": resources,
    }]});
    let policy = policy.to_string();
    assert!((100_000..131_072).contains(&policy.len()), "{}", policy.len());
    let put = [("RoleName", "deploy"), ("PolicyName", "large"), ("PolicyDocument", policy.as_str())];
    let refused = sandbox.iam("PutRolePolicy", &put).await.unwrap_err();
    let message = "Maximum policy size of 10240 bytes exceeded for role deploy";
    assert_eq!(refused.said(), (409, "LimitExceeded", message));

    let huge = "x".repeat(131_073);
    let refused =
        sandbox.iam("CreateRole", &[("RoleName", "huge"), ("AssumeRolePolicyDocument", &huge)]).await;
    let message = "1 validation error detected: Value at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must have length less than or equal to 131072";
    assert_eq!(refused.unwrap_err().said(), (400, "ValidationError", message));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_policy_over_its_limit_is_refused() {
    let (sandbox, _) = with_session().await;
    let token = sandbox.mint(JOB).await;
    let long = " ".repeat(2_049);
    let refused = sandbox.exchange_with("deploy", &token, &[("Policy", &long)]).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (400, "ValidationError"));
    assert!(
        refused.message.ends_with(
            "at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048"
        ),
        "{}",
        refused.message
    );
    let refused = sandbox.exchange_with("deploy", &token, &[("Policy", "{}")]).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (400, "MalformedPolicyDocument"));
}
