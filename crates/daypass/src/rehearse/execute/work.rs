//! What a job is to the one who executes it, and what it runs with.

use std::path::PathBuf;

use daypass_github::expression::{Context, Status};
use daypass_github::workflow::{Defaults, Step, Text, Texts};
use serde_json::{Map, Value};

use super::output::Stream;

/// A job.
pub(crate) struct Work {
    /// Its id in its workflow.
    pub(crate) id: String,
    /// The steps.
    pub(crate) steps: Vec<Step>,
    /// `env` of workflow and job.
    pub(crate) env: Texts,
    /// `defaults.run`
    pub(crate) defaults: Defaults,
    /// `outputs`
    pub(crate) outputs: Texts,
    /// `timeout-minutes`
    pub(crate) timeout_minutes: Option<Text>,
    /// What of the job is not performed, with its line: `container`, `services`.
    pub(crate) not_performed: Vec<(&'static str, usize)>,
    /// The line that decides whether it may ask for a token, and the sentence of it.
    pub(crate) id_token: String,
    /// What its expressions can name.
    pub(crate) contexts: Contexts,
    /// `github-hosted` or `self-hosted`.
    pub(crate) runner_environment: &'static str,
}

/// Where jobs run, and how.
pub(crate) struct Place {
    /// Where AWS's services are.
    pub(crate) aws_url: String,
    /// The certificate of the sandbox's own authority.
    pub(crate) authority: Option<PathBuf>,
    /// An HTTP client that trusts it.
    pub(crate) http: reqwest::Client,
    /// What a checkout copies.
    pub(crate) tree: PathBuf,
    /// The sandbox's data, which no checkout copies.
    pub(crate) data: PathBuf,
    /// `PATH` of the steps.
    pub(crate) path: String,
    /// Whether what is not performed is left out instead of failing the job.
    pub(crate) skip_unknown: bool,
    /// Where the output of steps goes.
    pub(crate) stream: Stream,
}

/// With what a job asks for identity tokens.
#[derive(Clone)]
pub(crate) struct Ticket {
    /// `ACTIONS_ID_TOKEN_REQUEST_URL`
    pub(crate) url: String,
    /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN`
    pub(crate) token: String,
}

/// The contexts of a job (GitHub docs, "Contexts reference").
pub(crate) struct Contexts {
    /// `github`, `inputs`, `matrix`, `needs`, `strategy`, `vars`
    pub(crate) base: Map<String, Value>,
    /// `secrets`
    pub(crate) secrets: Map<String, Value>,
}

impl Contexts {
    /// A member of `github` as a text; empty where it has none.
    pub(crate) fn github(&self, name: &str) -> &str {
        self.base
            .get("github")
            .and_then(|github| github.get(name))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The contexts of `jobs.<job_id>.env`, `timeout-minutes` and `defaults`.
    pub(crate) fn of_job(&self) -> Context {
        let mut values = self.base.clone();
        values.insert("secrets".to_owned(), Value::Object(self.secrets.clone()));
        Context { values, status: Status::Success }
    }
}
