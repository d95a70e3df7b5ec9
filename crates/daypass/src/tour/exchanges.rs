//! Step 2: each context fetches its token as a job does, and tries each role.

use std::collections::BTreeMap;

use daypass_client::{ClientError, Credentials, id_token};
use serde_json::{Value, json};

use super::design::{ACCOUNT, AUDIENCE, CONTEXTS, Context, ROLES};
use super::{Tour, must};
use crate::explain;
use crate::failure::Failure;

/// Credentials by the role they are of.
pub(super) type ByRole = BTreeMap<&'static str, Credentials>;

pub(super) async fn run(tour: &Tour) -> Result<ByRole, Failure> {
    let mut credentials = ByRole::new();
    for context in CONTEXTS {
        let (token, subject) = token(tour, &context).await?;
        println!("{} ({subject})", context.label);
        for role in ROLES {
            let expected = context.role == Some(role.name);
            let arn = format!("arn:aws:iam::{ACCOUNT}:role/{}", role.name);
            let (word, allowed) = match tour.aws.exchange(&arn, "GitHubActions", &token, &[]).await {
                Ok(granted) => {
                    credentials.insert(role.name, granted);
                    ("allowed", true)
                }
                Err(ClientError::Refused { status: 403, .. }) => ("denied", false),
                Err(error) => return Err(Failure::new(error)),
            };
            println!("  {:<24}{word:<9}{}", role.name, why(tour, allowed).await?);
            must(
                allowed == expected,
                &format!("{} at {} must be the other way round", context.label, role.name),
            )?;
        }
    }
    remarks(tour).await?;
    Ok(credentials)
}

/// The token of a context, by GitHub's own protocol, and its subject; its claims are kept for reading.
async fn token(tour: &Tour, context: &Context) -> Result<(String, String), Failure> {
    let job = tour.control.write("jobs", &json!({ "job": context.job })).await?;
    let text = |name: &str| job.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let token = id_token(&tour.http, &text("request_url"), &text("request_token"), Some(AUDIENCE))
        .await
        .map_err(Failure::new)?;
    let claims = tour.control.write("mint", &json!({ "job": context.job, "audience": AUDIENCE })).await?;
    let name = context.label.replace([' ', '.'], "-");
    tour.keep.value(&format!("claims/{name}.json"), claims.get("claims").unwrap_or(&Value::Null))?;
    let subject = claims.pointer("/claims/sub").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok((token, subject))
}

/// The reason, in a few words: what the operator is told, and the caller never.
async fn why(tour: &Tour, allowed: bool) -> Result<String, Failure> {
    let explanation = tour.control.read("explain?last=true").await?;
    explain::short(&explanation, allowed)
}

/// Where the world is otherwise than people write.
async fn remarks(tour: &Tour) -> Result<(), Failure> {
    let job = json!({ "job": "your-org/your-repo event=workflow_dispatch", "audience": AUDIENCE });
    let minted = tour.control.write("mint", &job).await?;
    let subject = minted.pointer("/claims/sub").and_then(Value::as_str).unwrap_or_default();
    println!("\nworkflow_dispatch has no subject of its own: GitHub gives `{subject}`.");
    must(subject == "repo:your-org/your-repo:ref:refs/heads/main", "workflow_dispatch must have the ref form")
}
