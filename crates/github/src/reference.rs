//! Branches, tags and pull requests as git and GitHub name them.

use crate::alphabet;

/// Bytes of one component of a ref on GitHub.
const COMPONENT_BYTES_MAX: usize = 255;
/// Bytes of a whole ref. git has no limit of its own, the file systems under it have.
const REFERENCE_BYTES_MAX: usize = 1024;

pub(crate) const RULE: &str = "a ref is `refs/heads/...` or `refs/tags/...` with a name that git allows, or \
                               `refs/pull/NUMBER/merge`";
pub(crate) const BRANCH: &str = "a branch has a name that git allows";
pub(crate) const TAG: &str = "a tag has a name that git allows";

/// What a ref names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReferenceKind {
    Branch,
    Tag,
    PullRequest,
}

/// What a ref names; `None` if it can be no ref of a workflow run.
pub(crate) fn kind(text: &str) -> Option<ReferenceKind> {
    if text.strip_prefix("refs/heads/").is_some_and(is_name) {
        Some(ReferenceKind::Branch)
    } else if text.strip_prefix("refs/tags/").is_some_and(is_name) {
        Some(ReferenceKind::Tag)
    } else {
        let number = text.strip_prefix("refs/pull/")?.strip_suffix("/merge")?;
        alphabet::is_number(number).then_some(ReferenceKind::PullRequest)
    }
}

/// A name that `git check-ref-format` allows.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= REFERENCE_BYTES_MAX
        && !text.ends_with('.')
        && !text.contains("..")
        && !text.contains("@{")
        && !text.chars().any(|character| {
            character.is_ascii_control()
                || matches!(character, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\')
        })
        && text.split('/').all(|component| {
            (1..=COMPONENT_BYTES_MAX).contains(&component.len())
                && !component.starts_with('.')
                && !component.ends_with(".lock")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refs_are_told_apart() {
        assert_eq!(kind("refs/heads/main"), Some(ReferenceKind::Branch));
        assert_eq!(kind("refs/heads/gh-readonly-queue/main/pr-1-0a"), Some(ReferenceKind::Branch));
        assert_eq!(kind("refs/heads/@"), Some(ReferenceKind::Branch), "git allows it below refs/heads");
        assert_eq!(kind("refs/tags/v1.0"), Some(ReferenceKind::Tag));
        assert_eq!(kind("refs/pull/7/merge"), Some(ReferenceKind::PullRequest));
        for text in [
            "main",
            "refs/heads/",
            "refs/pull/0/merge",
            "refs/pull/7/head",
            "refs/pull/merge",
            "refs/notes/x",
        ] {
            assert_eq!(kind(text), None, "{text}");
        }
    }

    #[test]
    fn names_follow_git() {
        for text in ["a", "a/b", "a-b_c", "é", "a@b", "a{b}", &"x".repeat(255)] {
            assert!(is_name(text), "{text}");
        }
        for text in [
            "",
            "a b",
            "a~",
            "a^",
            "a:b",
            "a?",
            "a*",
            "a[",
            "a\\",
            "a..b",
            "a@{b",
            "a//b",
            "/a",
            "a/",
            "a.",
            ".a",
            "a/.b",
            "a.lock",
            "a.lock/b",
            "a\u{7f}",
            "a\n",
            &"x".repeat(256),
        ] {
            assert!(!is_name(text), "{text:?}");
        }
    }
}
