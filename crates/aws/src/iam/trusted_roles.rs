//! The roles that a trust policy names, by id: a role that is deleted and made again under its name is another role, and
//! what was trusted before does not trust it.
//!
//! IAM keeps the id in place of the ARN when a policy is stored. Here the text stays as it was written, and the ids lie
//! beside it. Roles of other accounts are taken by their ARN alone, since they cannot be seen from here.
//!
//! Source: IAM user guide, "AWS JSON policy elements: Principal", IAM role principals.

use std::collections::BTreeMap;

use daypass_policy::{Document, PrincipalPattern, Principals};

use crate::account::Account;
use crate::arn::RoleArn;
use crate::error::AwsError;

/// Finds the roles of this account that a trust policy names.
///
/// # Errors
/// `MalformedPolicyDocument` with AWS's sentence about the first that is not there.
pub fn resolve(account: &Account, trust: &Document) -> Result<BTreeMap<String, String>, AwsError> {
    let resolved = named(account, trust).map(|arn| match id(account, arn) {
        Some(id) => Ok((arn.to_owned(), id)),
        None => Err(AwsError::malformed_policy(format!("Invalid principal in policy: \"AWS\":\"{arn}\""))),
    });
    resolved.collect()
}

/// The same for a policy that was stored elsewhere: a role that is not there has no id.
#[must_use]
pub fn resolve_known(account: &Account, trust: &Document) -> BTreeMap<String, String> {
    named(account, trust).filter_map(|arn| Some((arn.to_owned(), id(account, arn)?))).collect()
}

fn named<'a>(account: &'a Account, trust: &'a Document) -> impl Iterator<Item = &'a str> {
    let patterns = trust.statements().iter().flat_map(|statement| match &statement.principals {
        Principals::AllBut(patterns) | Principals::These(patterns) => patterns.as_slice(),
        Principals::Implied => &[],
    });
    patterns.filter_map(|pattern| match pattern {
        PrincipalPattern::Arn(arn) => {
            RoleArn::parse(arn).filter(|role| role.account == account.id.as_str()).map(|_| arn.as_str())
        }
        PrincipalPattern::Account(_)
        | PrincipalPattern::AnyAws
        | PrincipalPattern::Anyone
        | PrincipalPattern::CanonicalUser(_)
        | PrincipalPattern::Federated(_)
        | PrincipalPattern::Service(_) => None,
    })
}

/// The id of the role of an account that has an ARN, in every letter.
pub(crate) fn id(account: &Account, arn: &str) -> Option<String> {
    let wanted = RoleArn::parse(arn)?;
    let role = account.role(wanted.name)?;
    (role.name == wanted.name && role.path == wanted.path).then(|| role.id.clone())
}
