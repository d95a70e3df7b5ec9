//! A policy is read whole or refused with a place; one that is read can be evaluated, and both ways of asking agree.

#![no_main]

use daypass_policy::{
    Context, Document, Kind, Named, Policies, Principal, Request, decide, decide_trust, evaluate, evaluate_trust,
};
use libfuzzer_sys::fuzz_target;

const KINDS: [Kind; 7] = [
    Kind::Trust,
    Kind::Identity,
    Kind::Session,
    Kind::Boundary,
    Kind::Resource,
    Kind::ServiceControl,
    Kind::ResourceControl,
];

fuzz_target!(|text: &str| {
    // What a policy wants is tried as what a request presents, so that comparisons go deep.
    let context = context(text);
    for kind in KINDS {
        match Document::parse(kind, text) {
            Ok(document) => ask(&document, &context),
            Err(error) => {
                let span = error.span();
                assert!(span.offset + span.length <= text.len(), "{span:?} lies outside of the text");
            }
        }
    }
});

/// The text's own quoted parts as keys and values.
fn context(text: &str) -> Context {
    let mut context = Context::new();
    let parts: Vec<&str> = text.split('"').take(200).collect();
    for (index, key) in parts.iter().enumerate() {
        let values: Vec<String> = parts.iter().skip(index + 1).take(3).map(|part| (*part).to_owned()).collect();
        match values.as_slice() {
            [_, one, ..] if index % 3 > 0 => context.insert(*key, one.as_str()),
            _ => context.insert(*key, values),
        }
    }
    context
}

fn ask(document: &Document, context: &Context) {
    let policies = [Named { name: "fuzz", document }];
    let levels = [&policies[..]];
    let caller = Principal::Aws {
        arns: &["arn:aws:sts::123456789012:assumed-role/a/s", "arn:aws:iam::123456789012:role/a"],
        account: "123456789012",
    };
    assert!(document.context_keys().len() <= document.text().len());
    for (principal, resource_account) in
        [(Principal::Anonymous, None), (caller, None), (caller, Some("210987654321"))]
    {
        let request = Request {
            principal,
            action: "sts:AssumeRoleWithWebIdentity",
            resource: "arn:aws:iam::123456789012:role/a",
            context,
            resource_account,
        };
        let trust = evaluate_trust(policies[0], &request);
        assert_eq!(decide_trust(document, &request), trust.decision.verdict());
        let everywhere = Policies {
            identity: &policies,
            session: Some(&policies),
            boundary: Some(policies[0]),
            resource: &policies,
            service_control: &levels,
            resource_control: &levels,
        };
        let evaluation = evaluate(&everywhere, &request);
        assert_eq!(decide(&everywhere, &request), evaluation.decision.verdict());
        for said in evaluation.layers.iter().flat_map(|layer| &layer.statements) {
            assert!(!format!("{said:?}").is_empty());
        }
    }
}
