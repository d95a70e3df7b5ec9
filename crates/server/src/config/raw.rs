//! The file as TOML: names and types. What the values must be is said beside each of them.

use std::collections::BTreeMap;
use std::ops::Range;

use daypass_targets::gateway::Service;
use serde::Deserialize;
use toml::Spanned;

use super::repository::Around;
use super::stand_in::StandInEntry;
use super::{
    ACCOUNTS_MAX, APPS_MAX, AppEntry, At, Config, ConfigError, DISTRIBUTIONS_MAX, ENTERPRISES_MAX,
    ISSUERS_MAX, ORGANIZATIONS_MAX, REPOSITORIES_MAX, STAND_IN_ISSUER, STAND_INS_MAX, TEAMS_MAX, account,
    app, distribution, issuer, organization, private_file, repository, stand_in, team, upstream, user,
};
use crate::github::hub::holdings::USERS_MAX;

/// The longest name of a region, in bytes; AWS's longest is half of it.
const REGION_BYTES_MAX: usize = 32;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    account: Option<Spanned<String>>,
    #[serde(default)]
    accounts: Vec<account::Table>,
    #[serde(default)]
    apps: Vec<app::Table>,
    #[serde(default)]
    distributions: Vec<distribution::Table>,
    #[serde(default)]
    enterprises: Vec<organization::EnterpriseTable>,
    #[serde(default)]
    issuers: Vec<issuer::Table>,
    #[serde(default)]
    lookup_data_events: bool,
    #[serde(default)]
    organizations: Vec<organization::Table>,
    pull_request_target_subject: Option<Spanned<String>>,
    region: Option<Spanned<String>>,
    #[serde(default)]
    repositories: Vec<repository::Table>,
    #[serde(default)]
    stand_ins: Vec<stand_in::Table>,
    #[serde(default)]
    strict_environment_names: bool,
    #[serde(default)]
    teams: Vec<team::Table>,
    #[serde(default)]
    upstreams: Vec<upstream::Table>,
    #[serde(default)]
    users: Vec<user::Table>,
}

pub(super) fn read(at: &At<'_>) -> Result<Config, ConfigError> {
    let file: File = toml::from_str(at.text).map_err(|error| syntax(at, &error))?;
    let mut config = Config {
        lookup_data_events: file.lookup_data_events,
        strict_environment_names: file.strict_environment_names,
        target_is_pull_request: target_is_pull_request(at, file.pull_request_target_subject.as_ref())?,
        ..Config::default()
    };
    let mut numbers = Once::default();
    if let Some(account) = &file.account {
        let id = account::number(at, account)?;
        numbers.add(at, "account", id.as_str(), account.span())?;
        config.account = Some(id);
    }
    if let Some(region) = file.region {
        if !is_region(region.get_ref()) {
            let problem = format!("`{}` is not a region", region.get_ref());
            return Err(at.place(&region.span(), problem).mend("write it as in \"us-east-1\""));
        }
        config.region = region.into_inner();
    }
    for (entry, span) in each(at, ("accounts", ACCOUNTS_MAX), file.accounts, |table| table.check(at))? {
        numbers.add(at, "account", entry.id.as_str(), span)?;
        config.accounts.push(entry);
    }
    issuers(at, &mut config, file.issuers, file.enterprises, file.stand_ins)?;
    config.apps = apps(at, file.apps)?;
    config.distributions = distributions(at, file.distributions)?;
    people(at, &mut config, file.users, file.teams)?;
    let mut logins = Once::default();
    for (entry, span) in
        each(at, ("organizations", ORGANIZATIONS_MAX), file.organizations, |table| table.check(at))?
    {
        logins.add(at, "organization", &entry.login.to_ascii_lowercase(), span)?;
        config.organizations.push(entry);
    }
    let mut services = Once::default();
    for (entry, span) in each(at, ("upstreams", Service::ALL.len()), file.upstreams, |table| table.check(at))?
    {
        services.add(at, "upstream", entry.service.name(), span)?;
        config.upstreams.push(entry);
    }
    repositories(at, &mut config, file.repositories)?;
    Ok(config)
}

