//! AWS Lambda over REST and JSON: its control plane.
//!
//! Source: AWS Lambda API reference; its paths could be objects', so a request is told by the service that its signature
//! is scoped to.

mod arrival;
mod code;
mod location;
mod object;
mod record;
mod traffic;

use daypass_aws::explanation::Check;
use daypass_aws::service_role::may_be_assumed_by;
use daypass_aws::{Account, AwsError, Caller, Refusal};
use daypass_targets::lambda::{
    self, Asked, Digest, LambdaError, Outcome, Place, Request, Writing, limits, questions, route,
};
use daypass_wire::form::Form;
use daypass_wire::refusal::{Family, Refusal as Refused};
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode, header};
use hyper::body::Incoming;
use serde_json::{Map, Value, json};
use tokio::sync::OwnedSemaphorePermit;

use self::arrival::Arrived;
use super::Body;
use super::authenticate::{Refused as Unestablished, authenticate, foresee};
use super::call::Call;
use super::conclude::{Conclusion, Happened, Identity};
use super::question::{account_in, ask};

pub(crate) use self::location::Locations;
pub(super) use self::location::fetch;
pub(crate) use self::traffic::Traffic;

/// Lambda's event source in the trail.
const SOURCE: &str = "lambda.amazonaws.com";
/// The service of the signature's scope.
pub(super) const SERVICE: &str = "lambda";
/// What a call that is none of Lambda's operations is recorded as.
const UNKNOWN: &str = "UnknownOperation";
/// Bytes of a request that brings no code: a description, four kilobytes of environment, fifty tags.
const BODY_BYTES_MAX: usize = 256 * 1024;

pub(super) async fn handle(call: Call, parts: Parts, body: Incoming) -> Response<Body> {
    let request_id = call.request_id.clone();
    match run(call, parts, body).await {
        Ok(outcome) => respond(outcome.status, outcome.body.as_ref(), None, &request_id),
        Err(error) => {
            let kind = if error.status < 500 { "User" } else { "Service" };
            let body = json!({ "Type": kind, "Message": error.message, "message": error.message });
            respond(error.status, Some(&body), Some(error.code), &request_id)
        }
    }
}

/// What is known of a call before its caller is: enough to choose how large its body may be.
struct Address {
    query: Vec<(String, String)>,
    takes_code: bool,
    operation: Option<&'static str>,
}

