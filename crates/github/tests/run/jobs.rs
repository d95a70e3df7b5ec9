//! Jobs behind jobs.

use daypass_github::run::{Conclusion, RunStatus};
use jiff::SignedDuration;

use super::{DEPLOY, World};

const CHAIN: &str = "
on: push
jobs:
  build:
    runs-on: x
    outputs: { stage: '${{ steps.a.outputs.stage }}' }
    steps: [{ run: 'true' }]
  deploy:
    needs: build
    runs-on: x
    environment: ${{ needs.build.outputs.stage }}
    steps: [{ run: 'true' }]
  tell:
    needs: deploy
    if: failure()
    runs-on: x
    steps: [{ run: 'true' }]
  clean:
    needs: deploy
    if: always()
    runs-on: x
    steps: [{ run: 'true' }]
";

#[test]
fn a_job_goes_on_when_those_that_it_needs_are_over() {
    let mut world = World::of(DEPLOY);
    assert_eq!(world.advance(), ["WorkflowJobQueued"]);
    assert_eq!((world.stands("prepare"), world.stands("deploy")), ("queued", "pending"));
    assert_eq!(world.run.status(world.now), RunStatus::Queued);
    world.start("prepare");
    assert_eq!(world.run.status(world.now), RunStatus::InProgress);
    world.finish("prepare", Conclusion::Success, &[]);
    assert_eq!(world.stands("deploy"), "queued", "an environment that nobody protects opens at once");
    world.pass("deploy");
    assert_eq!(world.run.status(world.now), RunStatus::Completed);
    assert_eq!(world.run.conclusion(), Some(Conclusion::Success));
    assert!(world.repository.environment("production").is_some(), "GitHub makes the environment");
}

#[test]
fn outputs_name_the_environment_and_failures_decide_who_runs() {
    for (came, tell, clean) in [
        (Conclusion::Success, "skipped", "queued"),
        (Conclusion::Failure, "queued", "queued"),
        (Conclusion::Cancelled, "skipped", "queued"),
    ] {
        let mut world = World::of(CHAIN);
        world.advance();
        world.start("build");
        world.finish("build", Conclusion::Success, &[("stage", "staging")]);
        let environment = world.job("deploy").environment.as_ref().map(|it| it.name.clone());
        assert_eq!(environment.as_deref(), Some("staging"));
        world.start("deploy");
        world.finish("deploy", came, &[]);
        assert_eq!((world.stands("tell"), world.stands("clean")), (tell, clean), "{came:?}");
    }
}

#[test]
fn a_failed_job_takes_those_behind_it_with_it() {
    let mut world = World::of(DEPLOY);
    world.advance();
    world.start("prepare");
    world.finish("prepare", Conclusion::Failure, &[]);
    assert_eq!(world.stands("deploy"), "skipped");
    assert_eq!(world.run.conclusion(), Some(Conclusion::Failure));
    assert!(world.job("deploy").gate.is_none(), "a skipped job never comes to its gate");
}

#[test]
fn a_failure_that_is_forgiven_is_no_failure_of_the_run() {
    let text = DEPLOY.replace("  prepare:\n", "  prepare:\n    continue-on-error: true\n");
    let mut world = World::of(&text);
    world.advance();
    world.start("prepare");
    world.finish("prepare", Conclusion::Failure, &[]);
    world.pass("deploy");
    assert_eq!(world.run.conclusion(), Some(Conclusion::Success));
}

#[test]
fn a_matrix_that_a_job_hands_on_makes_jobs() {
    let text = "
on: push
jobs:
  list:
    runs-on: x
    outputs: { stages: '${{ steps.a.outputs.stages }}' }
    steps: [{ run: 'true' }]
  deploy:
    needs: list
    strategy: { matrix: { stage: '${{ fromJSON(needs.list.outputs.stages) }}' } }
    runs-on: x
    environment: ${{ matrix.stage }}
    steps: [{ run: 'true' }]
";
    let mut world = World::of(text);
    world.advance();
    world.start("list");
    world.finish("list", Conclusion::Success, &[("stages", r#"["dev", "production"]"#)]);
    let named: Vec<_> =
        world.run.jobs.iter().skip(1).map(|job| job.environment.clone().unwrap().name).collect();
    assert_eq!(named, ["dev", "production"]);
    let ids: Vec<_> = world.run.jobs.iter().map(|job| job.id).collect();
    assert!(ids[0] != ids[1] && ids[1] != ids[2], "each job has its own number: {ids:?}");
}

#[test]
fn a_called_workflow_has_jobs_of_its_own() {
    let called = "
on: { workflow_call: { inputs: { stage: { type: string, required: true } } } }
jobs:
  push:
    runs-on: x
    environment: ${{ inputs.stage }}
    steps: [{ run: 'true' }]
";
    let text = "
on: push
jobs:
  release:
    uses: ./.github/workflows/called.yml
    with: { stage: production }
  after:
    needs: release
    runs-on: x
    steps: [{ run: 'true' }]
";
    let mut world = World::with(text, &[(".github/workflows/called.yml", called)]).protected();
    world.advance();
    assert_eq!(world.stands("release/push"), "waiting");
    assert_eq!(world.stands("after"), "pending");
    let missing = World::of(text);
    assert!(missing.run.broken_call().is_some_and(|why| why.contains("called.yml")));
}

#[test]
fn jobs_that_nobody_takes_or_that_never_end_are_ended() {
    let mut world = World::of(DEPLOY);
    world.advance();
    assert!(world.wait(SignedDuration::from_hours(24) - SignedDuration::from_secs(1)).is_empty());
    assert!(!world.run.is_due(world.now));
    world.now += SignedDuration::from_secs(1);
    assert!(world.run.is_due(world.now), "time has something to do");
    world.advance();
    assert_eq!(world.stands("prepare"), "cancelled");
    assert_eq!(world.stands("deploy"), "skipped");

    let mut world = World::of(&DEPLOY.replace("  prepare:\n", "  prepare:\n    timeout-minutes: 5\n"));
    world.advance();
    world.start("prepare");
    world.wait(SignedDuration::from_mins(5));
    assert_eq!(world.stands("prepare"), "timed_out");
    assert_eq!(world.run.conclusion(), Some(Conclusion::Failure));
}

#[test]
fn what_a_job_will_be_can_be_told_before() {
    let world = World::of(DEPLOY);
    let deploy = world.run.foresee("deploy").unwrap();
    assert_eq!(deploy.environment.map(|it| it.name).as_deref(), Some("production"));
    let mut world = World::of(CHAIN);
    world.advance();
    let error = world.run.foresee("deploy").unwrap_err();
    assert_eq!(error.to_string(), "what the job deploy will be depends on jobs that are not over");
}
