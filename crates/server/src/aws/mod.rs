//! The AWS side: one address for STS, IAM, CloudTrail, Access Analyzer, CloudFront, Lambda and S3.
//!
//! How a request walks through:
//!
//! ```text
//! bytes -> protocol -> authenticate (SigV4) -> operation -> authorize (policies) -> outcome
//!       -> conclude (event durable, account swapped) -> answer -> bytes
//! ```
//!
//! **Invariant: no credential leaves before its event is durable.** Every handler ends in `conclude`, which appends the
//! event and any change of the account in one commit and only then gives the answer away.

mod access_analyzer;
mod answer;
mod authenticate;
mod call;
mod cloudfront;
mod cloudtrail;
mod conclude;
mod gateway;
mod iam;
pub(crate) mod lambda;
mod query;
mod question;
mod s3;
mod sts;

use std::sync::Arc;

use daypass_targets::gateway::Service;
use http::header::{AUTHORIZATION, CONTENT_SECURITY_POLICY, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{Method, Request, Response};
use hyper::body::Incoming;

use self::call::Call;
use crate::listener::Connection;
use crate::state::App;

/// The body of every answer on the AWS side.
pub use daypass_targets::body::Body;

/// Which of AWS's protocols a request speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    /// Access Analyzer's REST, with JSON.
    AccessAnalyzer,
    /// CloudFront's REST, with XML.
    CloudFront,
    /// Lambda's REST, with JSON.
    Lambda,
    /// JSON 1.1: the operation is in `X-Amz-Target`.
    Json,
    /// The query protocol: the operation is the form's `Action`.
    Query,
    /// S3's REST.
    S3,
}

/// Answers one request.
pub async fn handle(app: Arc<App>, request: Request<Incoming>, connection: Connection) -> Response<Body> {
    let mut response = answer(app, request, connection).await;
    // What lies in a bucket may be anybody's; a browser takes it for no more than it is said to be.
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The same where the console's pages lie at the same address: what lies in a bucket there runs no script, and is of
/// another origin than they are.
pub async fn handle_beside_console(
    app: Arc<App>,
    request: Request<Incoming>,
    connection: Connection,
) -> Response<Body> {
    let mut response = handle(app, request, connection).await;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    response
}

async fn answer(app: Arc<App>, request: Request<Incoming>, connection: Connection) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if lambda::is_location(&parts) {
        return lambda::fetch(&app, &parts).await;
    }
    let call = Call::new(app, &parts, &connection);
    if let Some(service) = gateway::routed(&call.app, &parts) {
        return gateway::handle(call, service, parts, body).await;
    }
    match protocol(&parts) {
        Protocol::AccessAnalyzer => access_analyzer::handle(call, parts, body).await,
        Protocol::CloudFront => cloudfront::handle(call, parts, body).await,
        Protocol::Lambda => lambda::handle(call, parts, body).await,
        Protocol::Json => cloudtrail::handle(call, parts, body).await,
        Protocol::Query => query::handle(call, parts, body).await,
        Protocol::S3 if gateway::has_s3(&call.app) => gateway::handle(call, Service::S3, parts, body).await,
        Protocol::S3 => s3::handle(call, parts, body).await,
    }
}

fn protocol(parts: &Parts) -> Protocol {
    let header =
        |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if parts.headers.contains_key("x-amz-target") {
        return Protocol::Json;
    }
    // Their paths could be an object's, so these are told by the service that the signature is scoped to.
    if is_scoped_to(access_analyzer::SERVICE, parts) {
        return Protocol::AccessAnalyzer;
    }
    if is_scoped_to(lambda::SERVICE, parts) {
        return Protocol::Lambda;
    }
    if is_scoped_to(cloudfront::SERVICE, parts) || cloudfront::is_unsigned(parts) {
        return Protocol::CloudFront;
    }
    let at_root = parts.uri.path() == "/";
    let form = header("content-type").starts_with("application/x-www-form-urlencoded");
    let action =
        parts.uri.query().is_some_and(|query| query.split('&').any(|field| field.starts_with("Action=")));
    if at_root
        && ((parts.method == Method::POST && (form || action)) || (parts.method == Method::GET && action))
    {
        return Protocol::Query;
    }
    Protocol::S3
}

/// Whether the `Authorization` header says that the request is signed for a service. Nothing is believed by this: the
/// service that is chosen verifies the signature, and for its own scope alone.
fn is_scoped_to(service: &str, parts: &Parts) -> bool {
    let authorization = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let scope = format!("/{service}/aws4_request");
    authorization.is_some_and(|authorization| authorization.contains(&scope))
}
