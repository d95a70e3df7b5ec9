//! The table of states and inputs.

use daypass_github::gate::{Environment, Gate, GateError, Input, State, Waiting};

use crate::{ALICE, BOB, MALLORY, at, gate, person, reviewed, rule};

const DAYS: i64 = 24 * 60;

/// Each of the states, and when it is looked at.
fn states() -> Vec<(&'static str, Gate, i64)> {
    let (alice, bob) = (person(ALICE), person(BOB));
    let waiting = gate(&Environment { wait_minutes: 10, custom_rules: vec![rule(5, true)], ..reviewed() });
    let step = |gate: &Gate, input, minutes| gate.apply(input, at(minutes)).unwrap().0;
    let approved = step(&waiting, Input::Approve { by: &alice, comment: "" }, 1);
    let open = step(&gate(&reviewed()), Input::Approve { by: &alice, comment: "" }, 1);
    let rejected = step(&waiting, Input::Reject { by: &alice, comment: "" }, 1);
    let cancelled = step(&waiting, Input::Cancel, 1);
    let revoked = step(&open, Input::Revoke { by: &bob, comment: "" }, 2);
    vec![
        ("waiting", waiting.clone(), 1),
        ("approved", approved, 2),
        ("open", open, 2),
        ("rejected", rejected, 2),
        ("expired", waiting, 30 * DAYS),
        ("cancelled", cancelled, 2),
        ("revoked", revoked, 3),
    ]
}

#[test]
fn every_cell_of_the_table() {
    let (alice, bob) = (person(ALICE), person(BOB));
    let comment = "looks good";
    let inputs = [
        ("approve", Input::Approve { by: &alice, comment }),
        ("reject", Input::Reject { by: &alice, comment }),
        ("bypass", Input::Bypass { by: &bob, comment }),
        ("rule approves", Input::AnswerRule { rule: 5, approved: true, comment }),
        ("rule rejects", Input::AnswerRule { rule: 5, approved: false, comment }),
        ("cancel", Input::Cancel),
        ("revoke", Input::Revoke { by: &bob, comment }),
    ];
    let rows = [
        ("waiting", ["waiting", "rejected", "open", "waiting", "rejected", "cancelled", "not open"]),
        ("approved", ["already", "rejected", "open", "waiting", "rejected", "cancelled", "not open"]),
        ("open", ["over", "over", "over", "over", "over", "cancelled", "revoked"]),
        ("rejected", ["over"; 7]),
        ("expired", ["over"; 7]),
        ("cancelled", ["over"; 7]),
        ("revoked", ["over"; 7]),
    ];
    for ((state, gate, minutes), (row, expected)) in states().into_iter().zip(rows) {
        assert_eq!(state, row);
        for ((input, asked), expected) in inputs.iter().zip(expected) {
            let found = match gate.apply(*asked, at(minutes)) {
                Ok((next, transition)) => {
                    assert_eq!(transition.to, next.state(at(minutes)), "{state}, {input}");
                    assert_eq!(transition.from, gate.state(at(minutes)), "{state}, {input}");
                    transition.to.name()
                }
                Err(GateError::AlreadyApproved(_)) => "already",
                Err(GateError::NotOpen(_)) => "not open",
                Err(GateError::Over { .. }) => "over",
                Err(other) => panic!("{state}, {input}: {other}"),
            };
            assert_eq!(found, expected, "{state}, {input}");
        }
    }
}

