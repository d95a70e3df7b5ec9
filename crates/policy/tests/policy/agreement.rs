//! The quick answer and the one with reasons are the same, whatever is asked.

use daypass_policy::{
    Comparison, Context, Decision, Document, Kind, Layer, Named, Outcome, Policies, Principal, Request,
    decide, decide_trust, evaluate, evaluate_trust,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/r/s";
const ROLE: &str = "arn:aws:iam::123456789012:role/r";
const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";

/// Wanted values that an operator can read.
fn wanted(comparison: Comparison) -> &'static [&'static str] {
    match comparison.name() {
        name if name.contains("Date") => &["2026-01-31", "1769862615", "2026-01-31T12:00:00+02:00"],
        name if name.contains("Numeric") => &["1", "-2.5", "0010"],
        name if name.contains("Ip") => &["10.0.0.0/8", "2001:db8::/32", "10.1.2.3"],
        name if name.starts_with("Arn") => {
            &[ROLE, "arn:*:iam::*:role/?", "arn:aws:iam::1:${h:sub}", "${h:arn}"]
        }
        name if name.starts_with("String") => &["a", "a*", "?b", "${h:sub}", "${h:none, 'b'}*", "${h:none}"],
        "BinaryEquals" => &["YQ==", "YWI="],
        "Bool" => &["true", "false", "${h:flag}"],
        _ => &["true", "false"],
    }
}

fn condition() -> impl Strategy<Value = Value> {
    let key = select(&[
        "h:sub",
        "H:date",
        "h:number",
        "h:address",
        "h:arn",
        "h:flag",
        "h:bytes",
        "h:many",
        "h:none",
    ]);
    (select(&Comparison::ALL[..]), 0..3_usize, any::<bool>(), key)
        .prop_flat_map(|(comparison, quantifier, if_exists, key)| {
            let is_null = comparison == Comparison::Null;
            let prefix = ["", "ForAllValues:", "ForAnyValue:"][if is_null { 0 } else { quantifier }];
            let suffix = if if_exists && !is_null { "IfExists" } else { "" };
            let operator = format!("{prefix}{}{suffix}", comparison.name());
            let values = prop::collection::vec(select(wanted(comparison)), 0..3);
            values.prop_map(move |values| json!({ operator.as_str(): { key: values } }))
        })
        .boxed()
}

