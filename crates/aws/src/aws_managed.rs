//! The policies that AWS manages.

use std::sync::Arc;

use crate::managed_policy::ManagedPolicy;

const PREFIX: &str = "arn:aws:iam::aws:policy/";

/// Whether this is the form of an ARN of a policy that AWS manages, known or not.
#[must_use]
pub fn is_name(arn: &str) -> bool {
    arn.starts_with(PREFIX)
}

/// The policy with this ARN; `None` for the many that are not offered.
#[must_use]
pub fn policy(arn: &str) -> Option<&'static Arc<ManagedPolicy>> {
    policies().iter().find(|policy| policy.arn == arn)
}

/// All that are offered, by ARN.
#[must_use]
pub fn policies() -> &'static [Arc<ManagedPolicy>] {
    &[]
}
