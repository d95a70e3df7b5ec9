//! The HTTP client underneath: no proxy, no redirects, and only the roots it is given.

use std::time::Duration;

use rustls::crypto::{CryptoProvider, aws_lc_rs};

use crate::error::ClientError;

/// How long a call may take.
const CALL_SECONDS_MAX: u64 = 60;

/// An HTTP client that trusts one authority (PEM) for HTTPS, or none.
///
/// # Errors
/// [`ClientError::Transport`] where the certificate cannot be read.
pub fn transport(authority: Option<&[u8]>) -> Result<reqwest::Client, ClientError> {
    if CryptoProvider::get_default().is_none() {
        // Another thread may have been quicker; then its provider serves.
        let _ = aws_lc_rs::default_provider().install_default();
    }
    let roots = authority.map(reqwest::Certificate::from_pem).transpose()?;
    Ok(reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(CALL_SECONDS_MAX))
        .tls_certs_only(roots)
        .build()?)
}
