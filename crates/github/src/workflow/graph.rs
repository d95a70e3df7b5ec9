//! Which job waits for which: names that are there, no circle, and an order.

use std::collections::HashMap;

use daypass_diagnostic::Point;

use super::error::{Problem, WorkflowError};
use super::keys::nearest;
use super::model::{Job, Text, Workflow};

/// Refuses a job that needs one which is not there, and jobs that wait for each other.
pub(super) fn check(workflow: &Workflow) -> Result<(), WorkflowError> {
    let places = places(&workflow.jobs);
    for job in &workflow.jobs {
        for needed in &job.needs {
            if !places.contains_key(&key(&needed.value)) {
                let near = nearest(&needed.value, workflow.jobs.iter().map(|job| job.id.as_str()));
                let problem = Problem::NeedsUnknown {
                    job: job.id.clone(),
                    needed: needed.value.chars().take(100).collect(),
                    near: near.map(str::to_owned),
                };
                return Err(refuse(workflow, needed, problem));
            }
        }
    }
    match order(&workflow.jobs) {
        Ok(_) => Ok(()),
        Err(circle) => {
            let first = circle.first().and_then(|id| workflow.job(id)).and_then(|job| job.needs.first());
            let problem = Problem::NeedsCircle { circle };
            Err(first.map_or_else(
                || WorkflowError {
                    path: workflow.path.clone(),
                    place: Point::START,
                    problem: problem.clone(),
                },
                |needs| refuse(workflow, needs, problem.clone()),
            ))
        }
    }
}

fn refuse(workflow: &Workflow, at: &Text, problem: Problem) -> WorkflowError {
    let place = Point { offset: 0, line: at.line, column: at.column };
    WorkflowError { path: workflow.path.clone(), place, problem }
}

/// The places of the jobs, so that each comes behind all that it needs; else in the order of the file.
pub(super) fn order(jobs: &[Job]) -> Result<Vec<usize>, Vec<String>> {
    let places = places(jobs);
    let needs: Vec<Vec<usize>> = jobs
        .iter()
        .map(|job| job.needs.iter().filter_map(|needed| places.get(&key(&needed.value)).copied()).collect())
        .collect();
    let mut waiting: Vec<usize> = (0..jobs.len()).collect();
    let mut is_done = vec![false; jobs.len()];
    let done = |is_done: &[bool], place: usize| is_done.get(place).copied().unwrap_or(true);
    let mut ordered = Vec::with_capacity(jobs.len());
    while !waiting.is_empty() {
        let ready = |place: &usize| {
            needs.get(*place).is_none_or(|needs| needs.iter().all(|needed| done(&is_done, *needed)))
        };
        let (now, later): (Vec<usize>, Vec<usize>) = waiting.iter().copied().partition(ready);
        if now.is_empty() {
            return Err(circle(jobs, &needs, &is_done));
        }
        for place in now {
            if let Some(is_done) = is_done.get_mut(place) {
                *is_done = true;
            }
            ordered.push(place);
        }
        waiting = later;
    }
    Ok(ordered)
}

/// Of jobs that all wait for another one: goes from one to the next until one comes again.
fn circle(jobs: &[Job], needs: &[Vec<usize>], is_done: &[bool]) -> Vec<String> {
    let waits = |place: usize| !is_done.get(place).copied().unwrap_or(true);
    let mut trail: Vec<usize> = Vec::new();
    let mut next = (0..jobs.len()).find(|place| waits(*place));
    while let Some(place) = next {
        if let Some(start) = trail.iter().position(|before| *before == place) {
            let circle = trail.iter().skip(start).chain([&place]);
            return circle.filter_map(|place| jobs.get(*place)).map(|job| job.id.clone()).collect();
        }
        trail.push(place);
        next = needs.get(place).and_then(|needs| needs.iter().copied().find(|needed| waits(*needed)));
    }
    Vec::new()
}

fn places(jobs: &[Job]) -> HashMap<String, usize> {
    jobs.iter().enumerate().map(|(place, job)| (key(&job.id), place)).collect()
}

/// GitHub compares ids without case.
fn key(id: &str) -> String {
    id.to_ascii_lowercase()
}
