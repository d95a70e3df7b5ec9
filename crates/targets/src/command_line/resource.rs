//! The resource of a call, as an ARN.

use super::word::{Part, Word};

/// Where commands run that name neither an account nor a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Twelve digits.
    pub account: &'a str,
    /// `eu-west-1`. The partition follows from it.
    pub region: &'a str,
}

/// Where one command runs. The partition is that of the credentials, whatever region the command names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'a> {
    partition: &'static str,
    account: &'a str,
    region: &'a str,
}

impl<'a> Place<'a> {
    pub(super) fn site(&self, region: Option<&'a str>) -> Site<'a> {
        Site { partition: self.partition(), account: self.account, region: region.unwrap_or(self.region) }
    }

    fn partition(&self) -> &'static str {
        if self.region.starts_with("cn-") {
            "aws-cn"
        } else if self.region.starts_with("us-gov-") {
            "aws-us-gov"
        } else {
            "aws"
        }
    }
}

/// The resource of a call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// An ARN, or `*` for an action that has no resource.
    pub arn: String,
    /// Whether it is the one resource. Otherwise each `*` in the ARN stands for what is not known before the script
    /// runs, or for all that the command goes through.
    pub exact: bool,
}

impl Resource {
    /// For an action that has no resource.
    pub(super) fn none() -> Self {
        Self { arn: "*".to_owned(), exact: true }
    }

    /// The beginning of an ARN behind its partition, in which `{region}` and `{account}` stand for those of the place.
    pub(super) fn at(site: &Site<'_>, head: &str) -> Self {
        let head = head.replace("{region}", site.region).replace("{account}", site.account);
        // The region of a command may be unknown too.
        let exact = !head.contains('*');
        Self { arn: format!("arn:{}:{head}", site.partition), exact }
    }

    /// What a word says, all of it.
    pub(super) fn word(word: &Word) -> Self {
        Self { arn: String::new(), exact: true }.and(word)
    }

    pub(super) fn and_text(mut self, text: &str) -> Self {
        self.arn.push_str(text);
        self
    }

    pub(super) fn and(mut self, word: &Word) -> Self {
        for part in word.parts() {
            self = match part {
                Part::Known(text) => self.and_text(text),
                Part::Unknown(_) => self.and_anything(),
            };
        }
        self
    }

    pub(super) fn and_anything(mut self) -> Self {
        self.exact = false;
        if !self.arn.ends_with('*') {
            self.arn.push('*');
        }
        self
    }
}
