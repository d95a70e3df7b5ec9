//! The keys for an upstream: from the configuration, or from a file that is read again when it changes.
//!
//! Source: AWS SDKs and tools reference guide, "Shared config and credentials files": the file's format.

use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::config::{UpstreamCredentials, is_credential};
use crate::data_directory::Secret;

/// How often a file is looked at, at the most.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The largest file, in bytes: hundreds of profiles.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// A key for an upstream. `Debug` shows the id alone.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct KeyPair {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: Secret,
    pub(crate) session_token: Option<Secret>,
}

/// Where an upstream's key comes from.
pub(super) enum Keys {
    Fixed(Arc<KeyPair>),
    File { path: PathBuf, profile: String, kept: Box<Mutex<Kept>> },
}

/// What was last seen of a file.
#[derive(Default)]
pub(super) struct Kept {
    looked: Option<Instant>,
    /// The file that the key is from.
    stamp: Option<Stamp>,
    key: Option<Arc<KeyPair>>,
    /// What is wrong with the file as it is now, and which file that is.
    fault: Option<(Option<Stamp>, String)>,
}

/// What changes when a file does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(metadata: &std::fs::Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            bytes: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

impl Keys {
    pub(super) fn new(credentials: &UpstreamCredentials) -> Self {
        match credentials {
            UpstreamCredentials::Inline { access_key_id, secret_access_key, session_token } => {
                Self::Fixed(Arc::new(KeyPair {
                    access_key_id: access_key_id.clone(),
                    secret_access_key: secret_access_key.clone(),
                    session_token: session_token.clone(),
                }))
            }
            UpstreamCredentials::File { path, profile } => {
                Self::File { path: path.clone(), profile: profile.clone(), kept: Box::default() }
            }
        }
    }

    /// The key as it is now: the last good one where the file is wrong at the moment.
    ///
    /// # Errors
    /// What is wrong with the file, where there never was a good one.
    pub(super) fn current(&self) -> Result<Arc<KeyPair>, String> {
        let (path, profile, kept) = match self {
            Self::Fixed(key) => return Ok(Arc::clone(key)),
            Self::File { path, profile, kept } => (path, profile, kept),
        };
        let mut kept = kept.lock().map_err(|_| "the file was not read to its end".to_owned())?;
        if kept.looked.is_none_or(|looked| looked.elapsed() >= LOOK_EVERY) {
            kept.looked = Some(Instant::now());
            kept.look(path, profile);
        }
        match (&kept.key, &kept.fault) {
            (Some(key), _) => Ok(Arc::clone(key)),
            (None, Some((_, fault))) => Err(format!("`{}`: {fault}", path.display())),
            (None, None) => Err(format!("`{}` was not read", path.display())),
        }
    }
}

impl Kept {
    /// Reads the file where it is another one than it was.
    fn look(&mut self, path: &Path, profile: &str) {
        let stamp = std::fs::metadata(path).ok().map(|metadata| Stamp::of(&metadata));
        if stamp.is_some() && stamp == self.stamp {
            self.fault = None;
            return;
        }
        let read = read_file(path, FILE_BYTES_MAX).and_then(|text| parse(&text, profile));
        match read {
            Ok(key) => {
                // A file that was written to while it was read is read once more.
                let after = std::fs::metadata(path).ok().map(|metadata| Stamp::of(&metadata));
                self.stamp = stamp.filter(|_| after == stamp);
                if self.key.as_deref() != Some(&key) {
                    tracing::info!(file = %path.display(), key = %key.access_key_id, "an upstream has a new key");
                }
                self.key = Some(Arc::new(key));
                self.fault = None;
            }
            Err(fault) => {
                let is_known = self.fault.as_ref().is_some_and(|known| *known == (stamp, fault.clone()));
                if !is_known {
                    let keeps = self.key.is_some();
                    tracing::warn!(file = %path.display(), %fault, keeps, "an upstream's key cannot be read");
                }
                self.fault = Some((stamp, fault));
            }
        }
    }
}

/// A whole file of text, which must be a file: what is no file might never end.
pub(super) fn read_file(path: &Path, max: u64) -> Result<Zeroizing<String>, String> {
    let fault = |error: std::io::Error| format!("it cannot be read: {error}");
    if !std::fs::metadata(path).map_err(fault)?.is_file() {
        return Err("it is not a file".to_owned());
    }
    let mut text = Zeroizing::new(String::new());
    let file = std::fs::File::open(path).map_err(fault)?;
    file.take(max + 1).read_to_string(&mut text).map_err(fault)?;
    if text.len() as u64 > max {
        return Err(format!("it has more than {max} bytes"));
    }
    Ok(text)
}

