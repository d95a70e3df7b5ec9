//! Who signed the request? The only place that makes a [`Caller`].
//!
//! Signatures are measured against the wall clock, since unmodified clients sign with theirs; sessions end by the
//! account's clock, which the sandbox may move.

use std::sync::Arc;

use daypass_aws::Caller;
use daypass_wire::sigv2;
use daypass_wire::sigv4::{self, AuthError, Kind, PathRules, Scope, SigningKey};
use http::request::Parts;
use jiff::SignedDuration;

use super::call::Call;
use crate::accounts::HostedAccount;
use crate::opened_sessions::OpenedSession;

/// How far a signature's date may lie from now, in minutes: AWS's window for a service.
const fn window_minutes(service: &str) -> i64 {
    match service.as_bytes() {
        b"lambda" => 5,
        _ => 15,
    }
}

/// Where services are that have no region of their own.
const GLOBAL_REGION: &str = "us-east-1";
/// Bytes of a region's name; the longest of AWS's has 14.
const REGION_BYTES_MAX: usize = 32;

/// Characters of a key id that is presented and not known; AWS's have 20.
const KEY_ID_CHARACTERS_MAX: usize = 128;
/// Characters of a refusal that go on record: it may quote what a stranger sent.
const DETAIL_CHARACTERS_MAX: usize = 2_048;

/// A caller whose signature was found good.
pub(super) struct Authenticated {
    pub(super) caller: Caller,
    pub(super) signature: Signature,
}

/// A signature that was found good.
pub(super) enum Signature {
    Version4 {
        kind: Kind,
        verified: Box<sigv4::Verified>,
    },
    /// Presigned, and for S3 alone.
    Version2(sigv2::Verified),
}

/// Whom a request says it is from.
#[derive(Clone, Copy)]
struct Claim<'a> {
    access_key_id: &'a str,
    session_token: Option<&'a str>,
}

/// The secret that must have signed.
enum Secret {
    OfAdministrator(Arc<HostedAccount>),
    OfSession(Arc<OpenedSession>),
}

impl Secret {
    fn reveal(&self) -> &str {
        match self {
            Self::OfAdministrator(account) => account.administrator.secret_access_key.reveal(),
            Self::OfSession(opened) => &opened.secret_access_key,
        }
    }

    /// The key that it gives within a scope.
    fn signing_key(&self, scope: &Scope) -> SigningKey {
        match self {
            Self::OfAdministrator(_) => SigningKey::derive(self.reveal(), scope),
            Self::OfSession(opened) => opened.signing_key(scope),
        }
    }
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
    fn unread(error: AuthError) -> Self {
        Self { detail: cut(&error.to_string()), error, access_key_id: None }
    }

    fn new(error: AuthError, claim: Claim<'_>) -> Self {
        let access_key_id = claim.access_key_id.chars().take(KEY_ID_CHARACTERS_MAX).collect();
        Self { access_key_id: Some(access_key_id), ..Self::unread(error) }
    }

