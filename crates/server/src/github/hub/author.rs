//! Who does something at GitHub's side, and from where.

use daypass_trail::UserIdentity;

use crate::random::SystemRandom;

/// Whoever does something.
#[derive(Debug, Clone)]
pub struct Author {
    /// The login; nobody's for time and for the operator.
    pub login: Option<String>,
    /// The user's number.
    pub id: Option<u64>,
    /// What it is, as the trail says it.
    kind: &'static str,
    /// The address that the request came from.
    pub source_ip: String,
    /// What program sent it.
    pub user_agent: Option<String>,
    /// The id that the caller was given.
    pub request_id: String,
}

impl Author {
    /// A user who showed a token or signed in.
    #[must_use]
    pub fn user(id: u64, login: &str, source_ip: String, user_agent: Option<String>) -> Self {
        Self {
            login: Some(login.to_owned()),
            id: Some(id),
            kind: "GitHubUser",
            source_ip,
            user_agent,
            request_id: SystemRandom::new().uuid(),
        }
    }

    /// Whoever showed the sandbox's control token.
    #[must_use]
    pub fn operator() -> Self {
        Self::program("Operator", "127.0.0.1")
    }

    /// An app that showed its token.
    #[must_use]
    pub fn app(id: u64, slug: &str) -> Self {
        Self { login: Some(format!("{slug}[bot]")), id: Some(id), ..Self::program("GitHubApp", "") }
    }

    /// Nobody: it is time that did it.
    #[must_use]
    pub fn time() -> Self {
        Self::program("GitHubActions", "daypass")
    }

    /// A job that showed its request token.
    #[must_use]
    pub fn job(key: &str, source_ip: &str) -> Self {
        Self { login: Some(key.to_owned()), ..Self::program("GitHubActionsJob", source_ip) }
    }

    fn program(kind: &'static str, source_ip: &str) -> Self {
        Self {
            login: None,
            id: None,
            kind,
            source_ip: source_ip.to_owned(),
            user_agent: None,
            request_id: SystemRandom::new().uuid(),
        }
    }

    pub(super) fn identity(&self) -> UserIdentity {
        UserIdentity::Outside {
            kind: self.kind,
            id: self.id.map(|id| id.to_string()).unwrap_or_default(),
            name: self.login.clone().unwrap_or_default(),
        }
    }
}
