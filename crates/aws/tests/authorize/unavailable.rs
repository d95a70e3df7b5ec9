//! Condition keys that nobody here knows: a policy that turns on one of them denies.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;

use daypass_aws::authorize::{Action, ResourcePolicy, Target, authorize_with};
use daypass_aws::{Caller, Change, Reason};

use crate::bench::{BOUND, Bench, policy, surroundings};

const TABLE: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";

/// The policy and the key that were to blame, or nothing where the call is allowed.
fn blamed(bench: &Bench, unavailable: &[&str]) -> Option<(String, String)> {
    let account = bench.account.apply(&[Change::PutRole(Box::new(bench.role.clone()))]);
    let surroundings = surroundings();
    let caller = Caller::Session(Arc::new(bench.session.clone()));
    let action = Action { name: "dynamodb:PutItem", resource: TABLE, keys: &[] };
    let owner = account.id.clone();
    let target = Target { owner: &owner, policy: ResourcePolicy::None, unavailable };
    let asked = authorize_with(&account, &caller, &action, target, &surroundings);
    let refusal = asked.err()?;
    assert_eq!(refusal.error.status, 403);
    match refusal.reason.unwrap() {
        Reason::UnavailableKey { policy, key } => Some((policy, key)),
        other => Some((String::new(), format!("{other:?}"))),
    }
}

fn conditional(effect: &str, action: &str, condition: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Action":"{action}","Resource":"*","Condition":{condition}}}]}}"#
    )
}

fn allowed() -> Bench {
    Bench::new().inline("all", &policy("Allow", "*"))
}

#[test]
fn a_policy_that_turns_on_a_key_nobody_knows_denies() {
    let tagged = r#"{"StringEquals":{"AWS:resourcetag/team":"a"}}"#;
    let of = |name: &str, key: &str| Some((name.to_owned(), key.to_owned()));
    let tag = "AWS:resourcetag/team";
    let family = ["aws:ResourceTag/*"];
    assert_eq!(blamed(&allowed(), &family), None);
    // It might be the deny, and it might not be the allow.
    let deny = allowed().inline("some", &conditional("Deny", "dynamodb:*", tagged));
    assert_eq!(blamed(&deny, &family), of("some", tag));
    assert_eq!(blamed(&deny, &[]), None);
    let allow = allowed().inline("some", &conditional("Allow", "dynamodb:Put*", tagged));
    assert_eq!(blamed(&allow, &family), of("some", tag));
    let bound = allowed().bound(&conditional("Allow", "*", tagged));
    assert_eq!(blamed(&bound, &family), of(BOUND, tag));
    let mut session = allowed();
    session.session.policies.push(conditional("Allow", "*", tagged));
    assert_eq!(blamed(&session, &family), of("session policy", tag));
    let keys = conditional("Deny", "dynamodb:PutItem", r#"{"Null":{"dynamodb:LeadingKeys":"true"}}"#);
    let keys = allowed().inline("keys", &keys);
    assert_eq!(blamed(&keys, &["dynamodb:LeadingKeys"]), of("keys", "dynamodb:LeadingKeys"));
}

#[test]
fn a_statement_about_another_action_has_no_say() {
    let tagged = r#"{"StringEquals":{"aws:ResourceTag/team":"a"}}"#;
    let other = allowed().inline("other", &conditional("Deny", "s3:*", tagged));
    assert_eq!(blamed(&other, &["aws:ResourceTag/*"]), None);
    let variable = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:*:*:table/${aws:ResourceTag/team}"}]}"#;
    let variable = allowed().inline("variable", variable);
    assert_eq!(
        blamed(&variable, &["aws:ResourceTag/*"]),
        Some(("variable".to_owned(), "aws:ResourceTag/team".to_owned()))
    );
}
