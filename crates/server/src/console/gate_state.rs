//! A form speaks of a gate as it was when the form was shown. Both carry this: where it differs, something was decided in
//! between, and the form's answer is to another question.

use aws_lc_rs::digest::{Context, SHA256};
use daypass_github::gate::{Gate, GateError, Input, Person, State};
use daypass_github::run::{Phase, Run, RunJob};
use jiff::Timestamp;

use crate::random::hexadecimal;

/// The jobs of a run that go to an environment.
pub(super) fn jobs_for(run: &Run, environment: u64) -> impl Iterator<Item = (&RunJob, &Gate)> {
    run.jobs
        .iter()
        .filter_map(|job| job.gate.as_ref().map(|gate| (job, gate)))
        .filter(move |(_, gate)| gate.environment().id == environment)
}

/// What the gates of an environment's jobs are at, as a form carries it.
pub(super) fn gate_state(run: &Run, environment: u64, now: Timestamp) -> String {
    let mut hash = Context::new(&SHA256);
    let mut add = |text: &str| {
        hash.update(&text.len().to_le_bytes());
        hash.update(text.as_bytes());
    };
    add(&run.id.to_string());
    add(&run.attempt.to_string());
    add(&environment.to_string());
    for (job, gate) in jobs_for(run, environment) {
        add(&job.id.to_string());
        add(match job.phase {
            Phase::Pending => "pending",
            Phase::Ready => "ready",
            Phase::Started => "started",
            Phase::Over(_) => "over",
        });
        // The timer's end is no decision: a form outlives it.
        let waits = match gate.state(now) {
            State::Waiting(waiting) => format!("waiting {} {:?}", waiting.for_review, waiting.for_rules),
            state => state.name().to_owned(),
        };
        add(&waits);
        add(&gate.requested_at().to_string());
    }
    hexadecimal(hash.finish().as_ref())
}

/// Whether somebody may review, and why not.
pub(super) fn may_review(gate: &Gate, person: &Person, now: Timestamp) -> Result<(), GateError> {
    gate.apply(Input::Approve { by: person, comment: "" }, now).map(|_| ())
}

/// Whether somebody may let a job pass without waiting.
pub(super) fn may_bypass(gate: &Gate, person: &Person, now: Timestamp) -> bool {
    gate.apply(Input::Bypass { by: person, comment: "" }, now).is_ok()
}

/// Whether somebody may close an open gate.
pub(super) fn may_withdraw(job: &RunJob, gate: &Gate, person: &Person, now: Timestamp) -> bool {
    !matches!(job.phase, Phase::Over(_)) && gate.apply(Input::Revoke { by: person, comment: "" }, now).is_ok()
}
