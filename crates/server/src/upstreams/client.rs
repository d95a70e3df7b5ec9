//! One upstream, and how a request is put to it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use daypass_targets::body::Body;
use daypass_wire::sigv4::{Credentials, Payload, Signer};
use http::header::{HOST, HeaderValue};
use http::request::Parts;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use jiff::Timestamp;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::time::sleep_until;
use tokio_rustls::TlsConnector;

use super::connector::Connector;
use super::credentials::{KeyPair, Keys};
use super::error::{Unanswered, UpstreamError, innermost};
use super::progress::Progress;
use crate::config::UpstreamEntry;

/// Bytes of an answer's status line and headers, a multiple of what any of these services sends.
const HEADERS_BYTES_MAX: usize = 64 * 1024;
/// Header lines of an answer.
const HEADERS_MAX: usize = 100;
/// How long an unused connection is kept: shorter than servers do, so that one that is being closed is seldom chosen.
const IDLE_MAX: Duration = Duration::from_secs(4);
/// Unused connections that are kept.
const IDLE_CONNECTIONS_MAX: usize = 16;
/// The largest file of certificates, in bytes.
const CERTIFICATES_BYTES_MAX: u64 = 1024 * 1024;

/// A service behind daypass.
pub(crate) struct Upstream {
    client: Client<Connector, Body>,
    authority: Authority,
    scheme: Scheme,
    keys: Keys,
    /// What calls are signed for there; the caller's region where there is none.
    region: Option<String>,
    /// How long it may be silent.
    pub(crate) silence: Duration,
}

impl Upstream {
    pub(super) fn open(entry: &UpstreamEntry) -> Result<Self, UpstreamError> {
        let endpoint = &entry.endpoint;
        let tls = endpoint.is_secure.then(|| tls(endpoint.authority.host(), entry.ca_file.as_deref()));
        let connector = Connector { addresses: endpoint.addresses.clone().into(), tls: tls.transpose()? };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_MAX)
            .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
            .http1_max_buf_size(HEADERS_BYTES_MAX)
            .http1_max_headers(HEADERS_MAX)
            .set_host(false)
            // It is tried on a new connection only where not one byte of it was written.
            .retry_canceled_requests(true)
            .build(connector);
        Ok(Self {
            client,
            authority: endpoint.authority.clone(),
            scheme: if endpoint.is_secure { Scheme::HTTPS } else { Scheme::HTTP },
            keys: Keys::new(&entry.credentials),
            region: entry.region.clone(),
            silence: entry.silence,
        })
    }

    /// The upstream's address, for the trail.
    pub(crate) fn host(&self) -> &str {
        self.authority.as_str()
    }

    /// The region that calls are done in there, whatever their callers signed for.
    pub(crate) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The key to sign with now.
    ///
    /// # Errors
    /// [`Unanswered::Credentials`]
    pub(crate) fn key(&self) -> Result<Arc<KeyPair>, Unanswered> {
        self.keys.current().map_err(Unanswered::Credentials)
    }

    /// Signs a request for this upstream: with its own key, for its own Host, now.
    ///
    /// # Errors
    /// [`Unanswered::Unsigned`]
    pub(crate) fn sign(
        &self,
        parts: &mut Parts,
        (service, region): (&str, &str),
        key: &KeyPair,
        payload: Payload<'_>,
    ) -> Result<(), Unanswered> {
        let failed = |detail: String| Unanswered::Unsigned(detail);
        let target = parts.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        parts.uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(target)
            .build()
            .map_err(|error| failed(error.to_string()))?;
        let host =
            HeaderValue::from_str(self.authority.as_str()).map_err(|error| failed(error.to_string()))?;
        parts.headers.insert(HOST, host);
        let credentials = Credentials {
            access_key_id: &key.access_key_id,
            secret_access_key: key.secret_access_key.reveal(),
            session_token: key.session_token.as_ref().map(|token| token.reveal()),
        };
        let signer = Signer { credentials, region, service, now: Timestamp::now() };
        signer.sign(parts, payload).map(drop).map_err(|error| failed(error.to_string()))
    }

    /// Sends a signed request, and waits for the head of its answer.
    ///
    /// # Errors
    /// [`Unanswered`]
    pub(crate) async fn send(
        &self,
        request: Request<Body>,
        progress: &Progress,
    ) -> Result<Response<Incoming>, Unanswered> {
        let mut sending = std::pin::pin!(self.client.request(request));
        loop {
            let deadline = progress.silent_at(self.silence);
            tokio::select! {
                answered = &mut sending => return answered.map_err(|error| unanswered(&error, progress)),
                () = sleep_until(deadline) => {}
            }
            if progress.silent_at(self.silence) <= deadline {
                return Err(Unanswered::Silent { seconds: self.silence.as_secs() });
            }
        }
    }
}

fn unanswered(error: &Error, progress: &Progress) -> Unanswered {
    if let Some(why) = progress.broken() {
        Unanswered::Body(why.clone())
    } else if error.is_connect() {
        Unanswered::Unreachable(innermost(error))
    } else {
        Unanswered::Broken(innermost(error))
    }
}

/// What is trusted: the certificates of the file alone, or the public roots where there is none.
fn tls(host: &str, ca_file: Option<&Path>) -> Result<(TlsConnector, ServerName<'static>), UpstreamError> {
    let fault = |detail: String| UpstreamError::Tls(detail);
    let mut roots = RootCertStore::empty();
    match ca_file {
        None => {
            roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
        }
        Some(path) => {
            for certificate in certificates(path)? {
                let unusable = |detail: String| UpstreamError::CaFile { path: path.to_owned(), detail };
                roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
            }
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| fault(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(name).map_err(|error| fault(error.to_string()))?;
    Ok((TlsConnector::from(Arc::new(config)), name))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, UpstreamError> {
    let unusable = |detail: String| UpstreamError::CaFile { path: path.to_owned(), detail };
    let pem = super::credentials::read_file(path, CERTIFICATES_BYTES_MAX).map_err(unusable)?;
    let found: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(error.to_string()))?;
    if found.is_empty() {
        return Err(unusable("it holds no certificate in PEM form".to_owned()));
    }
    Ok(found)
}
