//! Who signed the request? The only place that makes a [`Caller`].
//!
//! Signatures are measured against the wall clock, since unmodified clients sign with theirs; sessions end by the
//! account's clock, which the sandbox may move.

use std::sync::Arc;

use daypass_aws::Caller;
use daypass_wire::sigv4::{self, AuthError, Presented, Verified};
use http::request::Parts;
use jiff::SignedDuration;
use zeroize::Zeroizing;

use super::call::Call;

/// How far a signature's date may lie from now, in minutes: AWS's window for these services.
const WINDOW_MINUTES: i64 = 15;

/// A caller whose signature was found good.
pub(super) struct Authenticated {
    pub(super) caller: Caller,
    pub(super) presented: Presented,
    pub(super) verified: Verified,
}

/// Why nobody is let in: what goes over the wire by [`AuthError`], and the detail for the operator.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) error: AuthError,
    pub(super) detail: String,
    /// The key id that was presented, for the trail; never a secret.
    pub(super) access_key_id: Option<String>,
}

impl Refused {
    fn new(error: AuthError, presented: Option<&Presented>) -> Self {
        let detail = error.to_string();
        Self { error, detail, access_key_id: presented.map(|presented| presented.access_key_id.clone()) }
    }

    fn because(error: AuthError, presented: &Presented, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..Self::new(error, Some(presented)) }
    }
}

/// Checks key, session token and signature. `body_sha256` is the hash of the body where it was read already; `service`
/// is the one that the credential must be scoped to. The region is the caller's to choose: one address serves all, and
/// policies see it as `aws:RequestedRegion`.
pub(super) fn authenticate(
    call: &mut Call,
    parts: &Parts,
    service: &str,
    body_sha256: Option<&str>,
) -> Result<Authenticated, Refused> {
    let presented = sigv4::parse(parts)
        .map_err(|error| Refused::new(error, None))?
        .ok_or_else(|| Refused::new(AuthError::NotSigned, None))?;
    presented
        .check_scope(&presented.scope.region, service)
        .map_err(|error| Refused::new(error, Some(&presented)))?;
    let (caller, secret) = known_key(call, &presented)?;
    let window = SignedDuration::from_mins(WINDOW_MINUTES);
    let verified = sigv4::verify(&presented, parts, &secret, body_sha256, call.wall, window)
        .map_err(|error| Refused::new(error, Some(&presented)))?;
    if let Caller::Session(session) = &caller {
        if session.is_expired(call.now) {
            let detail = format!("the session ended at {} and it is {:.0}", session.expires_at, call.now);
            return Err(Refused::because(AuthError::SessionExpired, &presented, detail));
        }
        let account = call.account.load();
        if account.role(&session.role_name).is_none_or(|role| role.id != session.role_id) {
            let detail = format!("the role {} of this session was deleted", session.role_arn());
            return Err(Refused::because(AuthError::SessionTokenInvalid, &presented, detail));
        }
    }
    call.surroundings.region.clone_from(&presented.scope.region);
    Ok(Authenticated { caller, presented, verified })
}

/// The caller that a key id and session token belong to, and the secret that must have signed. The call is of that
/// caller's account from here on.
fn known_key(call: &mut Call, presented: &Presented) -> Result<(Caller, Zeroizing<String>), Refused> {
    let app = Arc::clone(&call.app);
    let id = presented.access_key_id.as_str();
    if let Some(account) = app.accounts.of_administrator(id) {
        call.account = Arc::clone(account);
        let administrator = &account.administrator;
        if presented.session_token.is_some() {
            let detail = "the administrator's key was sent with a session token";
            return Err(Refused::because(AuthError::SessionTokenInvalid, presented, detail));
        }
        let caller = Caller::Administrator {
            account: account.id.clone(),
            access_key_id: administrator.access_key_id.clone(),
        };
        return Ok((caller, Zeroizing::new(administrator.secret_access_key.reveal().to_owned())));
    }
    let access_key_id = id.to_owned();
    if !id.starts_with("ASIA") {
        return Err(Refused::new(AuthError::UnknownAccessKey { access_key_id }, Some(presented)));
    }
    let Some(token) = &presented.session_token else {
        return Err(Refused::new(AuthError::SessionTokenMissing { access_key_id }, Some(presented)));
    };
    let invalid = |detail: String| Refused::because(AuthError::SessionTokenInvalid, presented, detail);
    let (account, session) = app.accounts.of_session(token).map_err(|error| invalid(error.to_string()))?;
    call.account = Arc::clone(account);
    if session.access_key_id != id {
        return Err(invalid("the session token belongs to another access key".to_owned()));
    }
    let secret = account
        .sealing_keys
        .secret_of(token, id)
        .ok_or_else(|| invalid("the sealing key is gone".to_owned()))?;
    Ok((Caller::Session(Arc::new(session)), secret))
}
