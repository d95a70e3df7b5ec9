//! Who looks at a page, and what they may see.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, HOST, HeaderName, ORIGIN, REFERER, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use daypass_github::hosting::access::check;
use daypass_github::hosting::{Need, Permission, Role};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::page::{Frame, FrameUser, Here, PageError};
use super::session::Session;
use crate::github::hub::users::Authenticated;
use crate::github::hub::{Author, Draft, HubError};
use crate::github::source_ip;
use crate::state::App;

/// Where a request comes from, as browsers say it of all but the oldest.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Somebody who is signed in.
pub(super) struct Viewer {
    /// The user, with the token that the session stands for.
    pub(super) who: Authenticated,
    /// What every form of the session carries.
    session: Session,
    source_ip: String,
    user_agent: Option<String>,
}

impl Viewer {
    /// Whether runs and deployments of a repository are for these eyes.
    pub(super) fn sees(&self, full_name: &str) -> bool {
        self.may(full_name, Need::read(Permission::Actions))
    }

    /// Whether something may be done to a repository, as the user and with the token.
    pub(super) fn may(&self, full_name: &str, need: Need) -> bool {
        check(&self.who.user, Some(&self.who.token), full_name, need).is_ok()
    }

    /// The viewer as a writer finds them, where nobody can change what they may in between; at the time that it is then.
    ///
    /// # Errors
    /// [`HubError::Unauthenticated`], [`HubError::Denied`]
    pub(super) fn again(
        &self,
        app: &App,
        draft: &mut Draft,
        full_name: &str,
        need: Need,
    ) -> Result<Authenticated, HubError> {
        draft.now = draft.now.max(app.clock.now());
        let who = app.sessions.again(&self.session, &draft.snapshot().holdings, draft.now);
        let who = who.filter(|who| who.user.id == self.who.user.id).ok_or(HubError::Unauthenticated)?;
        check(&who.user, Some(&who.token), full_name, need)?;
        Ok(who)
    }

    /// Whether everything may be seen that there is: there is nothing to sort out then.
    pub(super) fn sees_all(&self) -> bool {
        self.who.token.repositories.is_empty()
            && self.who.user.grants.iter().any(|grant| grant.repositories == "*")
            && self.sees("any/repository")
    }

    /// Whether AWS's side is for these eyes. It belongs to no repository and no owner, so it is for those who administer
    /// everything, by a token that was made for administering and for no repositories in particular.
    pub(super) fn is_operator(&self) -> bool {
        let administers =
            |grant: &daypass_github::hosting::Grant| grant.repositories == "*" && grant.role == Role::Admin;
        self.who.user.grants.iter().any(administers)
            && self.who.token.repositories.is_empty()
            && self.may("any/repository", Need::read(Permission::Administration))
    }

    /// That AWS's side is for these eyes.
    ///
    /// # Errors
    /// The page that says that it is not.
    pub(super) fn operator(&self) -> Result<(), PageError> {
        if self.is_operator() {
            return Ok(());
        }
        let text = "Roles, the trust map and the trail are of AWS's side, which belongs to no single repository: they \
                    are for users who administer everything, with the grant `*=admin`.";
        Err(self.refuse(StatusCode::FORBIDDEN, "This page is not for you", text))
    }

    /// The author of what this user does.
    pub(super) fn author(&self) -> Author {
        self.who.author(self.source_ip.clone(), self.user_agent.clone())
    }

    /// What every form carries.
    pub(super) fn csrf_token(&self) -> &str {
        self.session.csrf_token.reveal()
    }

    /// Whether a form is of this session, found in constant time.
    pub(super) fn has_csrf_token(&self, shown: &str) -> bool {
        self.session.csrf_token.matches(shown.as_bytes())
    }

    /// The frame of a page.
    pub(super) fn frame(&self, here: Here, title: impl Into<String>) -> Frame {
        let user = FrameUser {
            login: self.who.user.login.clone(),
            csrf_token: self.csrf_token().to_owned(),
            is_operator: self.is_operator(),
        };
        Frame { user: Some(user), ..Frame::new(here, title) }
    }

    /// A page that says no.
    pub(super) fn refuse(&self, status: StatusCode, title: &str, text: impl Into<String>) -> PageError {
        PageError { frame: self.frame(Here::Elsewhere, title), ..PageError::new(status, title).text(text) }
    }
}

