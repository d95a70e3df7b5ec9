//! The whole body of a request, before anybody looks at who sent it.
//!
//! **Invariant: what a request may do is asked once all of it is here.** A body may come slowly; whoever sends it may be
//! nobody any more when it has come.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Request};
use axum::http::{Method, StatusCode};

/// How long the body of a call or a form may take, on the wall's clock: the largest has one MiB, and clients send theirs
/// at once.
pub(crate) const BODY_WITHIN: Duration = Duration::from_secs(30);

/// Why there is no whole body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unread {
    /// It ended too soon, or is none.
    #[error("The body cannot be read")]
    Broken,
    /// It is larger than calls of this kind may be.
    #[error("The body is too large")]
    TooLarge,
    /// It takes too long.
    #[error("The body did not arrive within {} seconds", BODY_WITHIN.as_secs())]
    TooSlow,
}

impl Unread {
    /// The status of the answer.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Broken => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
        }
    }
}

/// The request with its whole body, up to the limit that its route has set.
///
/// # Errors
/// [`Unread`]
pub(crate) async fn arrived(request: Request, within: Duration) -> Result<Request, Unread> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    // The limit of the route goes with the extensions.
    let mut reading = Request::new(body);
    *reading.extensions_mut() = parts.extensions.clone();
    let read = tokio::time::timeout(within, Bytes::from_request(reading, &())).await;
    let bytes = read.map_err(|_| Unread::TooSlow)?.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Unread::TooLarge,
        _ => Unread::Broken,
    })?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::extract::DefaultBodyLimit;
    use tower::{Layer as _, ServiceExt as _, service_fn};

    use super::*;

    fn request(body: Body) -> Request {
        Request::builder().method(Method::POST).body(body).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let never = Body::from_stream(futures::stream::pending::<Result<Bytes, Infallible>>());
        let before = tokio::time::Instant::now();
        assert_eq!(arrived(request(never), BODY_WITHIN).await.err(), Some(Unread::TooSlow));
        assert_eq!(before.elapsed().as_secs(), BODY_WITHIN.as_secs());
        let whole = arrived(request(Body::from("whole")), BODY_WITHIN).await.unwrap();
        assert_eq!(Bytes::from_request(whole, &()).await.unwrap(), "whole");
    }

    #[tokio::test]
    async fn the_limit_of_the_route_holds() {
        let read = service_fn(|request: Request| async move {
            Ok::<_, Infallible>(arrived(request, BODY_WITHIN).await.err())
        });
        let limited = DefaultBodyLimit::max(4).layer(read);
        let ask = |text: &'static str| limited.oneshot(request(Body::from(text)));
        assert_eq!(ask("1234").await.unwrap(), None);
        assert_eq!(ask("12345").await.unwrap(), Some(Unread::TooLarge));
    }
}
