//! `[[stand_ins]]`: issuers that the sandbox stands in for, and the forms of their subjects.
//!
//! All of them are signed for with the sandbox's own keys, which nobody outside trusts, and are kept to loopback as the
//! stand-in for GitHub's issuer is.

use std::ops::Range;

use daypass_github::{Event, FORMS_MAX, SubjectForm};
use serde::Deserialize;
use toml::Spanned;

use super::issuer::fault;
use super::{At, Config, ConfigError, STAND_IN_ISSUER};

/// One issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandInEntry {
    /// The issuer as its tokens' `iss` has it.
    pub issuer: String,
    /// The forms of its subjects; the first that applies counts, and where none does the subject is as GitHub makes it.
    pub forms: Vec<SubjectForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    issuer: Spanned<String>,
    #[serde(default)]
    subjects: Vec<SubjectTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubjectTable {
    event: Option<Spanned<String>>,
    environment: Option<bool>,
    form: Spanned<String>,
}

impl Table {
    pub(super) fn check(self, at: &At<'_>) -> Result<(StandInEntry, Range<usize>), ConfigError> {
        let span = self.issuer.span();
        let issuer = self.issuer.into_inner();
        if let Some(problem) = fault(&issuer) {
            let problem = format!("`{issuer}` is not an issuer: {problem}");
            return Err(at.place(&span, problem).mend("write it as in \"https://gitlab.example.com\""));
        }
        if self.subjects.len() > FORMS_MAX {
            let problem = format!("an issuer has {FORMS_MAX} forms of subjects at the most");
            return Err(at.place(&span, problem).mend("take out those that are not used"));
        }
        let forms = self.subjects.into_iter().map(|table| table.check(at)).collect::<Result<_, _>>()?;
        Ok((StandInEntry { issuer, forms }, span))
    }
}

impl SubjectTable {
    fn check(self, at: &At<'_>) -> Result<SubjectForm, ConfigError> {
        let event = self.event.map(|name| {
            Event::from_name(name.get_ref()).ok_or_else(|| {
                let problem = format!("`{}` is not an event that starts workflows", name.get_ref());
                at.place(&name.span(), problem).mend("write it as in \"push\" or \"workflow_dispatch\"")
            })
        });
        SubjectForm::parse(event.transpose()?, self.environment, self.form.get_ref()).map_err(|error| {
            at.place(&self.form.span(), error.to_string())
                .mend("write text with claims in braces, as in \"repo:{repository}:{event_name}\"")
        })
    }
}

impl Config {
    /// Whether an issuer of the file takes the place of the sandbox's stand-in for GitHub's.
    #[must_use]
    pub fn replaces_stand_in(&self) -> bool {
        self.issuers.iter().any(|issuer| issuer.url == STAND_IN_ISSUER)
    }

    /// The issuers that the sandbox stands in for, each once.
    #[must_use]
    pub fn own_issuers(&self) -> Vec<String> {
        let github = (!self.replaces_stand_in()).then(|| STAND_IN_ISSUER.to_owned());
        let enterprises = self.enterprises.iter().filter(|enterprise| enterprise.include_slug_in_issuer);
        let mut issuers: Vec<String> =
            github.into_iter().chain(enterprises.map(|it| enterprise_issuer(&it.slug))).collect();
        for entry in &self.stand_ins {
            if !issuers.contains(&entry.issuer) {
                issuers.push(entry.issuer.clone());
            }
        }
        issuers
    }

    /// Whether the sandbox stands in for an issuer.
    #[must_use]
    pub fn stands_in_for(&self, issuer: &str) -> bool {
        self.own_issuers().iter().any(|own| own == issuer)
    }

    /// The issuer of the tokens of an enterprise's repositories, or of those of none.
    #[must_use]
    pub fn issuer_of(&self, enterprise: Option<&str>) -> String {
        let found = enterprise.and_then(|slug| self.enterprise_with_issuer(slug));
        found.map_or_else(|| STAND_IN_ISSUER.to_owned(), enterprise_issuer)
    }

    /// The slug of an enterprise that has an issuer of its own, as the file writes it.
    #[must_use]
    pub fn enterprise_with_issuer(&self, slug: &str) -> Option<&str> {
        let mut own = self.enterprises.iter().filter(|enterprise| enterprise.include_slug_in_issuer);
        own.find(|enterprise| enterprise.slug.eq_ignore_ascii_case(slug))
            .map(|enterprise| enterprise.slug.as_str())
    }

    /// The forms of an issuer's subjects. An enterprise's issuer has those of GitHub's unless it has its own.
    #[must_use]
    pub fn forms_of(&self, issuer: &str) -> &[SubjectForm] {
        let own = self.stand_ins.iter().find(|entry| entry.issuer == issuer);
        let is_github = issuer == STAND_IN_ISSUER
            || self
                .enterprises
                .iter()
                .any(|it| it.include_slug_in_issuer && enterprise_issuer(&it.slug) == issuer);
        match own {
            Some(entry) => &entry.forms,
            None if is_github => &self.subject_forms,
            None => &[],
        }
    }
}

/// Source: GitHub docs, REST API, "Set the GitHub Actions OIDC custom issuer policy for an enterprise".
fn enterprise_issuer(slug: &str) -> String {
    format!("{STAND_IN_ISSUER}/{slug}")
}
