//! The control calls: what the command line asks of the running sandbox, below `/_daypass` on the GitHub address.
//!
//! **Invariant: every call shows the control token.** Whoever can mint can become production, so the token is asked for
//! before the path is even looked at, and it is compared in constant time.

mod clock;
mod error;
mod explain;
mod happenings;
mod jobs;
mod mint;
mod rehearsal;
mod runs;
mod status;
mod trail;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};

use self::error::ControlError;
pub(crate) use self::runs::waits_for;
use crate::bearer::bearer;
use crate::data_directory::Secret;
use crate::state::App;

/// The largest body of a control call, in bytes: a job's description takes 16 KiB at most.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// The largest body that starts a run, in bytes: the workflow's file and those that it calls.
const RUN_BODY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The largest body that asks what would happen, in bytes: a thousand calls.
const REHEARSAL_BODY_BYTES_MAX: usize = 1024 * 1024;
/// The largest body that finishes a job, in bytes: its outputs, which have a smaller limit of their own.
const FINISH_BODY_BYTES_MAX: usize = 1024 * 1024;

/// Where the control calls lie on the GitHub address.
pub(crate) const PATH: &str = "/_daypass";

/// The control calls, behind the control token.
pub(crate) fn router(app: Arc<App>, token: Secret) -> Router {
    Router::new()
        .route("/status", get(status::show))
        .route("/mint", post(mint::mint))
        .route("/jobs", post(jobs::admit))
        .route("/clock", get(clock::show).post(clock::go))
        .route("/explain", get(explain::last))
        .route("/explain/{request_id}", get(explain::one))
        .route("/trace/{id}", get(trail::trace))
        .route("/events", get(trail::events))
        .route("/events", post(happenings::receive).layer(DefaultBodyLimit::max(happenings::BODY_BYTES_MAX)))
        .route("/rehearsal", post(rehearsal::ask).layer(DefaultBodyLimit::max(REHEARSAL_BODY_BYTES_MAX)))
        .route("/runs", post(runs::start).layer(DefaultBodyLimit::max(RUN_BODY_BYTES_MAX)))
        .route("/runs/{run}", get(runs::show))
        .route("/runs/{run}/cancel", post(runs::cancel))
        .route("/runs/{run}/jobs/{job}/start", post(runs::start_job))
        .route(
            "/runs/{run}/jobs/{job}/finish",
            post(runs::finish_job).layer(DefaultBodyLimit::max(FINISH_BODY_BYTES_MAX)),
        )
        .route("/users", get(users::list).post(users::add))
        .route("/users/{login}", delete(users::remove))
        .fallback(|| async { ControlError::new(StatusCode::NOT_FOUND, "there is no such control call") })
        .method_not_allowed_fallback(|| async {
            ControlError::new(StatusCode::METHOD_NOT_ALLOWED, "the control call has another method")
        })
        .with_state(app)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(Arc::new(token), authenticate))
}

async fn authenticate(State(token): State<Arc<Secret>>, request: Request, next: Next) -> Response {
    match bearer(request.headers()) {
        Some(presented) if token.matches(presented.as_bytes()) => next.run(request).await,
        Some(_) => {
            ControlError::new(StatusCode::UNAUTHORIZED, "this is not the control token of this sandbox")
                .hint("it is in the file control-token of the sandbox's data directory")
                .into_response()
        }
        None => ControlError::new(StatusCode::UNAUTHORIZED, "a control call shows the control token")
            .hint("send `Authorization: Bearer TOKEN` with the data directory's control-token")
            .into_response(),
    }
}
