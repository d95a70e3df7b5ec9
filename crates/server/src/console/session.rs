//! Who is signed in.
//!
//! A session is a random secret in a cookie; kept is its hash alone, in memory, so that a restart signs everybody out. It
//! stands for a token: it ends with it, and its user may do what that token may.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{SignedDuration, Timestamp};

use crate::data_directory::Secret;
use crate::github::hub::Holdings;
use crate::github::hub::users::Authenticated;
use crate::random::{SystemRandom, hexadecimal};

/// How long a session lasts, by the sandbox's clock: a long working day.
pub(super) const LIFETIME: SignedDuration = SignedDuration::from_hours(12);
/// Random bytes of a session's secret, and of the token of its forms.
const SECRET_BYTES: usize = 32;
/// The most sessions at a time; the one that ends first makes room. Each holds less than a kilobyte.
const SESSIONS_MAX: usize = 10_000;
/// The most sessions of one token: more than one person has browsers. The one that ends first makes room, so that one
/// token's holder cannot sign others out.
const OF_TOKEN_MAX: usize = 20;
/// The longest cookie that is looked at, in bytes: twice what a session's secret takes.
const SHOWN_BYTES_MAX: usize = 4 * SECRET_BYTES;

/// One session.
#[derive(Debug, Clone)]
pub(super) struct Session {
    /// The hash of the secret.
    key: String,
    /// The hash of the token that was shown.
    token_hash: String,
    /// What every form of this session carries.
    pub(super) csrf_token: Arc<Secret>,
    ends_at: Timestamp,
}

/// Everybody who is signed in.
#[derive(Default)]
pub struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    /// Nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Signs the holder of a token in; the secret for the cookie.
    pub(super) fn begin(&self, token_hash: &str, now: Timestamp) -> Secret {
        let random = || hexadecimal(&SystemRandom::new().bytes::<SECRET_BYTES>());
        let secret = random();
        let session = Session {
            key: hash(&secret),
            token_hash: token_hash.to_owned(),
            csrf_token: Arc::new(Secret::new(random())),
            ends_at: now.checked_add(LIFETIME).unwrap_or(Timestamp::MAX),
        };
        let mut sessions = self.lock();
        sessions.retain(|_, session| now < session.ends_at);
        make_room(&mut sessions, OF_TOKEN_MAX, |session| session.token_hash == token_hash);
        make_room(&mut sessions, SESSIONS_MAX, |_| true);
        sessions.insert(session.key.clone(), session);
        Secret::new(secret)
    }

    /// The session of a cookie, with its user, as long as both it and its token count.
    pub(super) fn find(
        &self,
        shown: &str,
        holdings: &Holdings,
        now: Timestamp,
    ) -> Option<(Session, Authenticated)> {
        if shown.len() > SHOWN_BYTES_MAX {
            return None;
        }
        let key = hash(shown);
        let session = self.lock().get(&key).cloned()?;
        let user = self.again(&session, holdings, now);
        if user.is_none() {
            self.lock().remove(&key);
        }
        Some((session, user?))
    }

    /// The user of a session, as long as nobody signed out and both the session and its token count.
    pub(super) fn again(
        &self,
        session: &Session,
        holdings: &Holdings,
        now: Timestamp,
    ) -> Option<Authenticated> {
        let is_there = self.lock().contains_key(&session.key);
        let user = holdings.authenticate_hash(&session.token_hash, now)?;
        (is_there && now < session.ends_at).then_some(user)
    }

    /// Ends the session of a cookie.
    pub(super) fn end(&self, shown: &str) {
        self.lock().remove(&hash(shown));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes out those that end first until there are less than so many of a kind.
fn make_room(sessions: &mut HashMap<String, Session>, less_than: usize, of: impl Fn(&Session) -> bool) {
    while sessions.values().filter(|session| of(session)).count() >= less_than {
        let those = sessions.iter().filter(|(_, session)| of(session));
        let Some(first) = those.min_by_key(|(_, session)| session.ends_at).map(|(key, _)| key.clone()) else {
            return;
        };
        sessions.remove(&first);
    }
}

/// What a secret is known by: how long a look-up takes tells nothing of it.
fn hash(secret: &str) -> String {
    hexadecimal(digest(&SHA256, secret.as_bytes()).as_ref())
}

impl fmt::Debug for Sessions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sessions").field("signed_in", &self.lock().len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
    }

    #[test]
    fn those_that_end_first_make_room_and_only_for_their_own() {
        let sessions = Sessions::new();
        let first = sessions.begin("a", at(0));
        let other = sessions.begin("b", at(0));
        for _ in 0..OF_TOKEN_MAX {
            let _ = sessions.begin("a", at(1));
        }
        let is_there = |secret: &Secret| sessions.lock().contains_key(&hash(secret.reveal()));
        assert!(!is_there(&first));
        assert!(is_there(&other));
        assert_eq!(sessions.lock().len(), OF_TOKEN_MAX + 1);
        let _ = sessions.begin("c", at(12));
        assert!(!is_there(&other), "it was over");
    }

    #[test]
    fn a_session_without_its_token_is_none() {
        let sessions = Sessions::new();
        let secret = sessions.begin("a", at(0));
        assert!(sessions.find(secret.reveal(), &Holdings::default(), at(0)).is_none());
        assert!(sessions.lock().is_empty());
    }
}
