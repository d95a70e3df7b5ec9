//! What a `permissions` block says, at a workflow or at a job.
//!
//! Source: GitHub docs, "Workflow syntax for GitHub Actions", `permissions`.

use std::collections::BTreeMap;
use std::fmt;

use daypass_diagnostic::{Path, Severity};
use serde::{Deserialize, Serialize};

use super::keys::nearest;
use super::reading::Reading;
use super::yaml::{Entry, Node, Value};

/// How much a scope allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing.
    #[default]
    None,
    /// To read.
    Read,
    /// To read and to write.
    Write,
}

impl Level {
    /// Its name in a workflow.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The scope that allows to ask for an identity token.
pub const ID_TOKEN: &str = "id-token";

/// Each scope, whether it can be read, and whether it can be written.
pub(super) const SCOPES: &[(&str, bool, bool)] = &[
    ("actions", true, true),
    ("artifact-metadata", true, true),
    ("attestations", true, true),
    ("checks", true, true),
    ("contents", true, true),
    ("copilot-requests", false, true),
    ("deployments", true, true),
    ("discussions", true, true),
    (ID_TOKEN, false, true),
    ("issues", true, true),
    ("models", true, false),
    ("packages", true, true),
    ("pages", true, true),
    ("pull-requests", true, true),
    ("repository-projects", true, true),
    ("security-events", true, true),
    ("statuses", true, true),
    ("vulnerability-alerts", true, false),
];

/// A `permissions` block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permissions {
    /// The line of the key `permissions`.
    pub line: usize,
    /// What it says.
    pub said: Said,
}

/// What a `permissions` block says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// Scopes by name, each with its line; those that are not named have nothing. `{}` names none.
    Named(BTreeMap<String, (Level, usize)>),
    /// `read-all`
    ReadAll,
    /// `write-all`
    WriteAll,
}

impl Permissions {
    /// How much it gives of a scope.
    #[must_use]
    pub fn level(&self, scope: &str) -> Level {
        let Some((_, can_read, can_write)) = SCOPES.iter().find(|(name, ..)| *name == scope) else {
            return Level::None;
        };
        match &self.said {
            Said::Named(scopes) => scopes.get(scope).map_or(Level::None, |(level, _)| *level),
            Said::WriteAll if *can_write => Level::Write,
            Said::ReadAll | Said::WriteAll if *can_read => Level::Read,
            Said::ReadAll | Said::WriteAll => Level::None,
        }
    }

    /// The line that decides about a scope: its own, or that of the block.
    #[must_use]
    pub fn line_of(&self, scope: &str) -> usize {
        match &self.said {
            Said::Named(scopes) => scopes.get(scope).map_or(self.line, |(_, line)| *line),
            Said::ReadAll | Said::WriteAll => self.line,
        }
    }

    /// Whether it names the scope.
    #[must_use]
    pub fn names(&self, scope: &str) -> bool {
        matches!(&self.said, Said::Named(scopes) if scopes.contains_key(scope))
    }
}

/// Reads the block of a workflow or job; what is not understood gives nothing.
pub(super) fn read(reading: &mut Reading<'_>, node: &Node, path: &Path) -> Option<Permissions> {
    let entry = node.get("permissions")?;
    let path = path.member("permissions");
    let line = entry.key_extent.start.line;
    let said = match &entry.value.value {
        Value::Map(entries) => Said::Named(named(reading, entries, &path)),
        Value::Text(text) if text == "read-all" => Said::ReadAll,
        Value::Text(text) if text == "write-all" => Said::WriteAll,
        _ => {
            reading.unexpected(&entry.value, &path, "`read-all`, `write-all`, or a map of scopes");
            Said::Named(BTreeMap::new())
        }
    };
    Some(Permissions { line, said })
}

fn named(reading: &mut Reading<'_>, entries: &[Entry], path: &Path) -> BTreeMap<String, (Level, usize)> {
    let mut scopes = BTreeMap::new();
    for entry in entries {
        let name: String = entry.key.chars().take(100).collect();
        let place = path.member(&name);
        let line = entry.key_extent.start.line;
        let Some((scope, can_read, can_write)) = SCOPES.iter().find(|(scope, ..)| *scope == entry.key) else {
            let known = || SCOPES.iter().map(|(scope, ..)| *scope);
            let mend = match nearest(&entry.key, known()) {
                Some(near) => format!("write `{near}`"),
                None => format!("the scopes are {}", known().collect::<Vec<_>>().join(", ")),
            };
            let message = format!("there is no permission `{name}`; GitHub does not start such a workflow");
            reading.find(
                Severity::Error,
                "UNKNOWN_PERMISSION",
                (&place, entry.key_extent),
                message,
                Some(mend),
            );
            continue;
        };
        let text = entry.value.text().unwrap_or_default();
        let level = match text.as_str() {
            "none" => Some(Level::None),
            "read" => can_read.then_some(Level::Read),
            "write" => can_write.then_some(Level::Write),
            _ => None,
        };
        if level.is_none() {
            let levels = [(true, "none"), (*can_read, "read"), (*can_write, "write")];
            let levels: Vec<_> = levels.iter().filter(|(can, _)| *can).map(|(_, name)| *name).collect();
            let said: String = text.chars().take(100).collect();
            let message = format!("`{scope}` cannot be `{said}`; it gives nothing here");
            let mend = format!("write one of {}", levels.join(", "));
            reading.find(
                Severity::Error,
                "PERMISSION_LEVEL",
                (&place, entry.value.extent),
                message,
                Some(mend),
            );
        }
        scopes.insert(entry.key.clone(), (level.unwrap_or_default(), line));
    }
    scopes
}
