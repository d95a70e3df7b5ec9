//! Amazon Resource Names of the things in an account.
//!
//! Source: IAM user guide, "IAM identifiers".

use crate::account::AccountId;

/// The partition every name is in; other partitions (`aws-cn`, `aws-us-gov`) are not offered.
pub const PARTITION: &str = "aws";

/// The account itself, as a principal: `arn:aws:iam::ACCOUNT:root`.
#[must_use]
pub fn root(account: &AccountId) -> String {
    format!("arn:{PARTITION}:iam::{account}:root")
}

/// A role: `arn:aws:iam::ACCOUNT:role/PATH/NAME`. `path` begins and ends with `/`.
#[must_use]
pub fn role(account: &AccountId, path: &str, name: &str) -> String {
    format!("arn:{PARTITION}:iam::{account}:role{path}{name}")
}

/// A session of a role: `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`. The role's path is dropped, as AWS does.
#[must_use]
pub fn assumed_role(account: &AccountId, role_name: &str, session_name: &str) -> String {
    format!("arn:{PARTITION}:sts::{account}:assumed-role/{role_name}/{session_name}")
}

/// An OpenID Connect provider: `arn:aws:iam::ACCOUNT:oidc-provider/HOST[/PATH]`. `location` is the URL without scheme.
#[must_use]
pub fn provider(account: &AccountId, location: &str) -> String {
    format!("arn:{PARTITION}:iam::{account}:oidc-provider/{location}")
}

/// What stands in the place of the account in the ARN of a policy that AWS manages.
pub const AWS: &str = "aws";

/// A managed policy: `arn:aws:iam::ACCOUNT:policy/PATH/NAME`. `account` is [`AWS`] for those that AWS manages; `path`
/// begins and ends with `/`.
#[must_use]
pub fn policy(account: &str, path: &str, name: &str) -> String {
    format!("arn:{PARTITION}:iam::{account}:policy{path}{name}")
}

/// A managed policy's ARN taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyArn<'a> {
    /// The account, twelve digits or [`AWS`].
    pub account: &'a str,
    /// The path, with its leading and trailing `/`.
    pub path: &'a str,
    /// The policy's name.
    pub name: &'a str,
}

impl<'a> PolicyArn<'a> {
    /// Reads `arn:aws:iam::ACCOUNT:policy/PATH/NAME`; `None` where it is not of that form.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (account, resource) = text.strip_prefix("arn:aws:iam::")?.split_once(':')?;
        let located = resource.strip_prefix("policy")?;
        let (path, name) = located.split_at_checked(located.rfind('/')? + 1)?;
        let is_account = account == AWS || AccountId::parse(account).is_some();
        (is_account && path.starts_with('/') && !name.is_empty()).then_some(Self { account, path, name })
    }
}

/// A role's ARN taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleArn<'a> {
    /// The account, twelve digits.
    pub account: &'a str,
    /// The path, with its leading and trailing `/`.
    pub path: &'a str,
    /// The role's name.
    pub name: &'a str,
}

impl<'a> RoleArn<'a> {
    /// Reads `arn:aws:iam::ACCOUNT:role/PATH/NAME`; `None` where it is not of that form.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix("arn:aws:iam::")?;
        let (account, resource) = rest.split_once(':')?;
        let located = resource.strip_prefix("role")?;
        let slash = located.rfind('/')?;
        let (path, name) = located.split_at_checked(slash + 1)?;
        (AccountId::parse(account).is_some() && path.starts_with('/') && !name.is_empty()).then_some(Self {
            account,
            path,
            name,
        })
    }
}

/// The location (URL without scheme) of a provider's ARN in this account; `None` where it is another kind of name.
#[must_use]
pub fn provider_location<'a>(account: &AccountId, text: &'a str) -> Option<&'a str> {
    text.strip_prefix("arn:aws:iam::")?
        .strip_prefix(account.as_str())?
        .strip_prefix(":oidc-provider/")
        .filter(|location| !location.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_with_a_path_comes_apart() {
        let arn = RoleArn::parse("arn:aws:iam::123456789012:role/ci/deploy/prod").unwrap();
        assert_eq!(arn, RoleArn { account: "123456789012", path: "/ci/deploy/", name: "prod" });
    }

    #[test]
    fn a_policy_is_an_accounts_own_or_of_aws() {
        for (text, read) in [
            ("arn:aws:iam::aws:policy/service-role/x", Some(("aws", "/service-role/", "x"))),
            ("arn:aws:iam::123456789012:policy/x", Some(("123456789012", "/", "x"))),
            ("arn:aws:iam::123456789012:policy/", None),
            ("arn:aws:iam::123456789012:policyx/y", None),
            ("arn:aws:iam::amazon:policy/x", None),
            ("arn:aws:iam::aws:role/x", None),
        ] {
            let parsed = PolicyArn::parse(text);
            assert_eq!(parsed.map(|arn| (arn.account, arn.path, arn.name)), read, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_role_is_not_read() {
        for text in [
            "",
            "arn:aws:iam::123456789012:user/x",
            "arn:aws:iam::1234:role/x",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:rolex/y",
            "arn:aws:sts::123456789012:assumed-role/x/y",
        ] {
            assert_eq!(RoleArn::parse(text), None, "{text}");
        }
    }
}
