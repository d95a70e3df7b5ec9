//! The tokens, signed before the clock starts: all valid but one in a hundred, none used twice.

use bytes::Bytes;
use daypass_github::{JobContext, TokenRequest, claims};
use daypass_token::SigningKey;
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::failure::Outcome;
use crate::setup::{AUDIENCE, ISSUER, JOB, ROLE};

/// One token in so many has the signature of another one.
const FORGED_EVERY: usize = 100;

/// Long enough for any run; the server sees it as it would any other life.
const LIFETIME_SECONDS: i64 = 3600;

/// A request that has not been sent.
#[derive(Debug)]
pub(crate) struct Request {
    /// The form.
    pub(crate) body: Bytes,
    /// Whether it must be refused.
    pub(crate) is_forged: bool,
}

/// Signs so many tokens, on every core, and puts each into its request.
pub(crate) fn prepare(key: &SigningKey, count: usize) -> Outcome<Vec<Request>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let parts: Vec<Outcome<Vec<Request>>> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads)
            .map(|thread| {
                scope.spawn(move || {
                    (count * thread / threads..count * (thread + 1) / threads)
                        .map(|number| request(key, number))
                        .collect()
                })
            })
            .collect();
        handles
            .into_iter()
            .map(|handle| handle.join().unwrap_or_else(|_| Err("a signing thread ended early".into())))
            .collect()
    });
    let mut requests = Vec::with_capacity(count);
    for part in parts {
        requests.extend(part?);
    }
    Ok(requests)
}

fn request(key: &SigningKey, number: usize) -> Outcome<Request> {
    let is_forged = number % FORGED_EVERY == FORGED_EVERY - 1;
    let mut token = key.sign(&token_claims(number)?)?;
    if is_forged {
        let other = key.sign(&token_claims(usize::MAX - number)?)?;
        let (signed, _) = token.rsplit_once('.').ok_or("a token without a signature")?;
        let (_, signature) = other.rsplit_once('.').ok_or("a token without a signature")?;
        token = format!("{signed}.{signature}");
    }
    let role = utf8_percent_encode(ROLE, NON_ALPHANUMERIC);
    let body = format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={role}&RoleSessionName=GitHubActions&\
         DurationSeconds=3600&WebIdentityToken={token}"
    );
    Ok(Request { body: Bytes::from(body), is_forged })
}

/// The claims of a job of its own run.
pub(crate) fn token_claims(number: usize) -> Outcome<Map<String, Value>> {
    let job = JobContext::parse(JOB)?;
    let request = TokenRequest {
        issuer: ISSUER,
        audience: Some(AUDIENCE),
        now: Timestamp::now(),
        lifetime_seconds: LIFETIME_SECONDS,
        token_id: &format!("00000000-0000-4000-8000-{number:012x}"),
    };
    let mut claims = claims(&job, &request);
    claims.insert("run_id".to_owned(), Value::from(number.to_string()));
    Ok(claims)
}
