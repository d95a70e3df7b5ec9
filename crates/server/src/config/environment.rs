//! `[[repositories.environments]]`: what protects deployments.
//!
//! Source: GitHub docs, REST API "Deployment environments".

use std::collections::BTreeSet;
use std::ops::Range;

use daypass_github::gate::environment::{
    BranchPattern, BranchPolicy, CustomRule, Environment, PatternKind, Reviewer,
};
use daypass_github::hosting::organization::slug;
use daypass_github::hosting::{Repository, number};
use jiff::Timestamp;
use serde::Deserialize;
use toml::{Spanned, Value};

use super::app::AppEntry;
use super::expectation::{Expectation, Expected};
use super::repository::Around;
use super::{At, ConfigError, team};
use crate::github::hub::{Holdings, HubError};

/// One environment. What is `None` stays as it is kept, or is as GitHub makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentEntry {
    /// The name.
    pub name: String,
    /// Who may approve: logins, and teams as `ORGANIZATION/TEAM`.
    pub reviewers: Option<Vec<String>>,
    /// Whether whoever started the run may not approve it.
    pub prevent_self_review: Option<bool>,
    /// How long a job waits, in minutes.
    pub wait_minutes: Option<u32>,
    /// Which branches and tags may deploy, and the patterns for them.
    pub branches: Option<(BranchPolicy, Vec<(PatternKind, String)>)>,
    /// Whether administrators may pass without waiting.
    pub admins_can_bypass: Option<bool>,
    /// The apps whose custom rules count, by number and slug.
    pub apps: Option<Vec<(u64, String)>>,
}

impl EnvironmentEntry {
    pub(super) fn apply(
        &self,
        repository: &mut Repository,
        holdings: &mut Holdings,
        now: Timestamp,
    ) -> Result<(), HubError> {
        repository.create_environment(&self.name, false, now)?;
        let full_name = repository.full_name.clone();
        let taken = repository.part_numbers();
        let Some(environment) = repository.environment_mut(&self.name) else { return Ok(()) };
        let before = environment.clone();
        if let Some(reviewers) = &self.reviewers {
            environment.reviewers = reviewers.iter().map(|name| reviewer(name, holdings)).collect();
        }
        self.set(environment, &full_name, taken);
        environment.check()?;
        if *environment != before {
            environment.updated = now;
        }
        Ok(())
    }

    /// Everything but the reviewers.
    fn set(&self, environment: &mut Environment, full_name: &str, mut taken: BTreeSet<u64>) {
        let name = environment.name.clone();
        let mut part = |kind, text: &str| {
            let first = number::of_part(full_name, kind, &format!("{name}\n{text}"));
            let id = number::free(first, |id| taken.contains(&id));
            taken.insert(id);
            id
        };
        if let Some((policy, patterns)) = &self.branches {
            environment.branches = *policy;
            let known = std::mem::take(&mut environment.patterns);
            let pattern = |(kind, text): &(PatternKind, String)| {
                let kept = known.iter().find(|known| known.kind == *kind && known.name == *text);
                let named = if *kind == PatternKind::Tag { "tag pattern" } else { "branch pattern" };
                let id = kept.map_or_else(|| part(named, text), |kept| kept.id);
                BranchPattern { id, name: text.clone(), kind: *kind }
            };
            environment.patterns = patterns.iter().map(pattern).collect();
        }
        if let Some(apps) = &self.apps {
            let known = std::mem::take(&mut environment.custom_rules);
            let rule = |(app_id, app): &(u64, String)| {
                let kept = known.iter().find(|known| known.app_id == *app_id);
                let id = kept.map_or_else(|| part("custom rule", app), |kept| kept.id);
                CustomRule { id, app_id: *app_id, app_slug: app.clone(), enabled: true }
            };
            environment.custom_rules = apps.iter().map(rule).collect();
        }
        environment.prevent_self_review = self.prevent_self_review.unwrap_or(environment.prevent_self_review);
        environment.wait_minutes = self.wait_minutes.unwrap_or(environment.wait_minutes);
        environment.admins_can_bypass = self.admins_can_bypass.unwrap_or(environment.admins_can_bypass);
    }
}

