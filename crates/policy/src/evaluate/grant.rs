//! How far an Allow in a resource's policy goes, in the caller's own account.
//!
//! Source: IAM user guide, "Policy evaluation logic", on resource-based policies and implicit denies in other policy
//! types: it depends on how the policy names the caller. "AWS JSON policy elements: Principal", AWS account principals;
//! and there, IAM role principals: boundaries and session policies do not limit what is granted to a wildcard.

use crate::document::Principals;
use crate::principal::{Principal, PrincipalPattern};

/// What an Allow in a resource's policy makes up for; the later goes further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grant {
    /// The silence of the caller's own policies; session policies and the boundary still have to allow. So it is for
    /// a role's ARN, be it asked about as a session or by itself.
    ForIdentity,
    /// The silence of every other kind but the control policies: the policy names the very one who asks, a session and
    /// not its role, or everybody.
    ForAll,
}

/// What the principals of a matching Allow grant to the one who asks; `None` where the caller's own policies must allow
/// too, since the account alone is named: it may pass the grant on to its identities, and does so by their policies.
pub(super) fn of(principals: &Principals, asking: &Principal<'_>) -> Option<Grant> {
    let Principals::These(patterns) = principals else { return None };
    patterns.iter().filter(|pattern| pattern.matches(asking)).filter_map(|pattern| by(pattern, asking)).max()
}

fn by(pattern: &PrincipalPattern, asking: &Principal<'_>) -> Option<Grant> {
    match (pattern, asking) {
        (PrincipalPattern::Account(_), _) => None,
        (PrincipalPattern::Anyone | PrincipalPattern::AnyAws, _) => Some(Grant::ForAll),
        (PrincipalPattern::Arn(wanted), Principal::Aws { arns, .. })
            if arns.first() == Some(&wanted.as_str()) && !is_role(wanted) =>
        {
            Some(Grant::ForAll)
        }
        _ => Some(Grant::ForIdentity),
    }
}

/// Whether an ARN is a role's and not one of its sessions'.
fn is_role(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':').skip(2);
    parts.next() == Some("iam") && parts.nth(2).is_some_and(|name| name.starts_with("role/"))
}
