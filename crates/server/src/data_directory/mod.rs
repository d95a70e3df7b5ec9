//! The data directory, `.daypass/` by default: the secrets of one sandbox, and where it runs.
//!
//! | file | holds | mode |
//! |---|---|---|
//! | `control-token` | what every control call must show | 0600 |
//! | `administrator.json` | the first account's administrator key | 0600 |
//! | `administrators/ACCOUNT.json` | a further account's administrator key | 0600 |
//! | `running.json` | process and addresses, while a server runs | 0600 |
//! | `ca.pem`, `ca-key.pem` | the sandbox's certificate authority ([`crate::tls`]) | 0644, 0600 |
//!
//! The database and the objects lie there too and belong to the store and the targets. Files are written beside their
//! place and renamed into it: a reader sees all of a file or none.

use std::fs::{self, DirBuilder};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use daypass_store::sqlite::Lock;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::random::{SystemRandom, hexadecimal};

mod administrator;
mod secret;

pub use administrator::Administrator;
pub use secret::Secret;

/// The largest of these files that is read, in bytes: each holds a few lines.
const FILE_BYTES_MAX: usize = 64 * 1024;
/// Random bytes of a control token.
const CONTROL_TOKEN_BYTES: usize = 32;

/// Readable and writable by the owner alone.
const PRIVATE: u32 = 0o600;
/// Readable by everybody.
const PUBLIC: u32 = 0o644;

/// Why the data directory is of no use.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// A file or the directory could not be read or written.
    #[error("`{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A secret can be read by others.
    #[error("`{}` can be read by other users", .0.display())]
    Exposed(PathBuf),
    /// A file's content is not what belongs there.
    #[error("`{}` is damaged: {detail}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
}

impl DirectoryError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Exposed(path) => {
                Some(format!("`chmod 600 {}`, and make a new secret if others were here", path.display()))
            }
            Self::Damaged { path, .. } => {
                Some(format!("remove `{}`; the next `daypass up` makes a new one", path.display()))
            }
            Self::File { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("`daypass up` makes it; name the data directory with --data DIR".to_owned())
            }
            Self::File { .. } => None,
        }
    }
}

/// An account of a running server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningAccount {
    /// Its number.
    pub id: String,
    /// What the configuration calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Where a server runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Its process.
    pub pid: u32,
    /// The AWS address, e.g. `http://127.0.0.1:4566`.
    pub aws_url: String,
    /// The GitHub address, e.g. `http://127.0.0.1:4567`.
    pub github_url: String,
    /// The certificate authority to trust, where it speaks TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_ca_file: Option<PathBuf>,
    /// The first account's number.
    pub account: String,
    /// All accounts, the first one first.
    #[serde(default)]
    pub accounts: Vec<RunningAccount>,
    /// The region that it names.
    pub region: String,
}

/// A data directory. Making one of these touches nothing.
#[derive(Debug, Clone)]
pub struct DataDirectory {
    path: PathBuf,
}

impl DataDirectory {
    /// The data directory at a path.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the directory (mode 0700) and those of its secrets that are not there yet.
    ///
    /// # Errors
    /// [`DirectoryError`]; also where a secret that is there can be read by others.
    pub fn prepare(&self) -> Result<(), DirectoryError> {
        let result = DirBuilder::new().recursive(true).mode(0o700).create(&self.path);
        result.map_err(|source| DirectoryError::File { path: self.path.clone(), source })?;
        // The directory often lies in a checkout, and its secrets must not end up in a commit.
        self.create(".gitignore", PUBLIC, b"*\n")?;
        let mut random = SystemRandom::new();
        let token = hexadecimal(&random.bytes::<CONTROL_TOKEN_BYTES>());
        self.create("control-token", PRIVATE, token.as_bytes())?;
        self.create_administrator(administrator::FIRST)?;
        self.control_token()?;
        self.administrator()?;
        Ok(())
    }

    /// What every control call must show.
    ///
    /// # Errors
    /// [`DirectoryError`]
    pub fn control_token(&self) -> Result<Secret, DirectoryError> {
        let name = "control-token";
        let text = self.read_private(name)?;
        let token = text.trim_end();
        let whole =
            token.len() == CONTROL_TOKEN_BYTES * 2 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !whole {
            return Err(self.damaged(name, "it is not 64 hexadecimal digits"));
        }
        Ok(Secret::new(token.to_owned()))
    }

    /// Says where this process runs.
    ///
    /// # Errors
    /// [`DirectoryError`]
    pub fn announce(&self, running: &Running) -> Result<(), DirectoryError> {
        let bytes = self.json("running.json", running)?;
        let file = self.staged(PRIVATE, &bytes)?;
        file.persist(self.file("running.json")).map_err(|error| self.failed("running.json", error.error))?;
        Ok(())
    }

