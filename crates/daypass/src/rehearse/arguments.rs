//! What can be typed behind `daypass rehearse`.

use std::path::PathBuf;

use clap::Args;

use crate::arguments::DataArguments;

/// A secret as it was typed, `KEY=VALUE`; it cannot be shown.
#[derive(Clone)]
pub(crate) struct SecretPair(String);

impl SecretPair {
    /// The name and the value; nothing where it is no pair.
    pub(crate) fn parts(&self) -> Option<(&str, &str)> {
        self.0.split_once('=').filter(|(name, _)| !name.is_empty())
    }
}

impl std::str::FromStr for SecretPair {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Debug for SecretPair {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SecretPair(..)")
    }
}

/// `daypass rehearse`.
#[derive(Debug, Args)]
pub(crate) struct RehearseArguments {
    #[command(flatten)]
    pub(crate) data: DataArguments,
    /// The workflow, `.github/workflows/NAME.yml` of a working tree
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The repository that it is of
    #[arg(long = "repo", value_name = "OWNER/NAME")]
    pub(crate) repository: String,
    /// The event that starts the run
    #[arg(long, default_value = "push")]
    pub(crate) event: String,
    /// The ref of the run [default: refs/heads/main, or the merge of the pull request]
    #[arg(long = "ref", value_name = "REF")]
    pub(crate) reference: Option<String>,
    /// The commit [default: that of the working tree]
    #[arg(long, value_name = "COMMIT")]
    pub(crate) sha: Option<String>,
    /// Who starts the run [default: the owner]
    #[arg(long, value_name = "LOGIN")]
    pub(crate) actor: Option<String>,
    /// An input of a workflow_dispatch
    #[arg(long = "input", value_name = "KEY=VALUE")]
    pub(crate) inputs: Vec<String>,
    /// A variable of the context `vars`
    #[arg(long = "var", value_name = "KEY=VALUE")]
    pub(crate) variables: Vec<String>,
    /// A secret of the context `secrets`; it is never sent to the sandbox, and masked in the output
    #[arg(long = "secret", value_name = "KEY=VALUE")]
    pub(crate) secrets: Vec<SecretPair>,
    /// A file of secrets, KEY=VALUE on each line
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// The target branch of a pull request [default: main]
    #[arg(long, value_name = "BRANCH")]
    pub(crate) base_ref: Option<String>,
    /// The source branch of a pull request [default: feature]
    #[arg(long, value_name = "BRANCH")]
    pub(crate) head_ref: Option<String>,
    /// The number of a pull request [default: 1]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) pull_request: Option<u64>,
    /// The pull request comes from a fork
    #[arg(long)]
    pub(crate) fork: bool,
    /// A file that changed, for the filters of paths [default: all of them pass]
    #[arg(long, value_name = "PATH")]
    pub(crate) changed: Vec<String>,
    /// Where another repository lies whose workflows are called
    #[arg(long = "repo-path", value_name = "OWNER/NAME=DIR")]
    pub(crate) repository_paths: Vec<String>,
    /// Look at this job only, by its key in the table
    #[arg(long = "job", value_name = "KEY", conflicts_with = "execute")]
    pub(crate) jobs: Vec<String>,
    /// Also run the steps, with credentials of the sandbox
    #[arg(long)]
    pub(crate) execute: bool,
    /// With --execute: leave out what is not performed, instead of failing the job
    #[arg(long, requires = "execute")]
    pub(crate) skip_unknown: bool,
    /// With --execute: how long jobs may wait for an approval, e.g. `90s`, `2h`
    #[arg(long, value_name = "DURATION", default_value = "30m")]
    pub(crate) wait: String,
    /// Print JSON; what steps print goes to standard error
    #[arg(long)]
    pub(crate) json: bool,
}
