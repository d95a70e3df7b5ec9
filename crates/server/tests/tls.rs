//! The sandbox's certificate authority, seen by a client that trusts nothing else.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "the test looks at the files that are kept, and damages them")]

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use daypass_server::data_directory::DataDirectory;
use daypass_server::guard::{Exposure, Guard};
use daypass_server::listener::{Connection, Limits, Serving, bind};
use daypass_server::tls::{Tls, install_provider, load_or_create};
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

async fn show(_: Request<Incoming>, connection: Connection) -> Response<Full<Bytes>> {
    let text = connection
        .tls
        .map_or_else(|| "plain".to_owned(), |tls| format!("{} {}", tls.version, tls.cipher_suite));
    Response::new(Full::from(text))
}

fn start(tls: &Tls) -> (SocketAddr, tokio::sync::watch::Sender<bool>) {
    let listener = bind("127.0.0.1:0".parse().unwrap(), Exposure::Loopback).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let guard = Guard::new(address, &[], &[]);
    let serving = Serving { listener, guard, tls: Some(Arc::clone(&tls.server)), limits: Limits::default() };
    tokio::spawn(serving.run(show, stopped));
    (address, stop)
}

async fn ask(
    address: SocketAddr,
    name: &'static str,
    ca_file: &Path,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<String, std::io::Error> {
    install_provider();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca_file).unwrap()).unwrap();
    let client = ClientConfig::builder_with_protocol_versions(versions)
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let connector = TlsConnector::from(Arc::new(client));
    let mut stream = connector.connect(ServerName::try_from(name).unwrap(), stream).await?;
    let request =
        format!("GET / HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", address.port());
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}

#[tokio::test]
async fn both_versions_are_spoken_under_every_name() {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDirectory::at(directory.path());
    let tls = load_or_create(&data, &["build.internal".to_owned(), "192.0.2.7".to_owned()]).unwrap();
    let (address, stop) = start(&tls);
    for name in ["localhost", "127.0.0.1", "::1", "build.internal", "192.0.2.7"] {
        let answer = ask(address, name, &tls.ca_file, &[&rustls::version::TLS13]).await.unwrap();
        assert_eq!(answer, "TLSv1.3 TLS_AES_256_GCM_SHA384", "{name}");
    }
    let older = ask(address, "localhost", &tls.ca_file, &[&rustls::version::TLS12]).await.unwrap();
    assert_eq!(older, "TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384");
    assert!(ask(address, "evil.example", &tls.ca_file, rustls::ALL_VERSIONS).await.is_err());
    drop(stop);
}

#[tokio::test]
async fn a_client_goes_on_trusting_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDirectory::at(directory.path());
    let first = load_or_create(&data, &[]).unwrap();
    let trusted = directory.path().join("trusted.pem");
    fs::copy(&first.ca_file, &trusted).unwrap();
    assert_eq!(
        fs::metadata(directory.path().join("ca-key.pem")).unwrap().permissions().mode() & 0o777,
        0o600
    );

    let second = load_or_create(&data, &[]).unwrap();
    assert_eq!(fs::read(&second.ca_file).unwrap(), fs::read(&trusted).unwrap());
    let (address, stop) = start(&second);
    assert!(ask(address, "localhost", &trusted, rustls::ALL_VERSIONS).await.is_ok());
    drop(stop);

    fs::remove_file(&second.ca_file).unwrap();
    let third = load_or_create(&data, &[]).unwrap();
    let (address, stop) = start(&third);
    assert!(ask(address, "localhost", &trusted, rustls::ALL_VERSIONS).await.is_ok());
    assert!(ask(address, "localhost", &third.ca_file, rustls::ALL_VERSIONS).await.is_ok());
    drop(stop);
}

#[tokio::test]
async fn another_sandbox_is_not_trusted() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ours = load_or_create(&DataDirectory::at(one.path()), &[]).unwrap();
    let theirs = load_or_create(&DataDirectory::at(other.path()), &[]).unwrap();
    let (address, stop) = start(&ours);
    assert!(ask(address, "localhost", &theirs.ca_file, rustls::ALL_VERSIONS).await.is_err());
    drop(stop);
}

#[test]
fn a_key_that_others_can_read_or_that_is_none_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDirectory::at(directory.path());
    load_or_create(&data, &[]).unwrap();
    let key = directory.path().join("ca-key.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let error = load_or_create(&data, &[]).unwrap_err().to_string();
    assert_eq!(error, format!("`{}` can be read by other users", key.display()));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&key, "no key").unwrap();
    let error = load_or_create(&data, &[]).unwrap_err().to_string();
    assert_eq!(error, format!("`{}` is damaged: it is not a private key", key.display()));
}
