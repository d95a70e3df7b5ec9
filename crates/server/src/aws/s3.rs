//! S3: the signature is verified here, the call is done by the target, each of its questions is put to the caller's
//! policies, and all of it is recorded.

use std::sync::Arc;

use daypass_aws::Event;
use daypass_targets::authority::Authority;
use daypass_targets::body::{arriving, arriving_whole, full};
use daypass_targets::s3::{Answer, Invocation};
use daypass_trail::Resource;
use daypass_wire::refusal::{Family, Refusal, s3_error};
use http::header::{CONNECTION, EXPECT, HeaderValue};
use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;
use serde_json::{Map, Value, json};

use super::Body;
use super::authenticate::{Authenticated, Signature, authenticate_s3};
use super::call::Call;
use super::conclude::{Conclusion, Happened, Identity};

mod judge;
pub(super) mod manner;

pub(super) use self::judge::Judge;
use self::manner::Manner;

/// S3's event source in the trail.
const SOURCE: &str = "s3.amazonaws.com";
/// What an answer says of the version that was made, deleted or copied.
const VERSION_HEADERS: [&str; 3] =
    ["x-amz-version-id", "x-amz-delete-marker", "x-amz-copy-source-version-id"];
/// What a call that is none of S3's operations is recorded as.
const UNKNOWN: &str = "UnknownOperation";

pub(super) async fn handle(mut call: Call, parts: Parts, body: Incoming) -> Response<Body> {
    let refusing = Refusing::new(&parts);
    let authenticated = match authenticate_s3(&mut call, &parts) {
        Ok(authenticated) => authenticated,
        Err(refused) => {
            let answer = Refusal::of(&refused.error, Family::S3);
            let conclusion = Conclusion::new(&call, SOURCE, UNKNOWN, true).on_data();
            conclusion.unauthenticated(&refused, &answer.code, &answer.message).await;
            return refusing.answer(&answer, &call);
        }
    };
    let Authenticated { caller, signature } = authenticated;
    let manner = Manner::of(&signature);
    let arrived = match &signature {
        Signature::Version4 { verified, .. } => arriving(body, verified, &parts.headers),
        Signature::Version2(verified) => Ok(arriving_whole(body, verified.payload())),
    };
    let body = match arrived {
        Ok(body) => body,
        Err(refusal) => {
            let conclusion = Conclusion::new(&call, SOURCE, UNKNOWN, true).on_data();
            let happened = Happened { identity: Identity::Caller(&caller), ..Happened::default() };
            let said = (refusal.code.to_string(), refusal.message.to_string());
            // Nothing was done, so that a record that cannot be written hides nothing.
            let _ = conclusion.answered(happened, Some(said)).await;
            return refusing.answer(&refusal, &call);
        }
    };
    let signed = manner.condition_keys(&signature, &call);
    let judge = Arc::new(Judge::new(&call, caller, signed));
    let authority: Arc<dyn Authority> = Arc::<Judge>::clone(&judge);
    let invocation = Invocation {
        authority,
        account: call.account.id.to_string(),
        now: call.now,
        request_id: call.request_id.clone(),
    };
    let answer = call.app.s3.call(Request::from_parts(parts, body), invocation).await;
    let (response, facts) = Facts::of(answer, manner);
    if let Some(region) = facts.bucket.as_deref().and_then(|bucket| call.app.s3.region(bucket)) {
        call.surroundings.region = region;
    }
    match record(&call, &judge, &facts).await {
        Ok(()) => response,
        Err(refusal) => refusing.answer(&refusal, &call),
    }
}

/// Records the call; a write that cannot be recorded is answered as a failure, so that the client tries again.
async fn record(call: &Call, judge: &Judge, facts: &Facts) -> Result<(), Refusal> {
    let operation = facts.operation;
    let read_only = facts.is_read();
    let conclusion = Conclusion::new(call, SOURCE, operation, read_only);
    let conclusion = if facts.is_data() { conclusion.on_data() } else { conclusion };
    let failure = facts.failure.clone();
    let happened = Happened {
        identity: Identity::Caller(&judge.caller),
        event: facts.event(call),
        checks: judge.take_checks(),
        writes_data: !read_only && failure.is_none(),
        is_flushed: !read_only && failure.is_none() && !facts.is_data(),
        ..Happened::default()
    };
    conclusion
        .answered(happened, failure)
        .await
        .map_err(|error| Refusal::new(500, "InternalError", error.message))
}

