//! `[[organizations]]` and `[[enterprises]]`: what is set for all their repositories.
//!
//! Source: GitHub docs, REST API "GitHub Actions OIDC": the subjects of an organisation, the custom properties in its
//! tokens, and an enterprise's issuer.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use daypass_github::SubjectTemplate;
use daypass_github::hosting::Organization;
use daypass_github::hosting::organization::PROPERTIES_MAX;
use daypass_github::hosting::user::is_login;
use serde::Deserialize;
use toml::Spanned;

use super::{At, ConfigError, repository, team};
use crate::github::hub::Holdings;

/// One organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationEntry {
    /// The login.
    pub login: String,
    /// The claims that the subjects of repositories which opt in are made of.
    pub subject_claims: Option<SubjectTemplate>,
    /// Whether subjects carry the ids of owner and repository.
    pub immutable_subjects: Option<bool>,
    /// The custom properties of repositories that go into tokens, in the place of those that did.
    pub token_properties: Option<BTreeSet<String>>,
}

impl OrganizationEntry {
    pub(super) fn apply(&self, holdings: &mut Holdings) {
        let known = holdings.organization(&self.login);
        let mut organization = Organization::clone(&known);
        if let Some(template) = &self.subject_claims {
            organization.subject.template = Some(template.clone());
        }
        organization.subject.immutable = self.immutable_subjects.or(organization.subject.immutable);
        if let Some(properties) = &self.token_properties {
            organization.token_properties.clone_from(properties);
        }
        if *known != organization {
            holdings.organizations.insert(self.login.to_ascii_lowercase(), Arc::new(organization));
        }
    }
}

/// One enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterpriseEntry {
    /// The slug.
    pub slug: String,
    /// Whether tokens of its repositories are of the issuer `https://token.actions.githubusercontent.com/SLUG`.
    pub include_slug_in_issuer: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    login: Spanned<String>,
    subject_claims: Option<Spanned<Vec<String>>>,
    immutable_subjects: Option<bool>,
    token_properties: Option<Spanned<BTreeSet<String>>>,
}

impl Table {
    pub(super) fn check(self, at: &At<'_>) -> Result<(OrganizationEntry, Range<usize>), ConfigError> {
        let span = self.login.span();
        team::login(at, &self.login)?;
        if let Some(properties) = &self.token_properties {
            if properties.get_ref().len() > PROPERTIES_MAX {
                let problem = format!("{PROPERTIES_MAX} custom properties go into tokens at the most");
                return Err(at.place(&properties.span(), problem).mend("take out those that are not used"));
            }
            for name in properties.get_ref() {
                repository::property(at, &properties.span(), name, "")?;
            }
        }
        let entry = OrganizationEntry {
            login: self.login.into_inner(),
            subject_claims: template(at, self.subject_claims)?,
            immutable_subjects: self.immutable_subjects,
            token_properties: self.token_properties.map(Spanned::into_inner),
        };
        Ok((entry, span))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EnterpriseTable {
    slug: Spanned<String>,
    #[serde(default)]
    include_slug_in_issuer: bool,
}

impl EnterpriseTable {
    pub(super) fn check(self, at: &At<'_>) -> Result<(EnterpriseEntry, Range<usize>), ConfigError> {
        let span = self.slug.span();
        let slug = self.slug.into_inner();
        if !is_login(&slug) {
            let problem = format!("`{slug}` is not an enterprise's slug");
            return Err(at.place(&span, problem).mend("write it as in github.com/enterprises/SLUG"));
        }
        Ok((EnterpriseEntry { slug, include_slug_in_issuer: self.include_slug_in_issuer }, span))
    }
}

/// The claims that a subject is made of.
pub(super) fn template(
    at: &At<'_>,
    keys: Option<Spanned<Vec<String>>>,
) -> Result<Option<SubjectTemplate>, ConfigError> {
    let Some(keys) = keys else { return Ok(None) };
    SubjectTemplate::new(keys.get_ref()).map(Some).map_err(|error| {
        at.place(&keys.span(), error.to_string())
            .mend("write `repo`, `context` and names of claims, as in [\"repo\", \"context\", \"job_workflow_ref\"]")
    })
}
