//! Why an issuer's keys cannot be had.

use std::net::IpAddr;
use std::path::PathBuf;

use daypass_token::KeySetError;

/// Why an issuer's keys cannot be had. The caller of STS sees one sentence for all of them; these are for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// Not an `https` URL of a host, without user, query or fragment.
    #[error("`{url}` is not an address that keys are fetched from: {problem}")]
    Url {
        /// The issuer or its `jwks_uri`.
        url: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The issuer is not listed, and lies at an address that only this machine or its network can reach.
    #[error(
        "`{host}` is at {address}, which is not public; list the issuer in the configuration if that is meant"
    )]
    NotPublic {
        /// The host's name, or the address itself.
        host: String,
        /// The address.
        address: IpAddr,
    },
    /// No connection, no TLS, or no HTTP answer.
    #[error("`{url}` cannot be reached: {detail}")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// The library's words.
        detail: String,
    },
    /// The answer sends us to another host.
    #[error("`{url}` redirects to another host")]
    Redirected {
        /// What was asked for.
        url: String,
    },
    /// The answer is not 200.
    #[error("`{url}` answers {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// The status.
        status: u16,
    },
    /// The answer is longer than is read.
    #[error("`{url}` answers with more than {max} bytes")]
    TooLong {
        /// What was asked for.
        url: String,
        /// The limit.
        max: usize,
    },
    /// Discovery and keys together took too long.
    #[error("`{issuer}` did not answer within {seconds} seconds")]
    TimedOut {
        /// The issuer.
        issuer: String,
        /// The limit.
        seconds: u64,
    },
    /// The discovery document is no JSON object with `issuer` and `jwks_uri`.
    #[error("`{url}` is not a discovery document: it needs the texts `issuer` and `jwks_uri`")]
    NotDiscovery {
        /// What was asked for.
        url: String,
    },
    /// The discovery document is another issuer's (OpenID Connect Discovery 1.0, section 4.3).
    #[error("the discovery document of `{asked}` is that of `{found}`")]
    OtherIssuer {
        /// Whose it should be.
        asked: String,
        /// Whose it says it is.
        found: String,
    },
    /// The keys are no key set.
    #[error("the keys of `{issuer}` cannot be read: {source}")]
    Keys {
        /// The issuer.
        issuer: String,
        /// What is wrong with them.
        source: KeySetError,
    },
    /// A configured file cannot be read.
    #[error("`{}` cannot be read: {detail}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's words, or what should be in it.
        detail: String,
    },
    /// The HTTPS client cannot be made.
    #[error("the HTTPS client cannot be made: {detail}")]
    Client {
        /// The library's words.
        detail: String,
    },
    /// The fetch ended without a result, as on shutdown.
    #[error("fetching the keys of `{issuer}` was interrupted")]
    Interrupted {
        /// The issuer.
        issuer: String,
    },
}
