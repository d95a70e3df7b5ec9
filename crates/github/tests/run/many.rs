//! Runs of many jobs: each job is looked at once, however long the row is that it stands in.

use std::fmt::Write as _;

use daypass_github::run::{Conclusion, RunStatus};
use daypass_github::workflow::{JobResult, Outcome, PLANNED_JOBS_MAX, Settlement, Settling};

use super::World;

/// Jobs in a row, each behind the one before it; the first does not run.
fn chain(jobs: usize) -> String {
    let mut text = "on: push\njobs:\n".to_owned();
    for at in 0..jobs {
        let before = if at == 0 { "if: false".to_owned() } else { format!("needs: j{}", at - 1) };
        writeln!(text, "  j{at}: {{ {before}, runs-on: x, steps: [{{ run: a }}] }}").unwrap();
    }
    text
}

/// What it takes to settle a row of jobs whose first was skipped.
fn steps(jobs: usize) -> usize {
    let run = World::of(&chain(jobs)).run;
    let (plan, base) = (run.plan(), run.base());
    let mut settling = Settling::new(&plan, &base, run.outcomes());
    for job in &plan.jobs {
        let settled = settling.settle(job).unwrap();
        assert!(matches!(settled, Some(Settlement::Skipped { .. })), "{}: {settled:?}", job.key);
        settling.note(&job.key, Outcome { result: JobResult::Skipped, outputs: Default::default() });
    }
    settling.steps()
}

#[test]
fn ten_times_the_jobs_take_ten_times_the_steps() {
    let (few, many) = (steps(50), steps(500));
    assert!(few >= 50, "they are counted: {few}");
    assert!(many <= few * 11, "{few} steps for 50 jobs, {many} for 500");
}

#[test]
fn a_row_of_many_jobs_ends_with_its_first() {
    let mut world = World::of(&chain(PLANNED_JOBS_MAX));
    let happened = world.advance();
    assert_eq!(happened.len(), PLANNED_JOBS_MAX);
    assert_eq!(world.run.status(world.now), RunStatus::Completed);
    assert_eq!(world.run.conclusion(), Some(Conclusion::Skipped));
}

/// A job that hands on a matrix, jobs of it whose environment cannot be, and others behind those.
const MATRICES: &str = r#"
on: push
jobs:
  list:
    runs-on: x
    outputs: { names: '${{ steps.a.outputs.names }}' }
    steps: [{ run: a, id: a }]
  first:
    needs: list
    runs-on: x
    environment: "${{ matrix.name }}\tx"
    strategy: { matrix: { name: '${{ fromJSON(needs.list.outputs.names) }}' } }
    steps: [{ run: a }]
  second:
    needs: [list, first]
    if: always()
    runs-on: x
    strategy: { matrix: { name: '${{ fromJSON(needs.list.outputs.names) }}' } }
    steps: [{ run: a }]
"#;

#[test]
fn jobs_of_a_matrix_that_fail_at_once_let_those_behind_them_go_on() {
    let mut world = World::of(MATRICES);
    world.advance();
    world.start("list");
    world.finish("list", Conclusion::Success, &[("names", r#"["a", "b"]"#)]);
    let stand: Vec<(&str, &str)> =
        world.run.jobs.iter().map(|job| (job.key(), world.stands(job.key()))).collect();
    let expected = [
        ("list", "success"),
        ("first[0]", "failure"),
        ("first[1]", "failure"),
        ("second[0]", "queued"),
        ("second[1]", "queued"),
    ];
    assert_eq!(stand, expected);
}

#[test]
fn matrices_make_no_more_jobs_than_a_run_may_have() {
    let mut text = "on: push\njobs:\n  list: { runs-on: x, steps: [{ run: a }] }\n".to_owned();
    for at in 0..3 {
        writeln!(
            text,
            "  m{at}: {{ needs: list, runs-on: x, strategy: {{ matrix: {{ n: '${{{{ fromJSON(needs.list.outputs.n) }}}}' }} }}, steps: [{{ run: a }}] }}"
        )
        .unwrap();
    }
    let mut world = World::of(&text);
    world.advance();
    world.start("list");
    let numbers: Vec<usize> = (0..240).collect();
    world.finish("list", Conclusion::Success, &[("n", &format!("{numbers:?}"))]);
    assert_eq!(world.run.jobs.len(), 1 + 2 * 240 + 1);
    assert_eq!(world.stands("m2"), "failure");
    assert_eq!(world.job("m2").reason.as_deref(), Some("a run has 500 jobs at the most"));
}

#[test]
fn a_row_of_many_calls_is_not_too_deep() {
    for (what, with) in
        [("to nothing", ""), ("whose inputs are wrong", ", with: { to: '${{ fromJSON(needs.c0.result) }}' }")]
    {
        let mut text = "on: push\njobs:\n  c0: { uses: ./.github/workflows/x.yml }\n".to_owned();
        for at in 1..PLANNED_JOBS_MAX - 1 {
            let before = at - 1;
            let with = with.replace("c0", &format!("c{before}"));
            writeln!(text, "  c{at}: {{ needs: c{before}, uses: ./.github/workflows/x.yml{with} }}").unwrap();
        }
        writeln!(text, "  last: {{ needs: c{}, runs-on: x, steps: [{{ run: a }}] }}", PLANNED_JOBS_MAX - 2)
            .unwrap();
        let called = "on: { workflow_call: { inputs: { to: { type: string } } } }\njobs: { a: { runs-on: x, steps: [{ run: a }] } }\n";
        let others = [(".github/workflows/x.yml", called)];
        let mut world = World::with(&text, if with.is_empty() { &[] } else { &others });
        world.advance();
        if !with.is_empty() {
            world.pass("c0/a");
        }
        assert_eq!(world.run.status(world.now), RunStatus::Completed, "{what}");
        assert_eq!(world.run.conclusion(), Some(Conclusion::Failure), "{what}");
    }
}
