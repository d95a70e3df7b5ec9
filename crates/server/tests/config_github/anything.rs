//! Lines in any order: refused with a line, or a configuration that can be asked.

use std::path::Path;

use daypass_server::config::Config;
use proptest::prelude::*;

/// Lines that make sense somewhere, and some that make none.
const LINES: [&str; 42] = [
    "strict_environment_names = true",
    "pull_request_target_subject = \"pull_request\"",
    "[[users]]",
    "login = \"alice\"",
    "role = \"admin\"",
    "grants = [{ repositories = \"a/*\", role = \"write\" }]",
    "[[users.tokens]]",
    "name = \"a/b\"",
    "name = \"production\"",
    "sha256 = \"0000000000000000000000000000000000000000000000000000000000000000\"",
    "expires = 2026-12-24",
    "expires = \"2026-12-24T10:00:00Z\"",
    "permissions = { actions = \"read\" }",
    "[[teams]]",
    "organization = \"a\"",
    "members = [\"alice\", \"bob\"]",
    "[[organizations]]",
    "subject_claims = [\"repo\", \"context\"]",
    "immutable_subjects = true",
    "token_properties = [\"team\"]",
    "[[enterprises]]",
    "slug = \"acme\"",
    "include_slug_in_issuer = true",
    "[[repositories]]",
    "visibility = \"public\"",
    "created = 2026-07-20T10:00:00Z",
    "immutable = false",
    "enterprise = \"acme\"",
    "properties = { team = [\"a\", \"b\"] }",
    "[[repositories.protected_branches]]",
    "pattern = \"release/**\"",
    "required_approvals = 1",
    "[[repositories.environments]]",
    "reviewers = [\"alice\", \"a/b\"]",
    "wait_minutes = 43200",
    "branches = { branches = [\"main\"], tags = [\"v*\"] }",
    "[[stand_ins]]",
    "issuer = \"https://token.actions.githubusercontent.com\"",
    "[[stand_ins.subjects]]",
    "form = \"repo:{repository}:{event_name}\"",
    "= {",
    "\u{0}",
];

proptest! {
    #[test]
    fn no_file_makes_it_panic(picked in prop::collection::vec(0..LINES.len(), 0..25)) {
        let text: Vec<&str> = picked.iter().filter_map(|index| LINES.get(*index).copied()).collect();
        match Config::parse(Path::new("daypass.toml"), &text.join("\n")) {
            Ok(config) => {
                let issuers = config.own_issuers();
                prop_assert!(issuers.iter().all(|issuer| config.stands_in_for(issuer)));
            }
            Err(error) => {
                prop_assert!(error.line().is_some_and(|line| (1..=text.len()).contains(&line)), "{error}");
                prop_assert!(error.hint().is_some_and(|hint| !hint.is_empty()), "{error}");
            }
        }
    }
}
