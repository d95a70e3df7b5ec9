//! What is known of a call before it is looked at.

use std::sync::Arc;

use daypass_aws::authorize::Surroundings;
use http::request::Parts;
use jiff::Timestamp;

use crate::accounts::HostedAccount;
use crate::listener::{Connection, TlsDetails};
use crate::random::SystemRandom;
use crate::state::App;

/// Characters of a header that are kept.
const HEADER_CHARACTERS_MAX: usize = 1_024;

/// One call in progress.
pub(super) struct Call {
    pub(super) app: Arc<App>,
    /// The account that the call is of: the caller's, once it is known, or the one whose role a token is exchanged for;
    /// the first one until then. It decides whose trail a record goes to; what a caller may do is decided by the caller.
    pub(super) account: Arc<HostedAccount>,
    /// What the caller is told as `RequestId`, and `daypass explain` asks for.
    pub(super) request_id: String,
    /// The account's time when the call arrived.
    pub(super) now: Timestamp,
    /// The wall clock's time when the call arrived: what signatures are measured against.
    pub(super) wall: Timestamp,
    pub(super) surroundings: Surroundings,
    /// The Host that was asked for.
    pub(super) host: Option<String>,
    pub(super) tls: Option<TlsDetails>,
}

impl Call {
    pub(super) fn new(app: Arc<App>, parts: &Parts, connection: &Connection) -> Self {
        let text = |name: http::HeaderName| {
            let value = parts.headers.get(name).and_then(|value| value.to_str().ok());
            value.map(|value| value.chars().take(HEADER_CHARACTERS_MAX).collect::<String>())
        };
        let now = app.clock.now();
        Self {
            account: Arc::clone(app.accounts.first()),
            request_id: SystemRandom::new().uuid(),
            now,
            wall: Timestamp::now(),
            surroundings: Surroundings {
                now,
                source_ip: connection.peer.ip().to_canonical().to_string(),
                secure_transport: connection.tls.is_some(),
                region: app.config.region.clone(),
                user_agent: text(http::header::USER_AGENT),
            },
            host: text(http::header::HOST),
            tls: connection.tls.clone(),
            app,
        }
    }
}
