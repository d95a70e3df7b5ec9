//! Who is calling, once the signature was checked.

use std::sync::Arc;

use crate::account::AccountId;
use crate::arn;
use crate::session::Session;

/// An authenticated caller.
#[derive(Debug, Clone)]
pub enum Caller {
    /// The account's administrator, by its long-lived key: may do everything in the account.
    Administrator {
        /// The account.
        account: AccountId,
        /// The id of the key that signed.
        access_key_id: String,
    },
    /// A session of a role.
    Session(Arc<Session>),
}

impl Caller {
    /// The caller's ARN, as GetCallerIdentity and refusals name it.
    #[must_use]
    pub fn arn(&self) -> String {
        match self {
            Self::Administrator { account, .. } => arn::root(account),
            Self::Session(session) => session.arn(),
        }
    }

    /// The unique user id: the account number for the administrator, `AROA...:SESSION` for a session.
    #[must_use]
    pub fn user_id(&self) -> String {
        match self {
            Self::Administrator { account, .. } => account.to_string(),
            Self::Session(session) => session.user_id(),
        }
    }

    /// The account the caller belongs to.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        match self {
            Self::Administrator { account, .. } => account,
            Self::Session(session) => &session.account,
        }
    }

    /// The id of the key that signed the request.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        match self {
            Self::Administrator { access_key_id, .. } => access_key_id,
            Self::Session(session) => &session.access_key_id,
        }
    }
}
