//! Code on disk: `DIRECTORY/DIGEST`, named by the SHA-256 of its bytes.
//!
//! A file is written under `DIRECTORY/incoming`, flushed, renamed into place, and the folder flushed, all before a
//! document names it: a crash leaves whole files or none. These calls block; callers are on a blocking thread.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::archive;
use super::error::LambdaError;
use super::limits::ZIPPED_BYTES;
use crate::folder;

const INCOMING: &str = "incoming";

/// The SHA-256 of code, in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Digest(String);

impl Digest {
    /// Reads one back; `None` where it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 64 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As Lambda shows it: base 64.
    pub(super) fn base64(&self) -> String {
        let pairs = self.0.as_bytes().chunks_exact(2).map(|pair| {
            let text = std::str::from_utf8(pair).unwrap_or_default();
            u8::from_str_radix(text, 16).unwrap_or_default()
        });
        STANDARD.encode(pairs.collect::<Vec<u8>>())
    }
}

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("it is not a SHA-256")
    }
}

/// Code that can be unzipped.
#[derive(Debug, Clone)]
pub struct Code {
    pub(super) digest: Digest,
    pub(super) bytes: Bytes,
}

impl Code {
    /// Looks at what came with a request. Takes up to some seconds for the largest: to be called on a blocking thread.
    ///
    /// # Errors
    /// `InvalidParameterValueException` where it is too large, packed or unpacked, or no ZIP file.
    pub fn check(bytes: Bytes) -> Result<Self, LambdaError> {
        if bytes.len() > ZIPPED_BYTES {
            // Not observed: a body that holds so much is usually over the request's limit, which has its own words.
            let message = format!("Zipped size must be smaller than {ZIPPED_BYTES} bytes");
            return Err(LambdaError::invalid(message));
        }
        Self::check_object(bytes)
    }

    /// Looks at what lies in a bucket: nothing bounds it but what comes out of it. As slow as [`Self::check`].
    ///
    /// # Errors
    /// `InvalidParameterValueException` where it is too large when unpacked, or no ZIP file.
    pub fn check_object(bytes: Bytes) -> Result<Self, LambdaError> {
        archive::check(&bytes)?;
        let digest = Digest(daypass_wire::sha256_hex(&bytes));
        Ok(Self { digest, bytes })
    }

    pub(super) fn size(&self) -> u64 {
        self.bytes.len() as u64
    }
}

/// The folder of code.
#[derive(Debug)]
pub(super) struct Files {
    directory: PathBuf,
}

impl Files {
    /// Makes the folder and clears what an earlier process did not finish writing.
    pub(super) fn open(directory: PathBuf) -> io::Result<Self> {
        let incoming = directory.join(INCOMING);
        folder::make_private(&incoming)?;
        for entry in fs::read_dir(&incoming)? {
            fs::remove_file(entry?.path())?;
        }
        Ok(Self { directory })
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.directory.join(&digest.0)
    }

    /// Makes code durable. Where it lies there already, nothing is written.
    pub(super) fn put(&self, code: &Code) -> io::Result<()> {
        let path = self.path(&code.digest);
        if path.is_file() {
            return Ok(());
        }
        let staged = self.directory.join(INCOMING).join(uuid::Uuid::new_v4().simple().to_string());
        let written = Self::write(&staged, &code.bytes).and_then(|()| fs::rename(&staged, &path));
        if written.is_err() {
            // What cannot be removed now is removed at the next start.
            drop(fs::remove_file(&staged));
        }
        written?;
        folder::flush(&self.directory)
    }

    fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    /// Opens code, with its length.
    pub(super) fn read(&self, digest: &Digest) -> io::Result<(File, u64)> {
        let file = File::open(self.path(digest))?;
        let length = file.metadata()?.len();
        Ok((file, length))
    }

    /// Removes every file whose digest is not among these. Names that are not ours are passed over.
    pub(super) fn keep_only(&self, wanted: &HashSet<Digest>) -> io::Result<()> {
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            let digest = entry.file_name().to_str().and_then(Digest::parse);
            if digest.is_some_and(|digest| !wanted.contains(&digest)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}
