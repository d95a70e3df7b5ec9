//! `daypass up`.

use std::io::Read as _;
use std::path::Path;

use daypass_aws::{AccountId, import};
use daypass_server::{Config, ImportFile, Options, Sandbox};
use jiff::Timestamp;

use crate::arguments::UpArguments;
use crate::failure::Failure;

/// What is logged where `DAYPASS_LOG` does not say. The S3 protocol library logs clients' mistakes as errors of its own.
const LOG_DEFAULT: &str = "warn,s3s=off";

pub(crate) async fn run(arguments: UpArguments) -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("DAYPASS_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(LOG_DEFAULT)),
        )
        .init();
    let sandbox = Sandbox::start(options(&arguments)?).await.map_err(from_start)?;
    println!(
        "daypass is ready: aws {}, github {}, account {} (data in {})",
        sandbox.aws_url(),
        sandbox.github_url(),
        sandbox.account(),
        arguments.data.directory.display()
    );
    if let Some(summary) = sandbox.imported() {
        println!("{}", imported(&summary));
    }
    for account in sandbox.accounts().iter().skip(1) {
        let name = account.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        println!("and account {0}{name}: `daypass env --account {0}` gives its key", account.id);
    }
    for url in sandbox.danger_urls() {
        eprintln!("warning: {url} is open to others: whoever has the control token can become production");
    }
    stop_signal().await?;
    sandbox.stop().await;
    Ok(())
}

fn options(arguments: &UpArguments) -> Result<Options, Failure> {
    let config = match &arguments.config {
        Some(path) => Config::read(path).map_err(Failure::new)?,
        None => Config::default(),
    };
    let account = arguments
        .account
        .as_deref()
        .map(|text| {
            AccountId::parse(text).ok_or_else(|| {
                Failure::new(format!("`{text}` is not an account number: it has twelve digits"))
            })
        })
        .transpose()?;
    let import = arguments.import.as_deref().map(import_file).transpose()?;
    let account = match (account, &import) {
        (None, Some(file)) if config.account.is_none() => {
            import::account_of(&file.text).map_err(|error| from_import(&file.name, error))?
        }
        (account, _) => account,
    };
    let clock = arguments.clock.as_deref().map(instant).transpose()?;
    Ok(Options {
        directory: arguments.data.directory.clone(),
        aws_address: arguments.aws_addr,
        github_address: arguments.github_addr,
        account,
        config,
        clock,
        tls: arguments.tls,
        danger_listen: arguments.danger_listen.clone(),
        danger_hosts: arguments.danger_host.clone(),
        import,
    })
}

/// Reads the account to import. One byte over the limit is enough to see that it is over.
fn import_file(path: &Path) -> Result<ImportFile, Failure> {
    let name = path.display().to_string();
    let failure = |detail: &dyn std::fmt::Display| Failure::new(format!("cannot read `{name}`: {detail}"));
    let limit = u64::try_from(import::FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error| failure(&error))?;
    if bytes.len() > import::FILE_BYTES_MAX {
        return Err(failure(&format!("it is over the limit of {} bytes", import::FILE_BYTES_MAX)));
    }
    let text = String::from_utf8(bytes).map_err(|error| failure(&error))?;
    Ok(ImportFile { name, text })
}

/// What was taken over, and what was not.
fn imported(summary: &import::Summary) -> String {
    let import::Summary { roles, policies, unchanged, users, groups, instance_profiles } = *summary;
    let mut said = format!("imported {} and {}", count(roles, "role"), count(policies, "policy"));
    if unchanged > 0 {
        said = format!("{said}, {unchanged} already there");
    }
    let left: Vec<String> = [(users, "user"), (groups, "group"), (instance_profiles, "instance profile")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, thing)| count(number, thing))
        .collect();
    if left.is_empty() { said } else { format!("{said}; not imported: {}", left.join(", ")) }
}

/// `1 policy`, `2 policies`.
fn count(number: usize, thing: &str) -> String {
    match (number, thing.strip_suffix('y')) {
        (1, _) => format!("1 {thing}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {thing}s"),
    }
}

fn from_import(file: &str, error: import::ImportError) -> Failure {
    from_start(daypass_server::StartError::Import { file: file.to_owned(), error })
}

fn instant(text: &str) -> Result<Timestamp, Failure> {
    text.parse().map_err(|_| {
        Failure::new(format!("`{text}` is not an instant")).hint("write it as in 2026-11-23T10:00:00Z")
    })
}

/// The reasons a sandbox does not start, each with its mend.
pub(crate) fn from_start(error: daypass_server::StartError) -> Failure {
    let hint = error.hint();
    let failure = Failure::new(error);
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

/// Waits for Ctrl-C or a request to terminate.
async fn stop_signal() -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::new)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::new)?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