#[test]
fn only_reviewers_review_and_only_administrators_pass_by() {
    let strict = Environment { prevent_self_review: true, admins_can_bypass: false, ..reviewed() };
    let of_alice = |environment: &Environment| {
        Gate::request(environment, ALICE, ("refs/heads/main", Default::default()), at(0))
    };
    let (alice, bob, mallory) = (person(ALICE), person(BOB), person(MALLORY));
    let comment = "";
    let long = "x".repeat(1_025);
    let rows = [
        (
            gate(&reviewed()),
            Input::Approve { by: &mallory, comment },
            "mallory is not a reviewer of production",
        ),
        (
            gate(&reviewed()),
            Input::Reject { by: &mallory, comment },
            "mallory is not a reviewer of production",
        ),
        (
            of_alice(&strict),
            Input::Approve { by: &alice, comment },
            "alice started the run, and may not review it",
        ),
        (
            of_alice(&strict),
            Input::Reject { by: &alice, comment },
            "alice started the run, and may not review it",
        ),
        (
            of_alice(&strict),
            Input::Bypass { by: &bob, comment },
            "administrators may not pass by the protection of production",
        ),
        (
            gate(&reviewed()),
            Input::Bypass { by: &alice, comment },
            "alice does not administer the repository",
        ),
        (
            gate(&Environment { reviewers: Vec::new(), wait_minutes: 2, ..reviewed() }),
            Input::Approve { by: &alice, comment },
            "the environment production has no reviewers",
        ),
        (
            gate(&Environment { custom_rules: vec![rule(5, true), rule(6, false)], ..reviewed() }),
            Input::AnswerRule { rule: 6, approved: true, comment },
            "the environment has no custom rule 6",
        ),
        (
            gate(&reviewed()),
            Input::Approve { by: &alice, comment: &long },
            "a comment has 1024 characters at the most",
        ),
    ];
    for (gate, input, expected) in rows {
        let refused = gate.apply(input, at(1)).unwrap_err();
        assert_eq!(refused.to_string(), expected, "{input:?}");
        assert!(!gate.may_have_token(at(1)));
    }
    assert!(of_alice(&reviewed()).may_review(&alice), "without the setting the actor may");
    assert!(gate(&reviewed()).may_review(&bob), "by the team");
    assert!(of_alice(&strict).may_review(&bob));
}

#[test]
fn a_rule_answers_once_and_all_must() {
    let two = Environment { custom_rules: vec![rule(5, true), rule(6, true)], ..reviewed() };
    let gate = gate(&Environment { reviewers: Vec::new(), ..two });
    let yes = |gate: &Gate, rule| gate.apply(Input::AnswerRule { rule, approved: true, comment: "" }, at(1));
    let (one, _) = yes(&gate, 5).unwrap();
    assert_eq!(yes(&one, 5).unwrap_err(), GateError::RuleAnswered(5));
    let missing = Waiting { for_rules: vec![6], ..Waiting::default() };
    assert_eq!(one.state(at(1)), State::Waiting(missing));
    assert!(yes(&one, 6).unwrap().0.may_have_token(at(1)));
}

#[test]
fn timer_and_review_run_side_by_side() {
    let alice = person(ALICE);
    let gate = gate(&Environment { wait_minutes: 60, ..reviewed() });
    let (approved, _) = gate.apply(Input::Approve { by: &alice, comment: "" }, at(59)).unwrap();
    assert!(!approved.may_have_token(at(59)));
    assert!(approved.may_have_token(at(60)), "the hour began when the job asked, not with the approval");
    assert!(!gate.may_have_token(at(60)), "the timer alone opens nothing");
}

#[test]
fn thirty_days_end_a_question_and_not_a_timer() {
    let alice = person(ALICE);
    let asked = gate(&Environment { wait_minutes: 43_200, ..reviewed() });
    assert_eq!(asked.state(at(30 * DAYS - 1)).name(), "waiting");
    assert_eq!(asked.state(at(30 * DAYS)), State::Expired);
    let (approved, _) = asked.apply(Input::Approve { by: &alice, comment: "" }, at(1)).unwrap();
    assert_eq!(approved.state(at(30 * DAYS)), State::Open);
    let (open, _) = gate(&reviewed()).apply(Input::Approve { by: &alice, comment: "" }, at(1)).unwrap();
    assert!(open.may_have_token(at(90 * DAYS)), "what is open stays open until the run is over");
}

#[test]
fn a_gate_is_kept_as_it_is() {
    let gate = gate(&Environment { wait_minutes: 60, custom_rules: vec![rule(5, true)], ..reviewed() });
    let (approved, _) = gate.apply(Input::Approve { by: &person(ALICE), comment: "" }, at(1)).unwrap();
    let read: Gate = serde_json::from_str(&serde_json::to_string(&approved).unwrap()).unwrap();
    assert_eq!(read, approved);
}