/// A reviewer by number: that of the user or team that is kept, or would be made.
fn reviewer(name: &str, holdings: &mut Holdings) -> Reviewer {
    match name.split_once('/') {
        None => Reviewer::User(holdings.keep_owner_number(name)),
        Some((organization, team)) => Reviewer::Team(holdings.keep_team_number(organization, &slug(team))),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    name: Spanned<String>,
    reviewers: Option<Vec<Spanned<String>>>,
    prevent_self_review: Option<bool>,
    wait_minutes: Option<u32>,
    branches: Option<Spanned<Value>>,
    admins_can_bypass: Option<bool>,
    apps: Option<Vec<Spanned<String>>>,
}

impl Table {
    pub(super) fn check(
        self,
        at: &At<'_>,
        repository: &str,
        around: &Around<'_>,
        expected: &mut Vec<Expectation>,
    ) -> Result<(EnvironmentEntry, Range<usize>), ConfigError> {
        let span = self.name.span();
        for reviewer in self.reviewers.iter().flatten() {
            expected.push(expectation(at, reviewer)?);
        }
        if around.is_strict {
            expected.push(one_subject(at, repository, &self.name));
        }
        let entry = EnvironmentEntry {
            name: self.name.into_inner(),
            reviewers: self.reviewers.map(|names| names.into_iter().map(Spanned::into_inner).collect()),
            prevent_self_review: self.prevent_self_review,
            wait_minutes: self.wait_minutes,
            branches: self.branches.map(|value| branches(at, &value)).transpose()?,
            admins_can_bypass: self.admins_can_bypass,
            apps: self
                .apps
                .map(|slugs| slugs.iter().map(|slug| app(at, slug, around.apps)).collect::<Result<_, _>>())
                .transpose()?,
        };
        let wrong = |error: &dyn std::fmt::Display| {
            at.place(&span, error.to_string()).mend("correct it in this table")
        };
        let mut checked =
            Environment::unprotected(0, &entry.name, Timestamp::UNIX_EPOCH).map_err(|error| wrong(&error))?;
        entry.set(&mut checked, repository, BTreeSet::new());
        let mut nobody = Holdings::default();
        checked.reviewers =
            entry.reviewers.iter().flatten().map(|name| reviewer(name, &mut nobody)).collect();
        checked.check().map_err(|error| wrong(&error))?;
        Ok((entry, span))
    }
}

/// That there is such a reviewer.
fn expectation(at: &At<'_>, reviewer: &Spanned<String>) -> Result<Expectation, ConfigError> {
    let Some((organization, name)) = reviewer.get_ref().split_once('/') else {
        team::login(at, reviewer)?;
        return Ok(team::user(at, reviewer));
    };
    let problem = format!("there is no team `{name}` of `{organization}`");
    let mend = format!("add a table [[teams]] with organization = \"{organization}\" and name = \"{name}\"");
    let error = at.place(&reviewer.span(), problem).mend(mend);
    let what = Expected::Team { organization: organization.to_owned(), name: name.to_owned() };
    Ok(Expectation { what, error })
}

/// That no other environment has this one's subject.
fn one_subject(at: &At<'_>, repository: &str, environment: &Spanned<String>) -> Expectation {
    let name = environment.get_ref().clone();
    let problem = format!(
        "another environment of `{repository}` has the subject of `{name}`, since `:` is written as `%3A` and `%` stays"
    );
    let error = at
        .place(&environment.span(), problem)
        .mend("rename one of the two, or take strict_environment_names out");
    Expectation { what: Expected::OneSubject { repository: repository.to_owned(), environment: name }, error }
}

fn app(at: &At<'_>, slug: &Spanned<String>, apps: &[AppEntry]) -> Result<(u64, String), ConfigError> {
    let found = apps.iter().find(|app| app.slug == *slug.get_ref());
    found.map(|app| (app.id, app.slug.clone())).ok_or_else(|| {
        let problem = format!("there is no app `{}`", slug.get_ref());
        at.place(&slug.span(), problem).mend("add a table [[apps]] with its slug")
    })
}

/// `"any"`, `"protected"`, or patterns for branches and tags.
fn branches(
    at: &At<'_>,
    value: &Spanned<Value>,
) -> Result<(BranchPolicy, Vec<(PatternKind, String)>), ConfigError> {
    let wrong = || {
        at.place(&value.span(), "`branches` says which branches and tags may deploy")
            .mend("write \"any\", \"protected\" or { branches = [\"main\", \"release/*\"], tags = [\"v*\"] }")
    };
    match value.get_ref() {
        Value::String(word) if word == "any" => Ok((BranchPolicy::Any, Vec::new())),
        Value::String(word) if word == "protected" => Ok((BranchPolicy::Protected, Vec::new())),
        Value::Table(table) => {
            let mut patterns = Vec::new();
            for (key, list) in table {
                let kind = match key.as_str() {
                    "branches" => PatternKind::Branch,
                    "tags" => PatternKind::Tag,
                    _ => return Err(wrong()),
                };
                for pattern in list.as_array().ok_or_else(wrong)? {
                    patterns.push((kind, pattern.as_str().ok_or_else(wrong)?.to_owned()));
                }
            }
            Ok((BranchPolicy::Selected, patterns))
        }
        _ => Err(wrong()),
    }
}
