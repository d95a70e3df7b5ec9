//! What the trail says of a call to a service behind the gateway.
//!
//! **Invariant: no change at an upstream is unrecorded.** A call that changes something is on record before the first of
//! its bytes goes on: management of the service flushed, data written. A second record with the same request id says
//! what went wrong where it did, so that a record that stands alone is of a call that was done, or whose end nobody saw.
//! A read is recorded once, when the head of its answer is here and before a byte of it is passed on.

use daypass_aws::explanation::Check;
use daypass_aws::{AwsError, Event};
use daypass_targets::gateway::{Identified, Service};
use daypass_trail::Resource;
use daypass_wire::refusal::Refusal;
use serde_json::{Map, Value, json};

use super::super::authenticate::Authenticated;
use super::super::call::Call;
use super::super::conclude::{Conclusion, Happened, Identity};
use super::super::s3::manner::Manner;
use crate::upstreams::Unanswered;

/// Characters of an upstream's own words that are kept.
const WORDS_MAX: usize = 1_024;

/// Records one call.
pub(super) struct Recorder<'a> {
    call: &'a Call,
    host: &'a str,
    service: Service,
    caller: daypass_aws::Caller,
    identified: &'a Identified,
    checks: Vec<Check>,
    /// How the call was signed, for S3.
    manner: Option<Manner>,
}

/// What an upstream answered.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
    /// Its error's code and sentence.
    pub(super) error: Option<(String, String)>,
}

/// The beginning of every record of an identified call.
pub(super) fn conclusion<'a>(call: &'a Call, service: Service, identified: &Identified) -> Conclusion<'a> {
    let conclusion =
        Conclusion::new(call, service.event_source(), identified.operation, identified.read_only);
    if identified.is_data { conclusion.on_data() } else { conclusion }
}

/// What a record says of the call itself.
pub(super) fn event(call: &Call, identified: &Identified, additional: Map<String, Value>) -> Event {
    let mut parameters = identified.parameters.clone();
    if let Some(host) = &call.host {
        parameters.insert("Host".to_owned(), json!(host));
    }
    let resources = identified.resources.iter().map(|touched| {
        // CloudTrail names no account for an object.
        let account = (touched.kind != "AWS::S3::Object").then(|| call.account.id.as_str());
        Resource::other(account, touched.kind, &touched.arn)
    });
    Event {
        request_parameters: Some(Value::Object(parameters)),
        response_elements: None,
        additional_event_data: (!additional.is_empty()).then_some(Value::Object(additional)),
        resources: resources.collect(),
    }
}

impl<'a> Recorder<'a> {
    pub(super) fn new(
        call: &'a Call,
        host: &'a str,
        (service, from): (Service, &Authenticated),
        identified: &'a Identified,
        checks: Vec<Check>,
    ) -> Self {
        Self {
            call,
            host,
            service,
            caller: from.caller.clone(),
            identified,
            checks,
            manner: (service == Service::S3).then(|| Manner::of(&from.signature)),
        }
    }

    /// What the call is.
    pub(super) const fn operation(&self) -> &'static str {
        self.identified.operation
    }

    /// Records a change that is about to be forwarded.
    ///
    /// # Errors
    /// What the caller is told where it cannot be: nothing may then be forwarded.
    pub(super) async fn before(&self) -> Result<(), String> {
        let happened = Happened {
            writes_data: true,
            is_flushed: !self.identified.is_data,
            ..self.happened(json!({ "endpoint": self.host, "recorded": "before it was forwarded" }))
        };
        self.write(happened, None).await.map_err(|error| error.message.into_owned())
    }

    /// Records what the upstream answered: a read, or a change that failed.
    pub(super) async fn after(&self, answered: Answered) {
        if !self.identified.read_only && answered.error.is_none() {
            return;
        }
        let mut upstream = json!({ "endpoint": self.host, "status": answered.status });
        if let (Some(members), Some(id)) = (upstream.as_object_mut(), answered.request_id) {
            members.insert("requestID".to_owned(), json!(shortened(&id)));
        }
        let error = answered.error.map(|(code, message)| (shortened(&code), shortened(&message)));
        self.note(upstream, error).await;
    }

    /// Records that the upstream did not answer.
    pub(super) async fn unanswered(&self, why: &Unanswered, refusal: &Refusal) {
        let upstream = json!({
            "endpoint": self.host,
            "failure": shortened(&why.to_string()),
            "mayBeDone": !why.is_undone(),
        });
        self.note(upstream, Some((refusal.code.to_string(), refusal.message.to_string()))).await;
    }

    /// Records a call that was allowed and cannot be forwarded, and gives the refusal back.
    pub(super) async fn not_sent(&self, refusal: &Refusal) -> Refusal {
        let upstream = json!({ "endpoint": self.host, "mayBeDone": false });
        self.note(upstream, Some((refusal.code.to_string(), refusal.message.to_string()))).await;
        refusal.clone()
    }

    /// A record that nothing waits for: a use is on record already, or nothing was changed.
    async fn note(&self, upstream: Value, error: Option<(String, String)>) {
        // That it was not written is in the log.
        let _ = self.write(self.happened(upstream), error).await;
    }

    async fn write(&self, happened: Happened<'_>, error: Option<(String, String)>) -> Result<(), AwsError> {
        conclusion(self.call, self.service, self.identified).answered(happened, error).await
    }

    fn happened(&self, upstream: Value) -> Happened<'_> {
        let mut additional = Map::new();
        if let Some(manner) = &self.manner {
            additional.insert("SignatureVersion".to_owned(), json!(manner.record_version));
            additional.insert("AuthenticationMethod".to_owned(), json!(manner.record_method));
        }
        additional.insert("upstream".to_owned(), upstream);
        Happened {
            identity: Identity::Caller(&self.caller),
            event: event(self.call, self.identified, additional),
            checks: self.checks.clone(),
            ..Happened::default()
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(WORDS_MAX).collect()
}
