//! The frame around a page, and the page that says no.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use daypass_diagnostic::Severity;

use super::assets::{SCRIPT_ADDRESS, STYLE_ADDRESS};
use crate::github::hub::HubError;

/// Which part of the console a page is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Here {
    Elsewhere,
    Pending,
    Roles,
    Runs,
    Trail,
    Trust,
}

/// What stands around a page.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) title: String,
    pub(super) here: Here,
    /// Nobody's before the sign-in.
    pub(super) user: Option<FrameUser>,
    pub(super) style: &'static str,
    pub(super) script: &'static str,
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub(super) struct FrameUser {
    pub(super) login: String,
    pub(super) csrf_token: String,
    pub(super) is_operator: bool,
}

impl Frame {
    pub(super) fn new(here: Here, title: impl Into<String>) -> Self {
        Self { title: title.into(), here, user: None, style: &STYLE_ADDRESS, script: &SCRIPT_ADDRESS }
    }

    /// Whether AWS's side is for who is signed in.
    pub(super) fn is_operator(&self) -> bool {
        self.user.as_ref().is_some_and(|user| user.is_operator)
    }

    /// What marks the part of the console that a page is of.
    pub(super) fn current(&self, here: &str) -> &'static str {
        let own = match self.here {
            Here::Elsewhere => "",
            Here::Pending => "pending",
            Here::Roles => "roles",
            Here::Runs => "runs",
            Here::Trail => "trail",
            Here::Trust => "trust",
        };
        if own == here { "page" } else { "false" }
    }
}

/// A word for a state, in the colour of what it means.
#[derive(Debug, Clone, Template)]
#[template(source = "<span class=\"chip {{ kind }}\">{{ text }}</span>", ext = "html")]
pub(super) struct Chip {
    kind: &'static str,
    text: String,
}

impl Chip {
    /// Where a run, a job or a gate stands.
    pub(super) fn of_state(name: &str) -> Self {
        let kind = match name {
            "open" | "success" => "good",
            "waiting" => "wait",
            "in_progress" => "busy",
            "expired" | "failure" | "refused" | "rejected" | "revoked" | "timed_out" => "bad",
            _ => "calm",
        };
        Self { kind, text: name.replace('_', " ") }
    }

    /// How much a finding matters.
    pub(super) fn of_severity(severity: Severity) -> Self {
        let kind = match severity {
            Severity::Error | Severity::SecurityWarning => "bad",
            Severity::Warning => "wait",
            Severity::Suggestion | Severity::Note => "calm",
        };
        Self { kind, text: severity.to_string() }
    }

    /// A word that something waits for.
    pub(super) const fn waits(text: String) -> Self {
        Self { kind: "wait", text }
    }
}

/// Writes a page.
pub(super) fn render(page: &impl Template) -> Response {
    page.render().map_or_else(
        |error| {
            tracing::error!(%error, "a page could not be written");
            (StatusCode::INTERNAL_SERVER_ERROR, "the page could not be written").into_response()
        },
        |text| Html(text).into_response(),
    )
}

/// A page that says no.
#[derive(Debug)]
pub(super) struct PageError {
    pub(super) status: StatusCode,
    pub(super) frame: Frame,
    pub(super) text: String,
    /// Where to go on, and what that is called.
    pub(super) next: (String, &'static str),
}

#[derive(Template)]
#[template(path = "console/refused.html")]
struct Refused<'a> {
    frame: &'a Frame,
    text: &'a str,
    next: &'a (String, &'static str),
}

impl PageError {
    pub(super) fn new(status: StatusCode, title: &str) -> Self {
        let frame = Frame::new(Here::Elsewhere, title);
        Self { status, frame, text: String::new(), next: ("/console".to_owned(), "To the console") }
    }

    /// The same with what there is to say about it.
    pub(super) fn text(self, text: impl Into<String>) -> Self {
        Self { text: text.into(), ..self }
    }

    /// The same with where to go on.
    pub(super) fn next(self, path: String, name: &'static str) -> Self {
        Self { next: (path, name), ..self }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if self.status.is_server_error() {
            tracing::warn!(title = %self.frame.title, text = %self.text, "a page of the console failed");
        }
        let page = Refused { frame: &self.frame, text: &self.text, next: &self.next };
        (self.status, render(&page)).into_response()
    }
}

impl From<HubError> for PageError {
    fn from(error: HubError) -> Self {
        let (status, title) = match &error {
            HubError::Denied(_) => (StatusCode::FORBIDDEN, "You may not do that"),
            HubError::Unauthenticated => (StatusCode::UNAUTHORIZED, "You are signed in no longer"),
            HubError::Missing(_) => (StatusCode::NOT_FOUND, "That is not there"),
            HubError::Exists(_) | HubError::Run(_) => (StatusCode::CONFLICT, "That cannot be done any more"),
            HubError::Document(_) | HubError::Store(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "The store does not answer")
            }
            _ => (StatusCode::BAD_REQUEST, "That cannot be done"),
        };
        Self::new(status, title).text(sentence(&error.to_string()))
    }
}

/// A message as a sentence: a capital at its beginning, a full stop at its end.
pub(super) fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let end = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
