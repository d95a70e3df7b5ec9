//! The server under load: a child process on a data directory of its own.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::failure::Outcome;
use crate::setup::ISSUER;

/// How long a start may take before it counts as failed.
const START_SECONDS_MAX: u64 = 30;

/// What the server writes about itself into its data directory.
#[derive(Debug, Default, Deserialize)]
struct Running {
    pid: u32,
    aws_url: String,
    #[serde(default)]
    github_url: String,
    region: String,
}

#[derive(Deserialize)]
struct Administrator {
    access_key_id: String,
    secret_access_key: String,
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    data: PathBuf,
    running: Running,
}

impl Server {
    /// Starts the binary with its data below `folder`, trusting one set of keys for GitHub's issuer.
    pub(crate) fn start(binary: &Path, folder: &Path, key_set: &Path) -> Outcome<Self> {
        Self::start_with(binary, folder, key_set, "")
    }

    /// The same with more in its configuration.
    pub(crate) fn start_with(binary: &Path, folder: &Path, key_set: &Path, more: &str) -> Outcome<Self> {
        let data = folder.join("data");
        let config = folder.join("daypass.toml");
        std::fs::write(
            &config,
            format!("[[issuers]]\nurl = \"{ISSUER}\"\njwks_file = \"{}\"\n{more}", key_set.display()),
        )?;
        // It may hold keys, as that of an upstream.
        std::fs::set_permissions(&config, std::fs::Permissions::from_mode(0o600))?;
        Self::start_on(binary, data, Some(&config))
    }

    /// Starts the binary on a data directory, standing in for GitHub's issuer where no configuration says otherwise.
    pub(crate) fn start_on(binary: &Path, data: PathBuf, config: Option<&Path>) -> Outcome<Self> {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let child = spawn(binary, &data, any, any, config)?;
        // From here on a failure must not leave the process behind.
        let mut server = Self { child, data, running: Running::default() };
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(START_SECONDS_MAX) {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("the server ended with {status}").into());
            }
            if let Ok(text) = std::fs::read(server.data.join("running.json"))
                && let Ok(running) = serde_json::from_slice::<Running>(&text)
                // What one that was killed left behind is not this one's.
                && running.pid == server.child.id()
            {
                server.running = running;
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Err(format!("the server is not ready after {START_SECONDS_MAX} s").into())
    }

    /// Its process id.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Where AWS's services are.
    pub(crate) fn aws_url(&self) -> &str {
        &self.running.aws_url
    }

    /// The same as an address.
    pub(crate) fn aws_address(&self) -> Outcome<SocketAddr> {
        let authority =
            self.running.aws_url.strip_prefix("http://").unwrap_or_default().trim_end_matches('/');
        authority.parse().map_err(|_| format!("`{}` is not an address", self.running.aws_url).into())
    }

    /// The address of GitHub's side.
    pub(crate) fn github_address(&self) -> Outcome<SocketAddr> {
        let authority = self.running.github_url.strip_prefix("http://").unwrap_or_default();
        authority.parse().map_err(|_| format!("`{}` is not an address", self.running.github_url).into())
    }

    /// What its control calls show.
    pub(crate) fn control_token(&self) -> Outcome<String> {
        Ok(std::fs::read_to_string(self.data.join("control-token"))?.trim().to_owned())
    }

    /// The region it names.
    pub(crate) fn region(&self) -> &str {
        &self.running.region
    }

    /// The administrator's key id and secret.
    pub(crate) fn administrator(&self) -> Outcome<(String, String)> {
        let text = std::fs::read(self.data.join("administrator.json"))?;
        let administrator: Administrator = serde_json::from_slice(&text)?;
        Ok((administrator.access_key_id, administrator.secret_access_key))
    }

    /// Kills it and leaves its data.
    pub(crate) fn kill(self) -> PathBuf {
        self.data.clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Starts `daypass up`.
pub(crate) fn spawn(
    binary: &Path,
    data: &Path,
    aws: SocketAddr,
    github: SocketAddr,
    config: Option<&Path>,
) -> Outcome<Child> {
    let mut command = Command::new(binary);
    command.arg("up").arg("--data").arg(data);
    command.arg("--aws-addr").arg(aws.to_string()).arg("--github-addr").arg(github.to_string());
    if let Some(config) = config {
        command.arg("--config").arg(config);
    }
    Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?)
}

/// Kills a server at once and waits until it is gone.
pub(crate) fn end(child: &mut Child) {
    // Where it ended by itself there is nothing left to kill.
    let _ = child.kill();
    let _ = child.wait();
}
