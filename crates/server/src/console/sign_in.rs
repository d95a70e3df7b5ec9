//! Signing in with a token, and out.
//!
//! A sign-in is on record before the session is given out. Those that fail are not: anybody could fill the trail. They
//! are answered late instead, and only so many wait at a time. A token has 256 random bits, so nobody gets in by trying;
//! this keeps a loop from costing more than it should.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use daypass_wire::form::Form;
use serde_json::json;
use tokio::sync::Semaphore;

use super::page::{Frame, Here, PageError, render};
use super::posted;
use super::session::LIFETIME;
use super::viewer::{Viewer, cookie, cookie_name, user_agent};
use crate::github::hub::record::SIGNED_IN;
use crate::github::hub::{Draft, HubError};
use crate::github::source_ip;
use crate::state::App;

/// How long a wrong token waits for its answer: two tries a second of one client.
const WRONG_WAITS: Duration = Duration::from_millis(500);
/// How many wrong tokens wait at a time; the others are turned away at once, for each holds a connection.
const WRONG_AT_ONCE_MAX: usize = 32;
/// The longest path to go on to after the sign-in, in bytes: that of the trail with all its filters is shorter.
const NEXT_BYTES_MAX: usize = 2_048;

static WRONG: Semaphore = Semaphore::const_new(WRONG_AT_ONCE_MAX);

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct Page {
    frame: Frame,
    /// Where to go on.
    next: String,
    /// What was wrong.
    wrong: Option<&'static str>,
}

/// `GET /console/sign-in`
pub(super) async fn show(uri: Uri) -> Response {
    let query = Form::parse(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    page(StatusCode::OK, next(query.text("next")), None)
}

fn page(status: StatusCode, next: &str, wrong: Option<&'static str>) -> Response {
    let frame = Frame::new(Here::Elsewhere, "Sign in");
    (status, render(&Page { frame, next: next.to_owned(), wrong })).into_response()
}

/// `POST /console/sign-in`
pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    extensions: Extensions,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, PageError> {
    let form = posted::anybodys(&app, &headers, &body)?;
    let next = next(form.text("next"));
    let now = app.clock.now();
    let shown = form.text("token").unwrap_or_default().trim();
    let Some(who) = app.hub.snapshot().holdings.authenticate(shown, now) else {
        return Ok(wrong(next).await);
    };
    let author = who.author(source_ip(&extensions), user_agent(&headers));
    let parameters = json!({ "login": who.user.login, "token": who.token.name });
    let noted = |draft: &mut Draft| {
        let who = draft.snapshot().holdings.authenticate_hash(&who.token.hash, now);
        who.ok_or(HubError::Unauthenticated)?;
        draft.note(SIGNED_IN, parameters);
        Ok(())
    };
    app.hub.write(&author, now, noted).await?;
    if let Some(before) = cookie(&headers, &cookie_name(&app)) {
        app.sessions.end(before);
    }
    let secret = app.sessions.begin(&who.token.hash, now);
    let mut response = Redirect::to(next).into_response();
    set_cookie(&app, &mut response, secret.reveal(), LIFETIME.as_secs());
    Ok(response)
}

/// The answer to a token that is nobody's, late.
async fn wrong(next: &str) -> Response {
    let Ok(_turn) = WRONG.try_acquire() else {
        let text = "Too many sign-ins failed within a moment. Wait a second and try again.";
        let refused = PageError::new(StatusCode::TOO_MANY_REQUESTS, "Not now").text(text);
        let refused = refused.next("/console/sign-in".to_owned(), "Try again");
        return ([(RETRY_AFTER, "1")], refused).into_response();
    };
    tracing::warn!("somebody tried to sign in to the console with a token that is nobody's");
    tokio::time::sleep(WRONG_WAITS).await;
    let text = "This token is nobody's, or its time is over.";
    page(StatusCode::FORBIDDEN, next, Some(text))
}

/// `POST /console/sign-out`
pub(super) async fn sign_out(
    State(app): State<Arc<App>>,
    viewer: Viewer,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, PageError> {
    posted::of_session(&viewer, &app, &headers, &body)?;
    if let Some(shown) = cookie(&headers, &cookie_name(&app)) {
        app.sessions.end(shown);
    }
    let mut response = Redirect::to("/console/sign-in").into_response();
    set_cookie(&app, &mut response, "", 0);
    Ok(response)
}

fn set_cookie(app: &App, response: &mut Response, value: &str, seconds: i64) {
    let secure = if app.endpoints.github_url.starts_with("https://") { "; Secure" } else { "" };
    let name = cookie_name(app);
    let text = format!("{name}={value}; Path=/console; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    // Hexadecimal digits and our own words are always a header.
    if let Ok(value) = HeaderValue::try_from(text) {
        response.headers_mut().insert(SET_COOKIE, value);
    }
}

/// A path of the console and nothing else: an address elsewhere would make the sign-in a stranger's doorway.
fn next(wanted: Option<&str>) -> &str {
    let is_here = |path: &&str| {
        path.len() <= NEXT_BYTES_MAX
            && (*path == "/console" || path.starts_with("/console/"))
            && !path.starts_with("/console/sign-")
            && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    };
    wanted.filter(is_here).unwrap_or("/console")
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn only_a_page_of_the_console_comes_next() {
        for path in ["/console", "/console/runs/5", "/console/trail?refused=yes"] {
            assert_eq!(next(Some(path)), path);
        }
        for path in [
            "https://example.com/console/",
            "//example.com",
            "/consoles",
            "/console/\\x",
            "/console/a\r\nb",
            "/console/sign-out",
            "/_daypass/status",
            "",
        ] {
            assert_eq!(next(Some(path)), "/console", "{path}");
        }
        assert_eq!(next(None), "/console");
    }
}
