//! The code that a call brings: in its body, or in a bucket from which it is read with the caller's own rights.

use bytes::Bytes;
use daypass_targets::lambda::{self, Code, LambdaError, Source};

use super::Doing;

/// The code of a call, looked at; `None` where it brings none.
pub(super) async fn of(doing: &Doing<'_>) -> Result<Option<Code>, LambdaError> {
    let bytes = match lambda::source(doing.asked, doing.request)? {
        None => return Ok(None),
        Some(Source::Zip(bytes)) => bytes,
        Some(Source::Object { .. }) => {
            return Err(LambdaError::not_offered("code from a bucket (send it as `ZipFile`)"));
        }
    };
    checked(bytes).await.map(Some)
}

/// Unpacks it beside the requests: a large one takes its time.
async fn checked(bytes: Bytes) -> Result<Code, LambdaError> {
    let checked = tokio::task::spawn_blocking(move || Code::check(bytes)).await;
    checked.unwrap_or_else(|error| {
        tracing::error!(%error, "code was not looked at");
        Err(LambdaError::service())
    })
}
