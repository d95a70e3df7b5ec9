//! OpenID Connect Discovery 1.0, section 4: from the issuer's URL to its keys.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use daypass_token::{KEY_SET_BYTES_MAX, KeySet};
use reqwest::{Client, StatusCode, Url};
use serde_json::{Map, Value};

use super::address::{NotPublic, Reach, check_url};
use super::client::{self, Clients, OtherHost};
use super::error::IssuerError;

/// The longest discovery document, in bytes. GitHub's has 1 KiB, the longest known ones 8.
pub const DISCOVERY_BYTES_MAX: usize = 64 * 1024;
/// How long discovery and keys may take together: AWS gives an issuer about five seconds.
pub const FETCH_TIME_MAX: Duration = Duration::from_secs(5);

/// An issuer that publishes its keys.
pub(super) struct Discovery {
    issuer: String,
    reach: Reach,
    client: Trust,
}

/// Which client to ask with.
enum Trust {
    Public(Arc<Clients>),
    More(Client),
}

impl Discovery {
    /// Checks the issuer's URL and reads its certificates.
    pub(super) fn new(
        issuer: &str,
        reach: Reach,
        ca_file: Option<&Path>,
        clients: &Arc<Clients>,
    ) -> Result<Self, IssuerError> {
        let url = check_url(issuer, reach)?;
        if url.query().is_some() {
            return Err(IssuerError::Url { url: issuer.to_owned(), problem: "it has a query" });
        }
        let client = match ca_file {
            Some(ca_file) => Trust::More(client::trusting(reach, ca_file)?),
            None => Trust::Public(Arc::clone(clients)),
        };
        Ok(Self { issuer: issuer.to_owned(), reach, client })
    }

    /// Fetches the keys, in [`FETCH_TIME_MAX`] or not at all.
    pub(super) async fn fetch(&self) -> Result<KeySet, IssuerError> {
        match tokio::time::timeout(FETCH_TIME_MAX, self.fetch_untimed()).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let seconds = FETCH_TIME_MAX.as_secs();
                Err(IssuerError::TimedOut { issuer: self.issuer.clone(), seconds })
            }
        }
    }

    async fn fetch_untimed(&self) -> Result<KeySet, IssuerError> {
        let client = match &self.client {
            Trust::Public(clients) => clients.client(self.reach)?,
            Trust::More(client) => client.clone(),
        };
        // Section 4.1: a slash at the end of the issuer is not doubled.
        let base = self.issuer.strip_suffix('/').unwrap_or(&self.issuer);
        let url = check_url(&format!("{base}/.well-known/openid-configuration"), self.reach)?;
        let document = download(&client, url.clone(), DISCOVERY_BYTES_MAX).await?;
        let keys_url = self.keys_url(&url, &document)?;
        let keys = download(&client, keys_url, KEY_SET_BYTES_MAX).await?;
        KeySet::parse(&keys).map_err(|source| IssuerError::Keys { issuer: self.issuer.clone(), source })
    }

    /// Where the keys are, by a document that must be this issuer's own (section 4.3).
    fn keys_url(&self, url: &Url, document: &[u8]) -> Result<Url, IssuerError> {
        let document: Option<Map<String, Value>> = serde_json::from_slice(document).ok();
        let text = |name: &str| document.as_ref()?.get(name)?.as_str();
        let (Some(found), Some(keys)) = (text("issuer"), text("jwks_uri")) else {
            return Err(IssuerError::NotDiscovery { url: url.to_string() });
        };
        if found != self.issuer {
            let found = found.chars().take(300).collect();
            return Err(IssuerError::OtherIssuer { asked: self.issuer.clone(), found });
        }
        check_url(keys, self.reach)
    }
}

/// The body of a 200, read as it comes and given up when it grows too long.
async fn download(client: &Client, url: Url, max: usize) -> Result<Vec<u8>, IssuerError> {
    let failed = |error: &reqwest::Error| failure(&url, error);
    let request = client.get(url.clone()).header("accept", "application/json");
    let mut response = request.send().await.map_err(|error| failed(&error))?;
    if response.status() != StatusCode::OK {
        return Err(IssuerError::Status { url: url.to_string(), status: response.status().as_u16() });
    }
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| failed(&error))? {
        if body.len() + piece.len() > max {
            return Err(IssuerError::TooLong { url: url.to_string(), max });
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// What went wrong, by meaning.
fn failure(url: &Url, error: &reqwest::Error) -> IssuerError {
    if let Some(NotPublic { host, address }) = client::within(error) {
        return IssuerError::NotPublic { host: host.clone(), address: *address };
    }
    if client::within::<OtherHost>(error).is_some() {
        return IssuerError::Redirected { url: url.to_string() };
    }
    IssuerError::Unreachable { url: url.to_string(), detail: client::detail(error) }
}
