//! GitHub's REST API, as far as deployments go: Octokit and PyGithub work with it as they are.
//!
//! It lies at the root of the GitHub address as at `api.github.com`, and below `/api/v3` as at GitHub Enterprise Server.
//! Every call shows a token ([`auth`]); what it needs stands beside the handler as a constant.
//!
//! | module | what it answers |
//! |---|---|
//! | [`users`] | `/user`, `/users/{login}` |
//! | [`teams`] | `/orgs/{org}`, its teams and their members |
//! | [`repositories`] | `/repos/{owner}/{repo}`, and making one |
//! | [`environments`] | environments |
//! | [`branch_policies`] | which branches and tags may deploy to one |
//! | [`protection_rules`], [`rule_answers`] | rules that programs answer, and their answers |
//! | [`webhooks`], [`lookout`] | telling those programs, and whom of what |
//! | [`branches`] | protected branches |
//! | [`contents`] | the workflow files |
//! | [`workflows`] | workflows, and starting one |
//! | [`runs`] | runs and their jobs |
//! | [`deployments`] | what waits for a review, and reviewing it |
//! | [`subjects`], [`properties`] | what tokens say |
//!
//! Source: GitHub docs, REST API, and "Permissions required for fine-grained personal access tokens".

mod answer;
mod auth;
mod branch_policies;
mod branches;
mod contents;
mod created;
mod deployments;
mod environment_shape;
mod environments;
mod fields;
mod links;
pub(crate) mod lookout;
mod page;
mod problem;
mod properties;
mod protection_rules;
mod repositories;
mod rule_answers;
mod run_shape;
mod runs;
mod subjects;
mod teams;
mod users;
pub(crate) mod webhooks;
mod workflows;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{Method, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};

use self::problem::Problem;
use crate::random::SystemRandom;
use crate::state::App;
use crate::whole_body::{BODY_WITHIN, arrived};

/// The largest body, in bytes. None that makes sense is near it.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// What the API's paths begin with.
const ROOTS: [&str; 8] =
    ["/api", "/meta", "/organizations", "/orgs", "/repos", "/repositories", "/user", "/users"];

