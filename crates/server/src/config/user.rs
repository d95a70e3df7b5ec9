//! `[[users]]`: who acts at GitHub's side, and by which tokens.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use daypass_github::hosting::{Access, AccessToken, Grant, Permission, Role, User};
use jiff::Timestamp;
use serde::Deserialize;
use toml::{Spanned, Value};

use super::{At, ConfigError, instant, private_file};
use crate::github::hub::users::hash;
use crate::github::hub::{Holdings, HubError};

/// Characters of a token's name.
const NAME_CHARACTERS_MAX: usize = 100;
/// Digits of a hash.
const HASH_DIGITS: usize = 64;

/// One user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserEntry {
    /// The login.
    pub login: String,
    /// What the user may do, in the place of what was; `None` leaves it, or is reading everywhere for a new user.
    pub grants: Option<Vec<Grant>>,
    /// Tokens, each in the place of the user's one of that name.
    pub tokens: Vec<AccessToken>,
}

impl UserEntry {
    pub(super) fn apply(&self, holdings: &mut Holdings, now: Timestamp) -> Result<(), HubError> {
        let known = holdings.user(&self.login).cloned();
        let mut user = known.as_deref().cloned().unwrap_or_else(|| User {
            id: holdings.owner_number(&self.login),
            login: self.login.clone(),
            created: now,
            grants: vec![Grant { repositories: "*".to_owned(), role: Role::Read }],
            tokens: Vec::new(),
        });
        if let Some(grants) = &self.grants {
            user.grants.clone_from(grants);
        }
        for token in &self.tokens {
            let owner = holdings.by_token_hash(&token.hash);
            if let Some(other) = owner.filter(|owner| !owner.login.eq_ignore_ascii_case(&self.login)) {
                let (name, login, other) = (&token.name, &self.login, &other.login);
                let problem =
                    format!("the token `{name}` of `{login}` is one of `{other}` too: make another");
                return Err(HubError::Invalid(problem));
            }
            match user.tokens.iter_mut().find(|known| known.name == token.name) {
                Some(known) => {
                    let created = if known.hash == token.hash { known.created } else { now };
                    *known = AccessToken { created, ..token.clone() };
                }
                None => user.tokens.push(AccessToken { created: now, ..token.clone() }),
            }
        }
        user.check()?;
        if known.as_deref() != Some(&user) {
            holdings.users.insert(self.login.to_ascii_lowercase(), Arc::new(user));
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    login: Spanned<String>,
    role: Option<Spanned<String>>,
    grants: Option<Spanned<Vec<GrantTable>>>,
    #[serde(default)]
    tokens: Vec<TokenTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GrantTable {
    repositories: String,
    role: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenTable {
    name: Spanned<String>,
    token_file: Option<Spanned<PathBuf>>,
    sha256: Option<Spanned<String>>,
    expires: Option<Spanned<Value>>,
    #[serde(default)]
    repositories: Vec<String>,
    #[serde(default)]
    permissions: BTreeMap<String, Spanned<String>>,
}

impl Table {
    pub(super) fn check(self, at: &At<'_>) -> Result<(UserEntry, Range<usize>), ConfigError> {
        let span = self.login.span();
        let grants = match (self.role, self.grants) {
            (Some(_), Some(grants)) => {
                let problem = "`role` and `grants` exclude each other: a role is one in all repositories";
                return Err(at.place(&grants.span(), problem).mend("leave one of the two"));
            }
            (Some(text), None) => {
                let role = role(at, &text)?;
                Some(vec![Grant { repositories: "*".to_owned(), role }])
            }
            (None, Some(grants)) => {
                let read = grants.into_inner().into_iter().map(|table| {
                    Ok(Grant { repositories: table.repositories, role: role(at, &table.role)? })
                });
                Some(read.collect::<Result<_, ConfigError>>()?)
            }
            (None, None) => None,
        };
        let mut tokens: Vec<AccessToken> = Vec::new();
        for table in self.tokens {
            let place = table.name.span();
            let token = table.check(at)?;
            if tokens.iter().any(|known| known.name == token.name) {
                let problem = format!("the token `{}` is listed twice", token.name);
                return Err(at.place(&place, problem).mend("leave one of the two"));
            }
            tokens.push(token);
        }
        let entry = UserEntry { login: self.login.into_inner(), grants, tokens };
        let user = User {
            id: 0,
            login: entry.login.clone(),
            created: Timestamp::UNIX_EPOCH,
            grants: entry.grants.clone().unwrap_or_default(),
            tokens: entry.tokens.clone(),
        };
        user.check().map_err(|error| at.place(&span, error.to_string()).mend("correct it in this table"))?;
        Ok((entry, span))
    }
}

impl TokenTable {
    fn check(self, at: &At<'_>) -> Result<AccessToken, ConfigError> {
        let (span, name) = (self.name.span(), self.name.into_inner());
        if !(1..=NAME_CHARACTERS_MAX).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            let mend = format!("write 1 to {NAME_CHARACTERS_MAX} characters that can be printed");
            return Err(at.place(&span, format!("`{name}` is not a token's name")).mend(mend));
        }
        let hash = match (&self.token_file, &self.sha256) {
            (Some(file), None) => hash(private_file::read(at, "token_file", file)?.reveal()),
            (None, Some(digits)) => {
                let is_hash = digits.get_ref().len() == HASH_DIGITS
                    && digits.get_ref().bytes().all(|digit| digit.is_ascii_hexdigit());
                if !is_hash {
                    let mend = "write what `printf %s TOKEN | sha256sum` prints: 64 hexadecimal digits";
                    return Err(at.place(&digits.span(), "`sha256` is no hash").mend(mend));
                }
                digits.get_ref().to_ascii_lowercase()
            }
            (Some(_), Some(digits)) => {
                let problem = "`token_file` and `sha256` exclude each other";
                return Err(at.place(&digits.span(), problem).mend("leave one of the two"));
            }
            (None, None) => {
                let mend = "name a file that holds it as token_file, or write its SHA-256 as sha256";
                return Err(at.place(&span, format!("the token `{name}` has no secret")).mend(mend));
            }
        };
        Ok(AccessToken {
            name,
            hash,
            created: Timestamp::UNIX_EPOCH,
            expires: self.expires.map(|value| instant::read(at, "expires", &value)).transpose()?,
            repositories: self.repositories,
            permissions: self
                .permissions
                .into_iter()
                .map(|(name, access)| permission(at, &name, &access))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn role(at: &At<'_>, text: &Spanned<String>) -> Result<Role, ConfigError> {
    Role::parse(text.get_ref()).ok_or_else(|| {
        let problem = format!("`{}` is not a role", text.get_ref());
        at.place(&text.span(), problem).mend("write \"read\", \"write\" or \"admin\"")
    })
}

fn permission(
    at: &At<'_>,
    name: &str,
    access: &Spanned<String>,
) -> Result<(Permission, Access), ConfigError> {
    let permission = Permission::parse(name).ok_or_else(|| {
        let names: Vec<&str> = Permission::ALL.into_iter().map(Permission::name).collect();
        let problem = format!("`{name}` is not a permission of tokens");
        at.place(&access.span(), problem).mend(format!("write one of {}", names.join(", ")))
    })?;
    let far = match access.get_ref().as_str() {
        "read" => Access::Read,
        "write" => Access::Write,
        other => {
            let problem = format!("`{other}` is not how far a permission goes");
            return Err(at.place(&access.span(), problem).mend("write \"read\" or \"write\""));
        }
    };
    Ok((permission, far))
}
