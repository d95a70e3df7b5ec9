//! The compiled evaluator's answers, by both of its ways.

use daypass_policy::{
    Context, Decision, Document, Kind, Named, Policies, Principal, Request, Values, Verdict, decide,
    decide_trust, evaluate, evaluate_trust,
};
use serde_json::Value;

use crate::generate;
use crate::question::{Answer, Asking, Question};

/// What the role's trust policy says.
pub(crate) fn answer_of_trust(question: &Question) -> Answer {
    let document = parse(Kind::Trust, &question.trust);
    with_request(question, |request| {
        let named = Named { name: "trust", document: &document };
        agreed(decide_trust(&document, request), &evaluate_trust(named, request).decision)
    })
}

fn parse(kind: Kind, policy: &Value) -> Document {
    Document::parse(kind, &policy.to_string()).unwrap_or_else(|error| panic!("{error}: {policy:#}"))
}

/// What all policies of the question say.
pub(crate) fn answer(question: &Question) -> Answer {
    let read = |kind, policies: &[Value]| -> Vec<Document> {
        policies.iter().map(|policy| parse(kind, policy)).collect()
    };
    let levels = |kind, levels: &[Vec<Value>]| -> Vec<Vec<Document>> {
        levels.iter().map(|level| read(kind, level)).collect()
    };
    let identity = read(Kind::Identity, &question.identity);
    let session = question.session.as_ref().map(|policies| read(Kind::Session, policies));
    let boundary = question.boundary.as_ref().map(|policy| parse(Kind::Boundary, policy));
    let resource = read(Kind::Resource, &question.resource_policies);
    let service_control = levels(Kind::ServiceControl, &question.service_control);
    let resource_control = levels(Kind::ResourceControl, &question.resource_control);

    let identity = named(&identity);
    let session = session.as_deref().map(named);
    let resource = named(&resource);
    let service_control: Vec<_> = service_control.iter().map(|level| named(level)).collect();
    let resource_control: Vec<_> = resource_control.iter().map(|level| named(level)).collect();
    let policies = Policies {
        identity: &identity,
        session: session.as_deref(),
        boundary: boundary.as_ref().map(|document| Named { name: "boundary", document }),
        resource: &resource,
        service_control: &service_control.iter().map(Vec::as_slice).collect::<Vec<_>>(),
        resource_control: &resource_control.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    };
    with_request(question, |request| {
        agreed(decide(&policies, request), &evaluate(&policies, request).decision)
    })
}

fn named(documents: &[Document]) -> Vec<Named<'_>> {
    documents.iter().map(|document| Named { name: "policy", document }).collect()
}

fn with_request(question: &Question, ask: impl FnOnce(&Request<'_>) -> Answer) -> Answer {
    let mut context = Context::new();
    for (key, presented) in &question.context {
        let values = match presented.as_slice() {
            [value] if !generate::is_multivalued(key) => Values::One(value.clone()),
            values => Values::Many(values.to_vec()),
        };
        context.insert(key.as_str(), values);
    }
    let arns: Vec<&str>;
    let principal = match &question.asking {
        Asking::Anonymous => Principal::Anonymous,
        Asking::Aws { arns: owned, account } => {
            arns = owned.iter().map(String::as_str).collect();
            Principal::Aws { arns: &arns, account }
        }
        Asking::Federated(provider) => Principal::Federated(provider),
        Asking::Service(name) => Principal::Service(name),
    };
    ask(&Request {
        principal,
        action: &question.action,
        resource: &question.resource,
        context: &context,
        resource_account: question.resource_account.as_deref(),
    })
}

fn agreed(verdict: Verdict, decision: &Decision) -> Answer {
    let quick = match verdict {
        Verdict::Allowed => Answer::Allowed,
        Verdict::ExplicitlyDenied { .. } => Answer::ExplicitlyDenied,
        Verdict::ImplicitlyDenied { .. } => Answer::ImplicitlyDenied,
    };
    let reasoned = match decision {
        Decision::Allowed => Answer::Allowed,
        Decision::ExplicitlyDenied { .. } => Answer::ExplicitlyDenied,
        Decision::ImplicitlyDenied { .. } => Answer::ImplicitlyDenied,
    };
    assert_eq!(quick, reasoned, "`decide` and `evaluate` differ");
    quick
}
