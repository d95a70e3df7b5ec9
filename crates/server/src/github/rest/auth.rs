//! Who calls: the token that a call shows, and what it may do.
//!
//! A call without a token is not looked at; what its user may not see is not there. No answer tells whether a token that
//! was not taken exists.
//!
//! **Invariant: a call that changes something is asked for its token and its rights where nobody can change them in
//! between**, in [`Call::write`]. What is found before is for the answer's words alone.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::header::{AUTHORIZATION, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use daypass_github::hosting::access::{check, check_organization};
use daypass_github::hosting::{Access, Denied, Need, Repository};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::answer::RequestId;
use super::links::Links;
use super::problem::Problem;
use super::run_shape::View;
use crate::github::hub::users::Authenticated;
use crate::github::hub::{Author, Draft, Holdings, HubError, Snapshot};
use crate::github::source_ip;
use crate::state::App;

/// Bytes of a client's name that go on record.
const USER_AGENT_BYTES_MAX: usize = 512;
/// Parameters of a query that are read.
const PARAMETERS_MAX: usize = 50;

/// A call with a valid token.
pub(super) struct Call {
    pub(super) app: Arc<App>,
    pub(super) who: Authenticated,
    /// Everything as it was when the call came.
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) now: Timestamp,
    pub(super) links: Links,
    /// The path without the prefix of an enterprise's API.
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    from: From,
}

/// What a call that changes something needs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Right<'a> {
    /// To set something of an organisation.
    Organization(&'a str),
    /// Something of a repository, `OWNER/NAME`.
    Repository(&'a str, Need),
    /// To make a repository that its maker administers.
    Own(&'a str, Need),
}

impl Right<'_> {
    fn check(self, who: &Authenticated) -> Result<(), Denied> {
        let (user, token) = (&who.user, Some(&who.token));
        match self {
            Self::Organization(login) => check_organization(user, token, login, Access::Write),
            Self::Repository(full_name, need) => check(user, token, full_name, need),
            Self::Own(full_name, need) => check(&user.administering(full_name), token, full_name, need),
        }
    }
}

/// Where a call comes from, for the record.
#[derive(Debug, Clone)]
pub(super) struct From {
    pub(super) source_ip: String,
    pub(super) user_agent: Option<String>,
    pub(super) request_id: String,
}

impl From {
    pub(super) fn of(parts: &Parts) -> Self {
        let agent = parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        Self {
            source_ip: source_ip(&parts.extensions),
            user_agent: agent.map(|agent| agent.chars().take(USER_AGENT_BYTES_MAX).collect()),
            request_id: parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
        }
    }
}

impl FromRequestParts<Arc<App>> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let token = shown(&parts.headers)?;
        let (snapshot, now) = (app.hub.snapshot(), app.clock.now());
        let who = snapshot.holdings.authenticate(token, now).ok_or_else(Problem::bad_credentials)?;
        let links = Links::of(&parts.headers, &parts.extensions, &app.endpoints.github_url);
        let path = parts.uri.path().to_owned();
        let Query(mut query) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "Problems parsing the query"))?;
        query.truncate(PARAMETERS_MAX);
        let from = From::of(parts);
        Ok(Self { app: Arc::clone(app), who, snapshot, now, links, path, query, from })
    }
}

impl Call {
    /// What GitHub's side holds.
    pub(super) fn holdings(&self) -> &Holdings {
        &self.snapshot.holdings
    }

    /// The caller, for the record.
    pub(super) fn author(&self) -> Author {
        let From { source_ip, user_agent, request_id } = self.from.clone();
        let mut author = self.who.author(source_ip, user_agent);
        author.request_id = request_id;
        author
    }

