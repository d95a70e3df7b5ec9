//! Which texts GitHub can put into a token.
//!
//! A token with an impossible name would prove nothing about a trust policy.

/// Characters of an owner's login.
const OWNER_CHARACTERS_MAX: usize = 39;
/// Characters of a repository's name.
const REPOSITORY_CHARACTERS_MAX: usize = 100;
/// Characters of an environment's name.
const ENVIRONMENT_CHARACTERS_MAX: usize = 255;
/// Digits of a number: what fits into 64 bits, with one to spare.
const NUMBER_DIGITS_MAX: usize = 19;
/// Characters of a free text, such as a workflow's display name. GitHub names no limit; a token has to stay small.
const TEXT_CHARACTERS_MAX: usize = 255;
/// Characters of a commit's id.
const COMMIT_CHARACTERS: usize = 40;

pub(crate) const OWNER: &str = "a login has 1 to 39 letters, digits and single inner hyphens, and may end in `_` and an enterprise's short code";
pub(crate) const ACTOR: &str = "an actor is a login, or the name of an app followed by `[bot]`";
pub(crate) const ENVIRONMENT: &str =
    "an environment's name has 1 to 255 characters, none of them a control character";
pub(crate) const NUMBER: &str = "a number has 1 to 19 digits and no leading zero";
pub(crate) const COMMIT: &str = "a commit has 40 lower-case hexadecimal digits";
pub(crate) const BOOLEAN: &str = "it is `true` or `false`";
pub(crate) const TEXT: &str = "it has 1 to 255 characters, none of them a control character";
pub(crate) const WORKFLOW_PATH: &str = "a workflow is a file `.github/workflows/NAME.yml` or `.yaml`";

/// A user's or organisation's login; that of a managed user ends in `_` and the enterprise's short code.
pub(crate) fn is_owner(text: &str) -> bool {
    let (name, short_code) = text.split_once('_').map_or((text, None), |(name, code)| (name, Some(code)));
    text.len() <= OWNER_CHARACTERS_MAX
        && name
            .split('-')
            .all(|part| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric()))
        && short_code
            .is_none_or(|code| !code.is_empty() && code.chars().all(|letter| letter.is_ascii_alphanumeric()))
}

pub(crate) fn is_repository(text: &str) -> bool {
    (1..=REPOSITORY_CHARACTERS_MAX).contains(&text.len())
        && !matches!(text, "." | "..")
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-'))
}

pub(crate) fn is_actor(text: &str) -> bool {
    is_owner(text.strip_suffix("[bot]").unwrap_or(text))
}

/// `:` is allowed, and makes two environments with one subject possible.
pub(crate) fn is_environment(text: &str) -> bool {
    (1..=ENVIRONMENT_CHARACTERS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

pub(crate) fn is_number(text: &str) -> bool {
    (1..=NUMBER_DIGITS_MAX).contains(&text.len())
        && !text.starts_with('0')
        && text.chars().all(|digit| digit.is_ascii_digit())
}

pub(crate) fn is_commit(text: &str) -> bool {
    text.len() == COMMIT_CHARACTERS && text.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f'))
}

pub(crate) fn is_boolean(text: &str) -> bool {
    matches!(text, "true" | "false")
}

pub(crate) fn is_text(text: &str) -> bool {
    (1..=TEXT_CHARACTERS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// The name of a workflow's file without its path and ending.
pub(crate) fn workflow_name(path: &str) -> Option<&str> {
    let file = path.strip_prefix(".github/workflows/")?;
    let name = file.strip_suffix(".yml").or_else(|| file.strip_suffix(".yaml"))?;
    let allowed = |character: char| !character.is_control() && !matches!(character, '/' | '\\' | '@');
    (is_text(name) && name.chars().all(allowed)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins() {
        let longest = "a".repeat(39);
        for text in ["a", "your-org", "A1-b2", "octocat_acme", &longest] {
            assert!(is_owner(text), "{text}");
        }
        let longer = "a".repeat(40);
        for text in ["", "-a", "a-", "a--b", "a_", "_a", "a_b_c", "a_b-c", "a.b", "a b", "a/b", "ä", &longer]
        {
            assert!(!is_owner(text), "{text}");
        }
        assert!(
            is_actor("dependabot[bot]") && is_actor("octocat") && !is_actor("[bot]") && !is_actor("x[bot]y")
        );
    }

    #[test]
    fn repositories() {
        assert!(
            is_repository("a")
                && is_repository(".github")
                && is_repository("a_b-c.d")
                && is_repository("...")
        );
        assert!(is_repository(&"r".repeat(100)) && !is_repository(&"r".repeat(101)));
        for text in ["", ".", "..", "a/b", "a:b", "a b", "é"] {
            assert!(!is_repository(text), "{text}");
        }
    }

    #[test]
    fn numbers_commits_and_files() {
        assert!(is_number("1") && is_number("1234567890123456789"));
        assert!(
            !is_number("") && !is_number("0") && !is_number("01") && !is_number("1a") && !is_number("-1")
        );
        assert!(!is_number("12345678901234567890"));
        assert!(is_commit(&"0a".repeat(20)) && !is_commit(&"0A".repeat(20)) && !is_commit("0a"));
        assert!(is_environment("Production:V1") && !is_environment("") && !is_environment("a\nb"));
        assert!(is_environment(&"é".repeat(255)) && !is_environment(&"é".repeat(256)));
        assert_eq!(workflow_name(".github/workflows/a b.yaml"), Some("a b"));
        for text in
            ["a.yml", ".github/workflows/.yml", ".github/workflows/a/b.yml", ".github/workflows/a.json"]
        {
            assert_eq!(workflow_name(text), None, "{text}");
        }
    }
}
