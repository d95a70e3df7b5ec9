//! Patterns for branches and tags.

use daypass_github::gate::pattern::matches;
use proptest::prelude::*;

#[test]
fn as_file_names_are_matched() {
    for (pattern, name, expected) in [
        ("main", "main", true),
        ("main", "Main", false),
        ("*", "main", true),
        ("*", "release/1", false),
        ("release/*", "release/1", true),
        ("release/*", "release/1/x", false),
        ("release/*/*", "release/1/x", true),
        ("release/**", "release/1", true),
        ("release/**", "release/1/x", false),
        ("release/**/*", "release/1/x", true),
        ("release/**/*", "release/x", true),
        ("**/x", "a/b/c/x", true),
        ("**/x", "x", true),
        ("**/x", ".a/x", false),
        ("a?c", "abc", true),
        ("a?c", "a/c", false),
        ("v[0-9]*", "v1.2", true),
        ("v[0-9]*", "vx", false),
        ("v[!0-9]", "vx", true),
        ("v[^0-9]", "v1", false),
        ("v[a-]", "v-", true),
        ("v[", "v[", false),
        ("v[a", "va", false),
        ("\\*", "*", true),
        ("\\*", "x", false),
        ("a[\\]]b", "a]b", true),
        ("*", ".hidden", false),
        (".*", ".hidden", true),
        ("a/*", "a/.b", false),
        ("", "", true),
        ("", "x", false),
        ("*x*", "aaxbb", true),
        ("é*", "éa", true),
    ] {
        assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
    }
}

/// As Ruby's own `dir.c` has it: brackets are looked for an end before slashes part the pattern.
#[test]
fn a_slash_in_brackets_parts_nothing_and_matches_none() {
    for (pattern, name, expected) in [
        ("a[/b]c", "abc", true),
        ("a[b/]c", "abc", true),
        ("a[/b]c", "a/c", false),
        ("a[/]c", "a/c", false),
        ("a[!b]c", "a/c", false),
        ("a[+-9]c", "a/c", false),
        ("a[+-9]c", "a5c", true),
        ("release[/x]/*", "releasex/1", true),
        ("release[/x]/*", "release/1", false),
        ("v[a/b", "v[a/b", false),
        ("v[a/b", "va/b", false),
        ("x/v[", "x/v[", false),
        ("a[\\]/b]c", "a]c", true),
        ("a\\[/b]c", "a[/b]c", true),
        ("a\\/b", "a/b", true),
        ("**\\/b", "x/y/b", false),
        ("**\\/b", "x/b", true),
        ("v[]a]", "v]", false),
        ("v[]a]", "va", false),
        ("v[!]a", "vxa", true),
        ("v[z-a]", "vz", true),
        ("v[z-a]", "vm", false),
    ] {
        assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
    }
}

#[test]
fn a_pattern_that_is_written_to_take_long_matches_nothing() {
    let stars = "**/".repeat(300);
    assert!(!matches(&format!("{stars}y"), &"x/".repeat(120)));
    assert!(!matches(&"a".repeat(1_025), &"a".repeat(1_025)));
    assert!(!matches(&"*a".repeat(500), &"a".repeat(499)));
    assert!(!matches(&"[".repeat(1_024), &"[".repeat(1_024)));
}

proptest! {
    #[test]
    fn nothing_breaks_it(pattern in "\\PC{0,40}", name in "\\PC{0,40}") {
        let _ = matches(&pattern, &name);
    }

    #[test]
    fn a_name_matches_itself(name in "[a-z0-9._/-]{0,40}") {
        prop_assert!(matches(&name, &name));
    }

    #[test]
    fn brackets_and_backslashes_break_nothing(pattern in "[\\[\\]!^a\\\\*?/-]{0,20}", name in "[a/\\[\\]-]{0,20}") {
        let _ = matches(&pattern, &name);
    }
}