/// Finds a profile's key in a file of credentials.
fn parse(text: &str, profile: &str) -> Result<KeyPair, String> {
    let (mut is_ours, mut was_found) = (false, false);
    let (mut id, mut secret, mut token) = (None, None, None);
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let name = rest.split(']').next().unwrap_or_default().trim();
            is_ours = name == profile;
            was_found |= is_ours;
            continue;
        }
        let Some((name, value)) = line.split_once('=').filter(|_| is_ours) else { continue };
        let place = match name.trim() {
            "aws_access_key_id" => &mut id,
            "aws_secret_access_key" => &mut secret,
            "aws_session_token" => &mut token,
            _ => continue,
        };
        let value = value.trim();
        if !is_credential(value) {
            return Err(format!("`{}` of the profile `{profile}` is no credential", name.trim()));
        }
        if place.replace(value.to_owned()).is_some() {
            return Err(format!("the profile `{profile}` has `{}` twice", name.trim()));
        }
    }
    if !was_found {
        return Err(format!("it has no profile `{profile}`"));
    }
    let (Some(access_key_id), Some(secret)) = (id, secret) else {
        return Err(format!("the profile `{profile}` lacks `aws_access_key_id` or `aws_secret_access_key`"));
    };
    Ok(KeyPair {
        access_key_id,
        secret_access_key: Secret::new(secret),
        session_token: token.map(Secret::new),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# keys\n[other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key=no\n\n[default]\n\
        aws_access_key_id=AKIAFIRST\naws_secret_access_key = first/secret=\nregion = us-east-1\n";

    #[test]
    fn a_profile_is_found_in_a_shared_file() {
        let key = parse(GOOD, "default").unwrap();
        assert_eq!(
            (key.access_key_id.as_str(), key.secret_access_key.reveal()),
            ("AKIAFIRST", "first/secret=")
        );
        assert_eq!(key.session_token, None);
        let temporary = format!("{GOOD}aws_session_token = token");
        assert_eq!(
            parse(&temporary, "default").unwrap().session_token,
            Some(Secret::new("token".to_owned()))
        );
        assert_eq!(parse(GOOD, "none").unwrap_err(), "it has no profile `none`");
    }

    #[test]
    fn half_a_file_is_no_key() {
        let cut = GOOD.find("aws_secret_access_key = first").unwrap();
        assert!(parse(GOOD.get(..cut).unwrap(), "default").is_err());
        assert!(parse("", "default").is_err());
        assert!(parse("[default]\naws_access_key_id=\n", "default").is_err());
        assert!(parse("[default]\naws_access_key_id=a b\naws_secret_access_key=c\n", "default").is_err());
        let twice = format!("{GOOD}aws_access_key_id=AKIASECOND\n");
        assert!(parse(&twice, "default").unwrap_err().contains("twice"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_file_is_read_again_when_it_changes_and_a_wrong_one_changes_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("credentials");
        let file = UpstreamCredentials::File { path: path.clone(), profile: "default".to_owned() };
        let keys = Keys::new(&file);
        let id = || keys.current().map(|key| key.access_key_id.clone());
        assert!(id().unwrap_err().contains("cannot be read"));
        std::fs::write(&path, GOOD).unwrap();
        assert!(id().is_err(), "it is looked at once a second");
        tokio::time::advance(LOOK_EVERY).await;
        assert_eq!(id().unwrap(), "AKIAFIRST");
        std::fs::write(&path, "[default]\naws_access_key_id=AKIASECOND\n").unwrap();
        tokio::time::advance(LOOK_EVERY).await;
        assert_eq!(id().unwrap(), "AKIAFIRST", "half a file");
        std::fs::remove_file(&path).unwrap();
        tokio::time::advance(LOOK_EVERY).await;
        assert_eq!(id().unwrap(), "AKIAFIRST", "no file");
        std::fs::write(&path, GOOD.replace("AKIAFIRST", "AKIATHIRD")).unwrap();
        tokio::time::advance(LOOK_EVERY).await;
        assert_eq!(id().unwrap(), "AKIATHIRD");
    }
}
