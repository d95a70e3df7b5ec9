//! `GET /_daypass/status`: which sandbox is this, and what time has it?

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use daypass_github::discovery::GITHUB_ISSUER;
use jiff::Timestamp;
use serde::Serialize;

use crate::state::App;

#[derive(Serialize)]
pub(super) struct Status {
    version: &'static str,
    account: String,
    aws_url: String,
    github_url: String,
    /// The issuer that the sandbox stands in for; none where the configuration says where its keys come from.
    issuer: Option<&'static str>,
    now: Timestamp,
    rate: f64,
}

pub(super) async fn show(State(app): State<Arc<App>>) -> Json<Status> {
    Json(Status {
        version: env!("CARGO_PKG_VERSION"),
        account: app.account.load().id.to_string(),
        aws_url: app.endpoints.aws_url.clone(),
        github_url: app.endpoints.github_url.clone(),
        issuer: (!app.config.replaces_stand_in()).then_some(GITHUB_ISSUER),
        now: app.clock.now(),
        rate: app.clock.rate(),
    })
}
