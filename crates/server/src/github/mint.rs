//! Making a token: the claims that GitHub would give the job, signed by the sandbox's own key.

use daypass_github::discovery::GITHUB_ISSUER;
use daypass_github::{JobContext, TOKEN_LIFETIME_SECONDS, TokenRequest, claims};
use daypass_token::SigningError;
use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::signing::IssuerKeysError;
use crate::config::Config;
use crate::state::App;

/// What to make.
#[derive(Debug)]
pub struct Minting<'a> {
    /// The job that the token speaks of.
    pub job: &'a JobContext,
    /// Who issues it; GitHub's issuer, or that of the repository's enterprise, where it is not said.
    pub issuer: Option<&'a str>,
    /// `aud`; the owner's page where there is none.
    pub audience: Option<&'a str>,
    /// From `iat` to `exp`, in seconds.
    pub lifetime_seconds: i64,
    /// Claims laid over those of the job; a null takes a claim out. GitHub does no such thing: it is how a policy is
    /// tried against a token that should not exist.
    pub overrides: &'a Map<String, Value>,
}

/// A token and what it says.
pub struct Minted {
    /// The token: a secret.
    pub token: String,
    /// Its claims.
    pub claims: Map<String, Value>,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum MintError {
    /// The configuration names another source for GitHub's keys.
    #[error("the configuration lists an issuer `{GITHUB_ISSUER}`, so the sandbox does not stand in for it")]
    Replaced,
    /// It is nobody that the sandbox speaks for.
    #[error("the sandbox does not stand in for the issuer `{0}`")]
    NotOurs(String),
    /// There is no key.
    #[error(transparent)]
    Keys(#[from] IssuerKeysError),
    /// The key did not sign.
    #[error(transparent)]
    Signing(#[from] SigningError),
}

impl MintError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Replaced => {
                Some("take that [[issuers]] entry out of the configuration to mint tokens here")
            }
            Self::NotOurs(_) => Some("add a table [[stand_ins]] with it to the configuration"),
            Self::Keys(_) | Self::Signing(_) => None,
        }
    }
}

/// Makes a token, issued now by the sandbox's clock.
///
/// # Errors
/// [`MintError`]
pub async fn mint(app: &App, minting: &Minting<'_>) -> Result<Minted, MintError> {
    let own = app.config.issuer_of(minting.job.enterprise());
    let issuer = minting.issuer.unwrap_or(&own);
    if !app.config.stands_in_for(issuer) {
        let is_replaced = issuer == GITHUB_ISSUER;
        return Err(if is_replaced { MintError::Replaced } else { MintError::NotOurs(issuer.to_owned()) });
    }
    let keys = app.issuer_keys.ready().await?;
    let token_id = Uuid::new_v4().to_string();
    let request = TokenRequest {
        issuer,
        audience: minting.audience,
        now: app.clock.now(),
        lifetime_seconds: minting.lifetime_seconds,
        token_id: &token_id,
    };
    let mut claims = claims(minting.job, &request);
    lay_over(&mut claims, minting.overrides);
    let token = keys.signing()?.sign(&claims)?;
    Ok(Minted { token, claims })
}

/// The claims that a job's token would have if it were made at this time, but for its number: for those who ask what it
/// would open, and make none.
#[must_use]
pub fn foreseen(config: &Config, job: &JobContext, now: Timestamp) -> Map<String, Value> {
    let request = TokenRequest {
        issuer: &config.issuer_of(job.enterprise()),
        audience: None,
        now,
        lifetime_seconds: TOKEN_LIFETIME_SECONDS,
        token_id: "00000000-0000-4000-8000-000000000000",
    };
    claims(job, &request)
}

fn lay_over(claims: &mut Map<String, Value>, overrides: &Map<String, Value>) {
    claims.extend(overrides.clone());
    claims.retain(|_, value| !value.is_null());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn overrides_replace_add_and_take_out() {
        let map = |value: Value| value.as_object().unwrap().clone();
        let mut claims =
            map(json!({ "sub": "repo:octo-org/octo-repo:pull_request", "ref": "refs/heads/main" }));
        lay_over(&mut claims, &map(json!({ "sub": "someone", "ref": null, "team": "web" })));
        assert_eq!(Value::Object(claims), json!({ "sub": "someone", "team": "web" }));
    }
}
