//! The control policies of an organisation.

use daypass_policy::{
    Context, Decision, Document, Kind, Layer, Named, Policies, Principal, Request, decide, evaluate,
};

const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/r/s";
const UNMET: &str =
    "The provided policy document does not meet the requirements of the specified policy type.";

fn document(kind: Kind, elements: &str) -> Document {
    Document::parse(kind, &format!(r#"{{"Version":"2012-10-17","Statement":{{{elements}}}}}"#)).unwrap()
}

const fn name(document: &Document) -> Named<'_> {
    Named { name: "p", document }
}

fn evaluation(policies: &Policies<'_>) -> daypass_policy::Evaluation {
    let context = Context::new();
    let request = Request {
        principal: Principal::Aws { arns: &[SESSION], account: "123456789012" },
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/k",
        context: &context,
        resource_account: None,
    };
    let evaluation = evaluate(policies, &request);
    assert_eq!(decide(policies, &request), evaluation.decision.verdict());
    evaluation
}

#[test]
fn every_level_must_allow_and_one_may_deny() {
    let full = document(Kind::ServiceControl, r#""Effect":"Allow","Action":"*","Resource":"*""#);
    let other = document(Kind::ServiceControl, r#""Effect":"Allow","Action":"iam:*","Resource":"*""#);
    let deny = document(Kind::ServiceControl, r#""Effect":"Deny","NotAction":"iam:*","Resource":"*""#);
    let identity = document(Kind::Identity, r#""Effect":"Allow","Action":"*","Resource":"*""#);
    let identity = [name(&identity)];
    let (full, other, denying) = ([name(&full)], [name(&other)], [name(&full), name(&deny)]);
    let silent = Decision::ImplicitlyDenied { layer: Layer::ServiceControl };
    let denied =
        Decision::ExplicitlyDenied { layer: Layer::ServiceControl, policy: "p".to_owned(), statement: 0 };
    for (levels, expected) in [
        (&[][..], Decision::Allowed),
        (&[&full[..]], Decision::Allowed),
        (&[&full, &full], Decision::Allowed),
        (&[&full, &other], silent.clone()),
        (&[&other, &full], silent.clone()),
        (&[&full, &[]], silent.clone()),
        (&[&full, &denying], denied),
    ] {
        let policies = Policies { identity: &identity, service_control: levels, ..Policies::default() };
        let evaluation = evaluation(&policies);
        assert_eq!(evaluation.decision, expected);
        let numbers: Vec<_> = evaluation.layers.iter().filter_map(|report| report.level).collect();
        assert_eq!(numbers, (0..levels.len()).collect::<Vec<_>>());
    }
    // It grants nothing, and no grant of a resource passes it.
    let alone = Policies { service_control: &[&full], ..Policies::default() };
    assert_eq!(evaluation(&alone).decision, Decision::ImplicitlyDenied { layer: Layer::Identity });
    let resource = document(
        Kind::Resource,
        &format!(r#""Effect":"Allow","Principal":{{"AWS":"{SESSION}"}},"Action":"*","Resource":"*""#),
    );
    let granted =
        Policies { resource: &[name(&resource)], service_control: &[&other], ..Policies::default() };
    assert_eq!(evaluation(&granted).decision, silent);
}

#[test]
fn resource_control_policies_deny() {
    let full =
        document(Kind::ResourceControl, r#""Effect":"Allow","Principal":"*","Action":"*","Resource":"*""#);
    let deny =
        document(Kind::ResourceControl, r#""Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*""#);
    let identity = document(Kind::Identity, r#""Effect":"Allow","Action":"*","Resource":"*""#);
    let identity = [name(&identity)];
    let (full, denying) = ([name(&full)], [name(&full), name(&deny)]);
    for (levels, expected) in [
        (&[&full[..]][..], Decision::Allowed),
        (&[&full, &[]], Decision::ImplicitlyDenied { layer: Layer::ResourceControl }),
        (
            &[&full, &denying],
            Decision::ExplicitlyDenied {
                layer: Layer::ResourceControl,
                policy: "p".to_owned(),
                statement: 0,
            },
        ),
    ] {
        let policies = Policies { identity: &identity, resource_control: levels, ..Policies::default() };
        assert_eq!(evaluation(&policies).decision, expected);
    }
}

/// Source: AWS Organizations user guide, "SCP syntax" and "RCP syntax".
#[test]
fn what_a_control_policy_cannot_say() {
    let principal = "Policy document should not specify a principal.";
    for (kind, elements, message, path) in [
        (
            Kind::ServiceControl,
            r#""Effect":"Deny","Principal":"*","Action":"*","Resource":"*""#,
            principal,
            "Principal",
        ),
        (
            Kind::ResourceControl,
            r#""Effect":"Deny","Action":"*","Resource":"*""#,
            "Missing required field Principal",
            "",
        ),
        (
            Kind::ResourceControl,
            r#""Effect":"Deny","Principal":{"AWS":"*"},"Action":"*","Resource":"*""#,
            UNMET,
            "Principal",
        ),
        (
            Kind::ResourceControl,
            r#""Effect":"Deny","NotPrincipal":"*","Action":"*","Resource":"*""#,
            UNMET,
            "NotPrincipal",
        ),
        (
            Kind::ResourceControl,
            r#""Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*""#,
            UNMET,
            "NotAction",
        ),
        (
            Kind::ResourceControl,
            r#""Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*""#,
            UNMET,
            "Effect",
        ),
    ] {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{{{elements}}}]}}"#);
        let error = Document::parse(kind, &text).unwrap_err();
        let path = if path.is_empty() { "Statement[0]".to_owned() } else { format!("Statement[0].{path}") };
        assert_eq!((error.to_string().as_str(), error.path()), (message, path.as_str()), "{elements}");
    }
    for kind in [Kind::ServiceControl, Kind::ResourceControl] {
        let text = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#;
        assert_eq!(Document::parse(kind, text).unwrap_err().to_string(), UNMET);
    }
}
