//! Who holds a data directory: one process at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use super::open::OpenError;

const LOCK_FILE: &str = "lock";
/// Bytes of the holder's description that are read.
const HOLDER_BYTES_MAX: u64 = 1_024;
/// How often it is tried to take the lock.
const TRIES: u32 = 5;
/// The wait between two tries: longer than a look at the lock takes.
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// The lock of a data directory; let go when dropped, and by the system when the process ends.
#[derive(Debug)]
pub struct Lock(Mutex<File>);

impl Lock {
    /// Takes it, making the directory (mode 0700) where there is none.
    ///
    /// # Errors
    /// [`OpenError::InUse`] with the holder's own words where another process has it.
    pub fn take(directory: &Path, holder: Option<&str>) -> Result<Self, OpenError> {
        make_private(directory)?;
        let path = directory.join(LOCK_FILE);
        let failed = |source| OpenError::File { path: path.clone(), source };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        private_mode(&mut options);
        let mut file = options.open(&path).map_err(failed)?;
        match patiently(|| file.try_lock()) {
            Ok(()) => {}
            Err(TryLockError::Error(source)) => return Err(failed(source)),
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // The holder's words are for people; without them the refusal stands all the same.
                let _ = io::Read::by_ref(&mut file).take(HOLDER_BYTES_MAX).read_to_string(&mut text);
                return Err(OpenError::InUse {
                    directory: directory.to_owned(),
                    holder: text.trim().to_owned(),
                });
            }
        }
        let lock = Self(Mutex::new(file));
        let words = holder.map_or_else(|| format!("process {}", std::process::id()), str::to_owned);
        lock.describe(&words).map_err(failed)?;
        Ok(lock)
    }

    /// Whether a process has it. Looking takes it for a moment, for which [`take`](Self::take) has the patience.
    ///
    /// # Errors
    /// The system's, but for a file that is not there: nobody has that.
    pub fn is_held(directory: &Path) -> io::Result<bool> {
        let file = match File::open(directory.join(LOCK_FILE)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Writes who holds it.
    pub(super) fn describe(&self, holder: &str) -> io::Result<()> {
        let mut file = self.0.lock().map_err(|_| io::Error::other("a writer of the lock's file failed"))?;
        file.rewind()?;
        file.set_len(0)?;
        writeln!(file, "{holder}")
    }
}

/// Tries again where another process may only be looking.
fn patiently(take: impl Fn() -> Result<(), TryLockError>) -> Result<(), TryLockError> {
    for _ in 1..TRIES {
        match take() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(BETWEEN_TRIES),
            done => return done,
        }
    }
    take()
}

fn make_private(directory: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::File { path: directory.to_owned(), source };
    if directory.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(failed)?;
    // What is kept in the directory outlives the loss of power only if the directory itself does.
    let parent = directory.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new("."))).and_then(|parent| parent.sync_all()).map_err(failed)
}

fn private_mode(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}
