//! What holds for every policy and every request.

use daypass_policy::{
    Context, Decision, Document, Evaluation, Kind, Layer, Named, Outcome, Policies, Principal, Request,
    evaluate, evaluate_trust,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/r/s";
const ROLE: &str = "arn:aws:iam::123456789012:role/r";
const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";

/// One of the values, or a list of some of them.
fn one_or_some(values: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop_oneof![
        select(values).prop_map(Value::from),
        prop::collection::vec(select(values), 1..3).prop_map(Value::from),
    ]
}

fn condition() -> impl Strategy<Value = Value> {
    let operator = select(&[
        "StringEquals",
        "StringLike",
        "StringNotEquals",
        "StringNotLikeIfExists",
        "ForAllValues:StringEquals",
        "ForAnyValue:StringLike",
        "ForAnyValue:StringNotEquals",
    ]);
    let key = select(&["h:sub", "H:aud", "aws:tagkeys", "h:absent"]);
    (operator, key, one_or_some(&["a", "b", "a*", "*"]))
        .prop_map(|(operator, key, values)| json!({ operator: { key: values } }))
}

/// A statement of a kind, with this effect.
fn statement(kind: Kind, effect: &'static str) -> impl Strategy<Value = Value> {
    let actions: &'static [&'static str] = match kind {
        Kind::Trust => &["sts:AssumeRole", "sts:*", "sts:TagSession"],
        _ => &["s3:GetObject", "s3:*", "sts:*", "*"],
    };
    let principal = prop_oneof![
        Just(json!("*")),
        one_or_some(&["*", "123456789012", ROLE, SESSION, "210987654321"])
            .prop_map(|names| json!({ "AWS": names })),
        Just(json!({ "Federated": PROVIDER })),
    ];
    let resource = one_or_some(&["*", "arn:aws:s3:::b/*", "arn:aws:s3:::c", "arn:aws:iam::*:*"]);
    let rest = (any::<bool>(), any::<bool>(), prop::option::of(condition()));
    (one_or_some(actions), resource, principal, rest).prop_map(
        move |(actions, resources, principal, (not_action, not_resource, condition))| {
            let mut statement = json!({ "Effect": effect });
            statement[if not_action { "NotAction" } else { "Action" }] = actions;
            if kind != Kind::Trust {
                statement[if not_resource { "NotResource" } else { "Resource" }] = resources;
            }
            if matches!(kind, Kind::Resource | Kind::Trust) {
                statement["Principal"] = principal;
            }
            if let Some(condition) = condition {
                statement["Condition"] = condition;
            }
            statement
        },
    )
}

fn statements(kind: Kind) -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(prop_oneof![3 => statement(kind, "Allow"), 1 => statement(kind, "Deny")], 1..4)
}

fn document(kind: Kind, statements: &[Value]) -> Document {
    let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    Document::parse(kind, &text).unwrap()
}

/// Statements of every kind of policy; where there is none of a kind, the kind has no say.
#[derive(Debug, Clone)]
struct Given {
    identity: Vec<Value>,
    session: Option<Vec<Value>>,
    boundary: Option<Vec<Value>>,
    resource: Option<Vec<Value>>,
    trust: Vec<Value>,
}

fn given() -> impl Strategy<Value = Given> {
    (
        statements(Kind::Identity),
        prop::option::of(statements(Kind::Session)),
        prop::option::of(statements(Kind::Boundary)),
        prop::option::of(statements(Kind::Resource)),
        statements(Kind::Trust),
    )
        .prop_map(|(identity, session, boundary, resource, trust)| Given {
            identity,
            session,
            boundary,
            resource,
            trust,
        })
}

/// Who asks for what, with which keys.
#[derive(Debug, Clone)]
struct Question {
    caller: usize,
    action: &'static str,
    resource: &'static str,
    subject: &'static str,
    tag_keys: Vec<String>,
}

fn question() -> impl Strategy<Value = Question> {
    let action = select(&["s3:GetObject", "S3:getobject", "sts:AssumeRole", "iam:GetRole"]);
    let resource = select(&["arn:aws:s3:::b/k", "arn:aws:s3:::c", ROLE, "*"]);
    (0..5_usize, action, resource, select(&["a", "ab", "b"]), prop::collection::vec("[ab]", 0..3)).prop_map(
        |(caller, action, resource, subject, tag_keys)| Question {
            caller,
            action,
            resource,
            subject,
            tag_keys,
        },
    )
}

impl Question {
    fn ask(&self, given: &Given) -> [Evaluation; 2] {
        let mut context = Context::new();
        context.insert("h:sub", self.subject);
        context.insert("h:aud", "a");
        context.insert("aws:TagKeys", self.tag_keys.clone());
        let principal = match self.caller {
            0 => Principal::Anonymous,
            1 => Principal::Federated(PROVIDER),
            2 => Principal::Service("ec2.amazonaws.com"),
            _ => Principal::Aws { arns: &[SESSION, ROLE], account: "123456789012" },
        };
        let request = Request {
            principal,
            action: self.action,
            resource: self.resource,
            context: &context,
            resource_account: None,
        };
        let identity = document(Kind::Identity, &given.identity);
        let optional = |kind, statements: &Option<Vec<Value>>| {
            statements.as_ref().map(|statements| document(kind, statements))
        };
        let session = optional(Kind::Session, &given.session);
        let boundary = optional(Kind::Boundary, &given.boundary);
        let resource = optional(Kind::Resource, &given.resource);
        let named = |document| Named { name: "p", document };
        let session: Option<Vec<_>> = session.as_ref().map(|document| vec![named(document)]);
        let resource: Vec<_> = resource.iter().map(named).collect();
        let policies = Policies {
            identity: &[named(&identity)],
            session: session.as_deref(),
            boundary: boundary.as_ref().map(named),
            resource: &resource,
            ..Policies::default()
        };
        let trust = document(Kind::Trust, &given.trust);
        [evaluate(&policies, &request), evaluate_trust(named(&trust), &request)]
    }

