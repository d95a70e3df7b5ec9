//! The console: pages for people, at the GitHub address.
//!
//! Everything is made here and works without scripting; one script asks for parts of two pages again while they are open.
//! Who signs in shows a token of theirs, and sees and does no more than that token may: the repositories of its user, and
//! of AWS's side, which belongs to whoever administers everything, nothing without a grant `*=admin`.
//!
//! | path below `/console` | page | module |
//! |---|---|---|
//! | `/sign-in`, `/sign-out` | who is there | `sign_in`, `session` |
//! | `/pending` | deployments that wait, and the answer to them | `pending`, `decide` |
//! | `/runs`, `/runs/{id}` | workflow runs, and what was done with their tokens | `runs`, `run_page`, `calls` |
//! | `/trust` | which jobs open which roles, and who stands between | `trust_map` |
//! | `/roles`, `/roles/{account}/{name}` | roles and their policies | `roles` |
//! | `/trail`, `/trail/{id}` | what happened | `trail`, `search` |
//!
//! | module | what the pages have in common |
//! |---|---|
//! | `viewer` | who looks, and what they may see |
//! | `page` | the frame around a page, and the page that says no |
//! | `posted` | what was sent with a form: none counts without its session's own token |
//! | `headers` | what a browser is told about every page |
//! | `event`, `json_layout` | an event, a policy or a record as pages show it |
//! | `changes`, `line_diff`, `waiting`, `gate_state` | what a reviewer is told, and which question an answer is to |
//! | `opens`, `allows` | the roles that a job's claims open, and what those may do |
//! | `moment`, `prose` | times and messages in words |

mod allows;
mod assets;
mod calls;
mod changes;
mod decide;
mod event;
mod gate_state;
mod headers;
mod json_layout;
mod line_diff;
mod moment;
mod opens;
mod page;
mod pending;
mod posted;
mod prose;
mod roles;
mod run_page;
mod runs;
mod search;
mod session;
mod sign_in;
mod trail;
mod trust_map;
mod viewer;
mod waiting;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{any, get, post};

use self::page::PageError;
use crate::state::App;
use crate::whole_body::{BODY_WITHIN, arrived};

pub use allows::{Allowance, Allowances, allowances};
pub use opens::{OpenedRole, opened_roles};
pub use session::Sessions;

/// Where the console lies on the GitHub address.
pub(crate) const PATH: &str = "/console";

/// The largest body of a form, in bytes: a comment has 1,024 characters, each of which may take twelve.
const BODY_BYTES_MAX: usize = 32 * 1024;

/// The console's pages.
pub(crate) fn router(app: Arc<App>) -> Router {
    let see_other = |path: &'static str| get(move || async move { Redirect::to(path) });
    Router::new()
        .route("/", see_other(PATH))
        .route(PATH, see_other("/console/pending"))
        .route("/console/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/console/sign-out", post(sign_in::sign_out))
        .route("/console/pending", get(pending::show))
        .route("/console/pending/news", get(pending::news))
        .route("/console/decide", post(decide::decide))
        .route("/console/runs", get(runs::show))
        .route("/console/runs/{id}", get(run_page::show))
        .route("/console/runs/{id}/jobs", get(run_page::jobs))
        .route("/console/trust", get(trust_map::show))
        .route("/console/roles", get(roles::show))
        .route("/console/roles/{account}/{name}", get(roles::one))
        .route("/console/trail", get(trail::show))
        .route("/console/trail/{id}", get(trail::event))
        .route("/console/assets/{name}", get(assets::send))
        .route("/console/{*rest}", any(nothing_here))
        .route("/{owner}/{repository}/actions/runs/{id}", get(of_run))
        .with_state(app)
        .layer(from_fn(whole))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn(headers::add))
}

/// Waits for all of a form before it is asked who sent it.
async fn whole(request: Request, next: Next) -> Response {
    match arrived(request, BODY_WITHIN).await {
        Ok(request) => next.run(request).await,
        Err(unread) => {
            let text = format!("{unread}. Nothing was done.");
            PageError::new(unread.status(), "The form cannot be read").text(text).into_response()
        }
    }
}

/// GitHub's address of a run leads to the run's page here.
async fn of_run(Path((_, _, id)): Path<(String, String, u64)>) -> Redirect {
    Redirect::to(&format!("{PATH}/runs/{id}"))
}

async fn nothing_here() -> Response {
    PageError::new(StatusCode::NOT_FOUND, "There is no such page").into_response()
}

/// Whether a request at an address that serves AWS too is for the console: a bucket may be called `console`, but who
/// asks for one signs.
pub(crate) fn is_meant<B>(request: &http::Request<B>) -> bool {
    let path = request.uri().path();
    let is_below = path == PATH || path.strip_prefix(PATH).is_some_and(|rest| rest.starts_with('/'));
    let query = request.uri().query().unwrap_or_default();
    let is_signed = request.headers().contains_key(http::header::AUTHORIZATION)
        || query.contains("X-Amz-")
        || query.contains("Signature=");
    is_below && !is_signed
}
