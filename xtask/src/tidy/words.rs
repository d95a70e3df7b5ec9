//! Marks of unfinished work, tests that are switched off, and paths of one person's machine.

use std::path::Path;

use super::Finding;
use super::files::SourceFile;

/// A text that must not occur, and why. Written in two parts, so that this file passes its own rule.
const WORDS: &[(&str, &str, &str)] = &[
    ("FIX", "ME", "finish it or file an issue"),
    ("TO", "DO:", "finish it or file an issue"),
    ("XX", "X ", "finish it or file an issue"),
    ("#[ign", "ore", "a test that does not run proves nothing: mend it or take it out"),
    ("/ro", "ot/", "a path of one machine"),
    ("/ho", "me/", "a path of one machine"),
    ("/wo", "rk/", "a path of one machine"),
];

/// Crate and module names that say nothing.
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "helpers", "misc", "manager"];

pub(super) fn check(file: &SourceFile) -> Vec<Finding> {
    let is_lock = file.path.extension().is_some_and(|ending| ending == "lock") || is_npm_lock(&file.path);
    if is_lock {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        for (left, right, why) in WORDS {
            if line.contains(&format!("{left}{right}")) {
                findings.push(Finding::new(&file.path, number + 1, format!("`{left}{right}`: {why}")));
            }
        }
    }
    let stems = file.path.iter().filter_map(|part| Path::new(part).file_stem()?.to_str());
    for stem in stems.filter(|stem| file.is_rust() && EMPTY_NAMES.contains(stem)) {
        findings.push(Finding::new(
            &file.path,
            1,
            format!("`{stem}` says nothing: name it by what it holds"),
        ));
    }
    findings
}

fn is_npm_lock(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "package-lock.json")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn unfinished_work_and_empty_names_are_found() {
        let text = format!("fn a() {{}}\n// {}{} later\n", "FIX", "ME");
        let findings = check(&SourceFile { path: PathBuf::from("crates/aws/src/utils/text.rs"), text });
        let lines: Vec<_> = findings.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [2, 1]);
    }
}
