//! A policy is read whole or refused with a place; one that is read can be evaluated.

#![no_main]

use daypass_policy::{Context, Document, Kind, Named, Principal, Request, evaluate_trust};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for kind in [Kind::Trust, Kind::Identity, Kind::Session, Kind::Boundary, Kind::Resource] {
        match Document::parse(kind, text) {
            Ok(document) => {
                assert_eq!(document.text(), text);
                let context = Context::new();
                let request = Request {
                    principal: Principal::Anonymous,
                    action: "sts:AssumeRoleWithWebIdentity",
                    resource: "arn:aws:iam::123456789012:role/a",
                    context: &context,
                    resource_account: None,
                };
                let evaluation = evaluate_trust(Named { name: "fuzz", document: &document }, &request);
                assert!(!evaluation.layers.is_empty());
            }
            Err(error) => {
                let span = error.span();
                assert!(span.offset + span.length <= text.len(), "{span:?} lies outside of the text");
            }
        }
    }
});
