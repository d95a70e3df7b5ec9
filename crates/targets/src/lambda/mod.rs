//! AWS Lambda's control plane: functions, their code, versions and aliases. Nothing is ever run.
//!
//! An operation is a pure function: from what is kept, the request and the time to what is to be answered and what is to
//! be kept ([`Outcome`]). The server keeps it together with the event of the call, in one commit, and only then takes it
//! over ([`Lambda::apply`]). Code lies in files by its digest; a file is there before the document that names it.
//!
//! | kept | key of the document |
//! |---|---|
//! | a function: `$LATEST`, aliases, tags | `ACCOUNT/REGION/NAME` |
//! | a published version, which never changes | `ACCOUNT/REGION/NAME/NUMBER` |
//!
//! Source: AWS Lambda API reference; its service model for names, limits and status codes.

mod archive;
mod arn;
mod code;
mod configuration;
mod error;
mod fields;
pub mod limits;
mod model;
mod operations;
mod recorded;
mod routes;
mod shown;
mod status;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use daypass_store::{Change, Collection, Documents, StoreError};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};

pub use self::arn::Named;
use self::code::Files;
pub use self::code::{Code, Digest};
pub use self::error::LambdaError;
pub use self::model::Functions;
pub use self::operations::{Location, Object, Request, Source};
pub use self::recorded::request_parameters;
pub use self::routes::{Asked, Operation, route};
use crate::authority::TargetCall;
use crate::body::{Body, of_file};

/// Why Lambda's part of the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder of code cannot be made, read or cleared.
    #[error("cannot use the folder of code `{}`", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The store does not answer.
    #[error("cannot read the functions")]
    Store(#[from] StoreError),
    /// A kept document cannot be read.
    #[error("the stored document of function `{key}` is damaged")]
    Function {
        /// Its key.
        key: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// What a permitted operation comes to. Nothing of it has happened yet.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The answer's status.
    pub status: u16,
    /// The answer's body; `None` where there is none.
    pub body: Option<Value>,
    /// What the record says was answered; never code, never the values of environment variables.
    pub recorded: Option<Value>,
    /// What is to be kept.
    pub changes: Vec<Change>,
    /// Code that must lie in its file before the changes are kept.
    pub code: Option<Code>,
    /// Whether code may have become nobody's.
    pub leaves_code: bool,
}

/// Where and from where an operation is called.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The caller's account, twelve digits.
    pub account: &'a str,
    /// The region that was signed for.
    pub region: &'a str,
    /// The sandbox's time.
    pub now: Timestamp,
}

/// Lambda. One for all accounts and regions.
pub struct Lambda {
    files: Arc<Files>,
    functions: RwLock<Arc<Functions>>,
    writing: Mutex<()>,
}

/// Leave to change functions, which one call has at a time: from reading what is kept until it is taken over.
pub struct Writing<'a>(#[expect(dead_code, reason = "it is held, not read")] MutexGuard<'a, ()>);

impl Lambda {
    /// Opens the folder of code, `DATA/code`, and reads the functions. Code that no function names is removed.
    ///
    /// # Errors
    /// [`OpenError`] where the folder or the store cannot be used.
    pub fn open(directory: PathBuf, documents: &dyn Documents) -> Result<Self, OpenError> {
        let functions = Functions::read(documents.all(Collection::Function)?)?;
        let folder = |source| OpenError::Folder { path: directory.clone(), source };
        let files = Files::open(directory.clone()).map_err(folder)?;
        files.keep_only(&functions.digests()).map_err(folder)?;
        Ok(Self {
            files: Arc::new(files),
            functions: RwLock::new(Arc::new(functions)),
            writing: Mutex::new(()),
        })
    }

    /// What is kept now.
    #[must_use]
    pub fn functions(&self) -> Arc<Functions> {
        Arc::clone(&self.functions.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until nobody else changes functions.
    pub async fn writing(&self) -> Writing<'_> {
        Writing(self.writing.lock().await)
    }

    /// Puts code into its file, durably.
    ///
    /// # Errors
    /// What the system says; nothing is left behind then.
    pub async fn put(&self, code: Code) -> std::io::Result<()> {
        let files = Arc::clone(&self.files);
        tokio::task::spawn_blocking(move || files.put(&code)).await.map_err(std::io::Error::other)?
    }

    /// Takes over what was kept. `outcome` must have been committed, under the same [`Writing`].
    ///
    /// # Errors
    /// [`OpenError::Function`] where what was kept does not read back; nothing is taken over then.
    pub fn apply(&self, _writing: &Writing<'_>, changes: &[Change]) -> Result<(), OpenError> {
        let next = self.functions().with(changes)?;
        *self.functions.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        Ok(())
    }

    /// Removes code that no function names any more. What cannot be removed is left to the next start.
    pub async fn sweep(&self, _writing: &Writing<'_>) {
        let (files, digests) = (Arc::clone(&self.files), self.functions().digests());
        match tokio::task::spawn_blocking(move || files.keep_only(&digests)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "left code that no function names"),
            Err(error) => tracing::warn!(%error, "left code that no function names"),
        }
    }

    /// Code as it was uploaded, and its length in bytes. It may be removed while it is read.
    ///
    /// # Errors
    /// What the system says.
    pub async fn code(&self, digest: Digest) -> std::io::Result<(Body, u64)> {
        let files = Arc::clone(&self.files);
        let opened = tokio::task::spawn_blocking(move || files.read(&digest)).await;
        let (file, length) = opened.map_err(std::io::Error::other)??;
        Ok((of_file(file), length))
    }
}

/// The questions of a call: its own, and leave to give the function its role.
#[must_use]
pub fn questions(asked: &Asked, request: &Request<'_>, functions: &Functions) -> Vec<TargetCall> {
    operations::questions(asked, request, functions)
}

/// The role that a call gives to a function; `None` where it gives none.
#[must_use]
pub fn role_given<'a>(asked: &Asked, request: &'a Request<'_>) -> Option<&'a str> {
    operations::role_given(asked, request)
}

/// Where the code is that a call brings; `None` where it brings none.
///
/// # Errors
/// `InvalidParameterValueException` where it names none, or two places.
pub fn source(asked: &Asked, request: &Request<'_>) -> Result<Option<Source>, LambdaError> {
    operations::source(asked, request)
}

/// Does an offered operation that was allowed.
///
/// # Errors
/// [`LambdaError`] in Lambda's words; nothing is to be kept then.
pub fn execute(
    asked: &Asked,
    request: &Request<'_>,
    functions: &Functions,
    code: Option<Code>,
) -> Result<Outcome, LambdaError> {
    operations::execute(asked, request, functions, code)
}
