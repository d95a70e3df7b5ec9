//! How the kinds of policies are taken together.

use daypass_policy::{
    Context, Decision, Document, Evaluation, Kind, Layer, Named, Policies, Principal, Request, evaluate,
    evaluate_trust,
};

const BUCKET: &str = "arn:aws:s3:::b/k";
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/r/s";
const ROLE: &str = "arn:aws:iam::123456789012:role/r";

fn statement(effect: &str, action: &str) -> String {
    format!(r#"{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}"#)
}

fn document(kind: Kind, statements: &[String]) -> Document {
    Document::parse(kind, &format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(",")))
        .unwrap()
}

/// Documents by kind; an empty list of session policies is a session that may do nothing.
#[derive(Default)]
struct Given {
    identity: Vec<Document>,
    session: Option<Vec<Document>>,
    boundary: Option<Document>,
    resource: Vec<Document>,
}

fn named(documents: &[Document]) -> Vec<Named<'_>> {
    documents.iter().map(|document| Named { name: "p", document }).collect()
}

impl Given {
    fn ask(&self) -> Evaluation {
        let context = Context::new();
        let principal = Principal::Aws { arns: &[SESSION, ROLE], account: "123456789012" };
        let request = Request {
            principal,
            action: "s3:GetObject",
            resource: BUCKET,
            context: &context,
            resource_account: None,
        };
        let (identity, resource) = (named(&self.identity), named(&self.resource));
        let session = self.session.as_deref().map(named);
        let policies = Policies {
            identity: &identity,
            session: session.as_deref(),
            boundary: self.boundary.as_ref().map(|document| Named { name: "b", document }),
            resource: &resource,
            ..Policies::default()
        };
        evaluate(&policies, &request)
    }

    fn decision(&self) -> Decision {
        self.ask().decision
    }
}

fn allow(kind: Kind) -> Document {
    document(kind, &[statement("Allow", "s3:*")])
}

fn other(kind: Kind) -> Document {
    document(kind, &[statement("Allow", "iam:*")])
}

fn deny(kind: Kind) -> Document {
    document(kind, &[statement("Allow", "*"), statement("Deny", "s3:Get*")])
}

fn silent(layer: Layer) -> Decision {
    Decision::ImplicitlyDenied { layer }
}

#[test]
fn nothing_said_is_a_no() {
    assert_eq!(Given::default().decision(), silent(Layer::Identity));
    let given = Given { identity: vec![other(Kind::Identity)], ..Given::default() };
    assert_eq!(given.decision(), silent(Layer::Identity));
}

#[test]
fn session_policies_and_the_boundary_only_narrow() {
    let identity = || vec![other(Kind::Identity), allow(Kind::Identity)];
    for (session, boundary, expected) in [
        (None, None, Decision::Allowed),
        (Some(vec![allow(Kind::Session)]), Some(allow(Kind::Boundary)), Decision::Allowed),
        (Some(vec![other(Kind::Session), allow(Kind::Session)]), None, Decision::Allowed),
        (Some(vec![other(Kind::Session)]), None, silent(Layer::Session)),
        (Some(vec![]), None, silent(Layer::Session)),
        (None, Some(other(Kind::Boundary)), silent(Layer::Boundary)),
        (Some(vec![allow(Kind::Session)]), Some(other(Kind::Boundary)), silent(Layer::Boundary)),
    ] {
        let given = Given { identity: identity(), session, boundary, resource: vec![] };
        assert_eq!(given.decision(), expected);
    }
    let given = Given {
        identity: vec![other(Kind::Identity)],
        session: Some(vec![allow(Kind::Session)]),
        boundary: Some(allow(Kind::Boundary)),
        resource: vec![],
    };
    assert_eq!(given.decision(), silent(Layer::Identity), "neither of them grants anything");
}

