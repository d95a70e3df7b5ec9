//! Thousands of generated questions, put to the compiled evaluator and to one that is written for itself, slowly, from
//! the text of AWS's rules; they must agree.
//!
//! The slow one shares no code with the room: it reads the JSON as it stands, compares letter by letter and keeps
//! nothing. `generate` makes the questions from a number, so that a failure can be asked again.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod generate;
mod layers;
mod operators;
mod patterns;
mod question;
mod statement;

use daypass_policy::{
    Context, Decision, Document, Kind, Named, Policies, Principal, Request, Values, Verdict, decide,
    decide_trust, evaluate, evaluate_trust,
};
use question::{Answer, Asking, Question};
use serde_json::Value;

/// How many questions are asked; each takes some tenths of a millisecond without optimisation.
const QUESTIONS: u64 = 30_000;

/// Each answer must be that of so many in a hundred, or the questions say little.
const PERCENT_MIN: u64 = 5;

#[test]
fn both_evaluators_answer_alike() {
    let mut seen = [0; 3];
    for number in 0..QUESTIONS {
        let question = generate::question(number);
        let wanted = layers::answer(&question);
        let found = ask(&question);
        assert_eq!(found, wanted, "question {number}: the reference says {wanted:?}\n{question:#?}");
        seen[wanted as usize] += 1;
    }
    assert_often(seen);
}

#[test]
fn both_evaluators_let_the_same_callers_through_trust_policies() {
    let mut seen = [0; 3];
    for number in 0..QUESTIONS {
        let question = generate::trust_question(number);
        let wanted = layers::answer_of_trust(&question);
        let document = parse(Kind::Trust, &question.trust);
        let found = with_request(&question, |request| {
            let named = Named { name: "trust", document: &document };
            agreed(decide_trust(&document, request), &evaluate_trust(named, request).decision)
        });
        assert_eq!(found, wanted, "question {number}: the reference says {wanted:?}\n{question:#?}");
        seen[wanted as usize] += 1;
    }
    assert_often(seen);
}

fn assert_often(seen: [u64; 3]) {
    let total: u64 = seen.iter().sum();
    assert!(seen.iter().all(|count| count * 100 >= total * PERCENT_MIN), "{seen:?}");
}

fn parse(kind: Kind, policy: &Value) -> Document {
    Document::parse(kind, &policy.to_string()).unwrap_or_else(|error| panic!("{error}: {policy:#}"))
}

/// The compiled evaluator's answer, by both of its ways.
fn ask(question: &Question) -> Answer {
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
