//! The answer to a deployment that waits, and the end of one that was let in.
//!
//! **Invariant: an answer counts for the question that was shown.** The form carries the state of the gate; it is compared
//! where nobody else can decide in between, so a form that is sent twice, or late, does nothing and says so.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use daypass_github::gate::{GateError, Input, Person};
use daypass_github::hosting::{Need, Permission, Role, User};
use daypass_github::run::{Run, RunError};
use daypass_wire::form::Form;
use jiff::Timestamp;

use super::gate_state::{gate_state, jobs_for};
use super::page::{PageError, sentence};
use super::posted;
use super::viewer::Viewer;
use crate::github::hub::{HubError, Snapshot};
use crate::state::App;

/// What somebody answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Approve,
    Bypass,
    Reject,
    Withdraw,
}

impl Answer {
    const ALL: [Self; 4] = [Self::Approve, Self::Bypass, Self::Reject, Self::Withdraw];

    const fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Bypass => "bypass",
            Self::Reject => "reject",
            Self::Withdraw => "withdraw",
        }
    }

    /// What the run's page says once it is done.
    pub(super) const fn done(self) -> &'static str {
        match self {
            Self::Approve => "You approved the deployment.",
            Self::Bypass => "You let the deployment pass without waiting.",
            Self::Reject => "You rejected the deployment.",
            Self::Withdraw => "You withdrew the approval: no job of it gets a token any more.",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.name() == name)
    }

    /// What a token has to be good for.
    const fn need(self) -> Need {
        let role = match self {
            Self::Approve | Self::Reject => Role::Read,
            Self::Bypass | Self::Withdraw => Role::Admin,
        };
        Need::write(Permission::Deployments, role)
    }

    const fn input<'a>(self, by: &'a Person, comment: &'a str) -> Input<'a> {
        match self {
            Self::Approve => Input::Approve { by, comment },
            Self::Bypass => Input::Bypass { by, comment },
            Self::Reject => Input::Reject { by, comment },
            Self::Withdraw => Input::Revoke { by, comment },
        }
    }
}

/// What a form asks for.
struct Asked<'a> {
    run: u64,
    environment: u64,
    state: &'a str,
    answer: Answer,
    comment: &'a str,
}

impl<'a> Asked<'a> {
    fn read(form: &'a Form<'_>) -> Option<Self> {
        Some(Self {
            run: form.text("run")?.parse().ok()?,
            environment: form.text("environment")?.parse().ok()?,
            state: form.text("state")?,
            answer: Answer::parse(form.text("answer")?)?,
            comment: form.text("comment").unwrap_or_default().trim(),
        })
    }
}

/// Why an answer does not count.
enum Stale {
    /// The run is over, or was never there.
    Over,
    /// Something was decided since the form was shown: the states of the gates now.
    Otherwise(String),
}

/// `POST /console/decide`
pub(super) async fn decide(
    State(app): State<Arc<App>>,
    viewer: Viewer,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, PageError> {
    let form = posted::of_session(&viewer, &app, &headers, &body)?;
    let asked = Asked::read(&form).ok_or_else(|| {
        let text = "It does not say which deployment it is about, and what the answer is. Nothing was done.";
        viewer.refuse(StatusCode::BAD_REQUEST, "The form cannot be read", text)
    })?;
    let now = app.clock.now();
    app.hub.settle_run(asked.run, now).await?;
    let run = app.hub.run(asked.run).await?.filter(|run| viewer.sees(&run.repository));
    let run = run.ok_or_else(|| {
        let text = format!("There is no run {} that you could see.", asked.run);
        viewer.refuse(StatusCode::NOT_FOUND, "There is no such run", text)
    })?;
    if !viewer.may(&run.repository, asked.answer.need()) {
        let text = "Your role in this repository, or the token that you signed in with, is not enough for this answer. \
                    Nothing was done.";
        return Err(viewer.refuse(StatusCode::FORBIDDEN, "You may not do that", text));
    }
    let done = app
        .hub
        .write(&viewer.author(), app.clock.now(), |draft| {
            let who = viewer.again(&app, draft, &run.repository, asked.answer.need())?;
            let person = person(draft.snapshot(), &who.user, &run);
            if let Err(stale) = is_as_shown(draft.snapshot(), &asked, draft.now) {
                return Ok(Err(stale));
            }
            let input = asked.answer.input(&person, asked.comment);
            draft.change_run(asked.run, |run, now| Ok(run.at_gates(&[asked.environment], input, now)?))?;
            Ok(Ok(()))
        })
        .await;
    let page = format!("/console/runs/{}", run.id);
    match done {
        Ok(Ok(())) => Ok(Redirect::to(&format!("{page}?done={}", asked.answer.name())).into_response()),
        Ok(Err(stale)) => Err(stale_page(&viewer, stale).next(page, "To the run")),
        Err(error) => Err(refused(&viewer, error).next(page, "To the run")),
    }
}

fn person(snapshot: &Snapshot, user: &User, run: &Run) -> Person {
    let holdings = &snapshot.holdings;
    holdings.repository(&run.repository).map_or_else(
        || Person {
            id: user.id,
            login: user.login.clone(),
            teams: Default::default(),
            is_administrator: user.role(&run.repository) == Some(Role::Admin),
        },
        |repository| holdings.person(user, repository),
    )
}

/// Whether the gates are as they were when the form was shown.
fn is_as_shown(snapshot: &Snapshot, asked: &Asked<'_>, now: Timestamp) -> Result<(), Stale> {
    let run = snapshot.runs.get(&asked.run).ok_or(Stale::Over)?;
    if gate_state(run, asked.environment, now) == asked.state {
        return Ok(());
    }
    let states = jobs_for(run, asked.environment).map(|(job, gate)| {
        let review = run.reviews.iter().rev().find(|review| review.environments.contains(&asked.environment));
        let by = review.map_or_else(String::new, |review| {
            format!(", {} by {} at {:.0}", review.state.name(), review.user.login, review.at)
        });
        format!("{} at {} is {}{by}", job.name, gate.environment().name, gate.state(now).name())
    });
    Err(Stale::Otherwise(states.collect::<Vec<_>>().join("; ")))
}

fn stale_page(viewer: &Viewer, stale: Stale) -> PageError {
    let text = match stale {
        Stale::Over => "The run is over, so nothing can be decided any more. Nothing was done.".to_owned(),
        Stale::Otherwise(states) => {
            let now = if states.is_empty() { String::new() } else { format!(" Now {states}.") };
            format!(
                "Something was decided after this form was shown, or the form was sent before.{now} Nothing was done."
            )
        }
    };
    viewer.refuse(StatusCode::CONFLICT, "This form is out of date", text)
}

/// What the gate says, in its own words.
fn refused(viewer: &Viewer, error: HubError) -> PageError {
    let status = match &error {
        HubError::Run(RunError::Gate(gate)) => match gate {
            GateError::BypassForbidden(_)
            | GateError::NotAdministrator(_)
            | GateError::NotReviewer { .. }
            | GateError::NoReview(_)
            | GateError::SelfReview(_) => StatusCode::FORBIDDEN,
            GateError::Comment => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::CONFLICT,
        },
        HubError::Denied(_) | HubError::Unauthenticated => StatusCode::FORBIDDEN,
        HubError::Run(_) | HubError::Missing(_) => StatusCode::CONFLICT,
        _ => {
            return PageError {
                frame: viewer.frame(super::page::Here::Elsewhere, "That failed"),
                ..error.into()
            };
        }
    };
    let text = format!("{} Nothing was done.", sentence(&error.to_string()));
    viewer.refuse(status, "You cannot decide that", text)
}
