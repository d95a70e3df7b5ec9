//! Policy variables, asked through whole policies.

use daypass_policy::{
    Context, Decision, Document, Kind, Mismatch, Named, Outcome, Policies, Principal, Request, decide,
    evaluate,
};

fn context() -> Context {
    let mut context = Context::new();
    context.insert("aws:username", "alice");
    context.insert("aws:PrincipalTag/team", "*");
    context.insert("aws:PrincipalTag/Path", "a/b");
    context.insert("aws:TagKeys", vec!["alice".to_owned()]);
    context.insert("token.actions.githubusercontent.com:sub", "repo:o/r:ref:refs/heads/main");
    context.insert("s3:prefix", "alice/x");
    context
}

fn outcome(elements: &str, resource: &str) -> (bool, Outcome) {
    let text =
        format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"*",{elements}}}}}"#);
    let document = Document::parse(Kind::Identity, &text).unwrap();
    let context = context();
    let request = Request {
        principal: Principal::Aws {
            arns: &["arn:aws:iam::123456789012:user/alice"],
            account: "123456789012",
        },
        action: "s3:GetObject",
        resource,
        context: &context,
        resource_account: None,
    };
    let identity = [Named { name: "p", document: &document }];
    let policies = Policies { identity: &identity, ..Policies::default() };
    let evaluation = evaluate(&policies, &request);
    assert_eq!(decide(&policies, &request), evaluation.decision.verdict());
    (evaluation.decision == Decision::Allowed, evaluation.layers[0].statements[0].outcome.clone())
}

#[test]
fn resources() {
    for (wanted, resource, expected) in [
        ("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/alice/x", true),
        ("arn:aws:s3:::b/${AWS:UserName}/*", "arn:aws:s3:::b/alice/x", true),
        ("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/bob/x", false),
        ("arn:aws:s3:::b/${aws:PrincipalTag/Path}", "arn:aws:s3:::b/a/b", true),
        // The star of a tag is a star.
        ("arn:aws:s3:::b/${aws:PrincipalTag/team}", "arn:aws:s3:::b/x", false),
        ("arn:aws:s3:::b/${aws:PrincipalTag/team}", "arn:aws:s3:::b/*", true),
        ("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/x", false),
        ("arn:aws:s3:::b/${*}${?}${$}", "arn:aws:s3:::b/*?$", true),
        ("arn:aws:s3:::b/${aws:userid, 'nobody'}", "arn:aws:s3:::b/nobody", true),
        ("arn:aws:s3:::b/${aws:userid}", "arn:aws:s3:::b/", false),
        ("arn:aws:s3:::b/${aws:userid}", "arn:aws:s3:::b/${aws:userid}", false),
        ("arn:aws:s3:::b/${aws:TagKeys}", "arn:aws:s3:::b/alice", false),
        ("arn:aws:s3:::b/$aws", "arn:aws:s3:::b/$aws", true),
    ] {
        let (allowed, _) = outcome(&format!(r#""Resource":"{wanted}""#), resource);
        assert_eq!(allowed, expected, "{wanted} {resource}");
    }
}

/// Source: IAM user guide, "Policy variables with no value": such a `NotResource` excludes nothing.
#[test]
fn not_resource() {
    for (unwanted, resource, expected) in [
        ("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/alice/x", false),
        ("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/bob/x", true),
        ("arn:aws:s3:::b/${aws:userid}/*", "arn:aws:s3:::b/alice/x", true),
    ] {
        let (allowed, _) = outcome(&format!(r#""NotResource":"{unwanted}""#), resource);
        assert_eq!(allowed, expected, "{unwanted} {resource}");
    }
}

#[test]
fn conditions() {
    for (condition, expected) in [
        (r#"{"StringLike":{"s3:prefix":["${aws:username}/*"]}}"#, true),
        (r#"{"StringEquals":{"s3:prefix":["${aws:username}/*"]}}"#, false),
        (r#"{"StringEquals":{"s3:prefix":["${aws:username}/x"]}}"#, true),
        (r#"{"StringEquals":{"aws:PrincipalTag/team":"${*}"}}"#, true),
        (r#"{"StringEqualsIgnoreCase":{"aws:username":"${AWS:USERNAME}"}}"#, true),
        (r#"{"StringLike":{"aws:username":"${aws:PrincipalTag/team}"}}"#, false),
        (
            r#"{"StringLike":{"token.actions.githubusercontent.com:sub":"${token.actions.githubusercontent.com:sub}"}}"#,
            true,
        ),
        (r#"{"StringEquals":{"aws:username":"${aws:userid}"}}"#, false),
        (r#"{"StringEquals":{"aws:username":["${aws:userid}","alice"]}}"#, true),
        (r#"{"StringNotEquals":{"aws:username":"${aws:userid}"}}"#, true),
        (r#"{"StringNotLike":{"aws:username":"${aws:userid}*"}}"#, true),
        (r#"{"StringNotEquals":{"aws:username":"${aws:username}"}}"#, false),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"${aws:username}"}}"#, true),
        (r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":"${aws:TagKeys}"}}"#, false),
    ] {
        let (allowed, _) = outcome(&format!(r#""Resource":"*","Condition":{condition}"#), "*");
        assert_eq!(allowed, expected, "{condition}");
    }
}

#[test]
fn a_reason_has_the_value_and_the_variable() {
    let (_, said) = outcome(
        r#""Resource":["arn:aws:s3:::c","arn:aws:s3:::b/${aws:username}","arn:aws:s3:::b/${aws:userid}"]"#,
        "arn:aws:s3:::b/bob",
    );
    let Outcome::Failed(mismatch) = said else { panic!("it matched") };
    assert_eq!(
        mismatch.to_string(),
        "Resource wants `arn:aws:s3:::c` or `arn:aws:s3:::b/alice` (written `arn:aws:s3:::b/${aws:username}`) or \
         `arn:aws:s3:::b/${aws:userid}` (a variable has no value), presented was `arn:aws:s3:::b/bob`"
    );
    let (_, said) =
        outcome(r#""Resource":"*","Condition":{"StringEquals":{"s3:prefix":"${aws:username}"}}"#, "*");
    let Outcome::Failed(Mismatch::Condition { wanted, written, .. }) = said else { panic!("it matched") };
    assert_eq!((wanted[0].as_str(), written.unwrap()[0].as_str()), ("alice", "${aws:username}"));
}

#[test]
fn the_keys_that_a_document_reads() {
    let text = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${AWS:UserName}/${*}/${aws:userid, 'x'}",
         "Condition":{"StringLike":{"s3:prefix":"${aws:username}"},"Bool":{"aws:SecureTransport":true}}},
        {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Null":{"S3:Prefix":true}}}]}"#;
    let document = Document::parse(Kind::Identity, text).unwrap();
    assert_eq!(document.context_keys(), ["AWS:UserName", "aws:userid", "s3:prefix", "aws:SecureTransport"]);
}
