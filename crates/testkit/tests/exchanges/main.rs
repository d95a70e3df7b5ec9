//! Honest and hostile exchanges of tokens, one row each, answered as AWS answers.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and keeps its issuer's keys in a file"
)]

mod bench;
mod rows;

use daypass_testkit::{Credentials, Refused};
use serde_json::json;

use crate::bench::{BUCKET, Bench};
use crate::rows::{Answer, Row};

/// Exchanges the token, and reads an object with what that gives where the row says how.
async fn attempt(bench: &Bench, row: &Row) -> Result<Credentials, Refused> {
    let given = bench.sandbox.exchange_with(row.role, &row.token, &row.parameters).await?;
    let Some(uses) = row.uses else { return Ok(given) };
    let path = format!("/{BUCKET}/index.html");
    let answer = bench.sandbox.aws.s3(uses(given.clone()).as_ref(), "GET", &path, Vec::new()).await;
    answer.and_then(|answer| answer.succeeded("GetObject")).map_err(Refused::from_error)?;
    Ok(given)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_exchange_is_answered_as_aws_answers() {
    let bench = Bench::start().await;
    let rows = bench.rows();
    assert!(rows.len() >= 33, "only {} rows", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let got = match attempt(&bench, &row).await {
            Ok(credentials) => format!("allowed ({})", &credentials.access_key_id[..4]),
            Err(refused) => format!("{} {}: {}", refused.status, refused.code, refused.message),
        };
        let wanted = match &row.answer {
            Answer::Allowed => "allowed (ASIA)".to_owned(),
            Answer::Refused { status, code, message } => format!("{status} {code}: {message}"),
        };
        if got != wanted {
            wrong.push(format!("{}:\n  wanted {wanted}\n  got    {got}", row.name));
        }
    }
    assert!(wrong.is_empty(), "{} rows differ from AWS:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_told_with_the_tolerance() {
    let bench = Bench::start().await;
    let expired = bench.token(json!({ "exp": bench.now - 600 }));
    let refused = bench.sandbox.exchange("deploy", &expired).await.expect_err("an expired token");
    assert_eq!((refused.status, refused.code.as_str()), (400, "ExpiredTokenException"));
    assert!(
        refused.message.ends_with(&format!("must be before the expiration date/time {}", bench.now - 600))
    );
    let early = bench.token(json!({ "nbf": bench.now + 900 }));
    let refused = bench.sandbox.exchange("deploy", &early).await.expect_err("a token of tomorrow");
    assert_eq!((refused.status, refused.code.as_str()), (400, "InvalidIdentityToken"));
    assert!(
        refused
            .message
            .ends_with(&format!("must be after or equal to the not-before date/time {}", bench.now + 900))
    );
}
