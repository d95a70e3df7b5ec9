//! People and programs at the gates of a run.

use daypass_github::gate::{BranchPolicy, Input};
use daypass_github::run::{Conclusion, ReviewState};
use jiff::SignedDuration;

use super::{DEPLOY, World, person};

/// A run that waits for a review.
fn waiting() -> World {
    let mut world = World::of(DEPLOY).protected();
    world.advance();
    world.pass("prepare");
    assert_eq!(world.stands("deploy"), "waiting");
    world
}

impl World {
    fn at_gate(&mut self, input: Input<'_>) -> Result<Vec<&'static str>, String> {
        let (environment, now) = (self.environment_id(), self.now);
        let happened = self.run.at_gates(&[environment], input, now).map_err(|error| error.to_string())?;
        let mut names: Vec<_> = happened.iter().map(|occurrence| occurrence.name).collect();
        names.extend(self.advance());
        Ok(names)
    }
}

#[test]
fn one_reviewer_opens_the_gate() {
    let mut world = waiting();
    let by = person(2, "reviewer");
    let happened = world.at_gate(Input::Approve { by: &by, comment: "looks right" });
    assert_eq!(happened.as_deref(), Ok(&["DeploymentApproved", "DeploymentOpened"][..]));
    assert_eq!(world.stands("deploy"), "queued");
    let review = world.run.reviews.first().unwrap();
    assert_eq!((review.state, review.user.login.as_str()), (ReviewState::Approved, "reviewer"));
    assert_eq!(review.comment, "looks right");
    let again = world.at_gate(Input::Approve { by: &by, comment: "" });
    assert_eq!(
        again,
        Err("the deployment to production is open: nothing can be changed any more".to_owned())
    );
}

#[test]
fn who_may_not_is_refused_and_nothing_changes() {
    let author = person(1, "author");
    let stranger = person(9, "stranger");
    for (by, words) in [
        (&author, "author is not a reviewer of production"),
        (&stranger, "stranger is not a reviewer of production"),
    ] {
        let mut world = waiting();
        let before = world.run.clone();
        let refused = world.at_gate(Input::Approve { by, comment: "" });
        assert_eq!(refused, Err(words.to_owned()));
        assert_eq!(world.run, before);
    }
    let mut world = World::of(DEPLOY).protected();
    world.environment_mut().reviewers.push(daypass_github::gate::Reviewer::User(1));
    world.advance();
    world.pass("prepare");
    let refused = world.at_gate(Input::Approve { by: &author, comment: "" });
    assert_eq!(refused, Err("author started the run, and may not review it".to_owned()));
}

#[test]
fn a_rejection_ends_the_job_and_those_behind_it() {
    let mut world = waiting();
    let by = person(3, "other");
    let happened = world.at_gate(Input::Reject { by: &by, comment: "not today" }).unwrap();
    assert_eq!(happened, ["DeploymentRejected", "DeploymentClosed", "WorkflowJobCompleted"]);
    assert_eq!(world.stands("deploy"), "failure");
    assert_eq!(world.job("deploy").reason.as_deref(), Some("the deployment to production was rejected"));
    assert_eq!(world.run.conclusion(), Some(Conclusion::Failure));
    let late = world.at_gate(Input::Approve { by: &person(2, "reviewer"), comment: "" });
    assert!(late.is_err_and(|words| words.contains("rejected")));
}

#[test]
fn an_approval_can_be_withdrawn_until_the_job_is_over() {
    let (reviewer, admin) = (person(2, "reviewer"), person(5, "admin"));
    for start in [false, true] {
        let mut world = waiting();
        world.at_gate(Input::Approve { by: &reviewer, comment: "" }).unwrap();
        if start {
            world.start("deploy");
        }
        let refused = world.at_gate(Input::Revoke { by: &reviewer, comment: "" });
        assert_eq!(refused, Err("reviewer does not administer the repository".to_owned()));
        world.at_gate(Input::Revoke { by: &admin, comment: "the key leaked" }).unwrap();
        assert_eq!(world.stands("deploy"), "cancelled");
    }
}

#[test]
fn timers_and_silence_do_what_they_say() {
    let mut world = World::of(DEPLOY).protected();
    world.environment_mut().reviewers.clear();
    world.environment_mut().wait_minutes = 30;
    world.advance();
    world.pass("prepare");
    assert_eq!(world.stands("deploy"), "waiting");
    assert!(world.wait(SignedDuration::from_mins(29)).is_empty());
    assert_eq!(world.wait(SignedDuration::from_mins(1)), ["DeploymentOpened"]);
    assert_eq!(world.stands("deploy"), "queued");

    let mut world = waiting();
    world.wait(SignedDuration::from_hours(30 * 24) - SignedDuration::from_secs(1));
    assert_eq!(world.stands("deploy"), "waiting");
    world.wait(SignedDuration::from_secs(1));
    assert_eq!(world.stands("deploy"), "failure");
    assert_eq!(world.job("deploy").reason.as_deref(), Some("nobody answered for production within 30 days"));
}

#[test]
fn a_branch_that_may_not_deploy_is_refused_at_once() {
    let mut world = World::of(DEPLOY).protected();
    world.environment_mut().branches = BranchPolicy::Selected;
    world.advance();
    world.pass("prepare");
    assert_eq!(world.stands("deploy"), "failure");
    let reason = world.job("deploy").reason.clone().unwrap();
    assert!(reason.contains("`refs/heads/main` is not allowed to deploy to production"), "{reason}");
}

#[test]
fn a_twin_environment_is_made_unless_names_are_strict() {
    let text = DEPLOY.replace("environment: production", "environment: 'Production%3AV1'");
    for (strict, stands) in [(false, "queued"), (true, "failure")] {
        let mut world = World::of(&text);
        world.repository.create_environment("Production:V1", false, world.now).unwrap();
        world.strict = strict;
        world.advance();
        world.pass("prepare");
        assert_eq!(world.stands("deploy"), stands, "strict: {strict}");
    }
}

#[test]
fn with_strict_names_no_job_goes_to_a_twin_whichever_was_there_first() {
    for (first, second) in [("Production:V1", "Production%3AV1"), ("Production%3AV1", "Production:V1")] {
        for wanted in [first, second] {
            let text = DEPLOY.replace("environment: production", &format!("environment: '{wanted}'"));
            let mut world = World::of(&text);
            for name in [first, second] {
                assert_eq!(world.repository.create_environment(name, false, world.now), Ok(true));
            }
            world.strict = true;
            world.advance();
            world.pass("prepare");
            assert_eq!(world.stands("deploy"), "failure", "{first} was first, {wanted} was asked for");
        }
    }
}

#[test]
fn no_environment_and_another_one_are_told_apart() {
    let mut world = waiting();
    let (by, now) = (person(2, "reviewer"), world.now);
    let input = Input::Approve { by: &by, comment: "" };
    let words =
        |result: Result<_, daypass_github::run::RunError>| result.map(|_| ()).map_err(|it| it.to_string());
    assert_eq!(words(world.run.at_gates(&[], input, now)), Err("no environment is named".to_owned()));
    let other = world.run.at_gates(&[77], input, now);
    assert_eq!(words(other), Err("no job of the run waits for the environment 77".to_owned()));
    let (environment, before) = (world.environment_id(), world.run.clone());
    assert!(world.run.at_gates(&[environment, 77], input, now).is_err());
    assert_eq!(world.run, before, "all of them or none");
}
