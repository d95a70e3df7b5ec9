//! Who a statement is about, and who is asking.
//!
//! Source: IAM user guide, "AWS JSON policy elements: Principal".

/// A principal as a policy names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalPattern {
    /// `"*"`: everybody, but for identities of OpenID Connect providers (observed).
    Anyone,
    /// `{"AWS": "*"}`: the same in other words.
    AnyAws,
    /// An account: its number or the ARN of its root.
    Account(String),
    /// A role, user or session by its ARN.
    Arn(String),
    /// A canonical user id.
    CanonicalUser(String),
    /// An identity provider: its ARN, or the domain name of a built-in one.
    Federated(String),
    /// A service, `ec2.amazonaws.com`.
    Service(String),
}

impl PrincipalPattern {
    /// The principal as text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Account(text)
            | Self::Arn(text)
            | Self::CanonicalUser(text)
            | Self::Federated(text)
            | Self::Service(text) => text,
            Self::AnyAws | Self::Anyone => "*",
        }
    }

    /// Whether everybody is meant; for a resource's policy `"*"` and `{"AWS": "*"}` say the same.
    #[must_use]
    pub const fn is_everybody(&self) -> bool {
        matches!(self, Self::AnyAws | Self::Anyone)
    }

    /// Whether the one who asks is meant.
    ///
    /// An account means all of its identities, a role all of its sessions. Everybody does not mean somebody whom an
    /// identity provider vouches for: such a one is admitted by the provider's own name only.
    #[must_use]
    pub fn matches(&self, principal: &Principal<'_>) -> bool {
        match (self, principal) {
            (Self::AnyAws | Self::Anyone, principal) => !matches!(principal, Principal::Federated(_)),
            (Self::Account(wanted), Principal::Aws { account, .. }) => account_of(wanted) == *account,
            (Self::Arn(wanted), Principal::Aws { arns, .. }) => arns.contains(&wanted.as_str()),
            (Self::Federated(wanted), Principal::Federated(presented)) => wanted == presented,
            (Self::Service(wanted), Principal::Service(presented)) => wanted == presented,
            _ => false,
        }
    }
}

/// The number in the ARN of an account's root, in any partition; another text as it stands.
pub(crate) fn account_of(text: &str) -> &str {
    let arn = text.strip_prefix("arn:").and_then(|rest| rest.split_once(":iam::"));
    arn.and_then(|(_, rest)| rest.strip_suffix(":root")).unwrap_or(text)
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Principal<'a> {
    /// Nobody known.
    Anonymous,
    /// A role's session, or another identity of an account.
    Aws {
        /// Every ARN it answers to, first the one that makes the request: a session's, then its role's.
        arns: &'a [&'a str],
        /// Its account.
        account: &'a str,
    },
    /// Somebody whom an identity provider vouches for: the provider's ARN.
    Federated(&'a str),
    /// A service of AWS.
    Service(&'a str),
}

impl Principal<'_> {
    /// Whether a `NotPrincipal` with these principals spares the one who asks.
    ///
    /// Source: IAM user guide, "AWS JSON policy elements: NotPrincipal": AWS looks at the account first, then at the
    /// role, then at its session, and each of them has to be named; so a role's name alone does not spare its sessions.
    pub(crate) fn is_spared(&self, patterns: &[PrincipalPattern]) -> bool {
        let Principal::Aws { arns, account } = self else {
            return patterns.iter().any(|pattern| pattern.matches(self));
        };
        // The root's ARN is one of the account's names, for which the account has to be named alone.
        let names = |wanted: &str| {
            account_of(wanted) == *account
                || patterns
                    .iter()
                    .any(|pattern| matches!(pattern, PrincipalPattern::Arn(arn) if arn == wanted))
        };
        let names_account = patterns.iter().any(
            |pattern| matches!(pattern, PrincipalPattern::Account(text) if account_of(text) == *account),
        );
        patterns.iter().any(PrincipalPattern::is_everybody)
            || (names_account && arns.iter().all(|arn| names(arn)))
    }

    /// The account of the one who asks; only identities of an account have one.
    pub(crate) const fn account(&self) -> Option<&str> {
        match self {
            Self::Aws { account, .. } => Some(account),
            Self::Anonymous | Self::Federated(_) | Self::Service(_) => None,
        }
    }

    /// The one who asks, as text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Aws { arns, account } => arns.first().unwrap_or(account),
            Self::Federated(text) | Self::Service(text) => text,
        }
    }
}
