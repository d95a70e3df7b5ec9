//! An issuer on a free port of this machine, with a certificate authority of its own, that answers as it is told.

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use daypass_token::{SigningKey, key_set_document};
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use http_body_util::StreamBody;
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// What is answered at one path.
#[derive(Clone)]
pub(crate) struct Answer {
    status: u16,
    location: Option<String>,
    body: Body,
    delay: Duration,
}

#[derive(Clone)]
enum Body {
    Text(String),
    Endless,
}

impl Answer {
    pub(crate) fn text(body: &str) -> Self {
        Self { status: 200, location: None, body: Body::Text(body.to_owned()), delay: Duration::ZERO }
    }

    pub(crate) fn json(body: &Value) -> Self {
        Self::text(&body.to_string())
    }

    pub(crate) fn status(status: u16) -> Self {
        Self { status, ..Self::text("") }
    }

    pub(crate) fn redirect(location: &str) -> Self {
        Self { status: 302, location: Some(location.to_owned()), ..Self::text("") }
    }

    pub(crate) fn endless() -> Self {
        Self { body: Body::Endless, ..Self::text("") }
    }

    pub(crate) fn never() -> Self {
        Self::text("").after(Duration::from_secs(3600))
    }

    pub(crate) fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    async fn send(self) -> Response<StreamBody<BoxStream<'static, Result<Frame<Bytes>, Infallible>>>> {
        tokio::time::sleep(self.delay).await;
        let pieces: BoxStream<'static, Bytes> = match self.body {
            Body::Text(text) => stream::iter([Bytes::from(text)]).boxed(),
            Body::Endless => stream::repeat(Bytes::from_static(&[b' '; 4096])).boxed(),
        };
        let mut response = Response::builder().status(self.status);
        if let Some(location) = self.location {
            response = response.header("location", location);
        }
        response.body(StreamBody::new(pieces.map(|piece| Ok(Frame::data(piece))).boxed())).unwrap()
    }
}

#[derive(Default)]
struct Told {
    answers: HashMap<String, Answer>,
    asked: Vec<String>,
    connections: usize,
}

/// The issuer; gone when the test's runtime is.
pub(crate) struct FakeIssuer {
    port: u16,
    directory: tempfile::TempDir,
    told: Arc<Mutex<Told>>,
}

impl FakeIssuer {
    /// Starts an issuer that answers with a fitting discovery document and these keys at `/keys`.
    pub(crate) async fn start(keys: &[&SigningKey]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (authority, tls) = certificates(port);
        let directory = tempfile::tempdir().unwrap();
        std::io::Write::write_all(
            &mut std::fs::File::create(directory.path().join("ca.pem")).unwrap(),
            authority.as_bytes(),
        )
        .unwrap();
        let issuer = Self { port, directory, told: Arc::default() };
        issuer.answer_discovery(issuer.discovery());
        issuer.answer("/keys", Answer::json(&key_set_document(keys.iter().copied())));
        tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(tls)), Arc::clone(&issuer.told)));
        issuer
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    pub(crate) fn ca_file(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    /// The honest discovery document.
    pub(crate) fn discovery(&self) -> Answer {
        Answer::json(&json!({"issuer": self.url(), "jwks_uri": format!("{}/keys", self.url())}))
    }

    pub(crate) fn answer(&self, path: &str, answer: Answer) {
        self.told.lock().unwrap().answers.insert(path.to_owned(), answer);
    }

    pub(crate) fn answer_discovery(&self, answer: Answer) {
        self.answer("/.well-known/openid-configuration", answer);
    }

    /// The paths that were asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.told.lock().unwrap().asked.clone()
    }

    /// How often anyone connected.
    pub(crate) fn connections(&self) -> usize {
        self.told.lock().unwrap().connections
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, told: Arc<Mutex<Told>>) {
    while let Ok((socket, _)) = listener.accept().await {
        told.lock().unwrap().connections += 1;
        let (acceptor, told) = (acceptor.clone(), Arc::clone(&told));
        tokio::spawn(async move {
            let Ok(socket) = acceptor.accept(socket).await else { return };
            let respond = service_fn(move |request: Request<Incoming>| {
                let path = request.uri().path().to_owned();
                let answer = {
                    let mut told = told.lock().unwrap();
                    told.asked.push(path.clone());
                    told.answers.get(&path).cloned().unwrap_or_else(|| Answer::status(404))
                };
                async move { Ok::<_, Infallible>(answer.send().await) }
            });
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(socket), respond)
                .await;
        });
    }
}

/// A new certificate authority in PEM form, and a server's configuration with a certificate by it for this machine.
fn certificates(port: u16) -> (String, ServerConfig) {
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let mut authority = rcgen::CertificateParams::new(vec![]).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    authority.distinguished_name.push(rcgen::DnType::CommonName, format!("authority of port {port}"));
    let pem = authority.self_signed(&authority_key).unwrap().pem();
    let signer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let certificate = rcgen::CertificateParams::new(names).unwrap().signed_by(&key, &signer).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(certificate.der().to_vec())], key)
        .unwrap();
    (pem, config)
}
