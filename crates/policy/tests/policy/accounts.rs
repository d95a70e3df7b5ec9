//! Resources of another account, and callers that belong to none.

use daypass_policy::{
    Context, Decision, Document, Kind, Layer, Named, Policies, Principal, Request, Verdict, decide, evaluate,
};

const OWN: &str = "123456789012";
const OTHER: &str = "210987654321";
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/r/s";
const ROLE: &str = "arn:aws:iam::123456789012:role/r";

fn document(kind: Kind, principal: &str, action: &str, effect: &str) -> Document {
    let text =
        format!(r#"{{"Statement":{{"Effect":"{effect}",{principal}"Action":"{action}","Resource":"*"}}}}"#);
    Document::parse(kind, &text).unwrap()
}

fn decision(policies: &Policies<'_>, principal: Principal<'_>, account: Option<&str>) -> Decision {
    let context = Context::new();
    let request = Request {
        principal,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/k",
        context: &context,
        resource_account: account,
    };
    let decision = evaluate(policies, &request).decision;
    assert_eq!(decide(policies, &request), decision.verdict());
    decision
}

const fn name(document: &Document) -> Named<'_> {
    Named { name: "p", document }
}

const fn silent(layer: Layer) -> Decision {
    Decision::ImplicitlyDenied { layer }
}

/// Source: IAM user guide, "Cross-account policy evaluation logic".
#[test]
fn both_sides_must_allow() {
    let allow = document(Kind::Identity, "", "s3:*", "Allow");
    let other = document(Kind::Identity, "", "iam:*", "Allow");
    let session = document(Kind::Session, "", "iam:*", "Allow");
    let boundary = document(Kind::Boundary, "", "iam:*", "Allow");
    let caller = Principal::Aws { arns: &[SESSION, ROLE], account: OWN };
    for principal in [ROLE, SESSION, OWN, "*"] {
        let principal = format!(r#""Principal":{{"AWS":"{principal}"}},"#);
        let resource = document(Kind::Resource, &principal, "s3:*", "Allow");
        let (identity, silent_identity, resource) = ([name(&allow)], [name(&other)], [name(&resource)]);
        let both = Policies { identity: &identity, resource: &resource, ..Policies::default() };
        assert_eq!(decision(&both, caller, Some(OTHER)), Decision::Allowed, "{principal}");
        let mine = Policies { identity: &identity, ..Policies::default() };
        assert_eq!(decision(&mine, caller, Some(OTHER)), silent(Layer::Resource));
        assert_eq!(decision(&mine, caller, Some(OWN)), Decision::Allowed);
        assert_eq!(decision(&mine, caller, None), Decision::Allowed);
        let theirs = Policies { identity: &silent_identity, ..both };
        assert_eq!(decision(&theirs, caller, Some(OTHER)), silent(Layer::Identity), "{principal}");
        let session = [name(&session)];
        let in_session = Policies { session: Some(&session), ..both };
        assert_eq!(decision(&in_session, caller, Some(OTHER)), silent(Layer::Session), "{principal}");
        let bounded = Policies { boundary: Some(name(&boundary)), ..both };
        assert_eq!(decision(&bounded, caller, Some(OTHER)), silent(Layer::Boundary), "{principal}");
    }
    assert_eq!(decision(&Policies::default(), caller, Some(OTHER)), silent(Layer::Identity));
}

#[test]
fn who_belongs_to_no_account_needs_the_resource_alone() {
    let public = document(Kind::Resource, r#""Principal":"*","#, "s3:*", "Allow");
    let private = document(Kind::Resource, r#""Principal":{"AWS":"123456789012"},"#, "s3:*", "Allow");
    let service = document(Kind::Resource, r#""Principal":{"Service":"a.amazonaws.com"},"#, "s3:*", "Allow");
    for (document, principal, expected) in [
        (&public, Principal::Anonymous, Decision::Allowed),
        (&private, Principal::Anonymous, silent(Layer::Resource)),
        (&service, Principal::Service("a.amazonaws.com"), Decision::Allowed),
        (&service, Principal::Service("b.amazonaws.com"), silent(Layer::Resource)),
    ] {
        let resource = [Named { name: "p", document }];
        let policies = Policies { resource: &resource, ..Policies::default() };
        assert_eq!(decision(&policies, principal, Some(OTHER)), expected, "{principal:?}");
    }
    assert_eq!(decision(&Policies::default(), Principal::Anonymous, None), silent(Layer::Identity));
}

/// Source: IAM user guide, "AWS JSON policy elements: NotPrincipal" and "Permissions boundaries for IAM entities".
#[test]
fn not_principal_spares_whom_it_names_in_full() {
    let caller = Principal::Aws { arns: &[SESSION, ROLE], account: OWN };
    let allow = document(Kind::Identity, "", "s3:*", "Allow");
    let boundary = document(Kind::Boundary, "", "*", "Allow");
    let identity = [name(&allow)];
    let denied = Decision::ExplicitlyDenied { layer: Layer::Resource, policy: "p".to_owned(), statement: 0 };
    for (names, expected) in [
        (format!(r#"["{OWN}","{ROLE}","{SESSION}"]"#), Decision::Allowed),
        (format!(r#"["arn:aws:iam::{OWN}:root","{SESSION}","{ROLE}"]"#), Decision::Allowed),
        (r#""*""#.to_owned(), Decision::Allowed),
        (format!(r#"["{OWN}","{ROLE}"]"#), denied.clone()),
        (format!(r#"["{ROLE}","{SESSION}"]"#), denied.clone()),
        (format!(r#""{OWN}""#), denied.clone()),
        (format!(r#""{OTHER}""#), denied.clone()),
    ] {
        let resource =
            document(Kind::Resource, &format!(r#""NotPrincipal":{{"AWS":{names}}},"#), "s3:*", "Deny");
        let resource = [name(&resource)];
        let policies = Policies { identity: &identity, resource: &resource, ..Policies::default() };
        assert_eq!(decision(&policies, caller, None), expected, "{names}");
        let bounded = Policies { boundary: Some(name(&boundary)), ..policies };
        assert_eq!(decision(&bounded, caller, None), denied, "{names}");
    }
    assert_eq!(denied.verdict(), Verdict::ExplicitlyDenied { layer: Layer::Resource });
}
