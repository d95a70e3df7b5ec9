//! `[[distributions]]`: CloudFront distributions that are there from the start, under ids that policies name already.
//!
//! CloudFront draws its ids at random, so a policy that names one could not be tried with a distribution that was made
//! by a call.

use std::ops::Range;

use daypass_aws::AccountId;
use serde::Deserialize;
use toml::Spanned;

use super::{At, ConfigError, account};

/// Characters of an id: AWS's have 13 or 14.
const ID_CHARACTERS_MAX: usize = 32;

/// One distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistributionEntry {
    /// Its id.
    pub id: String,
    /// Whose it is; the first account's where nothing is said.
    pub account: Option<AccountId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    id: Spanned<String>,
    account: Option<Spanned<String>>,
}

impl Table {
    pub(super) fn check(self, at: &At<'_>) -> Result<(DistributionEntry, Range<usize>), ConfigError> {
        let id = self.id.get_ref();
        let is_known = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if id.is_empty() || id.len() > ID_CHARACTERS_MAX || !id.bytes().all(is_known) {
            let problem = format!("`{id}` is not a distribution's id");
            let mend = format!("write 1 to {ID_CHARACTERS_MAX} capital letters and digits");
            return Err(at.place(&self.id.span(), problem).mend(mend));
        }
        let account = self.account.map(|text| account::number(at, &text)).transpose()?;
        let span = self.id.span();
        Ok((DistributionEntry { id: self.id.into_inner(), account }, span))
    }
}
