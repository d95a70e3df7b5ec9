//! An upstream that speaks TLS, under an authority of its own.

use std::sync::Arc;

use daypass_testkit::upstream::{Script, ScriptedUpstream};
use daypass_testkit::{Sandbox, SandboxBuilder};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::{KEYS, call, records, session, tables};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
}

/// Takes the TLS off in front of an upstream, with a certificate for this name; the port that it listens on.
async fn in_front_of(upstream: &ScriptedUpstream, authority: &Authority, name: &str) -> u16 {
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new([name.to_owned()]).unwrap();
    let certificate = parameters.signed_by(&key, authority).unwrap();
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let address = upstream.address();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whoever does not trust the certificate ends the handshake.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut inner = TcpStream::connect(address).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut inner).await;
        }
    });
    port
}

async fn trusting(authority: &Authority, endpoint: &str) -> Sandbox {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("keys"), KEYS).unwrap();
    std::fs::write(directory.path().join("ca.pem"), authority.pem()).unwrap();
    let text = tables(endpoint, "ca_file = \"ca.pem\"");
    SandboxBuilder::default().config_text(directory.path(), &text).start_in(directory).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_authority_of_the_ca_file_is_believed_and_only_for_the_host_that_is_asked() {
    let (own, other) = (authority(), authority());
    let item = json!({ "TableName": "orders", "Item": { "id": { "S": "1" } } });
    for (trusted, name, host, status) in [
        (&own, "127.0.0.1", "127.0.0.1", 200),
        (&own, "localhost", "localhost", 200),
        (&other, "127.0.0.1", "127.0.0.1", 503),
        (&own, "localhost", "127.0.0.1", 503),
        (&own, "upstream.example", "localhost", 503),
    ] {
        let upstream = ScriptedUpstream::start(Script::answer("200 OK", "", "{}")).await;
        let port = in_front_of(&upstream, &own, name).await;
        let sandbox = trusting(trusted, &format!("https://{host}:{port}")).await;
        let session = session(&sandbox).await;
        let put = ("dynamodb", "DynamoDB_20120810.PutItem");
        let answer = call(&sandbox, put, Some(&session), &item).await;
        assert_eq!(answer.status.as_u16(), status, "{name} as {host}: {}", answer.text());
        assert_eq!(upstream.seen().len(), usize::from(status == 200), "{name} as {host}");
        let records = records(&sandbox, answer.request_id().unwrap()).await;
        let failure = records.get(1).map(|record| record["additionalEventData"]["upstream"].clone());
        match failure {
            None => assert_eq!(status, 200),
            Some(upstream) => {
                assert_eq!(upstream["mayBeDone"], false);
                let why = upstream["failure"].as_str().unwrap();
                assert!(why.contains("invalid peer certificate"), "{name} as {host}: {why}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_speaks_no_tls_is_not_spoken_to_in_the_clear() {
    let upstream = ScriptedUpstream::start(Script::HangupAfter(1)).await;
    let sandbox = trusting(&authority(), &upstream.url().replace("http://", "https://")).await;
    let session = session(&sandbox).await;
    let list = ("dynamodb", "DynamoDB_20120810.ListTables");
    let answer = call(&sandbox, list, Some(&session), &json!({})).await;
    assert_eq!(answer.status.as_u16(), 503, "{}", answer.text());
    assert!(upstream.seen().iter().all(|seen| !seen.contains("HTTP/1.1")), "{:?}", upstream.seen());
}
