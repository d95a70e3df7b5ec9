//! An account from elsewhere: the output of `aws iam get-account-authorization-details`, turned into changes.
//!
//! All or nothing: the whole file is checked before anything is changed, and the first thing that is wrong is told with
//! its place and its mend. What the account already has stays: an entity that is there and equal is left alone, one that
//! is there and different is an error. Policies are taken as AWS keeps them, so rules for new policies (the
//! identity-provider control, quotas that AWS raises on request) do not apply to them; the grammar does.
//!
//! Users and groups are counted and not taken over, since there are none here. The output does not tell a role's longest
//! session and its description; where a tool has added `MaxSessionDuration` and `Description`, they are taken.
//!
//! Source: IAM API reference, "GetAccountAuthorizationDetails".

mod entries;
mod policies;
mod roles;
mod source;

use crate::account::{Account, AccountId, Change};
use crate::last_use::LastUse;

pub use source::ImportError;

/// The most bytes of a file: an account of 1,000 roles with policies of the largest size.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The most roles, and the most managed policies, of a file: AWS raises an account's quotas to these at the most.
pub const ENTITIES_MAX: usize = 5_000;

/// What a file comes to.
#[derive(Debug)]
pub struct Import {
    /// What is to change in the account, in one commit.
    pub changes: Vec<Change>,
    /// The last uses of roles, by the role's id.
    pub last_uses: Vec<(String, LastUse)>,
    /// What was found.
    pub summary: Summary,
}

/// How much was found in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Roles that are new.
    pub roles: usize,
    /// Managed policies that are new.
    pub policies: usize,
    /// Roles and managed policies that are there already, and equal.
    pub unchanged: usize,
    /// Users, which are not taken over.
    pub users: usize,
    /// Groups, which are not taken over.
    pub groups: usize,
    /// Instance profiles, which are not taken over.
    pub instance_profiles: usize,
}

/// The number of the account that the file is of; `None` where it names no role and no policy of its own.
///
/// # Errors
/// [`ImportError`] where the file is no output of `get-account-authorization-details`.
pub fn account_of(text: &str) -> Result<Option<AccountId>, ImportError> {
    let source = source::Source::new(text)?;
    let details = source.details()?;
    let arns = roles::arns(&details).chain(policies::arns(&details));
    Ok(arns.filter_map(|arn| AccountId::parse(arn.split(':').nth(4)?)).next())
}

/// Reads a file for an account.
///
/// # Errors
/// [`ImportError`] for the first thing that is wrong.
pub fn read(account: &Account, text: &str) -> Result<Import, ImportError> {
    let source = source::Source::new(text)?;
    let details = source.details()?;
    let mut import = Import { changes: Vec::new(), last_uses: Vec::new(), summary: Summary::default() };
    import.summary.users = details.user_detail_list.as_ref().map_or(0, Vec::len);
    import.summary.groups = details.group_detail_list.as_ref().map_or(0, Vec::len);
    policies::read(account, source, &details, &mut import)?;
    roles::read(account, source, &details, &mut import)?;
    Ok(import)
}