/// What the record needs of an answer whose body is already on its way.
struct Facts {
    operation: &'static str,
    bucket: Option<String>,
    key: Option<String>,
    version: Option<String>,
    elements: Option<Value>,
    failure: Option<(String, String)>,
    bytes_in: u64,
    bytes_out: u64,
    manner: Manner,
}

impl Facts {
    fn of(answer: Answer, manner: Manner) -> (Response<Body>, Self) {
        let message = answer.error_message.unwrap_or_default();
        let facts = Self {
            operation: answer.operation.unwrap_or(UNKNOWN),
            bucket: answer.bucket,
            key: answer.key,
            version: answer.version,
            elements: elements(&answer.response),
            failure: answer.error_code.map(|code| (code, message)),
            bytes_in: answer.bytes_in,
            bytes_out: answer.bytes_out,
            manner,
        };
        (answer.response, facts)
    }

    fn is_read(&self) -> bool {
        ["Get", "Head", "List", UNKNOWN].iter().any(|prefix| self.operation.starts_with(prefix))
    }

    /// Whether CloudTrail counts it among the data events.
    fn is_data(&self) -> bool {
        let name = self.operation;
        self.key.is_some()
            || name == UNKNOWN
            || name == "ListObjectVersions"
            || name.contains("Objects")
            || name.contains("Upload")
    }

    fn event(&self, call: &Call) -> Event {
        let mut parameters = Map::new();
        let mut resources = Vec::new();
        if let Some(bucket) = &self.bucket {
            let owner = call.app.s3.owner(bucket).unwrap_or_else(|| call.account.id.to_string());
            parameters.insert("bucketName".to_owned(), json!(bucket));
            if let Some(key) = &self.key {
                parameters.insert("key".to_owned(), json!(key));
                parameters
                    .extend(self.version.iter().map(|version| ("versionId".to_owned(), json!(version))));
                resources.push(Resource::object(&format!("arn:aws:s3:::{bucket}/{key}")));
            }
            resources.push(Resource::bucket(&owner, &format!("arn:aws:s3:::{bucket}")));
        }
        if let Some(host) = &call.host {
            parameters.insert("Host".to_owned(), json!(host));
        }
        Event {
            request_parameters: Some(Value::Object(parameters)),
            response_elements: self.elements.clone().filter(|_| !self.is_read() && self.failure.is_none()),
            additional_event_data: Some(json!({
                "SignatureVersion": self.manner.record_version,
                "AuthenticationMethod": self.manner.record_method,
                "bytesTransferredIn": self.bytes_in,
                "bytesTransferredOut": self.bytes_out,
            })),
            resources,
        }
    }
}

/// The headers of an answer that name a version, as CloudTrail's records hold them.
fn elements(response: &Response<Body>) -> Option<Value> {
    let named = VERSION_HEADERS.iter().filter_map(|name| {
        let value = response.headers().get(*name)?.to_str().ok()?;
        Some(((*name).to_owned(), json!(value)))
    });
    let named: Map<String, Value> = named.collect();
    (!named.is_empty()).then_some(Value::Object(named))
}

/// What a refusal before the target needs of the request.
struct Refusing {
    path: String,
    /// The client waits for leave to send its body, and does not get it.
    expects_leave: bool,
}

impl Refusing {
    fn new(parts: &Parts) -> Self {
        Self { path: parts.uri.path().to_owned(), expects_leave: parts.headers.contains_key(EXPECT) }
    }

    fn answer(&self, refusal: &Refusal, call: &Call) -> Response<Body> {
        let mut response = s3_error(refusal, Some(&self.path), &call.request_id, &call.request_id).map(full);
        if self.expects_leave {
            // Clients differ in whether they send the body all the same; on a new connection it does not matter.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
