//! `[[repositories]]`: what is special about a repository.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use daypass_github::hosting::protection::PROTECTIONS_MAX;
use daypass_github::hosting::repository::is_branch;
use daypass_github::hosting::{BranchProtection, Repository, Visibility};
use daypass_github::{JobBuilder, SubjectTemplate};
use jiff::Timestamp;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};
use toml::{Spanned, Value};

use super::app::AppEntry;
use super::environment::{self, EnvironmentEntry};
use super::expectation::Expectation;
use super::organization::{EnterpriseEntry, template};
use super::{At, ConfigError, instant, protected_branch};
use crate::github::hub::{Holdings, HubError};

/// One repository. What is `None` stays as it is kept, or is as GitHub makes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RepositoryEntry {
    /// `OWNER/NAME`.
    pub name: String,
    /// The owner's id; one is made from the name where it is not given.
    pub owner_id: Option<u64>,
    /// The repository's id; one is made from the name where it is not given.
    pub repository_id: Option<u64>,
    /// Who can see it.
    pub visibility: Option<Visibility>,
    /// The default branch's name.
    pub default_branch: Option<String>,
    /// When it was made: after 2026-07-15 its subjects carry ids.
    pub created: Option<Timestamp>,
    /// The slug of the enterprise that it belongs to.
    pub enterprise: Option<String>,
    /// Whether its subjects carry the ids of owner and repository; its age decides where it is not said.
    pub immutable: Option<bool>,
    /// The claims that its subjects are made of.
    pub subject_claims: Option<SubjectTemplate>,
    /// Whether its subjects are GitHub's default; without a word of its own, `false` takes the organisation's claims.
    pub use_default_subject: Option<bool>,
    /// Custom properties, as tokens have them; those that are not named stay.
    pub properties: BTreeMap<String, String>,
    /// Protected branches, each in the place of the one with its pattern.
    pub protected_branches: Vec<BranchProtection>,
    /// Environments; those that are not named stay.
    pub environments: Vec<EnvironmentEntry>,
}

impl RepositoryEntry {
    pub(super) fn apply(&self, holdings: &mut Holdings, now: Timestamp) -> Result<(), HubError> {
        let key = Repository::key(&self.name);
        let known = holdings.repositories.get(&key).map(|known| Repository::clone(known));
        let Some(mut repository) = known.clone().or_else(|| holdings.new_repository(&self.name)) else {
            return Err(HubError::Invalid(format!("`{}` is not a repository", self.name)));
        };
        self.set(&mut repository);
        let has_its_number =
            |other: &&Arc<Repository>| other.id == repository.id && Repository::key(&other.full_name) != key;
        if let Some(other) = holdings.repositories.values().find(has_its_number) {
            let problem = format!("`{}` and `{}` have one number", self.name, other.full_name);
            return Err(HubError::Invalid(problem));
        }
        for protection in &self.protected_branches {
            match repository.protections.iter_mut().find(|known| known.pattern == protection.pattern) {
                Some(known) => known.clone_from(protection),
                None => repository.protections.push(protection.clone()),
            }
        }
        if repository.protections.len() > PROTECTIONS_MAX {
            let problem = format!("`{}` has {PROTECTIONS_MAX} protected branches at the most", self.name);
            return Err(HubError::TooMany(problem));
        }
        for environment in &self.environments {
            environment.apply(&mut repository, holdings, now)?;
        }
        if known.as_ref() != Some(&repository) {
            holdings.repositories.insert(key, repository.into());
        }
        Ok(())
    }

    fn set(&self, repository: &mut Repository) {
        repository.owner_id = self.owner_id.unwrap_or(repository.owner_id);
        repository.id = self.repository_id.unwrap_or(repository.id);
        repository.visibility = self.visibility.unwrap_or(repository.visibility);
        if let Some(branch) = &self.default_branch {
            repository.default_branch.clone_from(branch);
        }
        repository.created = self.created.or(repository.created);
        if self.enterprise.is_some() {
            repository.enterprise.clone_from(&self.enterprise);
        }
        let subject = &mut repository.subject;
        subject.immutable = self.immutable.or(subject.immutable);
        if self.subject_claims.is_some() {
            subject.template.clone_from(&self.subject_claims);
            subject.use_default = false;
        }
        subject.use_default = self.use_default_subject.unwrap_or(subject.use_default);
        repository.properties.extend(self.properties.clone());
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    name: Spanned<String>,
    owner_id: Option<Id>,
    repository_id: Option<Id>,
    visibility: Option<Spanned<String>>,
    default_branch: Option<Spanned<String>>,
    created: Option<Spanned<Value>>,
    enterprise: Option<Spanned<String>>,
    immutable: Option<Spanned<bool>>,
    subject_claims: Option<Spanned<Vec<String>>>,
    use_default_subject: Option<Spanned<bool>>,
    #[serde(default)]
    properties: BTreeMap<String, Spanned<Value>>,
    #[serde(default)]
    protected_branches: Vec<protected_branch::Table>,
    #[serde(default)]
    environments: Vec<environment::Table>,
}

/// What else the file says that a repository may name.
pub(super) struct Around<'a> {
    pub(super) apps: &'a [AppEntry],
    pub(super) enterprises: &'a [EnterpriseEntry],
    pub(super) is_strict: bool,
}

