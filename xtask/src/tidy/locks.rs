//! What is installed from outside is named exactly, and by no address.

use super::Finding;
use super::files::SourceFile;

pub(super) fn check(file: &SourceFile) -> Vec<Finding> {
    let name = file.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let lines = file.text.lines().enumerate().map(|(number, line)| (number + 1, line.trim()));
    match name {
        "package-lock.json" => lines
            .filter(|(_, line)| line.starts_with("\"resolved\""))
            .map(|(number, _)| {
                Finding::new(&file.path, number, "the lock file names where a package was fetched from")
            })
            .collect(),
        "requirements.txt" | "tools.txt" => lines
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#') && !line.starts_with("--hash="))
            .filter(|(_, line)| !line.contains("=="))
            .map(|(number, _)| Finding::new(&file.path, number, "every package is pinned with `==`"))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn lines(name: &str, text: &str) -> Vec<usize> {
        let file = SourceFile { path: PathBuf::from(name), text: text.to_owned() };
        check(&file).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn an_address_and_a_loose_version_are_found() {
        assert_eq!(lines("a/package-lock.json", "{\n  \"resolved\": \"x\"\n}"), [2]);
        assert_eq!(lines("a/requirements.txt", "# list\nboto3==1.0\nawscli>=1\n"), [3]);
    }
}