    fn allowed(&self, given: &Given) -> [bool; 2] {
        self.ask(given).map(|evaluation| evaluation.decision == Decision::Allowed)
    }
}

/// The same with one statement more in each kind of policy that has a say; where `place` is less than the number of
/// kinds, in that one only.
fn with(given: &Given, more: &[Value; 5], place: usize) -> Given {
    let mut given = given.clone();
    let mut kinds = [
        Some(&mut given.identity),
        given.session.as_mut(),
        given.boundary.as_mut(),
        given.resource.as_mut(),
        Some(&mut given.trust),
    ];
    for (number, (statements, more)) in kinds.iter_mut().zip(more).enumerate() {
        if let Some(statements) = statements.as_mut().filter(|_| place >= 5 || number == place) {
            statements.insert(number % (statements.len() + 1), more.clone());
        }
    }
    given
}

fn more(effect: &'static str) -> impl Strategy<Value = [Value; 5]> {
    (
        statement(Kind::Identity, effect),
        statement(Kind::Session, effect),
        statement(Kind::Boundary, effect),
        statement(Kind::Resource, effect),
        statement(Kind::Trust, effect),
    )
        .prop_map(<[Value; 5]>::from)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_deny_more_never_lets_anybody_in(
        given in given(), question in question(), more in more("Deny"), place in 0..6_usize,
    ) {
        let (before, after) = (question.allowed(&given), question.allowed(&with(&given, &more, place)));
        for (before, after) in before.into_iter().zip(after) {
            prop_assert!(before || !after);
        }
    }

    #[test]
    fn an_allow_more_never_keeps_anybody_out(
        given in given(), question in question(), more in more("Allow"), place in 0..6_usize,
    ) {
        let (before, after) = (question.allowed(&given), question.allowed(&with(&given, &more, place)));
        for (before, after) in before.into_iter().zip(after) {
            prop_assert!(!before || after);
        }
    }

    #[test]
    fn a_session_policy_or_a_boundary_grants_nothing(given in given(), question in question()) {
        let bare = Given { session: None, boundary: None, ..given.clone() };
        prop_assert!(question.allowed(&bare)[0] || !question.allowed(&given)[0]);
    }

    #[test]
    fn the_same_question_has_the_same_answer(given in given(), question in question()) {
        let evaluations = question.ask(&given);
        prop_assert_eq!(&question.ask(&given), &evaluations);
        for evaluation in evaluations {
            let kept = serde_json::to_string(&evaluation).unwrap();
            prop_assert_eq!(serde_json::from_str::<Evaluation>(&kept).unwrap(), evaluation);
        }
    }

    #[test]
    fn the_order_of_statements_decides_nothing(given in given(), question in question()) {
        let mut turned = given.clone();
        let all = [&mut turned.session, &mut turned.boundary, &mut turned.resource];
        all.into_iter().flatten().chain([&mut turned.identity, &mut turned.trust]).for_each(|all| all.reverse());
        prop_assert_eq!(question.allowed(&turned), question.allowed(&given));
    }

    #[test]
    fn the_decision_follows_from_the_report(given in given(), question in question()) {
        for evaluation in question.ask(&given) {
            let matched = |layer: Layer, effect: &str| {
                evaluation.layers.iter().filter(|report| report.layer == layer).any(|report| {
                    report.statements.iter().any(|statement| {
                        format!("{:?}", statement.effect) == effect && statement.outcome == Outcome::Matched
                    })
                })
            };
            let layers: Vec<Layer> = evaluation.layers.iter().map(|report| report.layer).collect();
            match &evaluation.decision {
                Decision::Allowed => {
                    prop_assert!(layers.iter().all(|layer| !matched(*layer, "Deny")));
                    let granting = [Layer::Identity, Layer::Resource, Layer::Trust];
                    prop_assert!(granting.into_iter().any(|layer| matched(layer, "Allow")));
                }
                Decision::ExplicitlyDenied { layer, statement, .. } => {
                    prop_assert!(matched(*layer, "Deny"));
                    let report = evaluation.layers.iter().find(|report| report.layer == *layer).unwrap();
                    prop_assert_eq!(&report.statements[*statement].outcome, &Outcome::Matched);
                }
                Decision::ImplicitlyDenied { layer } => {
                    prop_assert!(layers.iter().all(|layer| !matched(*layer, "Deny")));
                    prop_assert!(layers.contains(layer) && !matched(*layer, "Allow"));
                }
            }
        }
    }

    #[test]
    fn how_a_policy_is_laid_out_means_nothing(statements in statements(Kind::Resource)) {
        let policy = json!({ "Version": "2012-10-17", "Statement": statements });
        let [compact, pretty] = [policy.to_string(), serde_json::to_string_pretty(&policy).unwrap()]
            .map(|text| Document::parse(Kind::Resource, &text).unwrap());
        for (compact, pretty) in compact.statements().iter().zip(pretty.statements()) {
            prop_assert_eq!(&compact.principals, &pretty.principals);
            prop_assert_eq!(&compact.actions, &pretty.actions);
            prop_assert_eq!(&compact.resources, &pretty.resources);
            let asked = |statement: &daypass_policy::Statement| -> Vec<_> {
                let conditions = statement.conditions.iter();
                conditions.map(|one| (one.operator, one.key.clone(), one.values.clone())).collect()
            };
            prop_assert_eq!(asked(compact), asked(pretty));
        }
    }
}
