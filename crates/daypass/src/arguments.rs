//! What can be typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// AWS credentials for CI that live an hour, and the proof of who can get them
#[derive(Debug, Parser)]
#[command(name = "daypass", version, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Move the sandbox's time, to see tokens and sessions expire
    Clock(ClockArguments),
    /// Print the environment variables that point AWS's tools at the running sandbox
    Env(EnvArguments),
    /// Say why a call was allowed or denied
    Explain(ExplainArguments),
    /// Print an identity token as GitHub would issue it
    Mint(MintArguments),
    /// Empty the sandbox's state
    Reset(DataArguments),
    /// Keep the sandbox's state in a file, or bring it back
    Snapshot(SnapshotArguments),
    /// Walk from a workflow's identity token to an S3 object, on a sandbox of its own
    Tour(TourArguments),
    /// Start the sandbox: issuer, IAM, STS, S3 and CloudTrail on loopback
    Up(UpArguments),
}

/// Where the sandbox's state lies.
#[derive(Debug, Clone, Args)]
pub(crate) struct DataArguments {
    /// The sandbox's data directory
    #[arg(long = "data", value_name = "DIR", default_value = ".daypass")]
    pub(crate) directory: PathBuf,
}

/// `daypass clock`.
#[derive(Debug, Args)]
pub(crate) struct ClockArguments {
    #[command(flatten)]
    pub(crate) data: DataArguments,
    #[command(subcommand)]
    pub(crate) motion: Option<ClockMotion>,
}

/// How the clock is moved; without any it is shown.
#[derive(Debug, Subcommand)]
pub(crate) enum ClockMotion {
    /// Go forward, e.g. `61m`, `12h`, `90s`
    Advance {
        /// How far
        duration: String,
    },
    /// Let time run faster or slower than the wall clock, e.g. `60`
    Rate {
        /// Sandbox seconds in a second
        rate: f64,
    },
    /// Go to an instant, e.g. `2026-11-23T10:00:00Z`
    Set {
        /// The instant, RFC 3339
        instant: String,
    },
}

/// `daypass env`.
#[derive(Debug, Args)]
pub(crate) struct EnvArguments {
    #[command(flatten)]
    pub(crate) data: DataArguments,
    /// Also the two variables that a job with `id-token: write` has, e.g. "your-org/your-repo environment=production"
    #[arg(long, value_name = "JOB")]
    pub(crate) job: Option<String>,
    /// With the administrator's key of this account of several [default: the first one]
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "job")]
    pub(crate) account: Option<String>,
}

/// `daypass explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    #[command(flatten)]
    pub(crate) data: DataArguments,
    /// The call's request id
    #[arg(required_unless_present = "last", conflicts_with = "last")]
    pub(crate) request_id: Option<String>,
    /// The last call
    #[arg(long)]
    pub(crate) last: bool,
    /// With --last: the last call that was denied
    #[arg(long, requires = "last")]
    pub(crate) denied: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `daypass mint`.
#[derive(Debug, Args)]
pub(crate) struct MintArguments {
    #[command(flatten)]
    pub(crate) data: DataArguments,
    /// The repository, OWNER/NAME
    #[arg(long = "repo", value_name = "OWNER/NAME")]
    pub(crate) repository: String,
    /// The ref that the workflow runs on [default: refs/heads/main]
    #[arg(long = "ref", value_name = "REF", conflicts_with = "tag")]
    pub(crate) reference: Option<String>,
    /// The tag that the workflow runs on, without refs/tags/
    #[arg(long)]
    pub(crate) tag: Option<String>,
    /// The environment that the job names
    #[arg(long)]
    pub(crate) environment: Option<String>,
    /// The event that started the run [default: push]
    #[arg(long)]
    pub(crate) event: Option<String>,
    /// Who started the run
    #[arg(long)]
    pub(crate) actor: Option<String>,
    /// Give the subject with owner and repository ids, as newer repositories have it
    #[arg(long)]
    pub(crate) immutable: bool,
    /// The audience [default: github.com/OWNER, as a URL]
    #[arg(long)]
    pub(crate) audience: Option<String>,
    /// A claim to add or replace, KEY=VALUE
    #[arg(long = "claim", value_name = "KEY=VALUE")]
    pub(crate) claims: Vec<String>,
    /// How long the token lives, e.g. `5m`
    #[arg(long)]
    pub(crate) lifetime: Option<String>,
}

/// `daypass snapshot`.
#[derive(Debug, Args)]
pub(crate) struct SnapshotArguments {
    #[command(subcommand)]
    pub(crate) direction: SnapshotDirection,
}

/// Which way a snapshot goes.
#[derive(Debug, Subcommand)]
pub(crate) enum SnapshotDirection {
    /// Replace the state of a stopped sandbox with a snapshot
    Load {
        #[command(flatten)]
        data: DataArguments,
        /// The snapshot
        file: PathBuf,
    },
    /// Keep the state of a stopped sandbox in a new file
    Save {
        #[command(flatten)]
        data: DataArguments,
        /// The file to write
        file: PathBuf,
    },
}

/// `daypass tour`.
#[derive(Debug, Args)]
pub(crate) struct TourArguments {
    /// Leave the policies, claims and events in this directory
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
}

/// `daypass up`.
#[derive(Debug, Args)]
pub(crate) struct UpArguments {
    #[command(flatten)]
    pub(crate) data: DataArguments,
    /// Where AWS's services listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4566")]
    pub(crate) aws_addr: SocketAddr,
    /// Where the issuer and the control calls listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4567")]
    pub(crate) github_addr: SocketAddr,
    /// The account's number; more accounts are listed in the configuration
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Start the sandbox's clock here, RFC 3339
    #[arg(long, value_name = "INSTANT")]
    pub(crate) clock: Option<String>,
    /// Serve HTTPS with a certificate of the sandbox's own authority
    #[arg(long)]
    pub(crate) tls: bool,
    /// Also listen on this address, which others may reach: whoever has the control token can become production
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) danger_listen: Vec<SocketAddr>,
}
