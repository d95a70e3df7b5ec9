//! A folder with a configuration and its secrets.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use daypass_server::config::Config;
use tempfile::TempDir;

/// The secret in `good.token` of every folder.
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A folder that goes when it is dropped.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// With `good.token`, `hook.secret`, and secrets that are none: `short.token` and `open.token`.
    pub(crate) fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("good.token", &format!("{SECRET}\n"), 0o600);
        folder.write("other.token", "fedcba9876543210fedcba9876543210", 0o600);
        folder.write("hook.secret", "a secret has no spaces".replace(' ', "-").as_str(), 0o600);
        folder.write("short.token", "tooshort", 0o600);
        folder.write("open.token", SECRET, 0o644);
        folder
    }

    pub(crate) fn path(&self) -> &std::path::Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str, mode: u32) {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn config(&self, text: &str) -> Config {
        Config::parse(&self.0.path().join("daypass.toml"), text).unwrap()
    }

    /// The error without the folder's own path.
    pub(crate) fn error(&self, text: &str) -> String {
        let file = self.0.path().join("daypass.toml");
        let error = Config::parse(&file, text).map(|_| ()).expect_err(text).to_string();
        error.replace(&format!("{}/", self.0.path().display()), "")
    }

    /// Every row is a text and what the error says behind the file's name.
    pub(crate) fn refuses(&self, rows: &[(&str, &str)]) {
        for (text, problem) in rows {
            assert_eq!(self.error(text), format!("`daypass.toml` {problem}"), "{text}");
        }
    }
}
