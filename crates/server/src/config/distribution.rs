//! `[[distributions]]`: CloudFront distributions that are there from the start, under the ids that policies name.

use std::ops::Range;

use daypass_aws::AccountId;
use serde::Deserialize;
use toml::Spanned;

use super::account::number;
use super::{At, ConfigError};

/// Bytes of an id; AWS's have 13 or 14.
const ID_BYTES_MAX: usize = 32;
/// Bytes of a domain name: RFC 1035's limit.
const DOMAIN_BYTES_MAX: usize = 253;
/// Characters of a comment: CloudFront's limit.
const COMMENT_CHARACTERS_MAX: usize = 128;

/// One distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistributionEntry {
    /// Its account; the first one where it is not said.
    pub account: Option<AccountId>,
    /// Its id, `ABCDEF123456`.
    pub id: String,
    /// The domain name of its origin.
    pub origin: String,
    /// Its comment.
    pub comment: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    account: Option<Spanned<String>>,
    id: Spanned<String>,
    origin: Spanned<String>,
    comment: Option<Spanned<String>>,
}

impl Table {
    pub(super) fn check(self, at: &At<'_>) -> Result<(DistributionEntry, Range<usize>), ConfigError> {
        let account = self.account.as_ref().map(|text| number(at, text)).transpose()?;
        let id = self.id.get_ref();
        let is_known = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if !(1..=ID_BYTES_MAX).contains(&id.len()) || !id.bytes().all(is_known) {
            let problem = format!("`{id}` is not a distribution's id");
            let mend = "write capital letters and digits, as in \"E1ABCDEF123456\"";
            return Err(at.place(&self.id.span(), problem).mend(mend));
        }
        let origin = self.origin.get_ref();
        let is_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let is_domain = (1..=DOMAIN_BYTES_MAX).contains(&origin.len())
            && origin.split('.').all(|label| !label.is_empty() && label.bytes().all(is_label));
        if !is_domain {
            let problem = format!("`{origin}` is not a domain name");
            let mend = "write it as in \"my-prod-bucket.s3.eu-west-1.amazonaws.com\"";
            return Err(at.place(&self.origin.span(), problem).mend(mend));
        }
        if let Some(comment) = &self.comment
            && comment.get_ref().chars().count() > COMMENT_CHARACTERS_MAX
        {
            let problem = format!("a comment has {COMMENT_CHARACTERS_MAX} characters at the most");
            return Err(at.place(&comment.span(), problem).mend("shorten it"));
        }
        let entry = DistributionEntry {
            account,
            id: id.clone(),
            origin: origin.clone(),
            comment: self.comment.map(Spanned::into_inner).unwrap_or_default(),
        };
        Ok((entry, self.id.span()))
    }
}
