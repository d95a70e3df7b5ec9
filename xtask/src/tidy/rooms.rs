//! The arrows between the rooms: who may know of whom.

use std::path::Path;

use super::Finding;
use super::files::SourceFile;

/// A room, and the rooms it may use. ARCHITECTURE.md says why.
const ARROWS: &[(&str, &[&str])] = &[
    ("diagnostic", &[]),
    ("policy", &["diagnostic"]),
    ("token", &[]),
    ("github", &["diagnostic"]),
    ("wire", &[]),
    ("trail", &[]),
    ("aws", &["policy", "token", "trail"]),
    ("store", &["trail"]),
    ("targets", &["store", "wire"]),
    ("client", &["wire"]),
    ("server", &["diagnostic", "policy", "token", "github", "wire", "trail", "aws", "store", "targets"]),
    (
        "testkit",
        &[
            "diagnostic",
            "policy",
            "token",
            "github",
            "wire",
            "trail",
            "aws",
            "store",
            "targets",
            "client",
            "server",
        ],
    ),
    (
        "daypass",
        &[
            "diagnostic",
            "policy",
            "token",
            "github",
            "wire",
            "trail",
            "aws",
            "store",
            "targets",
            "client",
            "server",
            "testkit",
        ],
    ),
];

/// What a room of pure values has no use for.
const IMPURE_LIBRARIES: &[&str] = &[
    "async-std",
    "axum",
    "hyper",
    "hyper-util",
    "mio",
    "rand",
    "reqwest",
    "rusqlite",
    "rustls",
    "tempfile",
    "tokio",
    "uuid",
];

/// The rooms that turn values and a `now` into values.
pub(super) const PURE_ROOMS: &[&str] = &["diagnostic", "policy", "token", "github", "wire", "aws", "trail"];

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let manifests = files.iter().filter(|file| file.path.ends_with("Cargo.toml"));
    manifests.flat_map(check_manifest).collect()
}

fn check_manifest(file: &SourceFile) -> Vec<Finding> {
    let Some(room) = file.room() else { return check_outside(file) };
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
        let what = format!(
            "the room `{room}` has no arrows: give it a row in xtask/src/tidy/rooms.rs and in ARCHITECTURE.md"
        );
        return vec![Finding::new(&file.path, 1, what)];
    };
    let mut findings = Vec::new();
    for dependency in dependencies(&file.text) {
        if let Some(other) =
            dependency.name.strip_prefix("daypass-").or((dependency.name == "daypass").then_some("daypass"))
            && !allowed.contains(&other)
        {
            let what = format!("the room `{room}` must not know of `{other}`");
            findings.push(Finding::new(&file.path, dependency.line, what));
        }
        if PURE_ROOMS.contains(&room) && !dependency.for_tests && IMPURE_LIBRARIES.contains(&dependency.name)
        {
            let what = format!("the room `{room}` is pure and has no use for `{}`", dependency.name);
            findings.push(Finding::new(&file.path, dependency.line, what));
        }
    }
    findings
}

/// `xtask` is compiled before everything and stands alone.
fn check_outside(file: &SourceFile) -> Vec<Finding> {
    if file.path != Path::new("xtask/Cargo.toml") {
        return Vec::new();
    }
    let ours =
        dependencies(&file.text).into_iter().filter(|dependency| dependency.name.starts_with("daypass"));
    ours.map(|dependency| {
        Finding::new(
            &file.path,
            dependency.line,
            format!("xtask must not wait for `{}` to compile", dependency.name),
        )
    })
    .collect()
}

struct Dependency<'text> {
    name: &'text str,
    line: usize,
    for_tests: bool,
}

/// The names in every table of dependencies, `[dependencies]` and `[target.'...'.dev-dependencies]` alike.
fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut found = Vec::new();
    let mut table = "";
    for (number, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            table = header.trim_end_matches(']');
            // `[dependencies.NAME]`
            if let Some((parent, name)) = table.rsplit_once("dependencies.") {
                found.push(Dependency { name, line: number + 1, for_tests: parent.ends_with("dev-") });
            }
        } else if table.ends_with("dependencies")
            && let Some((key, _)) = line.split_once('=')
            && !line.starts_with('#')
        {
            let name = key.trim().split('.').next().unwrap_or_default().trim_matches('"');
            found.push(Dependency { name, line: number + 1, for_tests: table.ends_with("dev-dependencies") });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        let file = SourceFile { path: PathBuf::from(path), text: text.to_owned() };
        check(&[file]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_arrow_upwards_is_found_in_any_form() {
        let manifest = "[dependencies]\ndaypass-server.workspace = true\nserde = \"1\"\n[dev-dependencies.daypass-aws]\npath = \"../aws\"\n";
        assert_eq!(
            findings("crates/policy/Cargo.toml", manifest),
            [
                "crates/policy/Cargo.toml:2: the room `policy` must not know of `server`",
                "crates/policy/Cargo.toml:4: the room `policy` must not know of `aws`",
            ]
        );
    }

    #[test]
    fn a_pure_room_may_have_a_runtime_in_its_tests_only() {
        let manifest = "[dependencies]\ntokio = { version = \"1\" }\n[dev-dependencies]\ntokio = \"1\"\n";
        assert_eq!(
            findings("crates/wire/Cargo.toml", manifest),
            ["crates/wire/Cargo.toml:2: the room `wire` is pure and has no use for `tokio`"]
        );
    }

    #[test]
    fn an_arrow_downwards_passes() {
        assert!(
            findings("crates/aws/Cargo.toml", "[dependencies]\ndaypass-policy.workspace = true\n").is_empty()
        );
    }

    #[test]
    fn a_room_without_a_row_is_found() {
        assert_eq!(findings("crates/diary/Cargo.toml", "").len(), 1);
    }
}
