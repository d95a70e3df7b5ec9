//! What can be typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use daypass_policy::Kind;

use crate::rehearse::arguments::RehearseArguments;
use crate::{job, user};

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
    /// Say what came of a job of a run
    Job(job::JobArguments),
    /// Print an identity token as GitHub would issue it
    Mint(MintArguments),
    /// Rehearse a workflow before it is pushed: each job's token, gate and role, and what its scripts may do
    ///
    /// The run is registered with the running sandbox, as GitHub would see it. The exit status is 0 where all is as hoped,
    /// 1 where something would fail, and 2 where it could not be asked.
    Rehearse(Box<RehearseArguments>),
    /// Empty the sandbox's state
    Reset(DataArguments),
    /// Ask policies in files what they allow, with no server running: exit status 0 allowed, 1 denied, 2 wrong question
    Simulate(SimulateArguments),
    /// Keep the sandbox's state in a file, or bring it back
    Snapshot(SnapshotArguments),
    /// Walk from a workflow's identity token to an S3 object, on a sandbox of its own
    Tour(TourArguments),
    /// Start the sandbox: issuer, IAM, STS, S3 and CloudTrail on loopback
    Up(UpArguments),
    /// Add, list and remove users of the sandbox's GitHub, who review and start runs
    User(user::UserArguments),
    /// Say what is wrong with policies: in JSON, in a Terraform plan, in a CloudFormation template
    ///
    /// The findings are those of IAM Access Analyzer, with their names. The exit status is 0 where there are no errors,
    /// 1 where there are some, and 2 where a file could not be read.
    Validate(ValidateArguments),
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
    /// The run that the job is of, which starts it; --job is its key or number then
    #[arg(long, value_name = "ID", requires = "job")]
    pub(crate) run: Option<u64>,
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
    /// The issuer, of those that the sandbox stands in for [default: GitHub's, or that of the repository's enterprise]
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: Option<String>,
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

/// `daypass simulate`: a call before the policies that have a say in it, or a token before a trust policy.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("shown").args(["token", "claims"])))]
pub(crate) struct SimulateArguments {
    /// The caller's own policies, inline and managed
    #[arg(long = "policy", value_name = "FILE", num_args = 1.., conflicts_with = "trust_policy",
          required_unless_present_any = ["trust_policy", "resource_policy"])]
    pub(crate) policies: Vec<PathBuf>,
    /// The action, e.g. s3:PutObject
    #[arg(long, required_unless_present = "trust_policy", conflicts_with = "trust_policy")]
    pub(crate) action: Option<String>,
    /// The resource's ARN, or `*` for an action that has none
    #[arg(
        long,
        value_name = "ARN",
        required_unless_present = "trust_policy",
        conflicts_with = "trust_policy"
    )]
    pub(crate) resource: Option<String>,
    /// A condition key of the request; said again for the same key it adds a value
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) context: Vec<String>,
    /// Who calls: the ARN of a role, session, user, account root or identity provider, or a service's name
    #[arg(long, value_name = "ARN", conflicts_with = "trust_policy")]
    pub(crate) principal: Option<String>,
    /// The permissions boundary of the caller
    #[arg(long, value_name = "FILE", conflicts_with = "trust_policy")]
    pub(crate) boundary: Option<PathBuf>,
    /// The policies of the caller's session
    #[arg(long = "session-policy", value_name = "FILE", num_args = 1.., conflicts_with = "trust_policy")]
    pub(crate) session_policies: Vec<PathBuf>,
    /// The policy of the resource; needs --principal
    #[arg(long, value_name = "FILE", requires = "principal", conflicts_with = "trust_policy")]
    pub(crate) resource_policy: Option<PathBuf>,
    /// The account of the resource, where it is not the caller's
    #[arg(long, value_name = "ID", requires = "principal", conflicts_with = "trust_policy")]
    pub(crate) resource_account: Option<String>,
    /// Service control policies: one --scp for each level of the organisation, the root first, its files with commas
    #[arg(long = "scp", value_name = "FILE[,FILE]", conflicts_with = "trust_policy")]
    pub(crate) service_control: Vec<String>,
    /// Resource control policies, in the same way, each level with AWS's own RCPFullAWSAccess
    #[arg(long = "rcp", value_name = "FILE[,FILE]", conflicts_with = "trust_policy")]
    pub(crate) resource_control: Vec<String>,
    /// A role's trust policy, before which a token is shown
    #[arg(long, value_name = "FILE", requires = "shown")]
    pub(crate) trust_policy: Option<PathBuf>,
    /// The token, as a job gets it; its signature is not checked
    #[arg(long, value_name = "FILE", requires = "trust_policy", conflicts_with = "action")]
    pub(crate) token: Option<PathBuf>,
    /// The token's claims as one JSON object; a claim that is left out is absent
    #[arg(long, value_name = "FILE", requires = "trust_policy", conflicts_with = "action")]
    pub(crate) claims: Option<PathBuf>,
    /// The provider's ARN [default: that of the token's issuer in the account 123456789012]
    #[arg(long, value_name = "ARN", requires = "trust_policy", conflicts_with = "action")]
    pub(crate) provider: Option<String>,
    /// The role's ARN, for tokens that say which roles they are for
    #[arg(long, value_name = "ARN", requires = "trust_policy", conflicts_with = "action")]
    pub(crate) role_arn: Option<String>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For machines
    Json,
    /// For people
    Text,
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
    /// Take over the roles and policies in the output of `aws iam get-account-authorization-details`
    #[arg(long, value_name = "FILE")]
    pub(crate) import: Option<PathBuf>,
    /// Start the sandbox's clock here, RFC 3339
    #[arg(long, value_name = "INSTANT")]
    pub(crate) clock: Option<String>,
    /// Serve HTTPS with a certificate of the sandbox's own authority
    #[arg(long)]
    pub(crate) tls: bool,
    /// Also listen on this address, which others may reach: whoever has the control token can become production
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) danger_listen: Vec<SocketAddr>,
    /// A host name under which others ask for that address, such as host.docker.internal
    #[arg(long, value_name = "NAME", requires = "danger_listen")]
    pub(crate) danger_host: Vec<String>,
}

/// `daypass validate`.
#[derive(Debug, Args)]
pub(crate) struct ValidateArguments {
    /// Policies, `terraform show -json` of a plan, or templates of CloudFormation; - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// What kind of policy it is [default: told by its elements]
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<ValidateKind>,
    /// How findings are shown
    #[arg(long, value_enum, default_value_t = ValidateFormat::Text)]
    pub(crate) format: ValidateFormat,
}

impl ValidateArguments {
    /// The kind that was asked for.
    pub(crate) fn kind(&self) -> Option<Kind> {
        self.kind.map(|kind| match kind {
            ValidateKind::Boundary => Kind::Boundary,
            ValidateKind::Identity => Kind::Identity,
            ValidateKind::Rcp => Kind::ResourceControl,
            ValidateKind::Resource => Kind::Resource,
            ValidateKind::Scp => Kind::ServiceControl,
            ValidateKind::Session => Kind::Session,
            ValidateKind::Trust => Kind::Trust,
        })
    }
}

/// The kinds of policies that can be asked for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ValidateKind {
    /// A permissions boundary
    Boundary,
    /// A policy of a role, user or group
    Identity,
    /// A resource control policy of an organisation
    Rcp,
    /// A policy on a resource, such as a bucket
    Resource,
    /// A service control policy of an organisation
    Scp,
    /// A session policy
    Session,
    /// A role's trust policy
    Trust,
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ValidateFormat {
    /// A list for machines
    Json,
    /// With the lines that they are about
    Text,
}