    /// What answers are made of.
    pub(super) fn view(&self) -> View<'_> {
        View { links: &self.links, holdings: self.holdings(), now: self.now }
    }

    /// Changes something, if the token and its user may: as they are now, at the time that it is now.
    ///
    /// # Errors
    /// [`HubError::Unauthenticated`], [`HubError::Denied`], and what `change` says.
    pub(super) async fn write<T>(
        &self,
        right: Right<'_>,
        change: impl FnOnce(&mut Draft, &Authenticated) -> Result<T, HubError>,
    ) -> Result<T, HubError> {
        let now = self.app.clock.now();
        let write = |draft: &mut Draft| {
            let who = self.again(draft, right)?;
            change(draft, &who)
        };
        self.app.hub.write(&self.author(), now, write).await
    }

    /// The caller as a writer finds them, who may do what is needed.
    ///
    /// # Errors
    /// [`HubError::Unauthenticated`], [`HubError::Denied`]
    pub(super) fn again(&self, draft: &mut Draft, right: Right<'_>) -> Result<Authenticated, HubError> {
        // Others may have written while this call waited for its turn.
        draft.now = draft.now.max(self.app.clock.now());
        let who = draft.snapshot().holdings.authenticate_hash(&self.who.token.hash, draft.now);
        let who = who.filter(|who| who.user.id == self.who.user.id).ok_or(HubError::Unauthenticated)?;
        right.check(&who)?;
        Ok(who)
    }

    /// Lets time do to runs what it does, before one is looked at.
    pub(super) async fn settle(&self) -> Result<(), Problem> {
        Ok(self.app.hub.settle(self.now).await?)
    }

    /// A parameter of the query; nothing where it is empty.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// A repository, for what the call needs of it.
    pub(super) fn repository(&self, owner: &str, name: &str, need: Need) -> Result<Arc<Repository>, Problem> {
        let known = self.holdings().repository(&format!("{owner}/{name}")).ok_or_else(Problem::missing)?;
        check(&self.who.user, Some(&self.who.token), &known.full_name, need)?;
        Ok(Arc::clone(known))
    }

    /// Whether the caller may know of an owner: by a role in any of its repositories, or as a member of a team.
    pub(super) fn sees_owner(&self, login: &str) -> bool {
        let owns = |pattern: &str| {
            pattern == "*" || pattern.split('/').next().is_some_and(|owner| owner.eq_ignore_ascii_case(login))
        };
        let (user, token) = (&self.who.user, &self.who.token);
        let is_granted = user.grants.iter().any(|grant| owns(&grant.repositories))
            || self.holdings().organization(login).teams.iter().any(|team| team.has(&user.login));
        is_granted
            && (token.repositories.is_empty() || token.repositories.iter().any(|pattern| owns(pattern)))
    }

    /// Whether the caller may look at or set something of an organisation.
    pub(super) fn organization(&self, login: &str, access: Access) -> Result<(), Problem> {
        Ok(check_organization(&self.who.user, Some(&self.who.token), login, access)?)
    }
}

/// The token that a call shows: `Bearer TOKEN` or `token TOKEN`.
fn shown(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = match (values.next(), values.next()) {
        (None, _) => return Err(Problem::anonymous()),
        (Some(value), None) => value,
        (Some(_), Some(_)) => return Err(Problem::bad_credentials()),
    };
    let (scheme, token) =
        value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or_else(Problem::bad_credentials)?;
    let known = ["bearer", "token"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    if known { Ok(token.trim()) } else { Err(Problem::bad_credentials()) }
}

/// The same for who is no user: the token as it was shown.
pub(super) fn shown_token(headers: &HeaderMap) -> Result<&str, Problem> {
    shown(headers)
}

/// The variable parts of an address; what cannot be read is not there.
pub(super) struct At<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let read = Path::<T>::from_request_parts(parts, app).await;
        read.map(|Path(parts)| Self(parts)).map_err(|_| Problem::missing())
    }
}

/// A number in an address; what is none is not there.
pub(super) fn number(text: &str) -> Result<u64, Problem> {
    text.parse().map_err(|_| Problem::missing())
}
