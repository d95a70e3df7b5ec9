//! Virtual-host addressing: `BUCKET.localhost`, `BUCKET.s3.localhost`, `BUCKET.s3.REGION.amazonaws.com`.
//!
//! `localhost` and every name under it reach the loopback without a name server (RFC 6761, section 6.3), and the AWS
//! SDKs put the bucket into the host name unless the endpoint is an IP address.

use std::sync::Arc;

use s3s::S3Result;
use s3s::host::{S3Host, VirtualHost};

/// Finds the bucket in a `Host` header; a host that has none is addressed by path.
pub(crate) struct Addressing {
    /// Longest first, so that `x.s3.localhost` is bucket `x` and not `x.s3`.
    domains: Vec<String>,
}

impl Addressing {
    pub(crate) fn new(region: &str) -> Self {
        Self {
            domains: vec![
                format!("s3.{region}.amazonaws.com"),
                format!("s3.{region}.localhost"),
                "s3.amazonaws.com".to_owned(),
                "s3.localhost".to_owned(),
                "localhost".to_owned(),
            ],
        }
    }

    /// The bucket in a `Host` header, port and all.
    pub(crate) fn bucket_of<'a>(&self, host: &'a str) -> Option<&'a str> {
        self.bucket(without_port(host))
    }

    fn bucket<'a>(&self, host: &'a str) -> Option<&'a str> {
        if self.domains.iter().any(|domain| domain == host) {
            return None;
        }
        self.domains.iter().find_map(|domain| host.strip_suffix(domain.as_str())?.strip_suffix('.'))
    }
}

/// The host without its port. An IPv6 literal keeps its brackets.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// What `s3s` asks.
pub(crate) struct Hosts(pub(crate) Arc<Addressing>);

impl S3Host for Hosts {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let virtual_host = VirtualHost::new(without_port(host));
        Ok(match self.0.bucket_of(host) {
            Some(bucket) => virtual_host.with_bucket(bucket),
            None => virtual_host,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(host: &str) -> Option<String> {
        let hosts = Hosts(Arc::new(Addressing::new("eu-central-1")));
        let parsed = hosts.parse_host_header(host).unwrap();
        parsed.bucket().map(str::to_owned)
    }

    #[test]
    fn a_bucket_is_what_stands_before_a_known_domain() {
        assert_eq!(bucket("site.localhost:4566").as_deref(), Some("site"));
        assert_eq!(bucket("site.s3.localhost").as_deref(), Some("site"));
        assert_eq!(bucket("a.b.s3.localhost:4566").as_deref(), Some("a.b"));
        assert_eq!(bucket("site.s3.eu-central-1.amazonaws.com").as_deref(), Some("site"));
    }

    #[test]
    fn any_other_host_is_addressed_by_path() {
        for host in [
            "localhost",
            "localhost:4566",
            "s3.localhost:4566",
            "127.0.0.1:4566",
            "[::1]:4566",
            "ci.internal",
        ] {
            assert_eq!(bucket(host), None, "{host}");
        }
    }
}
