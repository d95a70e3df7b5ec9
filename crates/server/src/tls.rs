//! The sandbox's own certificate authority and the certificate that it serves.
//!
//! The authority is made once and kept in the data directory, so that a client which trusts `ca.pem` goes on to do so
//! after a restart. The server's certificate and its key are made anew at every start and never touch the disk.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SanType, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::version::{TLS12, TLS13};
use zeroize::Zeroizing;

use crate::data_directory::{DataDirectory, DirectoryError};

/// The authority's certificate, for `AWS_CA_BUNDLE` and the like.
const CERTIFICATE_FILE: &str = "ca.pem";
/// The authority's private key.
const KEY_FILE: &str = "ca-key.pem";
/// The authority's name. The same for every sandbox: a restart makes the same issuer from the key alone.
const AUTHORITY_NAME: &str = "daypass sandbox";
/// Years that the authority lasts from the year it was made.
const AUTHORITY_YEARS: i32 = 20;
/// Years that a server's certificate lasts: a server that runs longer than that is restarted for other reasons.
const SERVER_YEARS: i32 = 1;

/// Why the sandbox cannot speak TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The data directory.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// A certificate could not be made.
    #[error("the certificate could not be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The TLS library did not take it.
    #[error("TLS could not be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// What a listener needs to speak TLS.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The server's side: TLS 1.2 and 1.3, HTTP/1.1.
    pub server: Arc<ServerConfig>,
    /// The certificate that clients must trust.
    pub ca_file: PathBuf,
}

/// Makes aws-lc the cryptography of every TLS client and server in this process. Calling it again does nothing.
pub fn install_provider() {
    // An error says that a provider is there already.
    let _ = aws_lc_rs::default_provider().install_default();
}

/// The authority of a data directory, made if it is not there, and a new server certificate for `localhost`, the
/// loopback addresses and `names` (host names or addresses).
///
/// Subdomains of `localhost` are not in it: no TLS client takes a wildcard below a single label (RFC 6125 section 7.2
/// leaves it to them), so over TLS a bucket is named in the path.
///
/// # Errors
/// [`TlsError`]
pub fn load_or_create(directory: &DataDirectory, names: &[String]) -> Result<Tls, TlsError> {
    let authority = authority(directory)?;
    let key = KeyPair::generate()?;
    let year = year();
    let mut parameters = CertificateParams::new(names)?;
    parameters.subject_alt_names.push(SanType::DnsName("localhost".try_into()?));
    for address in [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)] {
        parameters.subject_alt_names.push(SanType::IpAddress(address));
    }
    parameters.distinguished_name = name("localhost");
    parameters.not_before = date_time_ymd(year - 1, 1, 1);
    parameters.not_after = date_time_ymd(year + SERVER_YEARS, 12, 31);
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    parameters.use_authority_key_identifier_extension = true;
    let certificate = parameters.signed_by(&key, &authority)?;
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut server = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)?;
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    let ca_file = directory.file(CERTIFICATE_FILE);
    Ok(Tls { server: server.into(), ca_file: std::path::absolute(&ca_file).unwrap_or(ca_file) })
}

/// The authority by its key; the certificate is written again where it was lost.
fn authority(directory: &DataDirectory) -> Result<Issuer<'static, KeyPair>, TlsError> {
    if !directory.file(KEY_FILE).exists() {
        let pem = Zeroizing::new(KeyPair::generate()?.serialize_pem());
        directory.create_private(KEY_FILE, pem.as_bytes())?;
        // A certificate of another key would be trusted in vain.
        let certificate = authority_parameters().self_signed(&KeyPair::from_pem(&pem)?)?;
        directory.replace_public(CERTIFICATE_FILE, certificate.pem().as_bytes())?;
    }
    let pem = Zeroizing::new(directory.read_private(KEY_FILE)?);
    let key = KeyPair::from_pem(&pem).map_err(|_| directory.damaged(KEY_FILE, "it is not a private key"))?;
    let parameters = authority_parameters();
    if !directory.file(CERTIFICATE_FILE).exists() {
        let certificate = parameters.self_signed(&key)?;
        directory.replace_public(CERTIFICATE_FILE, certificate.pem().as_bytes())?;
    }
    Ok(Issuer::new(parameters, key))
}

fn authority_parameters() -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = name(AUTHORITY_NAME);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let year = year();
    parameters.not_before = date_time_ymd(year - 1, 1, 1);
    parameters.not_after = date_time_ymd(year + AUTHORITY_YEARS, 12, 31);
    parameters
}

fn name(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common);
    name
}

/// The year by the wall clock, which is the one that TLS clients look at.
fn year() -> i32 {
    i32::from(Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).year())
}
