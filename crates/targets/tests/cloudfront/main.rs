//! CloudFront's control plane as a function of a snapshot, an operation and a time.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod distributions;
mod invalidations;
mod reading;
mod routes;

use daypass_store::Change;
use daypass_targets::cloudfront::{
    Circumstances, CloudFrontError, Element, Operation, Outcome, Sent, Snapshot, execute, route,
};
use jiff::Timestamp;

const ACCOUNT: &str = "123456789012";
const OTHER: &str = "210987654321";

/// A control plane with a clock of its own.
struct World {
    snapshot: Snapshot,
    now: Timestamp,
    drawn: u8,
    changes: Vec<Change>,
}

impl World {
    fn new() -> Self {
        let now = "2026-11-26T08:00:00Z".parse().unwrap();
        Self { snapshot: Snapshot::default(), now, drawn: 0, changes: Vec::new() }
    }

    fn later(&mut self, seconds: i64) {
        self.now += jiff::SignedDuration::from_secs(seconds);
    }

    fn ask(&mut self, request: &str, body: &str) -> Result<Outcome, CloudFrontError> {
        self.ask_as(ACCOUNT, request, None, body)
    }

    /// A request as `METHOD /path?query`, below the version.
    fn ask_as(
        &mut self,
        account: &str,
        request: &str,
        if_match: Option<&str>,
        body: &str,
    ) -> Result<Outcome, CloudFrontError> {
        let (method, uri) = request.split_once(' ').unwrap();
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let query: Vec<(String, String)> = query
            .split('&')
            .map(|field| field.split_once('=').unwrap_or((field, "")))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let routed = route::find(method, &format!("/2020-05-31{path}"), &query).unwrap();
        let operation =
            Operation::read(&Sent { routed: &routed, query: &query, if_match, body: body.as_bytes() })?;
        let drawn = &mut self.drawn;
        let mut random = |buffer: &mut [u8]| {
            *drawn += 1;
            buffer.fill(*drawn);
        };
        let circumstances = Circumstances { account, now: self.now, random: &mut random };
        let outcome = execute(&self.snapshot, &operation, circumstances)?;
        if let Some(next) = &outcome.next {
            self.snapshot = next.clone();
        }
        self.changes.clone_from(&outcome.changes);
        Ok(outcome)
    }

    fn made(&mut self, reference: &str) -> Element {
        self.ask("POST /distribution", &config(reference, "true", "")).unwrap().answer.body.unwrap()
    }
}

/// A small configuration; `more` stands before `Comment`.
fn config(reference: &str, enabled: &str, more: &str) -> String {
    format!(
        "<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">\
         <CallerReference>{reference}</CallerReference>{more}\
         <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>a.example.com</DomainName></Origin></Items></Origins>\
         <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId><ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy></DefaultCacheBehavior>\
         <Comment>a &amp; b</Comment><Enabled>{enabled}</Enabled></DistributionConfig>"
    )
}

fn batch(reference: &str, paths: &[&str]) -> String {
    let items: String = paths.iter().map(|path| format!("<Path>{path}</Path>")).collect();
    format!(
        "<InvalidationBatch><Paths><Quantity>{}</Quantity><Items>{items}</Items></Paths>\
         <CallerReference>{reference}</CallerReference></InvalidationBatch>",
        paths.len()
    )
}

fn code(answer: Result<Outcome, CloudFrontError>) -> (u16, &'static str) {
    let error = answer.unwrap_err();
    (error.status, error.code)
}
