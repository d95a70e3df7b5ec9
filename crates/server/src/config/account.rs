//! `[[accounts]]`: accounts besides the first.

use std::ops::Range;

use daypass_aws::AccountId;
use serde::Deserialize;
use toml::Spanned;

use super::{At, ConfigError};

/// The longest name of an account, in characters: AWS's limit for the name of an account.
const NAME_CHARACTERS_MAX: usize = 50;

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEntry {
    /// Its number.
    pub id: AccountId,
    /// What to call it, e.g. in `daypass status`; means nothing to AWS's tools.
    pub name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    id: Spanned<String>,
    name: Option<Spanned<String>>,
}

impl Table {
    pub(super) fn check(self, at: &At<'_>) -> Result<(AccountEntry, Range<usize>), ConfigError> {
        let id = number(at, &self.id)?;
        if let Some(name) = &self.name
            && !is_name(name.get_ref())
        {
            let problem = format!("`{}` is not an account's name", name.get_ref());
            let mend = format!("write 1 to {NAME_CHARACTERS_MAX} characters that can be printed");
            return Err(at.place(&name.span(), problem).mend(mend));
        }
        Ok((AccountEntry { id, name: self.name.map(Spanned::into_inner) }, self.id.span()))
    }
}

/// Reads an account's number.
pub(super) fn number(at: &At<'_>, text: &Spanned<String>) -> Result<AccountId, ConfigError> {
    AccountId::parse(text.get_ref()).ok_or_else(|| {
        let problem = format!("`{}` is not an account number", text.get_ref());
        at.place(&text.span(), problem).mend("write twelve digits, as in \"123456789012\"")
    })
}

fn is_name(text: &str) -> bool {
    (1..=NAME_CHARACTERS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}