/// The tables of one kind, checked, with where each is named.
fn each<T, E>(
    at: &At<'_>,
    (name, most): (&str, usize),
    tables: Vec<T>,
    check: impl FnMut(T) -> Result<(E, Range<usize>), ConfigError>,
) -> Result<Vec<(E, Range<usize>)>, ConfigError> {
    limit(at, name, tables.len(), most)?;
    tables.into_iter().map(check).collect()
}

fn distributions(
    at: &At<'_>,
    tables: Vec<distribution::Table>,
) -> Result<Vec<super::DistributionEntry>, ConfigError> {
    let mut ids = Once::default();
    let mut entries = Vec::new();
    for (entry, span) in each(at, ("distributions", DISTRIBUTIONS_MAX), tables, |table| table.check(at))? {
        ids.add(at, "distribution", &entry.id, span)?;
        entries.push(entry);
    }
    Ok(entries)
}

fn target_is_pull_request(at: &At<'_>, text: Option<&Spanned<String>>) -> Result<bool, ConfigError> {
    let Some(text) = text else { return Ok(false) };
    match text.get_ref().as_str() {
        "ref" => Ok(false),
        "pull_request" => Ok(true),
        other => {
            let problem = format!("`{other}` is not a subject of pull_request_target");
            Err(at.place(&text.span(), problem).mend("write \"ref\" or \"pull_request\""))
        }
    }
}

/// Where each issuer's keys come from is said once only.
fn issuers(
    at: &At<'_>,
    config: &mut Config,
    issuers: Vec<issuer::Table>,
    enterprises: Vec<organization::EnterpriseTable>,
    stand_ins: Vec<stand_in::Table>,
) -> Result<(), ConfigError> {
    let mut seen = Once::default();
    for (entry, span) in each(at, ("issuers", ISSUERS_MAX), issuers, |table| table.check(at))? {
        seen.add(at, "issuer", &entry.url, span)?;
        config.issuers.push(entry);
    }
    let is_real = |config: &Config, url: &str| config.issuers.iter().any(|issuer| issuer.url == url);
    let both = |url: &str, span: &Range<usize>| {
        let problem =
            format!("the sandbox does not stand in for `{url}`: [[issuers]] says where its keys come from");
        at.place(span, problem).mend("leave one of the two")
    };
    let mut slugs = Once::default();
    for (entry, span) in each(at, ("enterprises", ENTERPRISES_MAX), enterprises, |table| table.check(at))? {
        slugs.add(at, "enterprise", &entry.slug.to_ascii_lowercase(), span.clone())?;
        if entry.include_slug_in_issuer {
            let url = format!("{STAND_IN_ISSUER}/{}", entry.slug);
            if let Some(real) = [url.as_str(), STAND_IN_ISSUER].into_iter().find(|url| is_real(config, url)) {
                return Err(both(real, &span));
            }
        }
        config.enterprises.push(entry);
    }
    let mut seen = Once::default();
    for (entry, span) in each(at, ("stand-ins", STAND_INS_MAX), stand_ins, |table| table.check(at))? {
        if is_real(config, &entry.issuer) {
            return Err(both(&entry.issuer, &span));
        }
        seen.add(at, "issuer", &entry.issuer, span)?;
        let StandInEntry { issuer, forms } = entry;
        if issuer == STAND_IN_ISSUER {
            config.subject_forms = forms;
        } else {
            config.stand_ins.push(StandInEntry { issuer, forms });
        }
    }
    Ok(())
}

/// Numbers and names of apps are each one app's.
fn apps(at: &At<'_>, tables: Vec<app::Table>) -> Result<Vec<AppEntry>, ConfigError> {
    let (mut slugs, mut numbers) = (Once::default(), Once::default());
    let mut apps = Vec::new();
    for (entry, span) in each(at, ("apps", APPS_MAX), tables, |table| table.check(at))? {
        slugs.add(at, "app", &entry.slug, span.clone())?;
        numbers.add(at, "app", &entry.id.to_string(), span)?;
        apps.push(entry);
    }
    Ok(apps)
}

