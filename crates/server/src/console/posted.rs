//! What was sent with a form.
//!
//! **Invariant: nothing is done for a form that was not sent by a page of this very address, nor, but for the sign-in, for
//! one that does not carry its session's token.** A page elsewhere can make a browser send a form, and cannot read the
//! token; without the first rule it could sign a browser in as somebody else.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use daypass_wire::form::Form;

use super::page::PageError;
use super::viewer::{Viewer, is_from_here};
use crate::state::App;

/// The field that carries the token.
const CSRF_TOKEN: &str = "csrf_token";

/// The fields of a form, whoever sent it from a page of this address.
///
/// # Errors
/// The page that says what is wrong with it.
pub(super) fn anybodys<'a>(
    app: &App,
    headers: &HeaderMap,
    body: &'a Result<Bytes, BytesRejection>,
) -> Result<Form<'a>, PageError> {
    if !is_from_here(headers, app.endpoints.github_url.starts_with("https://")) {
        return Err(PageError::new(StatusCode::FORBIDDEN, "The form is not of this console")
            .text("It was sent by a page of another address. Nothing was done."));
    }
    let body = body.as_ref().map_err(|rejection| {
        PageError::new(rejection.status(), "The form cannot be read").text(rejection.body_text())
    })?;
    let wrong = |text: String| PageError::new(StatusCode::BAD_REQUEST, "The form cannot be read").text(text);
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().unwrap_or_default().trim() != "application/x-www-form-urlencoded" {
        return Err(wrong("It is not of the type that browsers send.".to_owned()));
    }
    Form::parse(body).map_err(|error| wrong(error.to_string()))
}

/// The fields of a form of this session.
///
/// # Errors
/// The page that says what is wrong with it.
pub(super) fn of_session<'a>(
    viewer: &Viewer,
    app: &App,
    headers: &HeaderMap,
    body: &'a Result<Bytes, BytesRejection>,
) -> Result<Form<'a>, PageError> {
    let form = anybodys(app, headers, body)?;
    if form.text(CSRF_TOKEN).is_some_and(|shown| viewer.has_csrf_token(shown)) {
        return Ok(form);
    }
    let text = "It does not carry the token of your session: it was shown before you signed in, or another page sent \
                it. Nothing was done. Go back, load the page again and decide there.";
    Err(viewer.refuse(StatusCode::FORBIDDEN, "The form is not of this session", text))
}