impl Address {
    fn of(parts: &Parts) -> Self {
        let query = Form::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let query: Vec<(String, String)> = query
            .map(|form| form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
            .unwrap_or_default();
        let nobody = Place { account: "000000000000", region: "us-east-1", now: jiff::Timestamp::UNIX_EPOCH };
        let asked = route(&parts.method, parts.uri.path(), None, &nobody).ok();
        let operation = asked.map(|asked| asked.operation);
        Self {
            query,
            takes_code: operation.is_some_and(lambda::Operation::takes_code),
            operation: operation.map(|operation| operation.name),
        }
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

async fn run(mut call: Call, parts: Parts, body: Incoming) -> Result<Outcome, AwsError> {
    let address = Address::of(&parts);
    // A stranger's body is not waited for.
    let access_key_id = match foresee(&mut call, &parts, SERVICE) {
        Ok(access_key_id) => access_key_id,
        Err(refused) => return Err(stranger(&call, &address, &refused).await),
    };
    let body = arrive(&call, &address, access_key_id, body).await?;
    let caller = match authenticate(&mut call, &parts, SERVICE, Some(&body.sha256)) {
        Ok(authenticated) => authenticated.caller,
        Err(refused) => return Err(stranger(&call, &address, &refused).await),
    };
    let (account, region) = (call.account.id.to_string(), call.surroundings.region.clone());
    let place = Place { account: &account, region: &region, now: call.now };
    let asked = match route(&parts.method, parts.uri.path(), address.parameter("Qualifier"), &place) {
        Ok(asked) => asked,
        Err(error) => {
            let conclusion = Conclusion::new(&call, SOURCE, address.operation.unwrap_or(UNKNOWN), true);
            return Err(unread(conclusion, &caller, error).await);
        }
    };
    // Held to the end of the call: code lies in memory until then.
    let place_for_code = match place_for_code(&call, &address).await {
        Ok(place) => place,
        Err(error) => {
            let conclusion = Conclusion::new(&call, SOURCE, asked.operation.event, false);
            return Err(unread(conclusion, &caller, error).await);
        }
    };
    let members = read(&asked, &body.whole());
    let location = |digest: &Digest| call.app.locations.of(&call.app.endpoints.aws_url, digest, call.wall);
    let nothing = Map::new();
    let request = Request {
        place,
        query: &address.query,
        body: members.as_ref().unwrap_or(&nothing),
        location: &location,
    };
    let done = Doing { call: &call, caller: &caller, asked: &asked, request: &request };
    let outcome = done.conclude(members.as_ref().err().cloned()).await;
    drop(place_for_code);
    outcome
}

/// The body, in whose name nobody has spoken yet.
async fn arrive(
    call: &Call,
    address: &Address,
    access_key_id: String,
    body: Incoming,
) -> Result<Arrived, AwsError> {
    let limit = if address.takes_code { limits::BODY_BYTES } else { BODY_BYTES_MAX };
    let room = call.app.code_traffic.arrivals.room(access_key_id);
    arrival::read(body, limit, room).await.map_err(|error| match (error.code, address.operation) {
        ("RequestEntityTooLarge", Some(operation)) => aws_error(LambdaError::too_large(operation, limit)),
        _ => error,
    })
}

/// A place among the calls that have code in memory; `None` for one that brings none.
async fn place_for_code(call: &Call, address: &Address) -> Result<Option<OwnedSemaphorePermit>, LambdaError> {
    if address.takes_code { call.app.code_traffic.place().await.map(Some) } else { Ok(None) }
}

/// Records a call whose caller was not established.
async fn stranger(call: &Call, address: &Address, refused: &Unestablished) -> AwsError {
    let answer = Refused::of(&refused.error, Family::RestJson);
    let conclusion = Conclusion::new(call, SOURCE, address.operation.unwrap_or(UNKNOWN), true);
    conclusion.unauthenticated(refused, &answer.code, &answer.message).await;
    unauthenticated(&answer)
}

/// Records a call that is refused before its body is looked at.
async fn unread(conclusion: Conclusion<'_>, caller: &Caller, error: LambdaError) -> AwsError {
    let happened = Happened { identity: Identity::Caller(caller), ..Happened::default() };
    conclusion.refused(aws_error(error).into(), happened).await
}

/// The members of a body; none where it is empty.
fn read(asked: &Asked, bytes: &[u8]) -> Result<Map<String, Value>, AwsError> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(bytes).map_err(|_| {
        let message = format!("The body of {} must be a JSON object", asked.operation.name);
        AwsError::bad_request("SerializationException", message)
    })
}

/// What an allowed call comes to, and leave to change functions where it changes some.
struct Decided<'a> {
    outcome: Outcome,
    checks: Vec<Check>,
    writing: Option<Writing<'a>>,
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
    async fn conclude(&self, unread: Option<AwsError>) -> Result<Outcome, AwsError> {
        let operation = self.asked.operation;
        let app = &self.call.app;
        let conclusion = Conclusion::new(self.call, SOURCE, operation.event, operation.read_only());
        let mut event = record::event(self);
        let identity = Identity::Caller(self.caller);
        let Decided { mut outcome, checks, writing } = match self.decide(unread).await {
            Ok(decided) => decided,
            Err(refusal) => {
                let happened = Happened { identity, event, ..Happened::default() };
                return Err(conclusion.refused(refusal, happened).await);
            }
        };
        if let Some(code) = outcome.code.take().filter(|_| !outcome.changes.is_empty())
            && let Err(error) = app.lambda.put(code).await
        {
            tracing::error!(request_id = %self.call.request_id, %error, "code was not written");
            let happened = Happened { identity, event, ..Happened::default() };
            return Err(conclusion.refused(unwritten().into(), happened).await);
        }
        event.response_elements = outcome.recorded.take();
        let happened =
            Happened { identity, event, checks, documents: outcome.changes.clone(), ..Happened::default() };
        conclusion.done(happened).await.map_err(|_| unwritten())?;
        if let Some(writing) = &writing {
            app.lambda.apply(writing, &outcome.changes).map_err(|error| {
                tracing::error!(%error, "what was kept of a function does not read back");
                aws_error(LambdaError::service())
            })?;
            if outcome.leaves_code {
                app.lambda.sweep(writing).await;
            }
        }
        Ok(outcome)
    }

    /// Asks whether the call is allowed, and says what comes of it. Nothing of it has happened yet.
    async fn decide(&self, unread: Option<AwsError>) -> Result<Decided<'_>, Refusal> {
        let mut account = self.call.account.load_full();
        let mut checks = self.permitted(&account)?;
        if let Some(error) = unread {
            return Err(Refusal { error, reason: None, checks });
        }
        // Code is unpacked for those who may bring it, and before anybody has to wait for it.
        let (code, asked) = code::of(self).await;
        let mut writing = None;
        if !self.asked.operation.read_only() {
            writing = Some(self.call.app.lambda.writing().await);
            // Seconds may have gone by, in which policies and tags were changed: whoever may change the function is asked
            // about the one that is changed.
            account = self.call.account.load_full();
            checks = self.permitted(&account).map_err(|refusal| refusal.with(&asked))?;
        }
        checks.extend(asked);
        match self.execute(&account, code) {
            Ok(outcome) => Ok(Decided { outcome, checks, writing }),
            Err(error) => Err(Refusal { error, reason: None, checks }),
        }
    }