/// Users and teams. A token is one user's.
fn people(
    at: &At<'_>,
    config: &mut Config,
    users: Vec<user::Table>,
    teams: Vec<team::Table>,
) -> Result<(), ConfigError> {
    let mut logins = Once::default();
    let mut tokens = BTreeMap::new();
    for (entry, span) in each(at, ("users", USERS_MAX), users, |table| table.check(at))? {
        logins.add(at, "user", &entry.login.to_ascii_lowercase(), span.clone())?;
        for token in &entry.tokens {
            if let Some(other) = tokens.insert(token.hash.clone(), entry.login.clone()) {
                let problem = format!("the token `{}` is one of `{other}` too", token.name);
                return Err(at.place(&span, problem).mend("make another one at random"));
            }
        }
        config.users.push(entry);
    }
    let mut seen = Once::default();
    let mut expected = Vec::new();
    for (entry, span) in each(at, ("teams", TEAMS_MAX), teams, |table| table.check(at, &mut expected))? {
        seen.add(at, "team", &entry.key(), span)?;
        config.teams.push(entry);
    }
    config.expectations.append(&mut expected);
    Ok(())
}

fn repositories(at: &At<'_>, config: &mut Config, tables: Vec<repository::Table>) -> Result<(), ConfigError> {
    let mut seen = Once::default();
    let mut expected = Vec::new();
    let around = Around {
        apps: &config.apps,
        enterprises: &config.enterprises,
        is_strict: config.strict_environment_names,
    };
    let check = |table: repository::Table| table.check(at, &around, &mut expected);
    for (entry, span) in each(at, ("repositories", REPOSITORIES_MAX), tables, check)? {
        seen.add(at, "repository", &entry.name.to_ascii_lowercase(), span)?;
        config.repositories.push(entry);
    }
    config.expectations.append(&mut expected);
    Ok(())
}

/// TOML's own complaint, with the place and a mend where one is plain.
fn syntax(at: &At<'_>, error: &toml::de::Error) -> ConfigError {
    let problem = error.message().trim().replace('\n', ", ");
    let unknown = problem.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    let of_secret = unknown.and_then(private_file::mend_of_key);
    let mend = if let Some(mend) = &of_secret {
        mend
    } else if unknown.is_some() {
        "take the name out or correct it"
    } else if problem.starts_with("missing field") {
        "add it to this table"
    } else {
        "see https://toml.io for how such a file is written"
    };
    match error.span() {
        Some(span) => at.place(&span, problem),
        None => at.whole(problem),
    }
    .mend(mend)
}

fn limit(at: &At<'_>, name: &str, count: usize, most: usize) -> Result<(), ConfigError> {
    if count <= most {
        return Ok(());
    }
    Err(at.whole(format!("{count} {name} are more than {most}")).mend("take out those that are not used"))
}

/// What may be said once only, and where it was.
#[derive(Default)]
struct Once(BTreeMap<String, Range<usize>>);

impl Once {
    fn add(&mut self, at: &At<'_>, kind: &str, name: &str, span: Range<usize>) -> Result<(), ConfigError> {
        match self.0.insert(name.to_owned(), span.clone()) {
            None => Ok(()),
            Some(_) => {
                let problem = format!("the {kind} `{name}` is listed twice");
                Err(at.place(&span, problem).mend("leave one of the two"))
            }
        }
    }
}

/// `us-east-1`, `us-gov-west-1`: two letters or more, words, a number.
pub(super) fn is_region(text: &str) -> bool {
    let words: Vec<&str> = text.split('-').collect();
    let Some((number, names)) = words.split_last() else { return false };
    text.len() <= REGION_BYTES_MAX
        && names.len() >= 2
        && names.iter().all(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase()))
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}
