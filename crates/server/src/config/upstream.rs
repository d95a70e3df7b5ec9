//! `[[upstreams]]`: a service that stands behind daypass, and the key that daypass has there.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::Range;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::time::Duration;

use daypass_targets::gateway::Service;
use http::Uri;
use http::uri::Authority;
use serde::Deserialize;
use toml::Spanned;

use super::app::is_loopback;
use super::issuer::existing;
use super::raw::is_region;
use super::{At, ConfigError};
use crate::data_directory::Secret;

/// The longest endpoint, in bytes.
const ENDPOINT_BYTES_MAX: usize = 255;
/// The longest key id, secret or session token, in bytes; AWS's session tokens have about a thousand.
const CREDENTIAL_BYTES_MAX: usize = 4_096;
/// The profile that is read where none is named, as AWS's clients do.
const PROFILE_DEFAULT: &str = "default";
/// How long an upstream may be silent where nothing is said, in seconds: three times SQS's longest poll.
const SILENCE_SECONDS_DEFAULT: u64 = 60;
/// The longest silence that can be allowed, in seconds.
const SILENCE_SECONDS_MAX: u64 = 900;

/// One upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamEntry {
    /// Which service it is.
    pub service: Service,
    /// Where it is.
    pub endpoint: Endpoint,
    /// A file of certificates (PEM) that alone are trusted there, in place of the public roots.
    pub ca_file: Option<PathBuf>,
    /// The region that calls are signed for there; the caller's where there is none.
    pub region: Option<String>,
    /// The key that calls are signed with there.
    pub credentials: UpstreamCredentials,
    /// How long it may be silent before it is given up.
    pub silence: Duration,
}

/// An address on this machine: the sandbox speaks to nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Whether it speaks TLS.
    pub is_secure: bool,
    /// Host and port as they are written.
    pub authority: Authority,
    /// What is connected to. `localhost` is not asked of any name server.
    pub addresses: Vec<SocketAddr>,
}

/// Where the key for an upstream is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpstreamCredentials {
    /// In the configuration itself.
    Inline {
        /// The access key id.
        access_key_id: String,
        /// The secret.
        secret_access_key: Secret,
        /// The session token of temporary credentials.
        session_token: Option<Secret>,
    },
    /// In a file as AWS's clients share it. It need not be there when daypass starts.
    File {
        /// The file.
        path: PathBuf,
        /// The section of the file.
        profile: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    service: Spanned<String>,
    endpoint: Spanned<String>,
    ca_file: Option<Spanned<PathBuf>>,
    region: Option<Spanned<String>>,
    access_key_id: Option<Spanned<String>>,
    secret_access_key: Option<Spanned<Secret>>,
    session_token: Option<Spanned<Secret>>,
    credentials_file: Option<Spanned<PathBuf>>,
    profile: Option<Spanned<String>>,
    silence_seconds: Option<Spanned<u64>>,
}

