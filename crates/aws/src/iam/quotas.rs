//! How much an account, a provider, a policy and a role may hold.
//!
//! Source: IAM user guide, "IAM and AWS STS quotas"; the limits of a request come from the API's model.

use crate::error::AwsError;

/// Providers of an account.
pub const PROVIDERS_PER_ACCOUNT: usize = 100;
/// Client ids (audiences) of a provider.
pub const CLIENT_IDS_PER_PROVIDER: usize = 100;
/// Thumbprints of a provider.
pub const THUMBPRINTS_PER_PROVIDER: usize = 5;
/// Roles of an account. AWS raises it on request; daypass does not.
pub const ROLES_PER_ACCOUNT: usize = 1_000;
/// Customer-managed policies of an account. AWS raises it on request; daypass does not.
pub const POLICIES_PER_ACCOUNT: usize = 1_500;
/// Managed policies attached to a role. AWS raises it to 25 on request; daypass does not.
pub const POLICIES_PER_ROLE: usize = 10;
/// Versions of a managed policy.
pub const VERSIONS_PER_POLICY: usize = 5;
/// Characters of a version of a managed policy, white space not counted.
pub const MANAGED_POLICY_CHARACTERS: usize = 6_144;
/// Characters of a trust policy, white space not counted. AWS raises it to 4096 on request; daypass does not.
pub const TRUST_POLICY_CHARACTERS: usize = 2_048;
/// Characters of all inline policies of a role together, white space not counted.
pub const INLINE_POLICY_CHARACTERS_PER_ROLE: usize = 10_240;
/// Tags of a provider, a policy or a role.
pub const TAGS_PER_RESOURCE: usize = 50;
/// Characters of a policy document in a request, white space counted. A policy of 100 KiB passes it and then meets one
/// of the quotas above.
pub const DOCUMENT_CHARACTERS: usize = 131_072;

/// `LimitExceeded`, 409: `Cannot exceed quota for NAME: LIMIT`.
#[must_use]
pub fn exceeded(name: &str, limit: usize) -> AwsError {
    AwsError::limit_exceeded(format!("Cannot exceed quota for {name}: {limit}"))
}

/// The size of a policy as the quotas count it: characters that are not white space.
#[must_use]
pub fn policy_size(text: &str) -> usize {
    text.chars().filter(|character| !character.is_whitespace()).count()
}
