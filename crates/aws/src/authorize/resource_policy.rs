//! The policy of what is asked about.

use std::collections::BTreeMap;

use daypass_policy::{Layer, Named, ParseError};

use crate::account::AccountId;
use crate::effective::Unreadable;
use crate::explanation::{self, Reason};
use crate::session::Session;

/// Something that may belong to another account and may have a policy.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The account that it belongs to.
    pub owner: &'a AccountId,
    /// Its policy.
    pub policy: ResourcePolicy<'a>,
    /// Condition keys that nobody here knows. A name that ends in `/*` stands for all keys of that family,
    /// `aws:ResourceTag/*`.
    pub unavailable: &'a [&'a str],
}

/// Something without a policy.
impl<'a> From<&'a AccountId> for Target<'a> {
    fn from(owner: &'a AccountId) -> Self {
        Self { owner, policy: ResourcePolicy::None, unavailable: &[] }
    }
}

/// A resource's policy. It was parsed when it was kept; a question only reads it.
#[derive(Debug, Clone, Copy)]
pub enum ResourcePolicy<'a> {
    /// There is none.
    None,
    /// This one.
    Read {
        /// The document, by the name that reports give it.
        policy: Named<'a>,
        /// The id that each role had which the policy names, when the policy was kept: a role that was deleted and made
        /// again is another one, and is not meant.
        ///
        /// Source: IAM user guide, "AWS JSON policy elements: Principal", IAM role principals.
        roles: &'a BTreeMap<String, String>,
    },
    /// One that cannot be read: it denies, since it might have held a deny.
    Unreadable {
        /// The name that reports give it.
        name: &'a str,
        /// What is wrong with it.
        error: &'a ParseError,
    },
}

impl<'a> ResourcePolicy<'a> {
    /// Whether there is none.
    #[must_use]
    pub const fn is_none(self) -> bool {
        matches!(self, Self::None)
    }

    pub(super) fn named(self) -> Result<Option<Named<'a>>, Unreadable> {
        match self {
            Self::None => Ok(None),
            Self::Read { policy, .. } => Ok(Some(policy)),
            Self::Unreadable { name, error } => Err(Unreadable {
                layer: Layer::Resource,
                reason: Reason::UnreadablePolicy {
                    policy: name.to_owned(),
                    detail: explanation::detail(error),
                },
            }),
        }
    }

    /// What the session's role is called where this policy is asked: its ARN, or its id where the ARN that the policy
    /// names was an earlier role's. The id is no name in any policy, so it neither lets in nor spares.
    pub(super) fn name_of_role(self, session: &Session) -> String {
        let arn = session.role_arn();
        let Self::Read { roles, .. } = self else { return arn };
        match roles.get(&arn) {
            Some(id) if *id != session.role_id => session.role_id.clone(),
            _ => arn,
        }
    }
}