#[test]
fn a_deny_anywhere_wins() {
    let denied =
        |layer, policy: &str| Decision::ExplicitlyDenied { layer, policy: policy.to_owned(), statement: 1 };
    let base = || Given { identity: vec![allow(Kind::Identity)], ..Given::default() };
    let given = Given { identity: vec![allow(Kind::Identity), deny(Kind::Identity)], ..Given::default() };
    assert_eq!(given.decision(), denied(Layer::Identity, "p"));
    let given = Given { session: Some(vec![deny(Kind::Session)]), ..base() };
    assert_eq!(given.decision(), denied(Layer::Session, "p"));
    let given = Given { boundary: Some(deny(Kind::Boundary)), ..base() };
    assert_eq!(given.decision(), denied(Layer::Boundary, "b"));
    // Also where another kind is silent: that one would be a no of its own.
    let given = Given { boundary: Some(deny(Kind::Boundary)), ..Given::default() };
    assert_eq!(given.decision(), denied(Layer::Boundary, "b"));
}

/// A resource's policy about one principal.
fn of_resource(effect: &str, principal: &str) -> Vec<Document> {
    let text = format!(
        r#"{{"Statement":{{"Effect":"{effect}","Principal":{principal},"Action":"s3:*","Resource":"*"}}}}"#
    );
    vec![Document::parse(Kind::Resource, &text).unwrap()]
}

