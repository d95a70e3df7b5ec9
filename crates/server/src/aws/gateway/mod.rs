//! The gateway: a service that stands elsewhere, behind real, recorded, short-lived identities.
//!
//! ```text
//! authenticate -> body, as far as it says what the call is -> identify -> every question to the caller's policies
//!    -> a call that changes something: its record, durable -> a new request, signed with the upstream's key -> forward
//!    -> record of a read, or of a change that failed -> answer
//! ```
//!
//! **Invariant: nothing is forwarded that was not identified, allowed and, where it changes something, recorded.** What
//! is forwarded is written anew from what was looked at; nothing that a stranger sent passes by itself.

mod answer;
mod arrival;
mod connection;
mod forward;
mod outcome;
mod permit;
mod record;
mod shape;
mod upload;

use std::sync::Arc;

use daypass_targets::gateway::{Identified, Request as Asked, Service, identify};
use daypass_wire::refusal::Refusal;
use http::header::{AUTHORIZATION, HOST};
use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;

use self::arrival::arrive;
use self::record::Recorder;
use self::shape::Shape;
use super::Body;
use super::call::Call;
use crate::state::App;
use crate::upstreams::{Progress, Upstream};

/// Bytes of a body as it goes on, where a character may have become six: twice the longest that is taken.
const WRITTEN_BYTES_MAX: usize = 32 * 1024 * 1024;
/// What a call that is not identified is recorded as.
const UNKNOWN: &str = "UnknownOperation";

/// The service behind the gateway that a request is for, by the scope of its signature. Nothing is believed by this: the
/// signature is verified for that service's scope alone. S3 is here only where an upstream takes the place of the
/// embedded one.
pub(super) fn routed(app: &App, parts: &Parts) -> Option<Service> {
    let service = Service::ALL.into_iter().find(|service| is_scoped(*service, parts))?;
    (service != Service::S3 || app.upstreams.of(service).is_some()).then_some(service)
}

/// Whether S3 stands behind the gateway: what is none of the other services' is then for it, signed or not.
pub(super) fn has_s3(app: &App) -> bool {
    app.upstreams.of(Service::S3).is_some()
}

fn is_scoped(service: Service, parts: &Parts) -> bool {
    let name = service.name();
    let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    if header.is_some_and(|value| value.contains(&format!("/{name}/aws4_request"))) {
        return true;
    }
    let mut credentials = parts.uri.query().unwrap_or_default().split('&').filter_map(|field| {
        let (key, value) = field.split_once('=')?;
        key.eq_ignore_ascii_case("X-Amz-Credential").then_some(value)
    });
    credentials.any(|value| {
        let value = value.replace("%2F", "/").replace("%2f", "/");
        value.ends_with(&format!("/{name}/aws4_request"))
    })
}

/// Answers a call to a service behind the gateway.
pub(super) async fn handle(call: Call, service: Service, parts: Parts, body: Incoming) -> Response<Body> {
    let shape = Shape::of(service, &parts);
    let request_id = call.request_id.clone();
    // A caller who goes away does not keep what was begun from being finished and recorded.
    let running = tokio::spawn(run(call, service, shape.clone(), parts, body));
    let answered = running.await.unwrap_or_else(|error| {
        tracing::error!(%request_id, %error, "a call to the gateway ended without an answer");
        Err(shape.failure(500, "The request processing has failed because of an unknown error."))
    });
    answered.unwrap_or_else(|refusal| shape.answer(&refusal, &request_id))
}

async fn run(
    mut call: Call,
    service: Service,
    shape: Shape,
    parts: Parts,
    body: Incoming,
) -> Result<Response<Body>, Refusal> {
    let app = Arc::clone(&call.app);
    let Some(upstream) = app.upstreams.of(service) else { return Err(shape.not_configured(service)) };
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let bucket = app.s3.bucket_of_host(host).filter(|_| service == Service::S3).map(str::to_owned);
    let need = service.body_need(&parts, bucket.as_deref());
    let arrived = arrive(&mut call, (service, &shape, need), &parts, body).await?;
    if let Some(region) = upstream.region() {
        // The call is done there, whatever its caller signed for; the policies and the trail are told where.
        region.clone_into(&mut call.surroundings.region);
    }
    let told = {
        let asked = Asked {
            parts: &parts,
            bucket_of_host: bucket.as_deref(),
            body: arrived.content.whole(),
            account: call.account.id.as_str(),
            region: &call.surroundings.region,
        };
        identify(service, &asked)
    };
    let from = &arrived.authenticated;
    let identified = match told {
        Ok(identified) => identified,
        Err(unknown) => return Err(permit::unknown(&call, (service, &shape), from, &unknown).await),
    };
    let checks = permit::ask_all(&call, (service, &shape), from, &identified).await?;
    let recorder = Recorder::new(&call, upstream.host(), (service, from), &identified, checks);
    let sent = Sending { call: &call, service, shape: &shape, upstream, recorder: &recorder };
    let answered = sent.through(&identified, &parts, arrived.content).await;
    drop(arrived.place);
    answered
}

/// An allowed call on its way.
struct Sending<'a> {
    call: &'a Call,
    service: Service,
    shape: &'a Shape,
    upstream: &'a Upstream,
    recorder: &'a Recorder<'a>,
}

impl Sending<'_> {
    async fn through(
        &self,
        identified: &Identified,
        parts: &Parts,
        content: arrival::Content,
    ) -> Result<Response<Body>, Refusal> {
        let progress = Arc::new(Progress::new());
        let request = match self.prepare(identified, parts, content, &progress) {
            Ok(request) => request,
            Err(refusal) => return Err(self.recorder.not_sent(&refusal).await),
        };
        if !identified.read_only {
            // It is on record before anybody could have done it.
            self.recorder.before().await.map_err(|message| self.shape.failure(500, message))?;
        }
        match self.upstream.send(request, &progress).await {
            Ok(response) => answer::relay(self, response).await,
            Err(unanswered) => {
                let refusal = self.shape.unanswered(&unanswered);
                self.recorder.unanswered(&unanswered, &refusal).await;
                Err(refusal)
            }
        }
    }

    /// The request as it goes on.
    fn prepare(
        &self,
        identified: &Identified,
        parts: &Parts,
        content: arrival::Content,
        progress: &Arc<Progress>,
    ) -> Result<Request<Body>, Refusal> {
        let unanswered = |error| self.shape.unanswered(&error);
        let key = self.upstream.key().map_err(unanswered)?;
        let mut forwarded = forward::anew(parts, &identified.written, self.service, self.shape)?;
        let content = content.written_anew(self.service, parts);
        if content.whole().len() > WRITTEN_BYTES_MAX {
            return Err(self.shape.invalid("The request body has too many characters that must be escaped"));
        }
        let outgoing = content.outgoing(&mut forwarded, progress);
        let scope = (self.service.name(), self.call.surroundings.region.as_str());
        self.upstream.sign(&mut forwarded, scope, &key, outgoing.payload()).map_err(unanswered)?;
        Ok(Request::from_parts(forwarded, outgoing.into_body()))
    }
}
