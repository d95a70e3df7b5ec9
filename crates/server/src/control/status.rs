//! `GET /_daypass/status`: which sandbox is this, and what time has it?

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use daypass_github::discovery::GITHUB_ISSUER;
use jiff::Timestamp;
use serde::Serialize;

use crate::accounts::HostedAccount;
use crate::state::App;

#[derive(Serialize)]
struct Account {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    providers: usize,
    roles: usize,
}

#[derive(Serialize)]
pub(super) struct Status {
    version: &'static str,
    /// The first account.
    account: String,
    /// All accounts.
    accounts: Vec<Account>,
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
        account: app.accounts.first().id.to_string(),
        accounts: app.accounts.iter().map(|hosted| of(hosted)).collect(),
        aws_url: app.endpoints.aws_url.clone(),
        github_url: app.endpoints.github_url.clone(),
        issuer: (!app.config.replaces_stand_in()).then_some(GITHUB_ISSUER),
        now: app.clock.now(),
        rate: app.clock.rate(),
    })
}

fn of(hosted: &HostedAccount) -> Account {
    let account = hosted.load();
    Account {
        id: hosted.id.to_string(),
        name: hosted.name.clone(),
        providers: account.providers().count(),
        roles: account.roles().count(),
    }
}
