//! The file as TOML: names and types. What the values must be is said beside each of them.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::{
    ACCOUNTS_MAX, APPS_MAX, AppEntry, At, Config, ConfigError, ISSUERS_MAX, REPOSITORIES_MAX, account, app,
    issuer, private_file, repository,
};

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
    issuers: Vec<issuer::Table>,
    #[serde(default)]
    lookup_data_events: bool,
    region: Option<Spanned<String>>,
    #[serde(default)]
    repositories: Vec<repository::Table>,
}

pub(super) fn read(at: &At<'_>) -> Result<Config, ConfigError> {
    let file: File = toml::from_str(at.text).map_err(|error| syntax(at, &error))?;
    let mut config = Config { lookup_data_events: file.lookup_data_events, ..Config::default() };
    if let Some(account) = &file.account {
        config.account = Some(account::number(at, account)?);
    }
    if let Some(region) = &file.region {
        if !is_region(region.get_ref()) {
            let problem = format!("`{}` is not a region", region.get_ref());
            return Err(at.place(&region.span(), problem).mend("write it as in \"us-east-1\""));
        }
        config.region.clone_from(region.get_ref());
    }
    limit(at, "accounts", file.accounts.len(), ACCOUNTS_MAX)?;
    limit(at, "apps", file.apps.len(), APPS_MAX)?;
    limit(at, "issuers", file.issuers.len(), ISSUERS_MAX)?;
    limit(at, "repositories", file.repositories.len(), REPOSITORIES_MAX)?;
    let mut seen = Once::default();
    if let (Some(id), Some(first)) = (&config.account, &file.account) {
        seen.add(at, "account", id.as_str(), first.span())?;
    }
    for table in file.accounts {
        let entry = table.check(at)?;
        seen.add(at, "account", entry.0.id.as_str(), entry.1)?;
        config.accounts.push(entry.0);
    }
    config.apps = apps(at, file.apps)?;
    let mut seen = Once::default();
    for table in file.issuers {
        let entry = table.check(at)?;
        seen.add(at, "issuer", &entry.0.url, entry.1)?;
        config.issuers.push(entry.0);
    }
    let mut seen = Once::default();
    for table in file.repositories {
        let entry = table.check(at)?;
        seen.add(at, "repository", &entry.0.name.to_ascii_lowercase(), entry.1)?;
        config.repositories.push(entry.0);
    }
    Ok(config)
}

/// Numbers and names of apps are each one app's.
fn apps(at: &At<'_>, tables: Vec<app::Table>) -> Result<Vec<AppEntry>, ConfigError> {
    let (mut slugs, mut numbers) = (Once::default(), Once::default());
    let mut apps = Vec::new();
    for table in tables {
        let (entry, span) = table.check(at)?;
        slugs.add(at, "app", &entry.slug, span.clone())?;
        numbers.add(at, "app", &entry.id.to_string(), span)?;
        apps.push(entry);
    }
    Ok(apps)
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
fn is_region(text: &str) -> bool {
    let words: Vec<&str> = text.split('-').collect();
    let Some((number, names)) = words.split_last() else { return false };
    text.len() <= REGION_BYTES_MAX
        && names.len() >= 2
        && names.iter().all(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase()))
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}
