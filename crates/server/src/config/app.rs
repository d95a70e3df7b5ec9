//! `[[apps]]`: programs that answer the custom protection rules of environments.
//!
//! Source: GitHub docs, "Creating custom deployment protection rules".

use std::net::IpAddr;
use std::ops::Range;
use std::path::PathBuf;

use http::Uri;
use serde::Deserialize;
use toml::Spanned;

use super::{At, ConfigError, private_file};
use crate::data_directory::Secret;
use crate::github::hub::users::hash;

/// The longest name of an app in addresses, in characters: GitHub's for an app's name.
const SLUG_CHARACTERS_MAX: usize = 34;
/// The longest address of a webhook, in bytes.
const URL_BYTES_MAX: usize = 2_048;

/// One app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppEntry {
    /// Its number, which `integration_id` names.
    pub id: u64,
    /// Its name in addresses, in lower case.
    pub slug: String,
    /// Where deployments to be judged are announced: http or https at a loopback address, since the sandbox speaks to
    /// nobody else.
    pub webhook_url: String,
    /// What the announcements are signed with.
    pub secret: Secret,
    /// SHA-256 of the token that the app shows when it answers, lower-case hexadecimal digits.
    pub token_hash: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    id: Spanned<u64>,
    slug: Spanned<String>,
    webhook_url: Spanned<String>,
    secret_file: Spanned<PathBuf>,
    token_file: Spanned<PathBuf>,
}

impl Table {
    pub(super) fn check(self, at: &At<'_>) -> Result<(AppEntry, Range<usize>), ConfigError> {
        let span = self.slug.span();
        let slug = self.slug.into_inner();
        if !is_slug(&slug) {
            let problem = format!("`{slug}` is not the name of an app in addresses");
            let mend = format!(
                "write 1 to {SLUG_CHARACTERS_MAX} lower-case letters, digits and single inner hyphens"
            );
            return Err(at.place(&span, problem).mend(mend));
        }
        if *self.id.get_ref() == 0 {
            let problem = "an app's number is above zero";
            return Err(at.place(&self.id.span(), problem).mend("write any number that no other app has"));
        }
        if let Some(problem) = fault(self.webhook_url.get_ref()) {
            let problem = format!("`{}` is not a webhook's address: {problem}", self.webhook_url.get_ref());
            let mend = "write it as in \"http://127.0.0.1:8080/webhook\"";
            return Err(at.place(&self.webhook_url.span(), problem).mend(mend));
        }
        let entry = AppEntry {
            id: self.id.into_inner(),
            slug,
            webhook_url: self.webhook_url.into_inner(),
            secret: private_file::read(at, "secret_file", &self.secret_file)?,
            token_hash: hash(private_file::read(at, "token_file", &self.token_file)?.reveal()),
        };
        Ok((entry, span))
    }
}

/// Lower-case letters and digits, in words with a hyphen between them.
pub(super) fn is_slug(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.len() <= SLUG_CHARACTERS_MAX && text.split('-').all(is_word)
}

/// Why nothing is sent to an address.
fn fault(url: &str) -> Option<&'static str> {
    let Ok(uri) = url.parse::<Uri>() else { return Some("it is not a URL") };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Some("it names no host");
    };
    if url.len() > URL_BYTES_MAX {
        Some("it is over 2048 characters")
    } else if !matches!(scheme, "http" | "https") {
        Some("it does not begin with http:// or https://")
    } else if authority.as_str().contains('@') {
        Some("it names a user")
    } else if url.contains('#') {
        Some("it has a fragment")
    } else if !is_loopback(authority.host()) {
        Some("the sandbox speaks to this machine alone, and that is no loopback address")
    } else {
        None
    }
}

/// Whether a host is this machine: no name but `localhost` is, since others may be led anywhere.
pub(super) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