impl Table {
    pub(super) fn check(self, at: &At<'_>) -> Result<(UpstreamEntry, Range<usize>), ConfigError> {
        let span = self.service.span();
        let Some(service) = Service::named(self.service.get_ref()) else {
            let names: Vec<String> = Service::ALL.iter().map(|it| format!("\"{}\"", it.name())).collect();
            let problem = format!("the service `{}` cannot stand behind daypass", self.service.get_ref());
            return Err(at.place(&span, problem).mend(format!("supported are {}", names.join(", "))));
        };
        let endpoint = endpoint(at, &self.endpoint)?;
        if let (Some(ca_file), false) = (&self.ca_file, endpoint.is_secure) {
            let problem = "`ca_file` is for an endpoint that begins with https://";
            return Err(at.place(&ca_file.span(), problem).mend("leave one of the two"));
        }
        if let Some(region) = self.region.as_ref().filter(|region| !is_region(region.get_ref())) {
            let problem = format!("`{}` is not a region", region.get_ref());
            return Err(at.place(&region.span(), problem).mend("write it as in \"us-east-1\""));
        }
        let silence = match &self.silence_seconds {
            None => SILENCE_SECONDS_DEFAULT,
            Some(seconds) if (1..=SILENCE_SECONDS_MAX).contains(seconds.get_ref()) => *seconds.get_ref(),
            Some(seconds) => {
                let problem = format!("`{}` is no time to wait for an upstream", seconds.get_ref());
                let mend = format!("write 1 to {SILENCE_SECONDS_MAX} seconds");
                return Err(at.place(&seconds.span(), problem).mend(mend));
            }
        };
        let key = Key {
            access_key_id: self.access_key_id,
            secret_access_key: self.secret_access_key,
            session_token: self.session_token,
            file: self.credentials_file,
            profile: self.profile,
        };
        let entry = UpstreamEntry {
            service,
            endpoint,
            ca_file: existing(at, "ca_file", self.ca_file)?,
            region: self.region.map(Spanned::into_inner),
            credentials: key.check(at, &span)?,
            silence: Duration::from_secs(silence),
        };
        Ok((entry, span))
    }
}

/// What a table says of the key.
struct Key {
    access_key_id: Option<Spanned<String>>,
    secret_access_key: Option<Spanned<Secret>>,
    session_token: Option<Spanned<Secret>>,
    file: Option<Spanned<PathBuf>>,
    profile: Option<Spanned<String>>,
}

impl Key {
    fn check(self, at: &At<'_>, span: &Range<usize>) -> Result<UpstreamCredentials, ConfigError> {
        let inline = [
            self.access_key_id.as_ref().map(Spanned::span),
            self.secret_access_key.as_ref().map(Spanned::span),
            self.session_token.as_ref().map(Spanned::span),
        ];
        let inline = inline.into_iter().flatten().next();
        match (self.file, inline) {
            (Some(_), Some(place)) => {
                let problem = "a key in this file and `credentials_file` exclude each other";
                Err(at.place(&place, problem).mend("leave one of the two"))
            }
            (Some(file), None) => Ok(UpstreamCredentials::File {
                path: at.beside(file.get_ref()),
                profile: self.profile.map_or_else(|| PROFILE_DEFAULT.to_owned(), Spanned::into_inner),
            }),
            (None, place) => {
                if let Some(profile) = self.profile {
                    let problem = "`profile` is a section of a `credentials_file`, and none is named";
                    return Err(at.place(&profile.span(), problem).mend("name the file, or take it out"));
                }
                let (Some(id), Some(secret)) = (self.access_key_id, self.secret_access_key) else {
                    let problem = "an upstream has a key: both `access_key_id` and `secret_access_key`";
                    let place = place.unwrap_or_else(|| span.clone());
                    return Err(at.place(&place, problem).mend("write both, or name a `credentials_file`"));
                };
                inline_key(at, id, secret, self.session_token)
            }
        }
    }
}

/// A key in the configuration, which nobody else may then read.
fn inline_key(
    at: &At<'_>,
    id: Spanned<String>,
    secret: Spanned<Secret>,
    token: Option<Spanned<Secret>>,
) -> Result<UpstreamCredentials, ConfigError> {
    let written = [
        ("access_key_id", id.span(), id.get_ref().as_str()),
        ("secret_access_key", secret.span(), secret.get_ref().reveal()),
    ];
    let token_text = token.as_ref().map(|token| ("session_token", token.span(), token.get_ref().reveal()));
    for (name, span, text) in written.into_iter().chain(token_text) {
        if !is_credential(text) {
            let problem = format!("`{name}` is not printable characters without spaces");
            return Err(at.place(&span, problem).mend("copy it once more"));
        }
    }
    let shown = at.file.display();
    let problem = match std::fs::metadata(at.file) {
        Ok(metadata) if metadata.mode() & 0o077 == 0 => None,
        Ok(_) => Some("holds a secret key and can be read by other users".to_owned()),
        Err(error) => Some(format!("holds a secret key, and who can read it is not known: {error}")),
    };
    if let Some(problem) = problem {
        let mend = format!("`chmod 600 {shown}`, or name a `credentials_file`");
        return Err(at.place(&secret.span(), problem).mend(mend));
    }
    Ok(UpstreamCredentials::Inline {
        access_key_id: id.into_inner(),
        secret_access_key: secret.into_inner(),
        session_token: token.map(Spanned::into_inner),
    })
}

