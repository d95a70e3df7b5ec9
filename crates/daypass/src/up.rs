//! `daypass up`.

use daypass_aws::AccountId;
use daypass_server::{Config, Options, Sandbox};
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
    })
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
