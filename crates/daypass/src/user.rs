//! `daypass user`.

use clap::{Args, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::arguments::DataArguments;
use crate::clock;
use crate::control::Control;
use crate::failure::Failure;

/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;

/// `daypass user`.
#[derive(Debug, Args)]
pub(crate) struct UserArguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Add a user, or a token to one that is there, and print the token: it is not shown again
    Add(Add),
    /// List users, what they may do and the names of their tokens
    List {
        #[command(flatten)]
        data: DataArguments,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a user out, with all tokens
    Remove {
        #[command(flatten)]
        data: DataArguments,
        /// The login
        name: String,
    },
}

#[derive(Debug, Args)]
struct Add {
    #[command(flatten)]
    data: DataArguments,
    /// The login
    name: String,
    /// What the user may do in all repositories [default for a new user: read]
    #[arg(long, value_enum)]
    role: Option<RoleName>,
    /// What the user may do in some, e.g. 'your-org/*=admin'
    #[arg(long = "grant", value_name = "REPOSITORIES=ROLE")]
    grants: Vec<String>,
    /// A team to join, which is made where it is not there
    #[arg(long = "team", value_name = "ORGANIZATION/TEAM")]
    teams: Vec<String>,
    /// What the token is called; one of that name is replaced [default: daypass]
    #[arg(long, value_name = "NAME")]
    token_name: Option<String>,
    /// When the token ends, e.g. `30d`, `12h` or an instant in RFC 3339, by the sandbox's clock [default: never]
    #[arg(long, value_name = "WHEN")]
    token_expires: Option<String>,
    /// Repositories that the token is for [default: all of the user's]
    #[arg(long = "token-repo", value_name = "REPOSITORIES")]
    token_repositories: Vec<String>,
    /// What the token may do, e.g. deployments=write [default: all that the user may]
    #[arg(long = "permission", value_name = "PERMISSION=ACCESS")]
    permissions: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RoleName {
    Read,
    Write,
    Admin,
}

impl RoleName {
    const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

pub(crate) async fn run(arguments: UserArguments) -> Result<(), Failure> {
    match arguments.act {
        Act::Add(arguments) => add(arguments).await,
        Act::List { data, json } => list(&Control::find(&data.directory)?, json).await,
        Act::Remove { data, name } => {
            Control::find(&data.directory)?.remove(&format!("users/{}", segment(&name)?)).await?;
            eprintln!("removed {name}");
            Ok(())
        }
    }
}

async fn add(arguments: Add) -> Result<(), Failure> {
    let control = Control::find(&arguments.data.directory)?;
    let expires = match &arguments.token_expires {
        Some(text) => Some(expiry(&control, text).await?),
        None => None,
    };
    let everywhere = arguments.role.map(|role| role.name().to_owned());
    let grants: Vec<String> = everywhere.into_iter().chain(arguments.grants).collect();
    let body = json!({
        "login": arguments.name,
        "grants": grants,
        "teams": arguments.teams,
        "token_name": arguments.token_name,
        "token_expires": expires,
        "token_repositories": arguments.token_repositories,
        "token_permissions": arguments.permissions,
    });
    let answer = control.write("users", &body).await?;
    let token = answer.get("token").and_then(Value::as_str);
    println!("{}", token.ok_or_else(|| Failure::new("the sandbox answered without a token"))?);
    let name = arguments.token_name.as_deref().unwrap_or("daypass");
    let until = expires.map(|expires| format!(" until {expires:.0}")).unwrap_or_default();
    eprintln!("note: this is the token `{name}` of {}{until}; it is not shown again", arguments.name);
    Ok(())
}

async fn list(control: &Control, as_json: bool) -> Result<(), Failure> {
    let users = control.read("users").await?;
    if as_json {
        println!("{users:#}");
        return Ok(());
    }
    for user in users.as_array().into_iter().flatten() {
        let words = |name: &str| {
            let list = user.get(name).and_then(Value::as_array).into_iter().flatten();
            list.filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        };
        let mut line = format!(
            "{:<20} {}",
            user.get("login").and_then(Value::as_str).unwrap_or_default(),
            words("grants")
        );
        for (label, name) in [("teams", "teams"), ("tokens", "tokens")] {
            let words = words(name);
            if !words.is_empty() {
                line.push_str(&format!("; {label}: {words}"));
            }
        }
        println!("{line}");
    }
    Ok(())
}

/// When a token ends: an instant, or a length of time from the sandbox's now.
async fn expiry(control: &Control, text: &str) -> Result<Timestamp, Failure> {
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    let wrong = || {
        Failure::new(format!("`{text}` is no end of a token"))
            .hint("write it as in 30d, 12h or 2026-12-24T10:00:00Z")
    };
    let length = match text.strip_suffix('d').map(str::parse::<i64>) {
        Some(Ok(days)) if days > 0 => days.checked_mul(DAY_SECONDS).map(SignedDuration::from_secs),
        Some(_) => None,
        None => clock::seconds(text).ok().map(SignedDuration::from_secs),
    };
    let answer = control.read("clock").await?;
    let now: Option<Timestamp> = answer.get("now").and_then(Value::as_str).and_then(|now| now.parse().ok());
    let now = now.ok_or_else(|| Failure::new("the sandbox answered without its time"))?;
    length.and_then(|length| now.checked_add(length).ok()).ok_or_else(wrong)
}

/// A login as a part of an address.
fn segment(name: &str) -> Result<&str, Failure> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if !name.is_empty() && name.chars().all(is_plain) {
        return Ok(name);
    }
    Err(Failure::new(format!("`{name}` is no login")).hint("`daypass user list` lists them"))
}
