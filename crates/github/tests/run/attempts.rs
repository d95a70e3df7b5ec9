//! What cannot be done to a run.

use std::collections::BTreeMap;

use daypass_github::run::{Conclusion, RunStatus};

use super::{DEPLOY, World};

#[test]
fn a_job_starts_once_and_ends_once() {
    let mut world = World::of(DEPLOY).protected();
    world.advance();
    let (prepare, deploy) = (world.job("prepare").id, world.job("deploy").id);
    let start = |world: &mut World, id| {
        let now = world.now;
        world.run.start_job(id, now).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(start(&mut world, deploy), Err("the job deploy cannot start: it is pending".to_owned()));
    assert_eq!(start(&mut world, prepare), Ok(()));
    assert_eq!(start(&mut world, prepare), Err("the job prepare cannot start: it is in_progress".to_owned()));
    assert_eq!(start(&mut world, 3), Err("the run has no job `3`".to_owned()));
    world.finish("prepare", Conclusion::Success, &[]);
    let (now, outputs) = (world.now, BTreeMap::new());
    let again = world.run.finish_job(prepare, Conclusion::Failure, outputs, now).map_err(|it| it.to_string());
    assert_eq!(again, Err("the job prepare is not running: it is completed".to_owned()));
    assert_eq!(start(&mut world, deploy), Err("the job deploy cannot start: it is waiting".to_owned()));
}

#[test]
fn a_cancelled_run_is_over() {
    let mut world = World::of(DEPLOY).protected();
    world.advance();
    world.start("prepare");
    let now = world.now;
    let happened = world.run.cancel(Some("admin"), now).unwrap();
    assert_eq!(happened.first().unwrap().by.as_deref(), Some("admin"));
    assert_eq!(world.run.status(now), RunStatus::Completed);
    assert_eq!(world.run.conclusion(), Some(Conclusion::Cancelled));
    assert_eq!(
        world.run.cancel(None, now).unwrap_err().to_string(),
        "the run is over: nothing can be changed any more"
    );
    assert!(world.advance().is_empty());
}

#[test]
fn outputs_have_a_limit() {
    let mut world = World::of(DEPLOY);
    world.advance();
    world.start("prepare");
    let (id, now) = (world.job("prepare").id, world.now);
    let many: BTreeMap<String, String> = (0..101).map(|at| (at.to_string(), String::new())).collect();
    let large = BTreeMap::from([("a".to_owned(), "x".repeat(64 * 1024))]);
    for outputs in [many, large] {
        assert!(world.run.finish_job(id, Conclusion::Success, outputs, now).is_err());
        assert_eq!(world.stands("prepare"), "in_progress");
    }
}

#[test]
fn a_run_goes_through_its_document_and_back() {
    let mut world = World::of(DEPLOY).protected();
    world.advance();
    world.pass("prepare");
    let text = serde_json::to_string(&world.run).unwrap();
    let read: daypass_github::run::Run = serde_json::from_str(&text).unwrap();
    assert_eq!(read, world.run);
    assert!(text.len() < 20_000, "a run of two jobs takes {} bytes", text.len());
}
