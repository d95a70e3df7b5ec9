//! Who may push to which branch.

use daypass_github::hosting::Role;
use daypass_github::hosting::protection::{BranchProtection, may_push_alone, of_branch};

fn protection(pattern: &str, required_approvals: Option<u8>, enforce_admins: bool) -> BranchProtection {
    BranchProtection { pattern: pattern.to_owned(), required_approvals, enforce_admins }
}

#[test]
fn a_push_by_one_person_lands_where_nobody_else_is_asked() {
    let protections = [
        protection("main", Some(1), true),
        protection("release/*", Some(2), false),
        protection("develop", Some(0), true),
        protection("open", None, true),
        protection("release/open", None, false),
    ];
    for (reference, write, admin) in [
        ("refs/heads/main", false, false),
        ("refs/heads/release/1", false, true),
        ("refs/heads/release/1/2", true, true),
        ("refs/heads/release/open", true, true),
        ("refs/heads/develop", true, true),
        ("refs/heads/open", true, true),
        ("refs/heads/feature", true, true),
        ("refs/heads/Main", true, true),
        ("refs/heads/main/x", true, true),
        ("refs/tags/main", true, true),
        ("refs/pull/1/merge", false, false),
        ("main", false, false),
    ] {
        let lands = |role| may_push_alone(&protections, reference, role);
        assert_eq!((lands(Role::Write), lands(Role::Admin)), (write, admin), "{reference}");
        assert!(!lands(Role::Read), "{reference}: who only reads pushes nothing");
    }
    assert!(may_push_alone(&[], "refs/heads/main", Role::Write), "an unprotected repository is open");
}

#[test]
fn the_branch_of_exactly_this_name_comes_before_patterns() {
    let protections = [protection("*", Some(1), true), protection("main", None, false)];
    let found = |branch| of_branch(&protections, branch).map(|protection| protection.pattern.as_str());
    assert_eq!(found("main"), Some("main"));
    assert_eq!(found("develop"), Some("*"));
    assert_eq!(found("release/1"), None, "a star does not cross a slash");
}
