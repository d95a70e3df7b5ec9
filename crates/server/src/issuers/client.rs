//! HTTPS clients: what they trust, whom they reach, whom they follow.

use std::error::Error as _;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use reqwest::Client;
use reqwest::redirect::{Attempt, Policy};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::address::{PublicResolver, Reach};
use super::error::IssuerError;
use super::file;

/// How often one request is sent on to another path of the same host.
const REDIRECTS_MAX: usize = 3;
/// The largest file of certificates, in bytes: room for every public root.
const CERTIFICATES_BYTES_MAX: u64 = 1024 * 1024;

/// The clients that trust only the public roots, made when first needed: reading the roots takes a while.
#[derive(Default)]
pub(super) struct Clients {
    anywhere: OnceLock<Result<Client, IssuerError>>,
    public_only: OnceLock<Result<Client, IssuerError>>,
}

impl Clients {
    pub(super) fn client(&self, reach: Reach) -> Result<Client, IssuerError> {
        let place = match reach {
            Reach::Anywhere => &self.anywhere,
            Reach::PublicOnly => &self.public_only,
        };
        place.get_or_init(|| client(reach, &[])).clone()
    }
}

/// A client that trusts the public roots and the certificates of a PEM file.
pub(super) fn trusting(reach: Reach, ca_file: &Path) -> Result<Client, IssuerError> {
    let unreadable = |detail: String| IssuerError::File { path: ca_file.to_owned(), detail };
    let pem = file::read(ca_file, CERTIFICATES_BYTES_MAX)?;
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| unreadable(error.to_string()))?;
    if certificates.is_empty() {
        return Err(unreadable("it holds no certificate in PEM form".to_owned()));
    }
    client(reach, &certificates)
}

fn client(reach: Reach, more: &[CertificateDer<'static>]) -> Result<Client, IssuerError> {
    let fault = |detail: String| IssuerError::Client { detail };
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    for certificate in more {
        roots.add(certificate.clone()).map_err(|error| fault(error.to_string()))?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| fault(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .https_only(true)
        .http1_only()
        // A proxy would resolve names itself, out of reach of the rule for addresses.
        .no_proxy()
        .pool_max_idle_per_host(0)
        .referer(false)
        .redirect(Policy::custom(follow))
        .user_agent(concat!("daypass/", env!("CARGO_PKG_VERSION")));
    let builder = match reach {
        Reach::Anywhere => builder,
        Reach::PublicOnly => builder.dns_resolver(PublicResolver),
    };
    builder.build().map_err(|error| fault(detail(&error)))
}

/// Follows to the same scheme, host and port only.
fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let same = attempt.previous().first().is_some_and(|first| first.origin() == attempt.url().origin());
    if !same {
        attempt.error(OtherHost)
    } else if attempt.previous().len() > REDIRECTS_MAX {
        attempt.error(TooManyRedirects)
    } else {
        attempt.follow()
    }
}

/// A redirect to another host.
#[derive(Debug)]
pub(super) struct OtherHost;

impl fmt::Display for OtherHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("it redirects to another host")
    }
}

impl std::error::Error for OtherHost {}

/// A redirect too many.
#[derive(Debug)]
struct TooManyRedirects;

impl fmt::Display for TooManyRedirects {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "it redirects more than {REDIRECTS_MAX} times")
    }
}

impl std::error::Error for TooManyRedirects {}

/// The innermost words of an error, which say what happened; the outer ones repeat what was asked.
pub(super) fn detail(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// The error of a type somewhere within another.
pub(super) fn within<E: std::error::Error + 'static>(error: &reqwest::Error) -> Option<&E> {
    let mut next = error.source();
    while let Some(source) = next {
        if let Some(found) = source.downcast_ref::<E>() {
            return Some(found);
        }
        next = source.source();
    }
    None
}
