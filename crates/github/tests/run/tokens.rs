//! When a job may have a token.

use daypass_github::gate::Input;
use daypass_github::run::{Conclusion, RunJob};

use super::{DEPLOY, World, person};

impl World {
    fn token(&self, key: &str) -> Result<(), String> {
        let refusal = self.run.may_have_token(self.job(key).id, self.now);
        refusal.map(|_: &RunJob| ()).map_err(|refusal| refusal.to_string())
    }

    fn approve(&mut self) {
        let (environment, now) = (self.environment_id(), self.now);
        let by = person(2, "reviewer");
        self.run.at_gates(&[environment], Input::Approve { by: &by, comment: "" }, now).unwrap();
        self.advance();
    }
}

fn refused(words: &str) -> Result<(), String> {
    Err(words.to_owned())
}

#[test]
fn only_a_running_job_behind_an_open_gate_with_the_permission_has_one() {
    let mut world = World::of(DEPLOY).protected();
    world.advance();
    assert_eq!(world.token("deploy"), refused("the job deploy has not started: it is pending"));
    world.start("prepare");
    assert!(world.token("prepare").is_err_and(|it| it.contains("has no permission `id-token: write`")));
    world.finish("prepare", Conclusion::Success, &[]);
    let waiting = "the job deploy may not deploy to production: the deployment is waiting";
    assert_eq!(world.token("deploy"), refused(waiting));
    world.approve();
    assert_eq!(world.token("deploy"), refused("the job deploy has not started: it is queued"));
    world.start("deploy");
    assert_eq!(world.token("deploy"), Ok(()));
    world.finish("deploy", Conclusion::Success, &[]);
    assert_eq!(world.token("deploy"), refused("the job deploy is over"));
}

#[test]
fn an_approval_that_was_withdrawn_ends_it() {
    let mut world = World::of(DEPLOY).protected();
    world.advance();
    world.pass("prepare");
    world.approve();
    world.start("deploy");
    let (environment, now) = (world.environment_id(), world.now);
    let by = person(5, "admin");
    world.run.at_gates(&[environment], Input::Revoke { by: &by, comment: "" }, now).unwrap();
    let revoked = "the job deploy may not deploy to production: the deployment is revoked";
    assert_eq!(world.token("deploy"), refused(revoked), "at once, before anything else looks at the run");
    world.advance();
    assert_eq!(world.token("deploy"), refused(revoked));
}

#[test]
fn a_job_whose_gate_is_missing_has_none() {
    let mut world = World::of(DEPLOY).protected();
    world.advance();
    world.pass("prepare");
    world.approve();
    world.start("deploy");
    let at = world.run.jobs.iter().position(|job| job.key() == "deploy").unwrap();
    world.run.jobs[at].gate = None;
    assert!(world.token("deploy").is_err_and(|it| it.ends_with("the deployment is missing")));
}

#[test]
fn a_job_of_another_run_has_none() {
    let world = World::of(DEPLOY);
    let refusal = world.run.may_have_token(1, world.now).map(|_| ()).map_err(|it| it.to_string());
    assert_eq!(refusal, refused("the run has no such job"));
}
