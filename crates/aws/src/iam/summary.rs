//! GetAccountSummary: how much of everything there is, and how much there may be.
//!
//! The quotas of users, groups and keys are AWS's, though there can be none: tools divide by them.
//!
//! Source: IAM API reference, "GetAccountSummary"; IAM user guide, "IAM and AWS STS quotas".

use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::quotas;
use crate::outcome::Outcome;
use crate::shape::Shape;

/// GetAccountSummary.
///
/// # Errors
/// None.
pub fn show(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let account = call.account;
    let versions: usize = account.policies().map(|policy| policy.versions.len()).sum();
    let entries = [
        ("AccessKeysPerUserQuota", 2),
        ("AccountAccessKeysPresent", 0),
        ("AccountMFAEnabled", 0),
        ("AccountPasswordPresent", 0),
        ("AccountSigningCertificatesPresent", 0),
        ("AssumeRolePolicySizeQuota", quotas::TRUST_POLICY_CHARACTERS),
        ("AttachedPoliciesPerGroupQuota", 10),
        ("AttachedPoliciesPerRoleQuota", quotas::POLICIES_PER_ROLE),
        ("AttachedPoliciesPerUserQuota", 10),
        ("GlobalEndpointTokenVersion", 2),
        ("GroupPolicySizeQuota", 5_120),
        ("Groups", 0),
        ("GroupsPerUserQuota", 10),
        ("GroupsQuota", 300),
        ("InstanceProfiles", 0),
        ("InstanceProfilesQuota", 1_000),
        ("MFADevices", 0),
        ("MFADevicesInUse", 0),
        ("Policies", account.policies().count()),
        ("PoliciesQuota", quotas::POLICIES_PER_ACCOUNT),
        ("PolicySizeQuota", quotas::MANAGED_POLICY_CHARACTERS),
        ("PolicyVersionsInUse", versions),
        ("PolicyVersionsInUseQuota", 10_000),
        ("Providers", account.providers().count()),
        ("RolePolicySizeQuota", quotas::INLINE_POLICY_CHARACTERS_PER_ROLE),
        ("Roles", account.roles().count()),
        ("RolesQuota", quotas::ROLES_PER_ACCOUNT),
        ("ServerCertificates", 0),
        ("ServerCertificatesQuota", 20),
        ("SigningCertificatesPerUserQuota", 2),
        ("UserPolicySizeQuota", 2_048),
        ("Users", 0),
        ("UsersQuota", 5_000),
        ("VersionsPerPolicyQuota", quotas::VERSIONS_PER_POLICY),
    ];
    let entries = entries.iter().map(|(key, value)| {
        ("entry", Shape::structure([("key", Shape::text(key)), ("value", Shape::text(value))]))
    });
    Ok(Outcome::read(Shape::structure([("SummaryMap", Shape::Structure(entries.collect()))]), None))
}
