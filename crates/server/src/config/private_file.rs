//! Secrets that the file names: each stands in a file of its own, which nobody else can read.

use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use toml::Spanned;

use super::{At, ConfigError};
use crate::data_directory::Secret;

/// The shortest secret, in characters: 20 letters and digits at random are over 100 bits.
pub(super) const SECRET_CHARACTERS_MIN: usize = 20;
/// The longest secret, in characters: what is taken for a token where one is shown.
const SECRET_CHARACTERS_MAX: usize = 512;
/// The names of keys that somebody would write a secret behind.
const SECRET_KEYS: [&str; 4] = ["token", "secret", "password", "webhook_secret"];

/// Reads the secret in a file, which is one line of printable characters.
pub(super) fn read(at: &At<'_>, key: &str, path: &Spanned<PathBuf>) -> Result<Secret, ConfigError> {
    let span = path.span();
    let file = at.beside(path.get_ref());
    let shown = file.display();
    let unreadable = |error: std::io::Error| {
        at.place(&span, format!("`{key}` names `{shown}`, which cannot be read: {error}"))
            .mend("a path is taken from the directory of the configuration")
    };
    let opened = std::fs::File::open(&file).map_err(unreadable)?;
    let mode = opened.metadata().map_err(unreadable)?.mode();
    if mode & 0o077 != 0 {
        let problem = format!("`{key}` names `{shown}`, which can be read by other users");
        return Err(at.place(&span, problem).mend(format!("`chmod 600 {shown}`")));
    }
    let mut text = String::new();
    let limit = SECRET_CHARACTERS_MAX as u64 + 2;
    opened.take(limit).read_to_string(&mut text).map_err(unreadable)?;
    let secret = text.trim_end();
    let is_whole = (SECRET_CHARACTERS_MIN..=SECRET_CHARACTERS_MAX).contains(&secret.len())
        && secret.bytes().all(|byte| byte.is_ascii_graphic());
    if is_whole {
        return Ok(Secret::new(secret.to_owned()));
    }
    let problem = format!("`{key}` names `{shown}`, which holds no secret");
    let mend = format!(
        "write {SECRET_CHARACTERS_MIN} to {SECRET_CHARACTERS_MAX} printable characters without spaces into it, at random"
    );
    Err(at.place(&span, problem).mend(mend))
}

/// What to do where a secret itself stands in the file.
pub(super) fn mend_of_key(key: &str) -> Option<String> {
    SECRET_KEYS.contains(&key).then(|| {
        let named = if key == "token" { "token_file" } else { "secret_file" };
        format!(
            "no secret stands in this file: put it into one of its own, mode 0600, and name that as {named}"
        )
    })
}
