//! What a document keeps of its text.

use daypass_policy::{Document, Effect, Kind, Patterns, PrincipalPattern, Principals, Span, Version};

const TEXT: &str = r#"{
  "Version": "2012-10-17",
  "Id": "house",
  "Statement": [
    {
      "Sid": "Everything",
      "Effect": "Deny",
      "NotPrincipal": {"AWS": ["123456789012", "arn:aws:iam::210987654321:root"], "Service": "ec2.amazonaws.com"},
      "NotAction": ["s3:GetObject", "S3:put*"],
      "NotResource": ["arn:aws:s3:::a", "arn:aws:s3:::a/*"],
      "Condition": {
        "stringlikeIFEXISTS": {"aws:PrincipalTag/Team": ["a*", "b"]},
        "Bool": {"aws:SecureTransport": false}
      }
    }
  ]
}"#;

fn at(span: &Span) -> &'static str {
    TEXT.get(span.offset..span.offset + span.length).unwrap()
}

#[test]
fn every_element_keeps_its_place() {
    let document = Document::parse(Kind::Resource, TEXT).unwrap();
    assert_eq!(
        (document.text(), document.kind(), document.version(), document.id()),
        (TEXT, Kind::Resource, Version::V2012, Some("house"))
    );
    let [statement] = document.statements() else { panic!("one statement") };
    assert_eq!((statement.sid.as_deref(), statement.effect), (Some("Everything"), Effect::Deny));
    assert_eq!((statement.span.line, statement.span.column), (5, 5));
    let places = &statement.places;
    assert_eq!(places.sid.as_ref().map(at), Some("\"Everything\""));
    assert_eq!(at(&places.effect), "\"Deny\"");
    let all = |spans: &[Span]| spans.iter().map(at).collect::<Vec<_>>();
    assert_eq!(
        all(&places.principals),
        ["\"123456789012\"", "\"arn:aws:iam::210987654321:root\"", "\"ec2.amazonaws.com\""]
    );
    assert_eq!(all(&places.actions), ["\"s3:GetObject\"", "\"S3:put*\""]);
    assert_eq!(all(&places.resources), ["\"arn:aws:s3:::a\"", "\"arn:aws:s3:::a/*\""]);
    let [like, boolean] = statement.conditions.as_slice() else { panic!("two conditions") };
    assert_eq!(
        (like.operator.to_string().as_str(), like.key.as_str()),
        ("StringLikeIfExists", "aws:PrincipalTag/Team")
    );
    assert_eq!(at(&like.operator_span), "\"stringlikeIFEXISTS\"");
    assert_eq!(at(&like.span), "\"aws:PrincipalTag/Team\"");
    assert_eq!((like.span.line, like.span.column), (12, 32));
    assert_eq!(all(&like.value_spans), ["\"a*\"", "\"b\""]);
    assert_eq!(
        (boolean.values.as_slice(), at(&boolean.value_spans[0])),
        (["false".to_owned()].as_slice(), "false")
    );
}

#[test]
fn elements_keep_their_form_and_order() {
    let document = Document::parse(Kind::Resource, TEXT).unwrap();
    let statement = &document.statements()[0];
    assert_eq!(
        statement.principals,
        Principals::AllBut(vec![
            PrincipalPattern::Account("123456789012".to_owned()),
            PrincipalPattern::Account("arn:aws:iam::210987654321:root".to_owned()),
            PrincipalPattern::Service("ec2.amazonaws.com".to_owned()),
        ])
    );
    assert_eq!(statement.actions, Patterns::AllBut(vec!["s3:GetObject".to_owned(), "S3:put*".to_owned()]));
}

#[test]
fn one_value_or_a_list_of_them() {
    let one = r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"a:b":"c"}}}}"#;
    let list = r#"{"Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["*"],"Condition":{"StringEquals":{"a:b":["c"]}}}]}"#;
    let [one, list] = [one, list].map(|text| Document::parse(Kind::Identity, text).unwrap());
    let [one, list] = [&one, &list].map(|document| &document.statements()[0]);
    assert_eq!((&one.actions, &one.resources), (&list.actions, &list.resources));
    assert_eq!(one.conditions[0].values, list.conditions[0].values);
}

#[test]
fn a_dollar_means_itself_in_the_older_version_only() {
    let with = |version: &str| {
        format!(
            r#"{{{version}"Statement":{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${{aws:username}}"}}}}"#
        )
    };
    for version in ["", r#""Version":"2008-10-17","#] {
        let document = Document::parse(Kind::Identity, &with(version)).unwrap();
        assert_eq!(document.version(), Version::V2008);
        assert_eq!(document.statements()[0].resources.texts(), ["arn:aws:s3:::${aws:username}"]);
        assert!(document.context_keys().is_empty());
    }
    let document = Document::parse(Kind::Identity, &with(r#""Version":"2012-10-17","#)).unwrap();
    assert_eq!((document.version(), document.context_keys()), (Version::V2012, vec!["aws:username"]));
}

#[test]
fn actions_and_resources_that_are_taken() {
    for (action, resource) in [
        ("*", "*"),
        ("*:*", "arn:aws:s3:::b"),
        ("s3:*", "arn:aws:s3:*"),
        ("execute-api:Invoke", "arn:aws-cn:s3:::b/*"),
        ("s3:Get?bject*", "arn:aws:lambda:eu-west-1:123456789012:function:my-function"),
    ] {
        let text =
            format!(r#"{{"Statement":{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"}}}}"#);
        assert!(Document::parse(Kind::Identity, &text).is_ok(), "{text}");
    }
}

/// Source: IAM user guide, "IAM identifiers", the note on incomplete ARNs.
#[test]
fn an_incomplete_resource_is_completed_where_aws_does_so() {
    for (text, whole, incomplete) in [
        ("arn:aws:sqs", true, true),
        ("arn:aws:sqs:eu-west-1:123456789012", true, true),
        ("arn:aws:s3:*", true, true),
        ("arn:aws:s3:::b", true, false),
        ("arn:aws", false, true),
        ("sqs", false, true),
    ] {
        let policy = format!(r#"{{"Statement":{{"Effect":"Allow","Action":"*","Resource":"{text}"}}}}"#);
        assert_eq!(Document::parse(Kind::Identity, &policy).is_ok(), whole, "{text}");
        assert_eq!(Document::parse(Kind::Boundary, &policy).is_ok(), whole, "{text}");
        assert_eq!(Document::parse(Kind::Session, &policy).is_err(), incomplete, "{text}");
    }
}
