//! Random histories, and whether the gate is open after each step by a second opinion that reads the history alone.

use daypass_github::gate::{Environment, Gate, Input, Reviewer};
use proptest::prelude::*;

use crate::{ALICE, BOB, MALLORY, OPERATORS, at, person, rule};

#[derive(Debug, Clone, Copy)]
enum Step {
    Approve(u64),
    Reject(u64),
    Bypass(u64),
    Rule(u64, bool),
    Cancel,
    Revoke(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let who = || prop_oneof![Just(ALICE), Just(BOB), Just(MALLORY)];
    prop_oneof![
        6 => who().prop_map(Step::Approve),
        1 => who().prop_map(Step::Reject),
        1 => who().prop_map(Step::Bypass),
        4 => (5..8_u64, prop::bool::weighted(0.9)).prop_map(|(rule, yes)| Step::Rule(rule, yes)),
        1 => Just(Step::Cancel),
        1 => who().prop_map(Step::Revoke),
    ]
}

fn environment() -> impl Strategy<Value = Environment> {
    let reviewers = prop_oneof![
        Just(Vec::new()),
        Just(vec![Reviewer::User(ALICE)]),
        Just(vec![Reviewer::User(MALLORY), Reviewer::Team(OPERATORS)]),
    ];
    let rules = prop_oneof![
        Just(Vec::new()),
        Just(vec![rule(5, true), rule(6, false)]),
        Just(vec![rule(5, true), rule(7, true)])
    ];
    let wait = prop_oneof![Just(0), Just(30), Just(43_200)];
    (reviewers, rules, wait, any::<bool>(), any::<bool>()).prop_map(
        |(reviewers, custom_rules, wait_minutes, prevent_self_review, admins_can_bypass)| Environment {
            reviewers,
            custom_rules,
            wait_minutes,
            prevent_self_review,
            admins_can_bypass,
            ..Environment::unprotected(9, "production", at(0)).unwrap()
        },
    )
}

/// The second opinion: reads all that happened so far, and asks what a person would.
fn is_open(environment: &Environment, actor: u64, history: &[(i64, Step)], now: i64) -> bool {
    let may_review = |who: u64| {
        let listed = environment.reviewers.iter().any(|reviewer| match reviewer {
            Reviewer::User(user) => *user == who,
            Reviewer::Team(team) => *team == OPERATORS && who == BOB,
        });
        listed && !(environment.prevent_self_review && who == actor)
    };
    let enabled = |rule: u64| environment.custom_rules.iter().any(|known| known.enabled && known.id == rule);
    let limit = 30 * 24 * 60;
    let mut closed = false;
    let mut bypassed = false;
    let mut approved = false;
    let mut answered: Vec<u64> = Vec::new();
    let open = |approved: bool, answered: &[u64], bypassed: bool, when: i64| {
        let review = environment.reviewers.is_empty() || approved;
        let rules = environment.custom_rules.iter().all(|rule| !rule.enabled || answered.contains(&rule.id));
        bypassed || (review && rules && when >= i64::from(environment.wait_minutes))
    };
    let late = |approved: bool, answered: &[u64], bypassed: bool, when: i64| {
        let review = environment.reviewers.is_empty() || approved;
        let rules = environment.custom_rules.iter().all(|rule| !rule.enabled || answered.contains(&rule.id));
        let is_answered = bypassed || (review && rules);
        !is_answered && when >= limit
    };
    for &(when, step) in history {
        let was_open = open(approved, &answered, bypassed, when);
        if closed || late(approved, &answered, bypassed, when) {
            break;
        }
        match step {
            Step::Approve(who) if !was_open && may_review(who) => approved = true,
            Step::Reject(who) if !was_open && may_review(who) => closed = true,
            Step::Bypass(BOB) if !was_open && environment.admins_can_bypass => bypassed = true,
            Step::Rule(rule, yes) if !was_open && enabled(rule) && !answered.contains(&rule) => {
                if yes {
                    answered.push(rule);
                } else {
                    closed = true;
                }
            }
            Step::Cancel => closed = true,
            Step::Revoke(BOB) if was_open => closed = true,
            _ => {}
        }
    }
    !closed && open(approved, &answered, bypassed, now)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_gate_is_open_when_its_history_says_so(
        environment in environment(),
        actor in prop_oneof![Just(ALICE), Just(MALLORY)],
        steps in prop::collection::vec((prop_oneof![9 => 0..20_i64, 1 => 0..30_000_i64], step()), 0..8),
    ) {
        let mut gate =
            Gate::request(&environment, actor, ("refs/heads/main", Default::default()), at(0));
        let mut now = 0;
        let mut history = Vec::new();
        for (later, step) in steps {
            now += later;
            history.push((now, step));
            let by = |who| person(who);
            let comment = "";
            let answer = match step {
                Step::Approve(who) => gate.apply(Input::Approve { by: &by(who), comment }, at(now)),
                Step::Reject(who) => gate.apply(Input::Reject { by: &by(who), comment }, at(now)),
                Step::Bypass(who) => gate.apply(Input::Bypass { by: &by(who), comment }, at(now)),
                Step::Rule(rule, approved) => {
                    gate.apply(Input::AnswerRule { rule, approved, comment }, at(now))
                }
                Step::Cancel => gate.apply(Input::Cancel, at(now)),
                Step::Revoke(who) => gate.apply(Input::Revoke { by: &by(who), comment }, at(now)),
            };
            if let Ok((next, _)) = answer {
                gate = next;
            }
            prop_assert_eq!(gate.may_have_token(at(now)), is_open(&environment, actor, &history, now), "{:?}", history);
            let later = now + 43_200;
            prop_assert_eq!(gate.may_have_token(at(later)), is_open(&environment, actor, &history, later));
        }
    }
}
