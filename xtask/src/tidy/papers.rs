//! The papers that must exist, and the one command that the README and the check agree on.

use std::path::Path;

use super::Finding;
use super::files::SourceFile;

/// The command that both name.
const COMMAND: &str = "cargo xtask test";

const PAPERS: &[&str] = &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let text_of =
        |path: &str| files.iter().find(|file| file.path == Path::new(path)).map(|file| file.text.as_str());
    let mut findings = Vec::new();
    for paper in PAPERS.iter().filter(|paper| text_of(paper).is_none()) {
        findings.push(Finding::new(paper, 1, "this paper is missing"));
    }
    if let Some(readme) = text_of("README.md")
        && !readme.lines().any(|line| line.trim().trim_start_matches("$ ").starts_with(COMMAND))
    {
        findings.push(Finding::new(
            "README.md",
            1,
            format!("`{COMMAND}` does not stand on a line of its own"),
        ));
    }
    match text_of(".ci/run") {
        None => findings.push(Finding::new(".ci/run", 1, "the check of every change is missing")),
        Some(script) => findings.extend(check_script(script)),
    }
    findings
}

/// Past its preparation the script runs the one command and nothing else.
fn check_script(script: &str) -> Vec<Finding> {
    let commands: Vec<(usize, &str)> = script
        .lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .filter(|(_, line)| !["set ", "cd ", "export "].iter().any(|word| line.starts_with(word)))
        .collect();
    match commands.as_slice() {
        [(_, command)] if *command == COMMAND => Vec::new(),
        others => {
            let line =
                others.iter().find(|(_, command)| *command != COMMAND).map_or(1, |(number, _)| *number);
            vec![Finding::new(".ci/run", line, format!("it must run `{COMMAND}`, once, and nothing else"))]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_runs_the_one_command_alone() {
        assert!(check_script("#!/bin/bash\nset -e\ncd x\nexport A=0\ncargo xtask test\n").is_empty());
        assert_eq!(
            check_script("set -e\ncargo xtask test\ncargo build\n").first().map(|finding| finding.line),
            Some(3)
        );
        assert_eq!(check_script("set -e\n").len(), 1);
    }
}
