//! Where things lie.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where the programs that the client tests drive are installed.
pub(crate) fn clients() -> PathBuf {
    root().join("target/clients")
}

/// The scripts of the client tests and the lists of what they need.
pub(crate) fn client_sources() -> PathBuf {
    root().join("crates/testkit/clients")
}

/// The cargo that runs this command, so that every step uses the same.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