impl FromRequestParts<Arc<App>> for Viewer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let shown = cookie(&parts.headers, &cookie_name(app));
        let snapshot = app.hub.snapshot();
        let found = shown.and_then(|shown| app.sessions.find(shown, &snapshot.holdings, app.clock.now()));
        let Some((session, who)) = found else { return Err(to_sign_in(parts)) };
        let (source_ip, user_agent) = (source_ip(&parts.extensions), user_agent(&parts.headers));
        Ok(Self { who, session, source_ip, user_agent })
    }
}

/// The way to the sign-in, and from there back to where somebody wanted to go.
fn to_sign_in(parts: &Parts) -> Response {
    if parts.headers.contains_key("hx-request") {
        // A part of a page that is open: the whole page goes.
        return (StatusCode::UNAUTHORIZED, [("hx-redirect", "/console/sign-in")]).into_response();
    }
    let wanted = parts.uri.path_and_query().map_or("/console", |wanted| wanted.as_str());
    if parts.method != Method::GET {
        return Redirect::to("/console/sign-in").into_response();
    }
    Redirect::to(&format!("/console/sign-in?next={}", utf8_percent_encode(wanted, NON_ALPHANUMERIC)))
        .into_response()
}

/// What the cookie is called. Cookies do not know of ports, so two sandboxes of one machine need two names.
pub(super) fn cookie_name(app: &App) -> String {
    let port = app.endpoints.github_url.rsplit(':').next().unwrap_or_default();
    let port: String = port.chars().filter(char::is_ascii_digit).collect();
    format!("daypass_console_{port}")
}

/// The value of a cookie. One that is there twice is none: another page of this host may have set the second.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(known, _)| *known == name)
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

pub(super) fn user_agent(headers: &HeaderMap) -> Option<String> {
    headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Whether a form was sent by a page of this very address. The guard lets in pages of AWS's address too, and what lies
/// in a bucket there may be a stranger's page: cookies know of no ports, so for them it is the same site. A browser
/// says where a form comes from; what says nothing is not taken for a page of the console.
pub(super) fn is_from_here(headers: &HeaderMap, is_secure: bool) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = if is_secure { "https" } else { "http" };
    let Some(own) = text(HOST).map(|host| format!("{scheme}://{host}")) else { return false };
    let said = [text(ORIGIN), text(SEC_FETCH_SITE), text(REFERER)];
    match said {
        [Some(origin), _, _] => origin.eq_ignore_ascii_case(&own),
        [None, Some(site), _] => site == "same-origin",
        [None, None, Some(page)] => page.strip_prefix(&own).is_some_and(|path| path.starts_with('/')),
        [None, None, None] => false,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_cookie_counts_once() {
        let read = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(COOKIE, HeaderValue::from_static(value));
            }
            cookie(&headers, "a").map(str::to_owned)
        };
        assert_eq!(read(&["b=2; a=1"]).as_deref(), Some("1"));
        assert_eq!(read(&["a=1; a=2"]), None);
        assert_eq!(read(&["a=1", "a=1"]), None);
        assert_eq!(read(&["aa=1"]), None);
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn a_form_of_another_port_is_not_from_here() {
        let is = |origin: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("127.0.0.1:4567"));
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
            is_from_here(&headers, false)
        };
        assert!(is("http://127.0.0.1:4567"));
        assert!(!is("https://127.0.0.1:4567"));
        assert!(!is("http://127.0.0.1:4566"));
        assert!(!is("null"));
    }

    #[test]
    fn a_form_that_does_not_say_where_it_comes_from_is_not_from_here() {
        let is = |said: &[(HeaderName, &'static str)]| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("127.0.0.1:4567"));
            for (name, value) in said {
                headers.insert(name, HeaderValue::from_static(value));
            }
            is_from_here(&headers, false)
        };
        assert!(!is(&[]));
        assert!(is(&[(SEC_FETCH_SITE, "same-origin")]));
        for other in ["same-site", "cross-site", "none"] {
            assert!(!is(&[(SEC_FETCH_SITE, other)]), "{other}");
        }
        assert!(is(&[(REFERER, "http://127.0.0.1:4567/console/pending")]));
        assert!(!is(&[(REFERER, "http://127.0.0.1:45670/console/pending")]));
        assert!(!is(&[(REFERER, "http://127.0.0.1:4566/bucket/page.html")]));
        assert!(!is(&[(ORIGIN, "http://127.0.0.1:4566"), (SEC_FETCH_SITE, "same-origin")]));
    }
}