/// Whether a path is one of the API's.
pub(crate) fn is_path(path: &str) -> bool {
    ROOTS
        .iter()
        .any(|root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// The API, at both places.
pub(crate) fn router() -> Router<Arc<App>> {
    let below =
        calls().route("/", get(users::root)).fallback(not_offered).layer(from_fn(answer::below_prefix));
    Router::new().nest(links::ENTERPRISE, below).merge(calls()).layer(from_fn(answer::dress))
}

/// GitHub's answer to a path of the API that is not offered.
pub(crate) async fn not_offered(method: Method, uri: Uri) -> Response {
    answer::dressed(
        Problem::not_offered(method.as_str(), uri.path()).into_response(),
        SystemRandom::new().uuid(),
    )
}

fn calls() -> Router<Arc<App>> {
    Router::new()
        .route("/meta", get(users::meta))
        .route("/user", get(users::own))
        .route("/user/repos", post(repositories::create_own))
        .route("/users/{login}", get(users::one))
        .route("/orgs/{org}", get(teams::organization))
        .route("/orgs/{org}/repos", post(repositories::create_in_organization))
        .route("/orgs/{org}/teams", get(teams::list))
        .route("/orgs/{org}/teams/{slug}", get(teams::one))
        .route("/orgs/{org}/teams/{slug}/members", get(teams::members))
        .route("/repositories/{id}", get(repositories::numbered))
        .merge(of_subjects())
        .merge(of_repository())
        .merge(of_actions())
        .route_layer(from_fn(whole))
        .method_not_allowed_fallback(not_offered)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .merge(of_files())
}

fn of_files() -> Router<Arc<App>> {
    let route = get(contents::get).put(contents::put).delete(contents::delete);
    Router::new()
        .route("/repos/{owner}/{repo}/contents/{*path}", route)
        .route_layer(from_fn(whole))
        .method_not_allowed_fallback(not_offered)
        .layer(DefaultBodyLimit::max(contents::BODY_BYTES_MAX))
}

/// Waits for all of a call before it is asked who calls. Nobody's body is waited for who shows no token.
async fn whole(request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD)
        && let Err(problem) = auth::shown_token(request.headers())
    {
        return problem.into_response();
    }
    match arrived(request, BODY_WITHIN).await {
        Ok(request) => next.run(request).await,
        Err(unread) => Problem::new(unread.status(), unread.to_string()).into_response(),
    }
}

fn of_repository() -> Router<Arc<App>> {
    const ENVIRONMENT: &str = "/environments/{environment_name}";
    const POLICIES: &str = "/environments/{environment_name}/deployment-branch-policies";
    const RULES: &str = "/environments/{environment_name}/deployment_protection_rules";
    let at = |rest: &str| format!("/repos/{{owner}}/{{repo}}{rest}");
    Router::new()
        .route(&at(""), get(repositories::one))
        .route(&at("/environments"), get(environments::list))
        .route(&at(ENVIRONMENT), get(environments::one).put(environments::put).delete(environments::delete))
        .route(&at(POLICIES), get(branch_policies::list).post(branch_policies::create))
        .route(
            &at(&format!("{POLICIES}/{{id}}")),
            get(branch_policies::one).put(branch_policies::update).delete(branch_policies::delete),
        )
        .route(&at(RULES), get(protection_rules::list).post(protection_rules::create))
        .route(&at(&format!("{RULES}/apps")), get(protection_rules::apps))
        .route(&at(&format!("{RULES}/{{id}}")), get(protection_rules::one).delete(protection_rules::delete))
        .route(&at("/branches"), get(branches::list))
        .route(&at("/branches/{branch}"), get(branches::one))
        .route(
            &at("/branches/{branch}/protection"),
            get(branches::protection).put(branches::protect).delete(branches::unprotect),
        )
        .route(&at("/properties/values"), get(properties::list).patch(properties::set))
}

fn of_subjects() -> Router<Arc<App>> {
    const ORGANIZATION: &str = "/orgs/{org}/actions/oidc/customization";
    let properties = format!("{ORGANIZATION}/properties/repo");
    Router::new()
        .route(&format!("{ORGANIZATION}/sub"), get(subjects::of_organization).put(subjects::set_organization))
        .route(
            "/repos/{owner}/{repo}/actions/oidc/customization/sub",
            get(subjects::of_repository).put(subjects::set_repository),
        )
        .route(&properties, get(subjects::properties).post(subjects::add_property))
        .route(&format!("{properties}/{{name}}"), delete(subjects::remove_property))
}

fn of_actions() -> Router<Arc<App>> {
    const PENDING: &str = "/runs/{run_id}/pending_deployments";
    let at = |rest: &str| format!("/repos/{{owner}}/{{repo}}/actions{rest}");
    Router::new()
        .route(&at("/runs"), get(runs::list))
        .route(&at("/runs/{run_id}"), get(runs::one))
        .route(&at("/runs/{run_id}/jobs"), get(runs::jobs))
        .route(&at("/runs/{run_id}/attempts/{attempt}"), get(runs::attempt))
        .route(&at("/runs/{run_id}/attempts/{attempt}/jobs"), get(runs::jobs_of_attempt))
        .route(&at("/runs/{run_id}/cancel"), post(runs::cancel))
        .route(&at("/runs/{run_id}/deployment_protection_rule"), post(rule_answers::answer))
        .route(&at("/runs/{run_id}/approvals"), get(deployments::approvals))
        .route(&at(PENDING), get(deployments::pending).post(deployments::review))
        .route(&at(&format!("{PENDING}/bypass")), post(deployments::bypass))
        .route(&at(&format!("{PENDING}/revoke")), post(deployments::revoke))
        .route(&at("/jobs/{job_id}"), get(runs::job))
        .route(&at("/workflows"), get(workflows::list))
        .route(&at("/workflows/{workflow_id}"), get(workflows::one))
        .route(&at("/workflows/{workflow_id}/runs"), get(workflows::runs))
        .route(&at("/workflows/{workflow_id}/dispatches"), post(workflows::dispatch))
}
