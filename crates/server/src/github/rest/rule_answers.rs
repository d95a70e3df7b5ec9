//! `POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule`: a program answers for its rule.
//!
//! At GitHub it shows an installation's token, here the token that the configuration gives the app.
//!
//! Source: GitHub docs, REST API "Workflow runs", "Review custom deployment protection rules for a workflow run".

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use daypass_github::gate::Input;
use daypass_github::gate::environment::is_same_name;
use daypass_github::run::Run;
use serde_json::json;

use super::answer::{Answer, empty};
use super::auth::{At, From, number, shown_token};
use super::deployments::refusal;
use super::fields::{Fields, Sent};
use super::problem::{Problem, echo};
use crate::config::AppEntry;
use crate::github::hub::users::hash;
use crate::github::hub::{Author, record};
use crate::state::App;

/// What a program says.
struct Said {
    environment: String,
    /// Yes or no; a comment alone decides nothing.
    approved: Option<bool>,
    comment: String,
}

pub(super) async fn answer(
    State(app): State<Arc<App>>,
    At((owner, name, id)): At<(String, String, String)>,
    parts: Parts,
    body: Sent,
) -> Answer {
    let entry = authenticate(&app, shown_token(&parts.headers)?)?;
    let said = Said::read(&Fields::read(body)?)?;
    let (run_id, now) = (number(&id)?, app.clock.now());
    app.hub.settle_run(run_id, now).await?;
    let run = app.hub.run(run_id).await?.ok_or_else(Problem::missing)?;
    if !run.repository.eq_ignore_ascii_case(&format!("{owner}/{name}")) {
        return Err(Problem::missing());
    }
    let (environment, rule) = rule(&run, entry, &said.environment).ok_or_else(Problem::missing)?;
    let mut author = Author::app(entry.id, &entry.slug);
    let from = From::of(&parts);
    author.source_ip = from.source_ip;
    author.user_agent = from.user_agent;
    author.request_id = from.request_id;
    let comment = said.comment.as_str();
    let written = app
        .hub
        .write(&author, app.clock.now(), |draft| match said.approved {
            Some(approved) => draft.change_run(run_id, |run, now| {
                let input = Input::AnswerRule { rule, approved, comment };
                Ok(run.at_gates(&[environment], input, now)?)
            }),
            None => {
                draft.note(
                    record::RULE_COMMENTED,
                    json!({
                        "runId": run_id.to_string(),
                        "repository": run.repository,
                        "environment": said.environment,
                        "comment": comment,
                    }),
                );
                Ok(())
            }
        })
        .await;
    written.map_err(refusal)?;
    empty(StatusCode::NO_CONTENT)
}

/// The app of a token. A user's token is none, and is told no more than GitHub tells it.
fn authenticate<'a>(app: &'a App, token: &str) -> Result<&'a AppEntry, Problem> {
    let shown = hash(token);
    let entry = app.config.apps.iter().find(|entry| entry.token_hash == shown);
    entry.ok_or_else(|| match app.hub.snapshot().holdings.authenticate(token, app.clock.now()) {
        Some(_) => Problem::forbidden("Resource not accessible by personal access token"),
        None => Problem::bad_credentials(),
    })
}

/// The number of the environment that a run goes to, and of the app's rule for it.
fn rule(run: &Run, entry: &AppEntry, environment: &str) -> Option<(u64, u64)> {
    let gates = run.jobs.iter().filter_map(|job| job.gate.as_ref());
    let mut named = gates.map(daypass_github::gate::Gate::environment);
    named.find_map(|known| {
        let rule = known.custom_rules.iter().find(|rule| rule.enabled && rule.app_id == entry.id)?;
        is_same_name(&known.name, environment).then_some((known.id, rule.id))
    })
}

impl Said {
    fn read(fields: &Fields) -> Result<Self, Problem> {
        use daypass_github::gate::machine::COMMENT_CHARACTERS_MAX;

        let environment = fields.required_text("environment_name")?;
        let approved = match fields.text("state")?.value().as_deref() {
            None => None,
            Some("approved") => Some(true),
            Some("rejected") => Some(false),
            Some(other) => {
                let problem = format!("\"{}\" is not a member of [\"approved\", \"rejected\"].", echo(other));
                return Err(fields.wrong("state", &problem));
            }
        };
        let comment = match approved {
            Some(_) => fields.text("comment")?.value().unwrap_or_default(),
            None => fields.required_text("comment")?,
        };
        if comment.chars().count() > COMMENT_CHARACTERS_MAX {
            let problem = format!("a comment has {COMMENT_CHARACTERS_MAX} characters at the most.");
            return Err(fields.wrong("comment", &problem));
        }
        Ok(Self { environment, approved, comment })
    }
}