#[test]
fn what_a_resource_grants_depends_on_how_it_names_the_caller() {
    let role = format!(r#"{{"AWS":"{ROLE}"}}"#);
    let session = format!(r#"{{"AWS":["{ROLE}","{SESSION}"]}}"#);
    let account = r#"{"AWS":["123456789012","arn:aws:iam::123456789012:root"]}"#;
    let (identity, no_session, no_boundary) =
        (silent(Layer::Identity), silent(Layer::Session), silent(Layer::Boundary));
    for (principal, alone, with_session, with_boundary) in [
        (role.as_str(), Decision::Allowed, no_session.clone(), no_boundary),
        // Source: IAM user guide, "AWS JSON policy elements: Principal", IAM role principals, the last sentence.
        (r#""*""#, Decision::Allowed, Decision::Allowed, Decision::Allowed),
        (&session, Decision::Allowed, Decision::Allowed, Decision::Allowed),
        (account, identity.clone(), identity.clone(), identity.clone()),
        (r#"{"AWS":"210987654321"}"#, identity.clone(), identity.clone(), identity),
    ] {
        let resource = || of_resource("Allow", principal);
        let given = Given { resource: resource(), ..Given::default() };
        assert_eq!(given.decision(), alone, "{principal}");
        let given =
            Given { resource: resource(), session: Some(vec![other(Kind::Session)]), ..Given::default() };
        assert_eq!(given.decision(), with_session, "{principal}");
        let given = Given { resource: resource(), boundary: Some(other(Kind::Boundary)), ..Given::default() };
        assert_eq!(given.decision(), with_boundary, "{principal}");
        let given = Given { resource: resource(), identity: vec![allow(Kind::Identity)], ..Given::default() };
        assert_eq!(given.decision(), Decision::Allowed, "{principal}");
    }
    let narrowed = Given {
        resource: of_resource("Allow", account),
        identity: vec![allow(Kind::Identity)],
        session: Some(vec![]),
        boundary: None,
    };
    assert_eq!(narrowed.decision(), no_session);
}

/// Source: IAM user guide, "Policy evaluation for requests within a single account": a grant to a role's ARN is limited
/// by an implicit deny in a boundary or session policy. The caller of a simulation may be a role without a session.
#[test]
fn a_grant_to_a_role_is_limited_by_its_boundary_also_without_a_session() {
    let resource = of_resource("Allow", &format!(r#"{{"AWS":"{ROLE}"}}"#));
    let (grant, boundary) = (Named { name: "r", document: &resource[0] }, other(Kind::Boundary));
    let context = Context::new();
    let request = Request {
        principal: Principal::Aws { arns: &[ROLE], account: "123456789012" },
        action: "s3:PutObject",
        resource: "arn:aws:s3:::site/index.html",
        context: &context,
        resource_account: None,
    };
    let alone = Policies { resource: &[grant], ..Policies::default() };
    assert_eq!(evaluate(&alone, &request).decision, Decision::Allowed);
    let bounded = Policies { boundary: Some(Named { name: "b", document: &boundary }), ..alone };
    assert_eq!(evaluate(&bounded, &request).decision, silent(Layer::Boundary));
}

#[test]
fn no_grant_of_a_resource_passes_a_deny() {
    let resource = of_resource("Allow", &format!(r#"{{"AWS":"{SESSION}"}}"#));
    let given = Given { resource, boundary: Some(deny(Kind::Boundary)), ..Given::default() };
    assert_eq!(
        given.decision(),
        Decision::ExplicitlyDenied { layer: Layer::Boundary, policy: "b".to_owned(), statement: 1 }
    );
    let resource = of_resource("Deny", r#"{"AWS":"123456789012"}"#);
    let given = Given { resource, identity: vec![allow(Kind::Identity)], ..Given::default() };
    let layer = Layer::Resource;
    assert_eq!(given.decision(), Decision::ExplicitlyDenied { layer, policy: "p".to_owned(), statement: 0 });
}

#[test]
fn all_kinds_report_in_their_order() {
    let given = Given {
        identity: vec![allow(Kind::Identity)],
        session: Some(vec![]),
        boundary: Some(deny(Kind::Boundary)),
        resource: vec![],
    };
    let evaluation = given.ask();
    let layers: Vec<(Layer, usize)> =
        evaluation.layers.iter().map(|report| (report.layer, report.statements.len())).collect();
    assert_eq!(layers, [(Layer::Identity, 1), (Layer::Session, 0), (Layer::Boundary, 2)]);
    assert_eq!(given.ask(), evaluation, "the same question has the same answer");
}

#[test]
fn not_action_and_not_resource_mean_all_the_others() {
    for (elements, allowed) in [
        (r#""NotAction":"iam:*","Resource":"*""#, true),
        (r#""NotAction":["iam:*","s3:get*"],"Resource":"*""#, false),
        (r#""Action":"*","NotResource":"arn:aws:s3:::c/*""#, true),
        (r#""Action":"*","NotResource":["arn:aws:s3:::c/*","arn:aws:s3:::b/?"]"#, false),
        (r#""Action":"*:*","Resource":"arn:aws:s3:::b/?""#, true),
        (r#""Action":"*","Resource":"arn:aws:s3:::b/??""#, false),
        (r#""Action":"*","Resource":"arn:aws:s3:::B/k""#, false),
    ] {
        let given = Given {
            identity: vec![document(Kind::Identity, &[format!(r#"{{"Effect":"Allow",{elements}}}"#)])],
            ..Given::default()
        };
        let expected = if allowed { Decision::Allowed } else { silent(Layer::Identity) };
        assert_eq!(given.decision(), expected, "{elements}");
    }
}

#[test]
fn a_document_in_the_wrong_place_grants_nothing() {
    let context = Context::new();
    let principal = Principal::Aws { arns: &[ROLE], account: "123456789012" };
    let request = Request {
        principal,
        action: "sts:AssumeRole",
        resource: ROLE,
        context: &context,
        resource_account: None,
    };
    // A permission policy names no principal: it must not let everybody in.
    let permission = document(Kind::Identity, &[statement("Allow", "*")]);
    let evaluation = evaluate_trust(Named { name: "p", document: &permission }, &request);
    assert_eq!(evaluation.decision, silent(Layer::Trust));
    // A trust policy names no resource: it must not be about every resource.
    let text = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:*"}}"#;
    let trust = Document::parse(Kind::Trust, text).unwrap();
    let identity = [Named { name: "p", document: &trust }];
    let policies = Policies { identity: &identity, ..Policies::default() };
    assert_eq!(evaluate(&policies, &request).decision, silent(Layer::Identity));
}