    fn permitted(&self, account: &Account) -> Result<Vec<Check>, Refusal> {
        let mut checks = Vec::new();
        let functions = self.call.app.lambda.functions();
        for question in questions(self.asked, self.request, &functions) {
            let owner = account_in(&question).unwrap_or_else(|| account.id.clone());
            if question.action == "iam:PassRole" && owner != account.id {
                let message = "Cross-account pass role is not allowed.";
                let error = AwsError { code: "AccessDeniedException", message: message.into(), status: 403 };
                return Err(Refusal { error, reason: None, checks });
            }
            let asked = ask(account, self.caller, (&question, &owner), &[], &self.call.surroundings);
            let permission = asked.map_err(|mut refusal| {
                if refusal.error.code == "AccessDenied" {
                    refusal.error.code = "AccessDeniedException";
                }
                refusal.with(&checks)
            })?;
            checks.extend(permission.checks);
        }
        Ok(checks)
    }

    fn execute(
        &self,
        account: &Account,
        code: Result<Option<lambda::Code>, LambdaError>,
    ) -> Result<Outcome, AwsError> {
        let functions = self.call.app.lambda.functions();
        let code = code.map_err(aws_error)?;
        let outcome = lambda::execute(self.asked, self.request, &functions, code).map_err(aws_error)?;
        if let Some(role) = lambda::role_given(self.asked, self.request) {
            let (may, _) = may_be_assumed_by(account, role, SOURCE, &self.call.surroundings);
            if !may {
                let message = "The role defined for the function cannot be assumed by Lambda.";
                return Err(AwsError::bad_request("InvalidParameterValueException", message));
            }
        }
        Ok(outcome)
    }
}

/// What was asked for was right, and cannot be kept: clients try again.
fn unwritten() -> AwsError {
    let message = "The service cannot keep what was asked for. Try again later.";
    AwsError { code: "ServiceException", message: message.into(), status: 503 }
}

fn aws_error(error: LambdaError) -> AwsError {
    AwsError { code: error.code, message: error.message, status: error.status }
}

/// The codes are few, and each is one of ours.
fn unauthenticated(refusal: &Refused) -> AwsError {
    const CODES: [&str; 6] = [
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InternalFailure",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "UnrecognizedClientException",
    ];
    let code = CODES.into_iter().find(|code| *code == refusal.code).unwrap_or("AccessDeniedException");
    AwsError { code, message: refusal.message.clone(), status: refusal.status }
}

fn respond(status: u16, body: Option<&Value>, error: Option<&str>, request_id: &str) -> Response<Body> {
    let text = body.map(Value::to_string).unwrap_or_default();
    let mut response = Response::new(daypass_targets::body::full(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in [("x-amzn-requestid", Some(request_id)), ("x-amzn-errortype", error)] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    response
}

/// Whether an address is one from which code is fetched.
pub(super) fn is_location(parts: &Parts) -> bool {
    parts.uri.path().starts_with(location::PREFIX)
}