    fn because(error: AuthError, claim: Claim<'_>, detail: impl Into<String>) -> Self {
        Self { detail: cut(&detail.into()), ..Self::new(error, claim) }
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
    let presented =
        sigv4::parse(parts).map_err(Refused::unread)?.ok_or_else(|| Refused::unread(AuthError::NotSigned))?;
    let claim =
        Claim { access_key_id: &presented.access_key_id, session_token: presented.session_token.as_deref() };
    let region = region_of(&presented.scope.region).unwrap_or(&call.app.config.region);
    presented.check_scope(region, service).map_err(|error| Refused::new(error, claim))?;
    let (caller, secret) = known_key(call, claim)?;
    let window = SignedDuration::from_mins(window_minutes(service));
    let key = secret.signing_key(&presented.scope);
    let rules = PathRules::of_service(service);
    let verified = sigv4::verify_with_key(&presented, parts, &key, body_sha256, call.wall, window, rules)
        .map_err(|error| Refused::new(error, claim))?;
    still_there(call, &caller, claim)?;
    // They have one region, whatever their callers sign for.
    let region =
        if matches!(service, "iam" | "cloudfront") { GLOBAL_REGION } else { &presented.scope.region };
    region.clone_into(&mut call.surroundings.region);
    Ok(Authenticated {
        caller,
        signature: Signature::Version4 { kind: presented.kind, verified: Box::new(verified) },
    })
}

/// Whether key and session token are known ones, before the body is here that the signature is about. Nothing is
/// believed by it: [`authenticate`] asks again. Gives the key's id.
pub(super) fn foresee(call: &mut Call, parts: &Parts, service: &str) -> Result<String, Refused> {
    let presented =
        sigv4::parse(parts).map_err(Refused::unread)?.ok_or_else(|| Refused::unread(AuthError::NotSigned))?;
    let claim =
        Claim { access_key_id: &presented.access_key_id, session_token: presented.session_token.as_deref() };
    presented.check_scope(&presented.scope.region, service).map_err(|error| Refused::new(error, claim))?;
    let (caller, _) = known_key(call, claim)?;
    still_there(call, &caller, claim)?;
    Ok(presented.access_key_id)
}

fn cut(text: &str) -> String {
    text.chars().take(DETAIL_CHARACTERS_MAX).collect()
}

/// A region's name, or `None` for a text that cannot be one: it goes into the trail and to the policies.
fn region_of(text: &str) -> Option<&str> {
    let is_known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (text.len() <= REGION_BYTES_MAX && text.bytes().all(is_known)).then_some(text)
}

/// The same for S3, which takes URLs that are presigned with signature version 2 as well. They name no region: the call
/// is one to the sandbox's own.
pub(super) fn authenticate_s3(call: &mut Call, parts: &Parts) -> Result<Authenticated, Refused> {
    let Some(presented) = sigv2::parse(parts).map_err(Refused::unread)? else {
        return authenticate(call, parts, "s3", None);
    };
    let claim =
        Claim { access_key_id: &presented.access_key_id, session_token: presented.session_token.as_deref() };
    let (caller, secret) = known_key(call, claim)?;
    // By the header itself, which is how the target finds the bucket too.
    let host = parts.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
    let bucket = host.and_then(|host| call.app.s3.bucket_of_host(host));
    let verified = sigv2::verify(&presented, bucket, secret.reveal(), call.wall)
        .map_err(|error| Refused::new(error, claim))?;
    still_there(call, &caller, claim)?;
    Ok(Authenticated { caller, signature: Signature::Version2(verified) })
}

/// A session ends at its time, and with its role.
fn still_there(call: &Call, caller: &Caller, claim: Claim<'_>) -> Result<(), Refused> {
    let Caller::Session(session) = caller else { return Ok(()) };
    if session.is_expired(call.now) {
        let detail = format!("the session ended at {} and it is {:.0}", session.expires_at, call.now);
        return Err(Refused::because(AuthError::SessionExpired, claim, detail));
    }
    let account = call.account.load();
    if account.role(&session.role_name).is_none_or(|role| role.id != session.role_id) {
        let detail = format!("the role {} of this session was deleted", session.role_arn());
        return Err(Refused::because(AuthError::SessionTokenInvalid, claim, detail));
    }
    Ok(())
}

/// The caller that a key id and session token belong to, and the secret that must have signed. The call is of that
/// caller's account from here on.
fn known_key(call: &mut Call, claim: Claim<'_>) -> Result<(Caller, Secret), Refused> {
    let app = Arc::clone(&call.app);
    let id = claim.access_key_id;
    if let Some(account) = app.accounts.of_administrator(id) {
        call.account = Arc::clone(account);
        let administrator = &account.administrator;
        if claim.session_token.is_some() {
            let detail = "the administrator's key was sent with a session token";
            return Err(Refused::because(AuthError::SessionTokenInvalid, claim, detail));
        }
        let caller = Caller::Administrator {
            account: account.id.clone(),
            access_key_id: administrator.access_key_id.clone(),
        };
        return Ok((caller, Secret::OfAdministrator(Arc::clone(account))));
    }
    let access_key_id = id.to_owned();
    if !id.starts_with("ASIA") {
        return Err(Refused::new(AuthError::UnknownAccessKey { access_key_id }, claim));
    }
    let Some(token) = claim.session_token else {
        return Err(Refused::new(AuthError::SessionTokenMissing { access_key_id }, claim));
    };
    let invalid = |detail: String| Refused::because(AuthError::SessionTokenInvalid, claim, detail);
    let opened = app.accounts.of_session(token).map_err(|error| invalid(error.to_string()))?;
    call.account = Arc::clone(&opened.account);
    if opened.session.access_key_id != id {
        return Err(invalid("the session token belongs to another access key".to_owned()));
    }
    Ok((Caller::Session(Arc::clone(&opened.session)), Secret::OfSession(opened)))
}
