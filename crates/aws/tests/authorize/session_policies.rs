//! Managed policies as session policies: `PolicyArns`.

use daypass_aws::sts::session_policies::SessionPolicies;
use daypass_aws::{Change, Parameters};

use crate::bench::{Bench, MANAGED, policy};

fn bench(text: &str) -> Bench {
    let mut bench = Bench::new().inline("all", &policy("Allow", "s3:*")).managed(MANAGED, text);
    bench.session.policy_arns.push(MANAGED.to_owned());
    bench
}

#[test]
fn one_of_them_must_allow_and_none_may_deny() {
    assert_eq!(bench(&policy("Allow", "s3:GetObject")).read(), Ok(()));
    let silent = Err("because no session policy allows the s3:GetObject action".to_owned());
    assert_eq!(bench(&policy("Allow", "s3:PutObject")).read(), silent);
    let mut both = bench(&policy("Allow", "s3:PutObject"));
    both.session.policies.push(policy("Allow", "s3:GetObject"));
    assert_eq!(both.read(), Ok(()), "session policies together are one side of the intersection");
    both = bench(&policy("Deny", "s3:GetObject"));
    both.session.policies.push(policy("Allow", "s3:GetObject"));
    assert_eq!(both.read(), Err(format!("with an explicit deny in a session policy: {MANAGED}")));
}

#[test]
fn a_change_of_the_policy_reaches_sessions_that_have_it() {
    let mut bench = bench(&policy("Allow", "s3:GetObject"));
    assert_eq!(bench.read(), Ok(()));
    bench = bench.managed(MANAGED, &policy("Allow", "s3:PutObject"));
    assert!(bench.read().is_err());
    bench.account = bench.account.apply(&[Change::DeletePolicy(MANAGED.to_owned())]);
    let refused = bench.read().unwrap_err();
    assert_eq!(refused, "because no session policy allows the s3:GetObject action");
}

/// What a call with these parameters is told; empty where they are taken.
fn sent(bench: &Bench, parameters: &[(&str, &str)]) -> String {
    let parameters = Parameters::from_iter(parameters.iter().copied());
    let mut check = parameters.check();
    let policies = SessionPolicies::read(&parameters, &mut check);
    let refused = check.finish().map_err(Into::into).and_then(|()| policies.check(&bench.account));
    refused.err().map(|refusal| refusal.error.to_string()).unwrap_or_default()
}

#[test]
fn what_is_sent_is_checked_when_the_session_begins() {
    let bench = bench(&policy("Allow", "s3:GetObject"));
    let first = "PolicyArns.member.1.arn";
    let absent = "arn:aws:iam::123456789012:policy/absent";
    assert_eq!(
        sent(
            &bench,
            &[(first, MANAGED), ("PolicyArns.member.2.arn", "arn:aws:iam::aws:policy/ReadOnlyAccess")]
        ),
        ""
    );
    assert_eq!(
        sent(&bench, &[(first, absent)]),
        format!("MalformedPolicyDocument: Policy {absent} does not exist or is not attachable.")
    );
    assert_eq!(
        sent(&bench, &[(first, "short")]),
        "ValidationError: 1 validation error detected: Value 'short' at 'policyArns.1.member.arn' failed to satisfy \
         constraint: Member must have length greater than or equal to 20"
    );
    let names: Vec<String> = (1..=11).map(|index| format!("PolicyArns.member.{index}.arn")).collect();
    let eleven: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), MANAGED)).collect();
    assert_eq!(sent(&bench, &eleven[..10]), "");
    assert_eq!(
        sent(&bench, &eleven),
        "ValidationError: 1 validation error detected: Value at 'policyArns' failed to satisfy constraint: \
         Member must have length less than or equal to 10"
    );
}

#[test]
fn inline_and_arns_share_their_room() {
    let bench = bench(&policy("Allow", "s3:GetObject"));
    let long = policy("Allow", &format!("s3:{}", "a".repeat(2_000 - policy("Allow", "s3:").len())));
    assert_eq!(long.len(), 2_000);
    assert_eq!(sent(&bench, &[("Policy", &long), ("PolicyArns.member.1.arn", MANAGED)]), "");
    let (one, two) = ("PolicyArns.member.1.arn", "PolicyArns.member.2.arn");
    assert_eq!(
        sent(&bench, &[("Policy", &long), (one, MANAGED), (two, MANAGED)]),
        "PackedPolicyTooLarge: Packed policy consumes 102% of allotted space, please use smaller policy."
    );
}
