//! `daypass tour`: the whole chain over real HTTP, on a sandbox of its own, with nothing faked. It ends well only if
//! every step went as it must.

mod design;
mod exchanges;
mod gate;
mod keep;
mod setup;
mod trail;
mod upload;

use std::path::{Path, PathBuf};

use daypass_client::{AwsClient, Credentials, transport};
use daypass_server::{Config, Options, Sandbox};

use crate::arguments::TourArguments;
use crate::control::Control;
use crate::failure::Failure;
use crate::up::from_start;
use keep::Keep;

/// What every step of the tour needs.
struct Tour {
    aws: AwsClient,
    http: reqwest::Client,
    control: Control,
    administrator: Credentials,
    keep: Keep,
}

pub(crate) async fn run(arguments: TourArguments) -> Result<(), Failure> {
    let scratch = tempfile::tempdir().map_err(Failure::new)?;
    let keep = Keep::new(arguments.keep)?;
    let sandbox = Sandbox::start(options(scratch.path().join("data"))?).await.map_err(from_start)?;
    println!("A sandbox stands: AWS at {}, GitHub's issuer at {}.", sandbox.aws_url(), sandbox.github_url());
    let control = Control::find(&scratch.path().join("data"))?;
    let http = transport(None).map_err(Failure::new)?;
    let administrator = control.directory.administrator().map_err(Failure::new)?;
    let tour = Tour {
        aws: AwsClient::new(http.clone(), sandbox.aws_url(), &control.running.region),
        http,
        administrator: Credentials {
            access_key_id: administrator.access_key_id.clone(),
            secret_access_key: administrator.secret_access_key.reveal().to_owned().into(),
            session_token: None,
        },
        control,
        keep,
    };
    let result = walk(&tour).await;
    sandbox.stop().await;
    result
}

async fn walk(tour: &Tour) -> Result<(), Failure> {
    heading("1. The account learns whom to trust");
    setup::run(tour).await?;
    heading("2. Seven workflow contexts try three roles");
    let mut credentials = exchanges::run(tour).await?;
    heading("3. The deploy waits for a person");
    credentials.insert("github-prod-deploy", gate::run(tour).await?);
    heading("4. The credentials at work");
    let upload = upload::run(tour, &credentials).await?;
    heading("5. From the upload back to the run");
    trail::run(tour, &upload).await?;
    tour.keep.farewell();
    println!("\nEvery step went as it must.");
    Ok(())
}

fn options(directory: PathBuf) -> Result<Options, Failure> {
    let any = "127.0.0.1:0".parse().map_err(Failure::new)?;
    Ok(Options {
        directory,
        aws_address: any,
        github_address: any,
        account: daypass_aws::AccountId::parse(design::ACCOUNT),
        config: Config::parse(Path::new("tour.toml"), design::CONFIGURATION).map_err(Failure::new)?,
        clock: None,
        tls: false,
        danger_listen: Vec::new(),
        danger_hosts: Vec::new(),
        import: None,
    })
}

fn heading(text: &str) {
    println!("\n{text}\n{}", "-".repeat(text.chars().count()));
}

/// A step that must hold for the tour to end well.
fn must(holds: bool, what: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure::new(format!("the tour ends here: {what}"))) }
}
