//! Who is being asked, and from which page? The check against DNS rebinding that stands before every listener.
//!
//! A browser will send requests to loopback for any page that it shows. Two headers that a page cannot forge tell such
//! requests apart: `Host` carries the name that the page's script used, which for a rebound name is the attacker's own,
//! and `Origin` carries where the page came from. So a listener answers to its own names only.
//!
//! **Invariant: the stand-in is caged.** Whoever can mint tokens can become production, so a listener is bound to
//! loopback, or to an address that was named with `--danger-listen`.

use std::net::{IpAddr, SocketAddr};

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, HeaderName, Uri};

/// The most characters of a stranger's header that go into an answer.
const ECHO_CHARACTERS_MAX: usize = 100;

/// Whether a listener may be reached from other machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// Loopback addresses only.
    Loopback,
    /// Any address: its user named it with `--danger-listen`.
    DangerAny,
}

/// An address that the sandbox does not listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a loopback address: while the sandbox stands in for GitHub's issuer, whoever reaches it can become \
     any workflow"
)]
pub struct NotLoopback(pub SocketAddr);

impl NotLoopback {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        format!(
            "listen on 127.0.0.1:{}, or add --danger-listen {} if that is what you want",
            self.0.port(),
            self.0
        )
    }
}

/// Whether a listener may be bound to an address.
///
/// # Errors
/// [`NotLoopback`]
pub fn admit(address: SocketAddr, exposure: Exposure) -> Result<(), NotLoopback> {
    if exposure == Exposure::DangerAny || address.ip().to_canonical().is_loopback() {
        Ok(())
    } else {
        Err(NotLoopback(address))
    }
}

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The name that was asked for is none of this listener's.
    #[error("the request is for `{0}`, and this address answers to {1} only")]
    Host(String, String),
    /// The header is missing, twice there, or no host.
    #[error("the request has no single, readable {0} header")]
    Malformed(HeaderName),
    /// The page that sent it is none of the sandbox's.
    #[error("the request comes from the page `{0}`, which is none of the sandbox's")]
    Origin(String),
}

/// The names that one listener answers to.
#[derive(Debug, Clone)]
pub struct Guard {
    address: SocketAddr,
    names: Vec<String>,
    origin_ports: Vec<u16>,
}

impl Guard {
    /// The guard of a listener that is bound to `address`. `names` are host names beside `localhost` and its
    /// subdomains that the user listed; `origin_ports` are those of the sandbox's other listeners, whose pages may
    /// ask here too.
    #[must_use]
    pub fn new(address: SocketAddr, names: &[String], origin_ports: &[u16]) -> Self {
        let names = names.iter().map(|name| name.to_ascii_lowercase()).collect();
        let mut origin_ports = origin_ports.to_vec();
        origin_ports.push(address.port());
        Self { address, names, origin_ports }
    }

    /// Lets a request through or not.
    ///
    /// # Errors
    /// [`Refusal`]; its text may be shown to the caller.
    pub fn check(&self, uri: &Uri, headers: &HeaderMap, secure: bool) -> Result<(), Refusal> {
        let host = single(headers, HOST)?.ok_or(Refusal::Malformed(HOST))?;
        let default_port = if secure { 443 } else { 80 };
        // A proxy's form of request names the host twice, and some servers go by the one, some by the other.
        let asked = uri.authority().map(http::uri::Authority::as_str).into_iter().chain([host]);
        for authority in asked {
            let own = split(authority, default_port)
                .is_some_and(|(name, port)| port == self.address.port() && self.is_own(name));
            if !own {
                return Err(Refusal::Host(echo(authority), self.own_names()));
            }
        }
        match single(headers, ORIGIN)? {
            Some(origin) if !self.is_own_origin(origin) => Err(Refusal::Origin(echo(origin))),
            _ => Ok(()),
        }
    }

    fn is_own_origin(&self, origin: &str) -> bool {
        let (rest, default_port) = match (origin.strip_prefix("http://"), origin.strip_prefix("https://")) {
            (Some(rest), _) => (rest, 80),
            (_, Some(rest)) => (rest, 443),
            _ => return false,
        };
        split(rest, default_port)
            .is_some_and(|(name, port)| self.origin_ports.contains(&port) && self.is_own(name))
    }

    fn is_own(&self, name: &str) -> bool {
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        if let Ok(address) = bare.parse::<IpAddr>() {
            // An address cannot be rebound: a page under it did come from there.
            let bound = self.address.ip();
            return address.to_canonical().is_loopback() || address == bound || bound.is_unspecified();
        }
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        name == "localhost" || name.ends_with(".localhost") || self.names.contains(&name)
    }

    fn own_names(&self) -> String {
        let port = self.address.port();
        let mut names = vec![format!("`localhost:{port}`"), format!("`{}`", self.address)];
        names.extend(self.names.iter().map(|name| format!("`{name}:{port}`")));
        names.join(", ")
    }
}

fn single(headers: &HeaderMap, name: HeaderName) -> Result<Option<&str>, Refusal> {
    let mut values = headers.get_all(&name).iter();
    let value = match values.next() {
        Some(value) => Some(value.to_str().map_err(|_| Refusal::Malformed(name.clone()))?),
        None => None,
    };
    if values.next().is_some() { Err(Refusal::Malformed(name)) } else { Ok(value) }
}

/// Name and port of `name`, `name:port` or `[address]:port` (RFC 9110 section 7.2); nothing with a user part.
fn split(authority: &str, default_port: u16) -> Option<(&str, u16)> {
    let end_of_name = authority.rfind(']').unwrap_or(0);
    let (name, port) = match authority.rfind(':').filter(|colon| *colon >= end_of_name) {
        Some(colon) => {
            let (name, port) = authority.split_at_checked(colon)?;
            let digits =
                port.strip_prefix(':').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
            (name, digits.parse().ok()?)
        }
        None => (authority, default_port),
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.[]:".contains(&byte);
    (!name.is_empty() && name.bytes().all(plain)).then_some((name, port))
}

fn echo(text: &str) -> String {
    text.chars().take(ECHO_CHARACTERS_MAX).collect()
}