    /// Takes back what an earlier server said that was killed. Only for whoever holds the directory's lock.
    ///
    /// # Errors
    /// [`DirectoryError`]
    pub(crate) fn forget_earlier(&self) -> Result<(), DirectoryError> {
        let name = "running.json";
        match fs::remove_file(self.file(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.failed(name, error)),
            _ => Ok(()),
        }
    }

    /// Takes back what [`announce`](Self::announce) said, where it was this process that said it.
    ///
    /// # Errors
    /// [`DirectoryError`]
    pub fn withdraw(&self) -> Result<(), DirectoryError> {
        let name = "running.json";
        match self.read(name) {
            Ok(text)
                if self
                    .parse::<Running>(name, &text)
                    .is_ok_and(|running| running.pid != std::process::id()) =>
            {
                Ok(())
            }
            Err(DirectoryError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(()),
            _ => fs::remove_file(self.file(name)).map_err(|source| self.failed(name, source)),
        }
    }

    /// Where a server runs on this directory, if one does: it holds the directory's lock. What a server that was killed
    /// has left behind names a port that may be anybody's by now.
    ///
    /// # Errors
    /// [`DirectoryError`]
    pub fn running(&self) -> Result<Option<Running>, DirectoryError> {
        let text = match self.read("running.json") {
            Ok(text) => text,
            Err(DirectoryError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let running: Running = self.parse("running.json", &text)?;
        let is_held = Lock::is_held(&self.path).map_err(|source| self.failed("lock", source))?;
        Ok((is_held && lives(running.pid)).then_some(running))
    }

    /// A file of this directory.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file that only its owner may read, unless it is there already.
    pub(crate) fn create_private(&self, name: &str, content: &[u8]) -> Result<(), DirectoryError> {
        self.create(name, PRIVATE, content)
    }

    /// Writes a file that everybody may read, in place of one that is there.
    pub(crate) fn replace_public(&self, name: &str, content: &[u8]) -> Result<(), DirectoryError> {
        let file = self.staged(PUBLIC, content)?;
        file.persist(self.file(name)).map_err(|error| self.failed(name, error.error))?;
        Ok(())
    }

    /// Reads a secret, unless others can read it too.
    pub(crate) fn read_private(&self, name: &str) -> Result<String, DirectoryError> {
        let path = self.file(name);
        let mode = fs::metadata(&path).map_err(|source| self.failed(name, source))?.mode();
        if mode & 0o077 != 0 {
            return Err(DirectoryError::Exposed(path));
        }
        self.read(name)
    }

    pub(crate) fn damaged(&self, name: &str, detail: impl Into<String>) -> DirectoryError {
        DirectoryError::Damaged { path: self.file(name), detail: detail.into() }
    }

    fn failed(&self, name: &str, source: io::Error) -> DirectoryError {
        DirectoryError::File { path: self.file(name), source }
    }

    fn create(&self, name: &str, mode: u32, content: &[u8]) -> Result<(), DirectoryError> {
        if self.file(name).exists() {
            return Ok(());
        }
        // Of two that begin at once one wins, and both go on with what it wrote.
        match self.staged(mode, content)?.persist_noclobber(self.file(name)) {
            Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => {
                Err(self.failed(name, error.error))
            }
            _ => Ok(()),
        }
    }

    fn staged(&self, mode: u32, content: &[u8]) -> Result<tempfile::NamedTempFile, DirectoryError> {
        let written = || {
            let mut file = tempfile::Builder::new()
                .permissions(fs::Permissions::from_mode(mode))
                .tempfile_in(&self.path)?;
            file.write_all(content)?;
            file.as_file().sync_all()?;
            Ok(file)
        };
        written().map_err(|source| DirectoryError::File { path: self.path.clone(), source })
    }

    fn read(&self, name: &str) -> Result<String, DirectoryError> {
        let mut text = String::new();
        let file = fs::File::open(self.file(name)).map_err(|source| self.failed(name, source))?;
        let read = file.take(FILE_BYTES_MAX as u64 + 1).read_to_string(&mut text);
        read.map_err(|source| self.failed(name, source))?;
        if text.len() > FILE_BYTES_MAX {
            return Err(self.damaged(name, format!("it is over {FILE_BYTES_MAX} bytes")));
        }
        Ok(text)
    }

    fn parse<T: DeserializeOwned>(&self, name: &str, text: &str) -> Result<T, DirectoryError> {
        // The parser's own words could quote what stands there, which may be a secret.
        serde_json::from_str(text)
            .map_err(|error| self.damaged(name, format!("line {} is not what belongs there", error.line())))
    }

    fn json<T: Serialize>(&self, name: &str, value: &T) -> Result<Vec<u8>, DirectoryError> {
        let mut bytes =
            serde_json::to_vec_pretty(value).map_err(|error| self.damaged(name, error.to_string()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// Whether a process lives. One that belongs to another user lives too.
fn lives(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}
