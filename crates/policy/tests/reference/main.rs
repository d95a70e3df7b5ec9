//! Thousands of generated questions, put to the compiled evaluator and to one that is written for itself, slowly, from
//! the text of AWS's rules; they must agree.
//!
//! The slow one shares no code with the room: it reads the JSON as it stands, compares letter by letter and keeps
//! nothing. `generate` makes the questions from a number, so that a failure can be asked again. `iam_simulate` puts them
//! to a third evaluator, which others wrote; `docs/policy-differences.md` argues where that one differs.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod differences;
mod generate;
mod iam_simulate;
mod layers;
mod operators;
mod ours;
mod patterns;
mod question;
mod statement;

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
        let found = ours::answer(&question);
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
        let found = ours::answer_of_trust(&question);
        assert_eq!(found, wanted, "question {number}: the reference says {wanted:?}\n{question:#?}");
        seen[wanted as usize] += 1;
    }
    assert_often(seen);
}

pub(crate) fn assert_often(seen: [u64; 3]) {
    let total: u64 = seen.iter().sum();
    assert!(seen.iter().all(|count| count * 100 >= total * PERCENT_MIN), "{seen:?}");
}
