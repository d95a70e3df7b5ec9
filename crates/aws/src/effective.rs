//! The policies of a role that have a say in what its sessions may do.
//!
//! Source: IAM user guide, "Policy evaluation logic".

use daypass_policy::{Layer, Named};

use crate::account::{Account, Role};
use crate::explanation::Reason;

/// The policies of one role. Managed policies are named by their ARN, inline ones by their name.
#[derive(Debug)]
pub struct Effective<'a> {
    /// Inline policies, then attached managed policies in their default version.
    pub identity: Vec<Named<'a>>,
    /// The permissions boundary; `None` restricts nothing.
    pub boundary: Option<Named<'a>>,
}

/// A policy that has a say and cannot be asked. Whoever evaluates must then deny.
#[derive(Debug)]
pub struct Unreadable {
    /// The kind of policy it is.
    pub layer: Layer,
    /// Which, and why.
    pub reason: Reason,
}

impl<'a> Effective<'a> {
    /// Gathers the policies of a role.
    ///
    /// # Errors
    /// [`Unreadable`] for a policy that cannot be read, or that is attached and not there.
    pub fn of_role(account: &'a Account, role: &'a Role) -> Result<Self, Unreadable> {
        let mut identity = Vec::with_capacity(role.policies.len() + role.attached.len());
        for (name, policy) in &role.policies {
            let document = policy.document().map_err(|detail| unreadable(Layer::Identity, name, detail))?;
            identity.push(Named { name, document });
        }
        for arn in &role.attached {
            identity.push(managed(account, Layer::Identity, arn)?);
        }
        let boundary =
            role.boundary.as_deref().map(|arn| managed(account, Layer::Boundary, arn)).transpose()?;
        Ok(Self { identity, boundary })
    }
}

/// A managed policy in its default version.
///
/// # Errors
/// [`Unreadable`] where it is not there or cannot be read.
pub fn managed<'a>(account: &'a Account, layer: Layer, arn: &'a str) -> Result<Named<'a>, Unreadable> {
    let policy = account.policy(arn).ok_or_else(|| unreadable(layer, arn, "there is no such policy"))?;
    let document = policy.document().map_err(|detail| unreadable(layer, arn, detail))?;
    Ok(Named { name: arn, document })
}

fn unreadable(layer: Layer, policy: &str, detail: &str) -> Unreadable {
    let reason = Reason::UnreadablePolicy { policy: policy.to_owned(), detail: detail.to_owned() };
    Unreadable { layer, reason }
}
