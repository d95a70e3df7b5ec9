//! Attached policies that a simulation leaves out: what would happen without them?
//!
//! Source: IAM API reference, "PolicyIdentifier" and "SimulatePrincipalPolicy": identifiers that cannot be are
//! `InvalidInput`, those that name nothing are ignored.

use daypass_policy::pattern;

use crate::error::AwsError;
use crate::parameters::Parameters;

/// The most identifiers.
const IDENTIFIERS_MAX: usize = 256;

/// What is left out.
#[derive(Debug, Default)]
pub struct Exclusions(Vec<Identifier>);

#[derive(Debug)]
enum Identifier {
    Arn(String),
    Inline {
        policy: String,
        role: String,
    },
    Kind(Kind),
    /// Of an entity or a policy that there cannot be here.
    Nothing,
}

/// A kind of policy of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An attached policy that AWS manages.
    AwsManaged,
    /// The permissions boundary.
    Boundary,
    /// An inline policy.
    Inline,
    /// An attached policy of the account's own.
    UserManaged,
}

impl Exclusions {
    /// Reads `PolicyExclusionList`.
    ///
    /// # Errors
    /// `InvalidInput` for an identifier that cannot be, or too many of them.
    pub fn read(parameters: &Parameters) -> Result<Self, AwsError> {
        let mut identifiers = Vec::new();
        for index in 1.. {
            let member = |name: &str| parameters.text(&format!("PolicyExclusionList.member.{index}.{name}"));
            let inline = ["PolicyName", "AttachmentType", "AttachmentName"]
                .map(|name| member(&format!("InlinePolicyIdentifier.{name}")));
            let identifier = match (member("PolicyType"), member("PolicyArn"), inline) {
                (None, None, [None, None, None]) => break,
                (Some(kind), None, [None, None, None]) => of_kind(kind)?,
                (None, Some(arn), [None, None, None]) => of_arn(arn)?,
                (None, None, [Some(policy), Some(kind), Some(name)]) => of_inline(policy, kind, name)?,
                _ => return Err(invalid("it must have a type, an ARN or an inline policy, and one of them")),
            };
            if index > IDENTIFIERS_MAX {
                return Err(invalid("there are more than 256"));
            }
            identifiers.push(identifier);
        }
        Ok(Self(identifiers))
    }

    /// Whether all policies of a kind are left out.
    #[must_use]
    pub fn has_kind(&self, kind: Kind) -> bool {
        self.0.iter().any(|identifier| matches!(identifier, Identifier::Kind(known) if *known == kind))
    }

    /// Whether a managed policy is left out by its ARN.
    #[must_use]
    pub fn has_arn(&self, arn: &str) -> bool {
        self.0
            .iter()
            .any(|identifier| matches!(identifier, Identifier::Arn(wanted) if pattern::matches(wanted, arn)))
    }

    /// Whether an inline policy of a role is left out by its name.
    #[must_use]
    pub fn has_inline(&self, policy_name: &str, role_name: &str) -> bool {
        self.0.iter().any(|identifier| {
            matches!(identifier, Identifier::Inline { policy, role }
                if policy == policy_name && pattern::matches(role, role_name))
        })
    }
}

fn of_kind(kind: &str) -> Result<Identifier, AwsError> {
    Ok(match kind {
        "aws-managed" => Identifier::Kind(Kind::AwsManaged),
        "inline" => Identifier::Kind(Kind::Inline),
        "permission-boundary" => Identifier::Kind(Kind::Boundary),
        "user-managed" => Identifier::Kind(Kind::UserManaged),
        "rcp" | "scp" => Identifier::Nothing,
        _ => return Err(invalid("the type is none")),
    })
}

fn of_arn(arn: &str) -> Result<Identifier, AwsError> {
    let resource = arn.strip_prefix("arn:aws:iam::").and_then(|rest| rest.split_once(":policy/"));
    match resource {
        Some((account, name)) if !account.contains(['*', '?']) && has_one_star(name) => {
            Ok(Identifier::Arn(arn.to_owned()))
        }
        _ => Err(invalid("the ARN is none of a managed policy")),
    }
}

fn of_inline(policy: &str, kind: &str, name: &str) -> Result<Identifier, AwsError> {
    if policy.contains(['*', '?']) || !has_one_star(name) {
        return Err(invalid("a wildcard stands where none may be"));
    }
    match kind {
        "role" => Ok(Identifier::Inline { policy: policy.to_owned(), role: name.to_owned() }),
        "user" | "group" => Ok(Identifier::Nothing),
        _ => Err(invalid("the attachment type is none")),
    }
}

/// At most one `*` may stand in a name, and any number of `?`.
fn has_one_star(name: &str) -> bool {
    name.matches('*').count() <= 1
}

fn invalid(detail: &str) -> AwsError {
    AwsError::invalid_input(format!("Invalid policy identifier in the policy exclusion list: {detail}."))
}
