//! A pure room asks for no exception from the list of calls that clippy forbids.

use super::Finding;
use super::files::SourceFile;
use super::rooms::PURE_ROOMS;

pub(super) fn check(file: &SourceFile) -> Vec<Finding> {
    let is_pure = file.is_rust()
        && file.room().is_some_and(|room| PURE_ROOMS.contains(&room))
        && file.path.components().any(|part| part.as_os_str() == "src");
    if !is_pure {
        return Vec::new();
    }
    let lines = file.text.lines().enumerate();
    lines
        .filter(|(_, line)| line.contains("clippy::disallowed_methods"))
        .map(|(number, _)| {
            let what = "a pure room takes the time, randomness and files as arguments and makes no exception";
            Finding::new(&file.path, number + 1, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn count(path: &str) -> usize {
        let text = "//! Doc.\n#![expect(clippy::disallowed_methods, reason = \"x\")]\n".to_owned();
        check(&SourceFile { path: PathBuf::from(path), text }).len()
    }

    #[test]
    fn only_the_sources_of_pure_rooms_are_held_to_it() {
        assert_eq!(count("crates/aws/src/lib.rs"), 1);
        assert_eq!(count("crates/aws/tests/sts.rs"), 0);
        assert_eq!(count("crates/server/src/lib.rs"), 0);
    }
}