impl Table {
    pub(super) fn check(
        self,
        at: &At<'_>,
        around: &Around<'_>,
        expected: &mut Vec<Expectation>,
    ) -> Result<(RepositoryEntry, Range<usize>), ConfigError> {
        let span = self.name.span();
        let name = self.name.into_inner();
        let Some(mut repository) = Repository::new(&name, None) else {
            let problem = format!("`{name}` is not a repository");
            return Err(at.place(&span, problem).mend("write OWNER/NAME, as in \"octo-org/octo-repo\""));
        };
        if let (Some(claims), Some(default)) = (&self.subject_claims, &self.use_default_subject)
            && *default.get_ref()
        {
            let problem = "`subject_claims` and `use_default_subject = true` exclude each other";
            return Err(at.place(&claims.span(), problem).mend("leave one of the two"));
        }
        repository.created = self.created.map(|value| instant::read(at, "created", &value)).transpose()?;
        if let Some(immutable) = self.immutable.as_ref().filter(|immutable| !immutable.get_ref())
            && repository.is_immutable_by_age()
        {
            let problem = "the subjects of a repository that was made after 2026-07-15 carry ids always";
            return Err(at
                .place(&immutable.span(), problem)
                .mend("leave `immutable` out, or correct `created`"));
        }
        let mut environments = Vec::new();
        for table in self.environments {
            let (entry, place) = table.check(at, &name, around, expected)?;
            let is_same = |known: &EnvironmentEntry| known.name.to_lowercase() == entry.name.to_lowercase();
            once(at, "environment", &entry.name, place, environments.iter().any(is_same))?;
            environments.push(entry);
        }
        let mut protected_branches: Vec<BranchProtection> = Vec::new();
        for table in self.protected_branches {
            let (entry, place) = table.check(at)?;
            let is_there = protected_branches.iter().any(|known| known.pattern == entry.pattern);
            once(at, "protected branch", &entry.pattern, place, is_there)?;
            protected_branches.push(entry);
        }
        let mut properties = BTreeMap::new();
        for (name, value) in self.properties {
            let text = property_value(at, &name, &value)?;
            property(at, &value.span(), &name, &text)?;
            properties.insert(name, text);
        }
        let entry = RepositoryEntry {
            name,
            owner_id: self.owner_id.map(|id| id.0),
            repository_id: self.repository_id.map(|id| id.0),
            visibility: self.visibility.map(|text| visibility(at, &text)).transpose()?,
            default_branch: self.default_branch.map(|text| branch(at, text)).transpose()?,
            created: repository.created,
            enterprise: self.enterprise.map(|text| enterprise(at, &text, around.enterprises)).transpose()?,
            immutable: self.immutable.map(Spanned::into_inner),
            subject_claims: template(at, self.subject_claims)?,
            use_default_subject: self.use_default_subject.map(Spanned::into_inner),
            properties,
            protected_branches,
            environments,
        };
        Ok((entry, span))
    }
}

fn once(at: &At<'_>, kind: &str, name: &str, place: Range<usize>, is_there: bool) -> Result<(), ConfigError> {
    if !is_there {
        return Ok(());
    }
    Err(at.place(&place, format!("the {kind} `{name}` is listed twice")).mend("leave one of the two"))
}

fn visibility(at: &At<'_>, text: &Spanned<String>) -> Result<Visibility, ConfigError> {
    Visibility::parse(text.get_ref()).ok_or_else(|| {
        let problem = format!("`{}` is not a visibility", text.get_ref());
        at.place(&text.span(), problem).mend("write \"private\", \"internal\" or \"public\"")
    })
}

fn branch(at: &At<'_>, text: Spanned<String>) -> Result<String, ConfigError> {
    if is_branch(text.get_ref()) {
        return Ok(text.into_inner());
    }
    let problem = format!("`{}` is not a branch", text.get_ref());
    Err(at.place(&text.span(), problem).mend("write its name without refs/heads/, as in \"main\""))
}

fn enterprise(
    at: &At<'_>,
    slug: &Spanned<String>,
    enterprises: &[EnterpriseEntry],
) -> Result<String, ConfigError> {
    let found = enterprises.iter().find(|known| known.slug.eq_ignore_ascii_case(slug.get_ref()));
    found.map(|known| known.slug.clone()).ok_or_else(|| {
        let problem = format!("there is no enterprise `{}`", slug.get_ref());
        let mend = format!("add a table [[enterprises]] with slug = \"{}\"", slug.get_ref());
        at.place(&slug.span(), problem).mend(mend)
    })
}

/// Checks a custom property as the builder of tokens does.
pub(super) fn property(at: &At<'_>, span: &Range<usize>, name: &str, value: &str) -> Result<(), ConfigError> {
    let built = JobBuilder::new("owner/name").and_then(|job| job.with_custom(name, value).build());
    built.map(|_| ()).map_err(|_| {
        at.place(span, format!("no token has the custom property `{name}` so")).mend(
            "a name has 1 to 75 letters, digits and `_-$#`, a value 4096 bytes and no control characters",
        )
    })
}

/// A text as it is, `true` and `false` as words, several values with commas, as tokens have them.
fn property_value(at: &At<'_>, name: &str, value: &Spanned<Value>) -> Result<String, ConfigError> {
    let text = match value.get_ref() {
        Value::String(text) => Some(text.clone()),
        Value::Boolean(boolean) => Some(boolean.to_string()),
        Value::Array(values) => {
            let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    };
    text.ok_or_else(|| {
        at.place(&value.span(), format!("the custom property `{name}` has no such values"))
            .mend("write a text, true, false, or a list of texts")
    })
}

/// A number above zero, written bare or between quotes as tokens have it.
struct Id(u64);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Id;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an id: a whole number above zero")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Id, E> {
                let id = u64::try_from(number).ok().filter(|id| *id > 0);
                id.map(Id).ok_or_else(|| E::invalid_value(de::Unexpected::Signed(number), &self))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Id, E> {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
                let id = if digits { text.parse().ok() } else { None };
                id.map(Id).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
