//! What an environment can be, and which refs may deploy to it.

use daypass_github::gate::environment::{EnvironmentError, Protection, collides, is_same_name};
use daypass_github::gate::{BranchPattern, BranchPolicy, Environment, Gate, PatternKind, Reviewer, State};

use crate::{MALLORY, at, reviewed, rule};

fn pattern(kind: PatternKind, name: &str) -> BranchPattern {
    BranchPattern { id: 1, name: name.to_owned(), kind }
}

#[test]
fn limits() {
    let name = |name: &str| Environment { name: name.to_owned(), ..reviewed() };
    let users = |count: u64| (0..count).map(Reviewer::User).collect::<Vec<_>>();
    let patterns = |count| vec![pattern(PatternKind::Branch, "main"); count];
    let rows: Vec<(Environment, Option<EnvironmentError>)> = vec![
        (reviewed(), None),
        (name(&"e".repeat(255)), None),
        (name("Production:V1 %é"), None),
        (name(&"e".repeat(256)), Some(EnvironmentError::Name("e".repeat(256)))),
        (name(""), Some(EnvironmentError::Name(String::new()))),
        (name("a\nb"), Some(EnvironmentError::Name("a\nb".to_owned()))),
        (Environment { reviewers: users(6), ..reviewed() }, None),
        (Environment { reviewers: users(7), ..reviewed() }, Some(EnvironmentError::TooManyReviewers(7))),
        (Environment { reviewers: vec![Reviewer::User(1), Reviewer::Team(1)], ..reviewed() }, None),
        (
            Environment { reviewers: vec![Reviewer::User(1), Reviewer::User(1)], ..reviewed() },
            Some(EnvironmentError::ReviewerTwice),
        ),
        (Environment { wait_minutes: 43_200, ..reviewed() }, None),
        (Environment { wait_minutes: 43_201, ..reviewed() }, Some(EnvironmentError::Wait(43_201))),
        (Environment { patterns: patterns(100), ..reviewed() }, None),
        (Environment { patterns: patterns(101), ..reviewed() }, Some(EnvironmentError::TooManyPatterns)),
        (
            Environment { patterns: vec![pattern(PatternKind::Tag, "")], ..reviewed() },
            Some(EnvironmentError::Pattern),
        ),
        (
            Environment { custom_rules: (0..7).map(|id| rule(id, true)).collect(), ..reviewed() },
            Some(EnvironmentError::TooManyCustomRules),
        ),
        (Environment { custom_rules: (0..7).map(|id| rule(id, id > 0)).collect(), ..reviewed() }, None),
    ];
    for (environment, expected) in rows {
        assert_eq!(environment.check().err(), expected, "{environment:?}");
    }
}

#[test]
fn refs_that_may_deploy() {
    let selected = Environment {
        branches: BranchPolicy::Selected,
        patterns: vec![pattern(PatternKind::Branch, "release/*"), pattern(PatternKind::Tag, "v*")],
        ..reviewed()
    };
    let merges = Environment {
        branches: BranchPolicy::Selected,
        patterns: vec![pattern(PatternKind::Branch, "refs/pull/*/merge")],
        ..reviewed()
    };
    let protected = Environment { branches: BranchPolicy::Protected, ..reviewed() };
    let none = Protection::default();
    let other = Protection { reference: false, any: true };
    let this = Protection { reference: true, any: true };
    for (environment, reference, protection, allowed) in [
        (&reviewed(), "refs/heads/feature", none, true),
        (&selected, "refs/heads/release/1", none, true),
        (&selected, "refs/heads/release/1/x", none, false),
        (&selected, "refs/heads/v1", none, false),
        (&selected, "refs/tags/v1", none, true),
        (&selected, "refs/tags/release/1", none, false),
        (&selected, "refs/pull/7/merge", none, false),
        (&merges, "refs/pull/7/merge", none, true),
        (&merges, "refs/heads/main", none, false),
        (&protected, "refs/heads/main", this, true),
        (&protected, "refs/heads/feature", other, false),
        (&protected, "refs/heads/feature", none, true),
        (&protected, "refs/tags/v1", other, false),
    ] {
        let found = environment.may_deploy(reference, protection);
        assert_eq!(found.is_ok(), allowed, "{reference} {protection:?}");
        let gate = Gate::request(environment, MALLORY, (reference, protection), at(0));
        assert_eq!(matches!(gate.state(at(0)), State::Refused(_)), !allowed, "{reference}");
    }
}

#[test]
fn names_that_are_one_environments_or_one_subjects() {
    assert!(is_same_name("Production", "production"));
    for (one, other, expected) in [
        ("Production:V1", "Production%3AV1", true),
        ("production:v1", "Production%3aV1", true),
        ("Production", "production", false),
        ("a:b", "a:B", false),
        ("a:b", "a%253Ab", false),
    ] {
        assert_eq!(collides(one, other), expected, "{one} {other}");
    }
}

#[test]
fn what_a_workflow_names_and_nobody_made_is_not_protected() {
    let environment = Environment::unprotected(4, "staging", at(0)).unwrap();
    assert!(!environment.is_protected());
    let gate = Gate::request(&environment, MALLORY, ("refs/heads/x", Protection::default()), at(0));
    assert!(gate.may_have_token(at(0)));
    assert!(reviewed().is_protected());
}
