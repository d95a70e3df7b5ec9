//! Talking to the running sandbox: found through its data directory, by its control token.

use std::path::Path;
use std::time::Duration;

use daypass_server::data_directory::{DataDirectory, Running};
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;

use crate::failure::Failure;

/// The longest answer that is read, in bytes: a page of events.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// The longest wait for a connection: it is one within the machine.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest wait for a whole answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// What came of a question that may be refused for reasons of its own.
pub(crate) enum Asked {
    /// The answer.
    Answered(Value),
    /// Why there is none.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The sentence.
        message: String,
    },
}

/// A connection to the running sandbox.
pub(crate) struct Control {
    client: Client,
    token: String,
    /// Where it runs.
    pub(crate) running: Running,
    /// Its data directory.
    pub(crate) directory: DataDirectory,
}

impl Control {
    /// Finds the sandbox that runs on a data directory.
    pub(crate) fn find(path: &Path) -> Result<Self, Failure> {
        let directory = DataDirectory::at(path);
        let running = directory.running().map_err(Failure::new)?.ok_or_else(|| {
            Failure::new(format!("no sandbox runs on `{}`", path.display())).hint(
                "start one with `daypass up` in another shell, or name its data directory with --data DIR",
            )
        })?;
        let token = directory.control_token().map_err(Failure::new)?.reveal().to_owned();
        let client = client(running.tls_ca_file.as_deref())?;
        Ok(Self { client, token, running, directory })
    }

    /// Asks for a value.
    pub(crate) async fn read(&self, path: &str) -> Result<Value, Failure> {
        self.send(Method::GET, path, None).await
    }

    /// Sends a value.
    pub(crate) async fn write(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Takes something out.
    pub(crate) async fn remove(&self, path: &str) -> Result<Value, Failure> {
        self.send(Method::DELETE, path, None).await
    }

    /// Sends a value, where a refusal is an answer.
    pub(crate) async fn ask(&self, path: &str, body: &Value) -> Result<Asked, Failure> {
        let (status, answer) = self.exchange(Method::POST, path, Some(body)).await?;
        if status.is_success() {
            return read_answer(status, &answer).map(Asked::Answered);
        }
        let value: Value = serde_json::from_slice(&answer).unwrap_or_default();
        let message = value.get("error").and_then(Value::as_str).unwrap_or("the sandbox refused").to_owned();
        Ok(Asked::Refused { status: status.as_u16(), message })
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let (status, answer) = self.exchange(method, path, body).await?;
        read_answer(status, &answer)
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(StatusCode, Vec<u8>), Failure> {
        let address = format!("{}/_daypass/{path}", self.running.github_url);
        let mut request = self.client.request(method, &address).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let mut response = request
            .send()
            .await
            .map_err(|error| Failure::new(format!("the sandbox at {address} does not answer: {error}")))?;
        let status = response.status();
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(Failure::new)? {
            answer.extend_from_slice(&chunk);
            if answer.len() > ANSWER_BYTES_MAX {
                return Err(Failure::new(format!("the answer is over {ANSWER_BYTES_MAX} bytes")));
            }
        }
        Ok((status, answer))
    }
}

fn read_answer(status: StatusCode, answer: &[u8]) -> Result<Value, Failure> {
    let value: Value = serde_json::from_slice(answer)
        .map_err(|_| Failure::new(format!("the sandbox answered {status} and no JSON")))?;
    if status.is_success() {
        return Ok(value);
    }
    let failure = Failure::new(value.get("error").and_then(Value::as_str).unwrap_or("the sandbox refused"));
    Err(match value.get("hint").and_then(Value::as_str) {
        Some(hint) => failure.hint(hint),
        None => failure,
    })
}

/// An HTTP client that trusts the sandbox's own authority and nothing else.
pub(crate) fn client(authority: Option<&Path>) -> Result<Client, Failure> {
    let mut builder = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(ANSWER_TIMEOUT);
    let mut roots = Vec::new();
    if let Some(path) = authority {
        let pem = std::fs::read(path)
            .map_err(|error| Failure::new(format!("cannot read `{}`: {error}", path.display())))?;
        roots.push(reqwest::Certificate::from_pem(&pem).map_err(Failure::new)?);
    }
    daypass_server::tls::install_provider();
    builder = builder.tls_certs_only(roots);
    builder.build().map_err(Failure::new)
}