fn statement(kind: Kind) -> BoxedStrategy<Value> {
    let names =
        prop::collection::vec(select(&["*", "123456789012", ROLE, SESSION, "210987654321"][..]), 1..4);
    let principal = prop_oneof![
        Just(json!("*")),
        names.prop_map(|names| json!({ "AWS": names })),
        Just(json!({ "Federated": PROVIDER })),
    ];
    let resource =
        select(&["*", "arn:aws:s3:::b/*", "arn:aws:s3:::${h:sub}/?", "arn:aws:s3:::${h:none}"][..]);
    let action = select(&["s3:GetObject", "s3:*", "s3:Get?bject", "*", "sts:AssumeRole*"][..]);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (principal, action, resource, flags, prop::collection::vec(condition(), 0..2))
        .prop_map(move |(principal, action, resource, (denies, first, second, third), conditions)| {
            let mut statement = json!({ "Effect": if denies { "Deny" } else { "Allow" }, "Action": action });
            if kind == Kind::Trust {
                statement["Action"] = json!("sts:AssumeRole*");
            } else {
                statement[if second { "NotResource" } else { "Resource" }] = json!(resource);
            }
            if first && !matches!(kind, Kind::Trust | Kind::ResourceControl) {
                statement["NotAction"] = statement["Action"].take();
                statement.as_object_mut().unwrap().remove("Action");
            }
            match kind {
                Kind::Resource | Kind::Trust if denies && third => statement["NotPrincipal"] = principal,
                Kind::Resource | Kind::Trust => statement["Principal"] = principal,
                Kind::ResourceControl => statement["Principal"] = json!("*"),
                _ => {}
            }
            for condition in conditions {
                statement["Condition"] = condition;
            }
            if kind == Kind::ResourceControl && !denies {
                statement = json!({ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" });
            }
            statement
        })
        .boxed()
}

fn document(kind: Kind) -> BoxedStrategy<Document> {
    prop::collection::vec(statement(kind), 1..4)
        .prop_map(move |statements| {
            let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
            Document::parse(kind, &text).unwrap()
        })
        .boxed()
}

#[derive(Debug, Clone)]
struct Given {
    identity: Vec<Document>,
    session: Option<Document>,
    boundary: Option<Document>,
    resource: Option<Document>,
    service_control: Vec<Document>,
    resource_control: Vec<Document>,
    trust: Document,
}

fn given() -> impl Strategy<Value = Given> {
    let some = |kind| prop::collection::vec(document(kind), 0..3);
    let maybe = |kind| prop::option::of(document(kind));
    (
        some(Kind::Identity),
        maybe(Kind::Session),
        maybe(Kind::Boundary),
        maybe(Kind::Resource),
        some(Kind::ServiceControl),
        some(Kind::ResourceControl),
        document(Kind::Trust),
    )
        .prop_map(|(identity, session, boundary, resource, service_control, resource_control, trust)| {
            Given { identity, session, boundary, resource, service_control, resource_control, trust }
        })
}

fn context() -> impl Strategy<Value = Context> {
    let many = prop::collection::vec(select(&["a", "b", "*", ""][..]), 0..3);
    (select(&["a", "ab", "*", "b"][..]), any::<bool>(), many).prop_map(|(subject, is_malformed, many)| {
        let mut context = Context::new();
        context.insert("h:sub", subject);
        context.insert("h:many", many.into_iter().map(str::to_owned).collect::<Vec<_>>());
        for (key, value) in [
            ("h:date", "2026-01-31T10:00:00Z"),
            ("h:number", "-2.50"),
            ("h:address", "10.1.2.3"),
            ("h:arn", ROLE),
            ("h:flag", "True"),
            ("h:bytes", "YQ=="),
        ] {
            context.insert(key, if is_malformed { "?" } else { value });
        }
        context
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn the_quick_answer_is_the_one_with_reasons(
        given in given(),
        context in context(),
        caller in 0..4_usize,
        action in select(&["s3:GetObject", "S3:PUTOBJECT", "sts:AssumeRole", "s3:GetObjectWithAVeryLongNameThatNoActionOfAwsHasTodayOrWillEverHaveInAllTheYearsThatAreToComeAfterThis"][..]),
        resource in select(&["arn:aws:s3:::b/k", "arn:aws:s3:::ab/k", "arn:aws:s3:::*/*", "*"][..]),
        resource_account in select(&[None, Some("123456789012"), Some("210987654321")][..]),
    ) {
        let principal = match caller {
            0 => Principal::Anonymous,
            1 => Principal::Federated(PROVIDER),
            _ => Principal::Aws { arns: &[SESSION, ROLE], account: "123456789012" },
        };
        let request = Request { principal, action, resource, context: &context, resource_account };
        let named = |document| Named { name: "p", document };
        let identity: Vec<_> = given.identity.iter().map(named).collect();
        let session: Option<Vec<_>> = given.session.as_ref().map(|document| vec![named(document)]);
        let resource: Vec<_> = given.resource.iter().map(named).collect();
        let service_control: Vec<_> = given.service_control.iter().map(|document| [named(document)]).collect();
        let resource_control: Vec<_> = given.resource_control.iter().map(|document| [named(document)]).collect();
        let service_control: Vec<&[Named<'_>]> = service_control.iter().map(|level| &level[..]).collect();
        let resource_control: Vec<&[Named<'_>]> = resource_control.iter().map(|level| &level[..]).collect();
        let policies = Policies {
            identity: &identity,
            session: session.as_deref(),
            boundary: given.boundary.as_ref().map(named),
            resource: &resource,
            service_control: &service_control,
            resource_control: &resource_control,
        };
        let evaluation = evaluate(&policies, &request);
        prop_assert_eq!(decide(&policies, &request), evaluation.decision.verdict());
        let matched = |layer: Layer, effect: &str| {
            let reports = evaluation.layers.iter().filter(|report| report.layer == layer);
            reports.flat_map(|report| &report.statements).any(|statement| {
                statement.outcome == Outcome::Matched && format!("{:?}", statement.effect) == effect
            })
        };
        match &evaluation.decision {
            Decision::Allowed => {
                prop_assert!(matched(Layer::Identity, "Allow") || matched(Layer::Resource, "Allow"));
                prop_assert!(evaluation.layers.iter().all(|report| !matched(report.layer, "Deny")));
            }
            Decision::ExplicitlyDenied { layer, .. } => prop_assert!(matched(*layer, "Deny")),
            Decision::ImplicitlyDenied { layer } => {
                prop_assert!(evaluation.layers.iter().any(|report| report.layer == *layer));
            }
        }
        let trust = evaluate_trust(named(&given.trust), &request);
        prop_assert_eq!(decide_trust(&given.trust, &request), trust.decision.verdict());
    }
}
