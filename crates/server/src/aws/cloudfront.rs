//! Amazon CloudFront over REST and XML: its control plane.
//!
//! Its paths could be objects', so a request is told by the service that its signature is scoped to. CloudFront is a
//! service of no region: its calls are of `us-east-1`, whatever their callers sign for.
//!
//! Source: Amazon CloudFront API reference.

use daypass_aws::explanation::Check;
use daypass_aws::{Account, AwsError, Caller, Event, Refusal};
use daypass_targets::cloudfront::{
    self, Asked, CloudFrontError, NAMESPACE, Outcome, Place, Request, limits, questions, request_parameters,
    route,
};
use daypass_trail::Resource;
use daypass_wire::form::Form;
use daypass_wire::refusal::{Family, Refusal as Refused, query_error};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use hyper::body::Incoming;

use super::Body;
use super::authenticate::authenticate;
use super::call::Call;
use super::conclude::{Conclusion, Happened, Identity};
use super::query::collect;
use super::question::ask;

/// CloudFront's event source in the trail.
const SOURCE: &str = "cloudfront.amazonaws.com";
/// The service of the signature's scope.
pub(super) const SERVICE: &str = "cloudfront";
/// What a call that is none of CloudFront's operations is recorded as.
const UNKNOWN: &str = "UnknownOperation";

pub(super) async fn handle(call: Call, parts: Parts, body: Incoming) -> Response<Body> {
    let request_id = call.request_id.clone();
    match run(call, parts, body).await {
        Ok(outcome) => respond(outcome, &request_id),
        Err(refusal) => query_error(NAMESPACE, &refusal, &request_id).map(daypass_targets::body::full),
    }
}

async fn run(mut call: Call, parts: Parts, body: Incoming) -> Result<Outcome, Refused> {
    let query = Form::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let query: Vec<(String, String)> = query
        .map(|form| form.into_iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
        .unwrap_or_default();
    let routed = route(&parts.method, parts.uri.path(), &query);
    let name = routed.as_ref().map_or(UNKNOWN, |asked| asked.operation.name);
    let bytes = collect(body, limits::BODY_BYTES).await.map_err(|error| refused(&error))?;
    let body_sha256 = daypass_wire::sha256_hex(&bytes);
    let caller = match authenticate(&mut call, &parts, SERVICE, Some(&body_sha256)) {
        Ok(authenticated) => authenticated.caller,
        Err(unknown) => {
            let answer = Refused::of(&unknown.error, Family::Query);
            let conclusion = Conclusion::new(&call, SOURCE, name, true);
            conclusion.unauthenticated(&unknown, &answer.code, &answer.message).await;
            return Err(answer);
        }
    };
    let asked = match routed {
        Ok(asked) => asked,
        Err(error) => {
            let happened = Happened { identity: Identity::Caller(&caller), ..Happened::default() };
            let conclusion = Conclusion::new(&call, SOURCE, name, true);
            return Err(refused(&conclusion.refused(aws_error(error).into(), happened).await));
        }
    };
    let account = call.account.id.to_string();
    let request = Request {
        place: Place { account: &account, now: call.now },
        query: &query,
        if_match: parts.headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()),
        body: &bytes,
        url: &call.app.endpoints.aws_url,
    };
    let doing = Doing { call: &call, caller: &caller, asked: &asked, request: &request };
    doing.conclude().await.map_err(|error| refused(&error))
}

/// A call whose caller is known.
struct Doing<'a> {
    call: &'a Call,
    caller: &'a Caller,
    asked: &'a Asked,
    request: &'a Request<'a>,
}

impl Doing<'_> {
    /// Authorises, executes and concludes. Writes hold the lock from reading what is kept to taking it over.
    async fn conclude(&self) -> Result<Outcome, AwsError> {
        let operation = self.asked.operation;
        let cloudfront = &self.call.app.cloudfront;
        let conclusion = Conclusion::new(self.call, SOURCE, operation.name, operation.read_only());
        let writing = if operation.read_only() { None } else { Some(cloudfront.writing().await) };
        let account = self.call.account.load_full();
        let identity = Identity::Caller(self.caller);
        let done = self.permitted(&account).and_then(|checks| {
            match cloudfront::execute(self.asked, self.request, &cloudfront.distributions()) {
                Ok(outcome) => Ok((outcome, checks)),
                Err(error) => Err(Refusal { error: aws_error(error), reason: None, checks }),
            }
        });
        let (mut outcome, checks) = match done {
            Ok(done) => done,
            Err(refusal) => {
                drop(writing);
                let happened = Happened { identity, event: self.event(None, None), ..Happened::default() };
                return Err(conclusion.refused(refusal, happened).await);
            }
        };
        let event = self.event(outcome.requested.take(), outcome.recorded.take());
        let documents = outcome.changes.clone();
        let happened = Happened { identity, event, checks, documents, ..Happened::default() };
        conclusion.done(happened).await.map_err(|_| aws_error(CloudFrontError::service()))?;
        if let Some(writing) = &writing {
            cloudfront.apply(writing, &outcome.changes).map_err(|error| {
                tracing::error!(%error, "what was kept of a distribution does not read back");
                aws_error(CloudFrontError::service())
            })?;
        }
        Ok(outcome)
    }

    fn permitted(&self, account: &Account) -> Result<Vec<Check>, Refusal> {
        let mut checks = Vec::new();
        let distributions = self.call.app.cloudfront.distributions();
        for question in questions(self.asked, self.request, &distributions) {
            let about = (&question, &account.id);
            let asked = ask(account, self.caller, about, &[], &self.call.surroundings);
            checks.extend(asked.map_err(|refusal| refusal.with(&checks))?.checks);
        }
        Ok(checks)
    }

    fn event(&self, requested: Option<serde_json::Value>, recorded: Option<serde_json::Value>) -> Event {
        let account = self.request.place.account;
        let arn = self
            .asked
            .distribution
            .as_ref()
            .map(|id| format!("arn:aws:cloudfront::{account}:distribution/{id}"));
        let resources = arn.map(|arn| Resource::of("AWS::CloudFront::Distribution", account, &arn));
        Event {
            request_parameters: Some(request_parameters(self.asked, self.request, requested)),
            response_elements: recorded,
            resources: resources.into_iter().collect(),
            ..Event::default()
        }
    }
}

fn aws_error(error: CloudFrontError) -> AwsError {
    AwsError { code: error.code, message: error.message, status: error.status }
}

fn refused(error: &AwsError) -> Refused {
    Refused::new(error.status, error.code, error.message.clone())
}

fn respond(outcome: Outcome, request_id: &str) -> Response<Body> {
    let mut response = Response::new(daypass_targets::body::full(outcome.body.unwrap_or_default()));
    *response.status_mut() =
        StatusCode::from_u16(outcome.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    let own = outcome.headers.iter().map(|(name, value)| (*name, value.as_str()));
    for (name, value) in own.chain([("x-amzn-requestid", request_id)]) {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}
