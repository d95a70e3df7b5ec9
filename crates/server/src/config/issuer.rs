//! `[[issuers]]`: an issuer and where its keys come from.

use std::ops::Range;
use std::path::{Path, PathBuf};

use http::Uri;
use serde::Deserialize;
use toml::Spanned;

use super::{At, ConfigError};

/// The longest URL, in bytes: that of an OpenID Connect provider (IAM, CreateOpenIDConnectProvider, `Url`).
const URL_BYTES_MAX: usize = 255;

/// One issuer. With neither file its keys are fetched by HTTPS discovery, trusting the public roots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerEntry {
    /// The issuer as its tokens' `iss` has it: https, no query, no fragment, no slash at the end.
    pub url: String,
    /// A file of certificates (PEM) that are trusted for this issuer's address alone, beside the public roots.
    pub ca_file: Option<PathBuf>,
    /// A JWKS file whose keys are used instead of fetching any: for machines with no way out.
    pub jwks_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    url: Spanned<String>,
    ca_file: Option<Spanned<PathBuf>>,
    jwks_file: Option<Spanned<PathBuf>>,
}

impl Table {
    pub(super) fn check(self, at: &At<'_>) -> Result<(IssuerEntry, Range<usize>), ConfigError> {
        let span = self.url.span();
        let url = self.url.into_inner();
        if let Some(problem) = fault(&url) {
            let problem = format!("`{url}` is not an issuer: {problem}");
            return Err(at.place(&span, problem).mend("write it as in \"https://gitlab.example.com\""));
        }
        if let (Some(_), Some(jwks_file)) = (&self.ca_file, &self.jwks_file) {
            let problem = "`ca_file` and `jwks_file` exclude each other: pinned keys are not fetched";
            return Err(at.place(&jwks_file.span(), problem).mend("leave one of the two"));
        }
        let entry = IssuerEntry {
            ca_file: existing(at, "ca_file", self.ca_file)?,
            jwks_file: existing(at, "jwks_file", self.jwks_file)?,
            url,
        };
        Ok((entry, span))
    }
}

pub(super) fn existing(
    at: &At<'_>,
    name: &str,
    path: Option<Spanned<PathBuf>>,
) -> Result<Option<PathBuf>, ConfigError> {
    let Some(path) = path else { return Ok(None) };
    let span = path.span();
    let file = at.beside(Path::new(path.get_ref()));
    if file.is_file() {
        return Ok(Some(file));
    }
    let problem = format!("`{name}` names `{}`, which is not a file", file.display());
    Err(at.place(&span, problem).mend("a path is taken from the directory of the configuration"))
}

/// Why a URL cannot be an issuer (OpenID Connect Discovery 1.0 section 3, `issuer`).
pub(super) fn fault(url: &str) -> Option<&'static str> {
    let Ok(uri) = url.parse::<Uri>() else { return Some("it is not a URL") };
    let Some(authority) = uri.authority() else { return Some("it names no host") };
    if url.len() > URL_BYTES_MAX {
        Some("it is over 255 characters")
    } else if !url.starts_with("https://") {
        Some("it does not begin with https://")
    } else if authority.as_str().contains('@') {
        Some("it names a user")
    } else if url.contains(['?', '#']) {
        Some("it has a query or a fragment")
    } else if url.ends_with('/') {
        Some("it ends in a slash")
    } else {
        None
    }
}
