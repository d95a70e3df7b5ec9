//! Code in a bucket: read as the caller would read it, through S3 itself, so that whatever decides about a read decides
//! here too: the caller's policies, the bucket's, the object's tags.
//!
//! Sources: Lambda API reference, FunctionCode; Lambda developer guide, "Troubleshoot deployment issues in Lambda", for a
//! bucket elsewhere; IAM user guide, "Forward access sessions", for `aws:ViaAWSService`.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use daypass_targets::authority::{Authority, ConditionKey};
use daypass_targets::body::{Body, empty};
use daypass_targets::lambda::{LambdaError, Object, limits};
use daypass_targets::s3::{Answer, Invocation};
use http::{Request, header};
use http_body_util::BodyExt as _;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::s3::Judge;
use super::Doing;

/// What stays as it is in the path of an object.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// How Lambda signs and what it is to S3, whatever the caller's own request was.
fn signed() -> Vec<ConditionKey> {
    vec![
        ConditionKey::one("aws:ViaAWSService", "true"),
        ConditionKey::one("s3:authType", "REST-HEADER"),
        ConditionKey::one("s3:signatureversion", "AWS4-HMAC-SHA256"),
    ]
}

/// Who decides about the object.
pub(super) fn judge(doing: &Doing<'_>) -> Arc<Judge> {
    Arc::new(Judge::new(doing.call, doing.caller.clone(), signed()))
}

/// The object's bytes, once in memory.
///
/// # Errors
/// What S3 said in Lambda's words, or that it is too large to be unzipped.
pub(super) async fn read(
    doing: &Doing<'_>,
    object: &Object,
    judge: &Arc<Judge>,
) -> Result<Bytes, LambdaError> {
    let s3 = &doing.call.app.s3;
    if let Some(region) = s3.region(&object.bucket).filter(|region| *region != doing.request.place.region) {
        let message =
            format!("The bucket is in this region: {region}. Please use this region to retry the request");
        return Err(object.unread("PermanentRedirect", &message));
    }
    let authority: Arc<dyn Authority> = Arc::<Judge>::clone(judge);
    let invocation = Invocation {
        authority,
        account: doing.call.account.id.to_string(),
        now: doing.call.now,
        request_id: doing.call.request_id.clone(),
    };
    let Answer { response, error_code, error_message, .. } = s3.call(request(object)?, invocation).await;
    if let Some(code) = error_code {
        return Err(object.unread(&code, &error_message.unwrap_or_default()));
    }
    whole(response).await
}

fn request(object: &Object) -> Result<Request<Body>, LambdaError> {
    let encoded = |text: &str| utf8_percent_encode(text, PLAIN).to_string();
    let mut target = format!("/{}/{}", encoded(&object.bucket), encoded(&object.key));
    if let Some(version) = &object.version {
        target.push_str("?versionId=");
        target.extend(utf8_percent_encode(version, NON_ALPHANUMERIC));
    }
    let request = Request::get(target).header(header::HOST, "127.0.0.1").body(empty());
    request.map_err(|_| LambdaError::service())
}

/// Reads a body into room of its own length, so that no byte of it is there twice.
async fn whole(response: http::Response<Body>) -> Result<Bytes, LambdaError> {
    let (parts, mut body) = response.into_parts();
    let length =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let length: u64 = length.ok_or_else(LambdaError::service)?;
    if length > limits::UNZIPPED_BYTES {
        return Err(LambdaError::too_large_unzipped());
    }
    let mut bytes = BytesMut::with_capacity(usize::try_from(length).map_err(|_| LambdaError::service())?);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            tracing::error!(error = &*error, "code was not read from its bucket");
            LambdaError::service()
        })?;
        if let Ok(data) = frame.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    if bytes.len() as u64 == length { Ok(bytes.freeze()) } else { Err(LambdaError::service()) }
}

#[cfg(test)]
mod tests {
    use daypass_targets::body::BoxError;
    use futures::stream;
    use http_body::Frame;
    use http_body_util::StreamBody;

    use super::*;

    /// An object of so many bytes, none of which comes.
    fn declared(length: u64) -> http::Response<Body> {
        let broken = stream::iter([Err::<Frame<Bytes>, BoxError>("it broke".into())]);
        let response = http::Response::builder().header(header::CONTENT_LENGTH, length);
        response.body(StreamBody::new(broken).boxed_unsync()).unwrap()
    }

    #[tokio::test]
    async fn an_object_that_is_too_large_is_not_read() {
        let refused = whole(declared(limits::UNZIPPED_BYTES + 1)).await.unwrap_err();
        assert_eq!(refused, LambdaError::too_large_unzipped());
        let unread = whole(declared(3)).await.unwrap_err();
        assert_eq!(unread, LambdaError::service());
    }
}
