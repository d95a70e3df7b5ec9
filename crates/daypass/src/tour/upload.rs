//! Step 4: a real file goes to S3 with the credentials of the production role, and stays away from the others.

use daypass_client::{Answer, Credentials};

use super::design::BUCKET;
use super::exchanges::ByRole;
use super::{Tour, must};
use crate::failure::Failure;

/// The file that is deployed.
const CONTENT: &[u8] = b"<!doctype html>\n<title>deployed without a key</title>\n";

/// What is known of the upload.
pub(super) struct Upload {
    pub(super) request_id: String,
}

pub(super) async fn run(tour: &Tour, credentials: &ByRole) -> Result<Upload, Failure> {
    let of = |role: &str| credentials.get(role).ok_or_else(|| Failure::new(format!("nobody became {role}")));
    let production = of("github-prod-deploy")?;
    let reader = of("github-pr-read")?;
    let staging = of("github-staging-deploy")?;
    let path = format!("/{BUCKET}/index.html");

    let uploaded = attempt(tour, "github-prod-deploy", Some(production), "PUT", &path, true).await?;
    attempt(tour, "github-pr-read", Some(reader), "GET", &path, true).await?;
    attempt(tour, "github-pr-read", Some(reader), "PUT", &path, false).await?;
    attempt(tour, "github-staging-deploy", Some(staging), "GET", &path, false).await?;
    attempt(tour, "github-prod-deploy", Some(production), "PUT", "/another-bucket", false).await?;
    attempt(tour, "(no credentials)", None, "GET", &path, false).await?;
    let altered = Credentials { session_token: None, ..production.clone() };
    attempt(tour, "(without session token)", Some(&altered), "GET", &path, false).await?;

    let request_id = uploaded.request_id().unwrap_or_default().to_owned();
    must(!request_id.is_empty(), "the upload's answer has no request id")?;
    Ok(Upload { request_id })
}

async fn attempt(
    tour: &Tour,
    who: &str,
    credentials: Option<&Credentials>,
    method: &str,
    path: &str,
    expected: bool,
) -> Result<Answer, Failure> {
    let body = if method == "PUT" && path.matches('/').count() > 1 { CONTENT.to_vec() } else { Vec::new() };
    let answer = tour.aws.s3(credentials, method, path, body).await.map_err(Failure::new)?;
    let allowed = answer.status.is_success();
    let word = if allowed { "allowed" } else { "denied" };
    let why = answer.element("Message").unwrap_or_else(|| answer.status.to_string());
    println!(
        "{who:<24}{method} {path:<28}{word}{}",
        if allowed { String::new() } else { format!("   {why}") }
    );
    must(allowed == expected, &format!("{method} {path} by {who} must be the other way round"))?;
    if allowed && method == "GET" {
        must(answer.body == CONTENT, "what was read is not what was uploaded")?;
    }
    Ok(answer)
}
