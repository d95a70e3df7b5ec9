//! The GitHub address: the issuer's endpoints for everybody, GitHub's REST API for who shows a user's token, the control
//! calls for who has the control token.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::AUTHORIZATION;
use axum::http::{Method, Request, Response, StatusCode, Uri};
use axum::routing::get;
use daypass_github::discovery::{DOCUMENT_PATH, KEYS_PATH};
use futures::future::BoxFuture;
use hyper::body::Incoming;
use tower::ServiceExt as _;

use crate::console;
use crate::control;
use crate::data_directory::DirectoryError;
use crate::github::{discovery, failure, rest, token};
use crate::listener::Connection;
use crate::state::App;

/// Everything that the GitHub address answers.
///
/// # Errors
/// [`DirectoryError`] where the control token cannot be read.
pub fn github_router(app: Arc<App>) -> Result<Router, DirectoryError> {
    let control_token = app.directory.control_token()?;
    Ok(Router::new()
        .route(DOCUMENT_PATH, get(discovery::configuration))
        .route(KEYS_PATH, get(discovery::keys))
        .route(&format!("/{{slug}}{DOCUMENT_PATH}"), get(discovery::enterprise_configuration))
        .route(&format!("/{{slug}}{KEYS_PATH}"), get(discovery::enterprise_keys))
        .route(token::ROUTE, get(token::token))
        .merge(rest::router())
        .fallback(nothing)
        .with_state(Arc::clone(&app))
        .merge(console::router(Arc::clone(&app)))
        .nest(control::PATH, control::router(app, control_token)))
}

/// What the address answers where nothing lies.
async fn nothing(method: Method, uri: Uri) -> Response<Body> {
    if rest::is_path(uri.path()) {
        return rest::not_offered(method, uri).await;
    }
    failure(StatusCode::NOT_FOUND, "Not Found")
}

/// A router as the handler of a [listener](crate::listener::Serving).
pub fn handler(
    router: Router,
) -> impl Fn(Request<Incoming>, Connection) -> BoxFuture<'static, Response<Body>> + Clone + Send + Sync + 'static
{
    move |mut request, connection| {
        let router = router.clone();
        request.extensions_mut().insert(connection);
        Box::pin(async move {
            match router.oneshot(request.map(Body::new)).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        })
    }
}

/// Whether a path is one of the GitHub address's, where one listener serves both.
#[must_use]
pub fn is_github_path(path: &str) -> bool {
    [DOCUMENT_PATH, KEYS_PATH].contains(&path)
        || path.starts_with(control::PATH)
        || path.starts_with("/_services/token/")
}

/// Whether a request on such a listener is for GitHub's REST API. Its first words are names that a bucket may have too,
/// so what is signed as AWS's requests are is AWS's.
#[must_use]
pub fn is_rest_request<B>(request: &Request<B>) -> bool {
    let is_signed_by_header = request.headers().get(AUTHORIZATION).is_some_and(|value| {
        value.as_bytes().get(..3).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"aws"))
    });
    let query = request.uri().query().unwrap_or_default();
    let is_signed_by_query = query
        .split('&')
        .any(|part| part.starts_with("X-Amz-Signature=") || part.starts_with("AWSAccessKeyId="));
    rest::is_path(request.uri().path()) && !is_signed_by_header && !is_signed_by_query
}
