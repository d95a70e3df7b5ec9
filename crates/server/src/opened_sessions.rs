//! Session tokens that were opened lately, with what opening them gave: a client signs many calls with one session, and
//! unsealing it and deriving its signing key took as long as checking the signature.
//!
//! Nothing is believed by what is kept here but what the token itself said when it was opened: whether the session has
//! ended, and whether its role is still there, is asked at each call. Sealing keys do not change while a server runs.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::{Arc, Mutex, PoisonError};

use daypass_aws::Session;
use daypass_wire::sigv4::{Scope, SigningKey};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::accounts::HostedAccount;

/// Sessions that are kept. A token has at most 16 KiB, so that all together stay under 8 MiB; they are dropped together,
/// since finding the oldest would cost what is saved.
const SESSIONS_MAX: usize = 256;

/// A session, its account, and the secret that signs for it.
pub(crate) struct OpenedSession {
    token: Zeroizing<String>,
    pub(crate) account: Arc<HostedAccount>,
    pub(crate) session: Arc<Session>,
    pub(crate) secret_access_key: Zeroizing<String>,
    /// The key that was derived last: a client signs for one day, region and service many times over.
    signing_key: Mutex<Option<(Scope, SigningKey)>>,
}

impl OpenedSession {
    pub(crate) fn new(
        token: &str,
        account: Arc<HostedAccount>,
        session: Session,
        secret_access_key: Zeroizing<String>,
    ) -> Self {
        Self {
            token: Zeroizing::new(token.to_owned()),
            account,
            session: Arc::new(session),
            secret_access_key,
            signing_key: Mutex::default(),
        }
    }

    /// The key that signs within a scope.
    pub(crate) fn signing_key(&self, scope: &Scope) -> SigningKey {
        let mut kept = self.signing_key.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, key)) = kept.as_ref()
            && known == scope
        {
            return key.clone();
        }
        let key = SigningKey::derive(&self.secret_access_key, scope);
        *kept = Some((scope.clone(), key.clone()));
        key
    }
}

/// The sessions, by a hash of their tokens whose key this process drew.
#[derive(Default)]
pub(crate) struct OpenedSessions {
    hasher: RandomState,
    kept: Mutex<HashMap<u64, Arc<OpenedSession>>>,
}

impl OpenedSessions {
    /// The session of exactly this token, compared in constant time.
    pub(crate) fn find(&self, token: &str) -> Option<Arc<OpenedSession>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.get(&self.hasher.hash_one(token))?;
        bool::from(found.token.as_bytes().ct_eq(token.as_bytes())).then(|| Arc::clone(found))
    }

    /// Keeps one.
    pub(crate) fn keep(&self, opened: &Arc<OpenedSession>) {
        let hash = self.hasher.hash_one(opened.token.as_str());
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= SESSIONS_MAX {
            kept.clear();
        }
        kept.insert(hash, Arc::clone(opened));
    }
}
