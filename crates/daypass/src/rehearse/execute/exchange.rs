//! What `aws-actions/configure-aws-credentials` does, by the same three requests: an identity token, its exchange, and
//! the question whose credentials they are.

use std::collections::BTreeMap;

use daypass_client::{AwsClient, ClientError, Credentials, Service, id_token};
use serde_json::{Map, Value, json};

use super::environment::Variables;
use super::mask::Masks;
use super::work::{Place, Ticket};
use crate::rehearse::configure::Asked;

/// The most policies that go with a session: AWS takes ten, and says so itself beyond that.
const POLICY_ARNS_MAX: usize = 100;

/// What comes of the step.
pub(super) struct Exchanged {
    /// What the later steps of the job have in their environment.
    pub(super) exported: Variables,
    /// The step's outputs.
    pub(super) outputs: Map<String, Value>,
    /// `arn:aws:sts::123456789012:assumed-role/NAME/SESSION`
    pub(super) arn: String,
}

/// Gets credentials as the action does.
pub(super) async fn exchange(
    asked: &Asked,
    place: &Place,
    ticket: &Ticket,
    masks: &Masks,
) -> Result<Exchanged, String> {
    let audience = Some(asked.audience.as_str());
    let token = id_token(&place.http, &ticket.url, &ticket.token, audience).await.map_err(words)?;
    masks.add(&token);
    let aws = AwsClient::new(place.http.clone(), &place.aws_url, &asked.region);
    let (credentials, expiration) = assume(&aws, asked, &token)
        .await
        .map_err(|error| format!("Could not assume role with OIDC: {}", words(error)))?;
    mask(masks, &credentials);
    let caller = aws
        .query(Service::Sts, Some(&credentials), "GetCallerIdentity", &[])
        .await
        .and_then(|answer| answer.succeeded("GetCallerIdentity"))
        .map_err(words)?;
    let element = |name: &str| caller.element(name).unwrap_or_default();
    let (account, arn) = (element("Account"), element("Arn"));
    if !asked.allowed_accounts.is_empty() && !asked.allowed_accounts.contains(&account) {
        return Err(format!(
            "The account ID of the provided credentials ({account}) does not match any of the expected account IDs: {}",
            asked.allowed_accounts.join(", ")
        ));
    }
    if asked.masks_account {
        masks.add(&account);
        masks.add(&arn);
    }
    let mut outputs = Map::new();
    outputs.insert("aws-account-id".to_owned(), json!(account));
    outputs.insert("authenticated-arn".to_owned(), json!(arn));
    if asked.outputs_credentials {
        add_credentials(&mut outputs, &credentials, &expiration);
    }
    Ok(Exchanged { exported: exported(asked, &credentials), outputs, arn })
}

/// The credentials, and when they expire.
async fn assume(aws: &AwsClient, asked: &Asked, token: &str) -> Result<(Credentials, String), ClientError> {
    const OPERATION: &str = "AssumeRoleWithWebIdentity";
    let more = parameters(asked);
    let mut parameters = vec![
        ("RoleArn", asked.role.as_str()),
        ("RoleSessionName", &asked.session_name),
        ("WebIdentityToken", token),
    ];
    parameters.extend(more.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let answer = aws.query(Service::Sts, None, OPERATION, &parameters).await?.succeeded(OPERATION)?;
    Ok((Credentials::of(&answer, OPERATION)?, answer.element("Expiration").unwrap_or_default()))
}

fn parameters(asked: &Asked) -> Vec<(String, String)> {
    let mut parameters = vec![("DurationSeconds".to_owned(), asked.duration_seconds.to_string())];
    if let Some(policy) = &asked.policy {
        parameters.push(("Policy".to_owned(), policy.clone()));
    }
    for (index, arn) in asked.policy_arns.iter().take(POLICY_ARNS_MAX).enumerate() {
        parameters.push((format!("PolicyArns.member.{}.arn", index + 1), arn.clone()));
    }
    parameters
}

fn exported(asked: &Asked, credentials: &Credentials) -> Variables {
    let mut exported: BTreeMap<String, String> = BTreeMap::new();
    let mut export = |name: &str, value: &str| exported.insert(name.to_owned(), value.to_owned());
    if asked.exports_credentials {
        export("AWS_REGION", &asked.region);
        export("AWS_DEFAULT_REGION", &asked.region);
        export("AWS_ACCESS_KEY_ID", &credentials.access_key_id);
        export("AWS_SECRET_ACCESS_KEY", &credentials.secret_access_key);
        if let Some(token) = &credentials.session_token {
            export("AWS_SESSION_TOKEN", token);
        }
    }
    exported
}

fn add_credentials(outputs: &mut Map<String, Value>, credentials: &Credentials, expiration: &str) {
    let token = credentials.session_token.as_ref().map(|token| token.as_str()).unwrap_or_default();
    outputs.insert("aws-access-key-id".to_owned(), json!(credentials.access_key_id));
    outputs.insert("aws-secret-access-key".to_owned(), json!(credentials.secret_access_key.as_str()));
    outputs.insert("aws-session-token".to_owned(), json!(token));
    // The action gives it with its quotation marks.
    outputs.insert("aws-expiration".to_owned(), json!(json!(expiration).to_string()));
}

fn mask(masks: &Masks, credentials: &Credentials) {
    masks.add(&credentials.access_key_id);
    masks.add(&credentials.secret_access_key);
    if let Some(token) = &credentials.session_token {
        masks.add(token);
    }
}

/// The service's own words, with the id by which `daypass explain` tells more.
fn words(error: ClientError) -> String {
    match error {
        ClientError::Refused { message, request_id: Some(id), .. } if !message.is_empty() => {
            format!("{message} (`daypass explain {id}` says why)")
        }
        ClientError::Refused { message, .. } if !message.is_empty() => message,
        other => other.to_string(),
    }
}
