//! The code that a call brings: in its body, or in a bucket from which it is read with the caller's own rights.

use bytes::Bytes;
use daypass_aws::explanation::Check;
use daypass_targets::lambda::{self, Code, LambdaError, Source};

use super::{Doing, object};

/// The code of a call, looked at; `None` where it brings none. Beside it the questions that were asked for it.
pub(super) async fn of(doing: &Doing<'_>) -> (Result<Option<Code>, LambdaError>, Vec<Check>) {
    match lambda::source(doing.asked, doing.request) {
        Err(error) => (Err(error), Vec::new()),
        Ok(None) => (Ok(None), Vec::new()),
        Ok(Some(Source::Zip(bytes))) => (checked(bytes, Code::check).await, Vec::new()),
        Ok(Some(Source::Object(object))) => {
            let judge = object::judge(doing);
            let code = match object::read(doing, &object, &judge).await {
                Ok(bytes) => checked(bytes, Code::check_object).await,
                Err(error) => Err(error),
            };
            (code, judge.take_checks())
        }
    }
}

/// Unpacks it beside the requests: a large one takes its time.
async fn checked(
    bytes: Bytes,
    check: fn(Bytes) -> Result<Code, LambdaError>,
) -> Result<Option<Code>, LambdaError> {
    let checked = tokio::task::spawn_blocking(move || check(bytes)).await;
    checked.map(|code| code.map(Some)).unwrap_or_else(|error| {
        tracing::error!(%error, "code was not looked at");
        Err(LambdaError::service())
    })
}
