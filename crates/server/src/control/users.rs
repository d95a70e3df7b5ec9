//! `/_daypass/users`: users of GitHub's side, added and taken out by the operator.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use daypass_github::hosting::{Access, AccessToken, Grant, Permission, Role};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::error::{ControlError, read};
use crate::data_directory::Secret;
use crate::github::hub::users::NewUser;
use crate::github::hub::{Author, record};
use crate::state::App;

/// A user to be added, or to be given another token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Add {
    login: String,
    /// `REPOSITORIES=ROLE`, e.g. `your-org/*=admin`; a role alone is one in all repositories.
    #[serde(default)]
    grants: Vec<String>,
    /// `ORGANIZATION/TEAM`
    #[serde(default)]
    teams: Vec<String>,
    /// What the token is called; another of that name is replaced.
    token_name: Option<String>,
    token_expires: Option<Timestamp>,
    #[serde(default)]
    token_repositories: Vec<String>,
    /// `PERMISSION=read` or `=write`; all that the user may where there is none.
    #[serde(default)]
    token_permissions: Vec<String>,
}

/// The new token: it is not shown again.
#[derive(Serialize)]
pub(super) struct Added {
    login: String,
    id: u64,
    token: Secret,
}

/// A user as the operator sees it.
#[derive(Serialize)]
pub(super) struct Listed {
    login: String,
    id: u64,
    grants: Vec<String>,
    /// `ORGANIZATION/TEAM`
    teams: Vec<String>,
    tokens: Vec<String>,
}

/// `POST /_daypass/users`
pub(super) async fn add(
    State(app): State<Arc<App>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Added>, ControlError> {
    let asked: Add = read(body)?;
    let grants = asked.grants.iter().map(|grant| self::grant(grant)).collect::<Result<Vec<_>, _>>()?;
    let permissions =
        asked.token_permissions.iter().map(|text| permission(text)).collect::<Result<Vec<_>, _>>()?;
    let now = app.clock.now();
    let new = NewUser {
        login: asked.login.clone(),
        grants: (!grants.is_empty()).then_some(grants),
        teams: asked.teams,
        token: AccessToken {
            name: asked.token_name.unwrap_or_else(|| "daypass".to_owned()),
            hash: String::new(),
            created: now,
            expires: asked.token_expires,
            repositories: asked.token_repositories,
            permissions,
        },
    };
    let token = app.hub.write(&Author::operator(), now, |draft| draft.add_user(new)).await?;
    let id = app.hub.snapshot().holdings.owner_number(&asked.login);
    Ok(Json(Added { login: asked.login, id, token }))
}

/// `GET /_daypass/users`
pub(super) async fn list(State(app): State<Arc<App>>) -> Json<Vec<Listed>> {
    let snapshot = app.hub.snapshot();
    let organizations = &snapshot.holdings.organizations;
    let teams = |login: &str| -> Vec<String> {
        let all = organizations.values().flat_map(|it| it.teams.iter().map(|team| (&it.login, team)));
        let own = all.filter(|(_, team)| team.has(login));
        own.map(|(organization, team)| format!("{organization}/{}", team.slug)).collect()
    };
    let users = snapshot.holdings.users.values().map(|user| Listed {
        teams: teams(&user.login),
        login: user.login.clone(),
        id: user.id,
        grants: user.grants.iter().map(|it| format!("{}={}", it.repositories, it.role.name())).collect(),
        tokens: user.tokens.iter().map(|token| token.name.clone()).collect(),
    });
    Json(users.collect())
}

/// `DELETE /_daypass/users/{login}`
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Path(login): Path<String>,
) -> Result<Json<serde_json::Value>, ControlError> {
    app.hub
        .write(&Author::operator(), app.clock.now(), |draft| {
            draft.remove_user(&login)?;
            draft.note(record::USER_DELETED, json!({ "login": login }));
            Ok(())
        })
        .await?;
    Ok(Json(json!({})))
}

fn grant(text: &str) -> Result<Grant, ControlError> {
    let (repositories, role) = text.split_once('=').unwrap_or(("*", text));
    let role = Role::parse(role).ok_or_else(|| {
        ControlError::bad(format!("`{text}` is no grant"))
            .hint("write REPOSITORIES=ROLE with a role of read, write or admin, e.g. `your-org/*=admin`")
    })?;
    Ok(Grant { repositories: repositories.to_owned(), role })
}

fn permission(text: &str) -> Result<(Permission, Access), ControlError> {
    let read = text.split_once('=').and_then(|(name, access)| {
        let access = match access {
            "read" => Access::Read,
            "write" => Access::Write,
            _ => return None,
        };
        Permission::parse(name).map(|permission| (permission, access))
    });
    read.ok_or_else(|| {
        let names: Vec<&str> = Permission::ALL.into_iter().map(Permission::name).collect();
        ControlError::bad(format!("`{text}` is no permission"))
            .hint(format!("write PERMISSION=read or PERMISSION=write, with one of {}", names.join(", ")))
    })
}
