//! Credentials as a client holds them.

use zeroize::Zeroizing;

use crate::answer::Answer;
use crate::error::ClientError;

/// A key pair, and the session token that goes with a session's.
#[derive(Clone)]
pub struct Credentials {
    /// `AKIA...` or `ASIA...`.
    pub access_key_id: String,
    /// The secret key.
    pub secret_access_key: Zeroizing<String>,
    /// The session token; `None` for a long-lived key.
    pub session_token: Option<Zeroizing<String>>,
}

impl Credentials {
    /// The credentials that an operation of STS handed out.
    ///
    /// # Errors
    /// [`ClientError::Answer`] where they are not complete.
    pub fn of(answer: &Answer, operation: &str) -> Result<Self, ClientError> {
        let element = |name: &str| {
            answer.element(name).filter(|text| !text.is_empty()).ok_or_else(|| ClientError::Answer {
                operation: operation.to_owned(),
                detail: format!("no `{name}`"),
            })
        };
        Ok(Self {
            access_key_id: element("AccessKeyId")?,
            secret_access_key: Zeroizing::new(element("SecretAccessKey")?),
            session_token: Some(Zeroizing::new(element("SessionToken")?)),
        })
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}