/// Whether a text can stand in a header as a part of credentials.
pub(crate) fn is_credential(text: &str) -> bool {
    (1..=CREDENTIAL_BYTES_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn endpoint(at: &At<'_>, text: &Spanned<String>) -> Result<Endpoint, ConfigError> {
    read_endpoint(text.get_ref()).map_err(|problem| {
        // What stands before an at-sign may be a password.
        let shown = text.get_ref().rsplit('@').next().unwrap_or_default();
        let problem = format!("`{shown}` is not an endpoint: {problem}");
        at.place(&text.span(), problem).mend("write it as in \"http://127.0.0.1:5000\"")
    })
}

fn read_endpoint(text: &str) -> Result<Endpoint, &'static str> {
    let uri: Uri = text.parse().map_err(|_| "it is not a URL")?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err("it names no host");
    };
    if text.len() > ENDPOINT_BYTES_MAX {
        return Err("it is over 255 characters");
    }
    if !matches!(scheme, "http" | "https") {
        return Err("it does not begin with http:// or https://");
    }
    if authority.as_str().contains('@') {
        return Err("it names a user");
    }
    if text.contains(['?', '#']) {
        return Err("it has a query or a fragment");
    }
    if !matches!(uri.path(), "" | "/") {
        return Err("it has a path");
    }
    if !is_loopback(authority.host()) {
        return Err("the sandbox speaks to this machine alone, and that is no loopback address");
    }
    let is_secure = scheme == "https";
    let port = match authority.port() {
        Some(port) => port.as_u16(),
        None if authority.as_str().ends_with(':') => return Err("it has an empty port"),
        None => {
            if is_secure {
                443
            } else {
                80
            }
        }
    };
    if port == 0 {
        return Err("there is no port 0");
    }
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let addresses: Vec<IpAddr> = match host.parse() {
        Ok(address) => vec![address],
        Err(_) => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
    };
    let addresses = addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect();
    Ok(Endpoint { is_secure, authority: authority.clone(), addresses })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_on_this_machine() {
        let read = |text: &str| read_endpoint(text).map(|it| (it.is_secure, it.addresses));
        let local = |port| SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port);
        let local_v6 = |port| SocketAddr::new(Ipv6Addr::LOCALHOST.into(), port);
        assert_eq!(read("http://127.0.0.1:5000"), Ok((false, vec![local(5000)])));
        assert_eq!(read("https://127.0.0.1:9297/"), Ok((true, vec![local(9297)])));
        assert_eq!(read("http://[::1]:9000"), Ok((false, vec![local_v6(9000)])));
        assert_eq!(read("https://localhost"), Ok((true, vec![local(443), local_v6(443)])));
    }

    #[test]
    fn endpoints_that_are_refused() {
        for text in [
            "127.0.0.1:5000",
            "ftp://127.0.0.1",
            "http://user:secret@127.0.0.1",
            "http://127.0.0.1@evil.example",
            "http://127.0.0.1/path",
            "http://127.0.0.1?query",
            "http://127.0.0.1/?",
            "http://127.0.0.1:0",
            "http://127.0.0.1:",
            "http://10.0.0.1",
            "http://169.254.169.254",
            "http://localhost.evil.example",
            "http://0.0.0.0",
            "http://2130706433",
            "http://dynamodb.us-east-1.amazonaws.com",
        ] {
            assert!(read_endpoint(text).is_err(), "{text}");
        }
        assert!(read_endpoint("http://127.0.0.1/#fragment").is_err());
    }
}
