//! Which addresses an issuer may lie at.
//!
//! Whoever may register a provider, or answers for an issuer's name, could otherwise make this server knock at the
//! doors of its own network.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::error::IssuerError;

/// Where an issuer may be sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Wherever its operator says.
    Anywhere,
    /// At addresses that everyone can reach.
    PublicOnly,
}

/// Whether everyone on the Internet can reach an address: not private, loopback, link-local, shared, multicast,
/// reserved or for documentation (the special-purpose registries of RFC 6890). An IPv4 address within an IPv6 one is
/// judged by itself.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        // This network, loopback, private, link-local.
        [0 | 10 | 127, ..] | [172, 16..=31, ..] | [192, 168, ..] | [169, 254, ..] => true,
        // Shared between carriers (RFC 6598), protocol assignments, 6to4 relays, benchmarks.
        [100, 64..=127, ..] | [192, 0, 0, _] | [192, 88, 99, _] | [198, 18 | 19, ..] => true,
        // Documentation.
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        // Multicast, reserved, broadcast.
        [224..=255, ..] => true,
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    match address.segments() {
        // The well-known prefix of NAT64 (RFC 6052) leads to an IPv4 address.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)))
        }
        // Protocol assignments with Teredo and ORCHID, documentation, 6to4, documentation again.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Global unicast is all that is left of the rest.
        [0x2000..=0x3fff, ..] => true,
        _ => false,
    }
}

/// Reads an address to fetch from. A host that is an address is judged here, a name when it is resolved.
///
/// # Errors
/// [`IssuerError::Url`] and [`IssuerError::NotPublic`].
pub(super) fn check_url(text: &str, reach: Reach) -> Result<Url, IssuerError> {
    let fault = |problem| IssuerError::Url { url: text.chars().take(300).collect(), problem };
    let url = Url::parse(text).map_err(|_| fault("it is not a URL"))?;
    if url.scheme() != "https" {
        return Err(fault("it does not begin with https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(fault("it names a user"));
    }
    if url.fragment().is_some() {
        return Err(fault("it has a fragment"));
    }
    let host = url.host_str().ok_or_else(|| fault("it names no host"))?;
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    if let Ok(address) = literal
        && reach == Reach::PublicOnly
        && !is_public(address)
    {
        return Err(IssuerError::NotPublic { host: host.to_owned(), address });
    }
    Ok(url)
}

/// Resolves names by the system, and leaves out every address that is not public. The connection is made to what it
/// answers, so a name that changes its address in between gains nothing.
pub(super) struct PublicResolver;

/// A name that has no public address.
#[derive(Debug)]
pub(super) struct NotPublic {
    pub(super) host: String,
    pub(super) address: IpAddr,
}

impl fmt::Display for NotPublic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is at {}, which is not public", self.host, self.address)
    }
}

impl std::error::Error for NotPublic {}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let (public, private): (Vec<_>, Vec<_>) =
                found.into_iter().partition(|found| is_public(found.ip()));
            match private.first() {
                Some(first) if public.is_empty() => {
                    Err(NotPublic { host: name.as_str().to_owned(), address: first.ip() }.into())
                }
                _ => Ok(Box::new(public.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(address: &str) -> bool {
        is_public(address.parse().unwrap())
    }

    #[test]
    fn public_addresses() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:200::1",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
        ] {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn addresses_that_are_not_public() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!public(address), "{address}");
        }
    }

    #[test]
    fn urls() {
        let check = |url: &str| check_url(url, Reach::PublicOnly).map(|url| url.to_string());
        assert_eq!(check("https://issuer.example/a"), Ok("https://issuer.example/a".to_owned()));
        assert_eq!(check("https://1.1.1.1:8443"), Ok("https://1.1.1.1:8443/".to_owned()));
        for (url, problem) in [
            ("issuer.example", "it is not a URL"),
            ("http://issuer.example", "it does not begin with https://"),
            ("file:///etc/passwd", "it does not begin with https://"),
            ("https://user@issuer.example", "it names a user"),
            ("https://:secret@issuer.example", "it names a user"),
            ("https://issuer.example/#a", "it has a fragment"),
            ("https://", "it is not a URL"),
        ] {
            assert_eq!(check(url), Err(IssuerError::Url { url: url.to_owned(), problem }));
        }
        for url in [
            "https://127.0.0.1",
            "https://2130706433",
            "https://0x7f.1",
            "https://0177.0.0.1",
            "https://[::1]",
            "https://[::ffff:10.0.0.1]/x",
            "https://169.254.169.254/latest",
        ] {
            assert!(matches!(check(url), Err(IssuerError::NotPublic { .. })), "{url}");
            assert!(check_url(url, Reach::Anywhere).is_ok(), "{url}");
        }
    }
}
