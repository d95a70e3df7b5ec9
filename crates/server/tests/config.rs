//! What `daypass.toml` may say, and the words for what it may not.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "the test writes the files that are read")]

use std::path::Path;

use daypass_server::config::{Config, ConfigError, IssuerEntry, RepositoryEntry};

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(Path::new("daypass.toml"), text)
}

fn error(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn an_empty_file_says_nothing() {
    let config = parse("").unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(config.region, "us-east-1");
    assert!(!config.lookup_data_events && !config.replaces_stand_in());
}

#[test]
fn everything_that_can_be_said() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("daypass.toml");
    std::fs::write(directory.path().join("keys.json"), "{}").unwrap();
    std::fs::write(directory.path().join("root.pem"), "").unwrap();
    let text = r#"
account = "999988887777"
region = "us-gov-west-1"
lookup_data_events = true

[[issuers]]
url = "https://gitlab.example.com"
jwks_file = "keys.json"

[[issuers]]
url = "https://token.actions.githubusercontent.com"
ca_file = "root.pem"

[[repositories]]
name = "octo-org/octo-repo"
immutable = true
owner_id = 1234567
repository_id = "7654321"

[[repositories]]
name = "octo-org/.github"
"#;
    std::fs::write(&file, text).unwrap();
    let config = Config::read(&file).unwrap();
    assert_eq!(config.account.as_ref().unwrap().as_str(), "999988887777");
    assert_eq!(config.region, "us-gov-west-1");
    assert!(config.lookup_data_events && config.replaces_stand_in());
    let gitlab = IssuerEntry {
        url: "https://gitlab.example.com".to_owned(),
        ca_file: None,
        jwks_file: Some(directory.path().join("keys.json")),
    };
    assert_eq!(config.issuers.first(), Some(&gitlab));
    let github = config.issuers.get(1).unwrap();
    assert_eq!(github.ca_file, Some(directory.path().join("root.pem")));
    let repository = RepositoryEntry {
        name: "octo-org/octo-repo".to_owned(),
        immutable: Some(true),
        owner_id: Some(1_234_567),
        repository_id: Some(7_654_321),
        ..RepositoryEntry::default()
    };
    assert_eq!(config.repositories.first(), Some(&repository));
    assert_eq!(config.repositories[1].immutable, None);
}

#[test]
fn errors_name_file_line_and_mend() {
    assert_eq!(
        error("region = \"eu-central-1\"\nregoin = \"x\"\n"),
        "`daypass.toml` line 2: unknown field `regoin`, expected one of `account`, `accounts`, `apps`, \
         `distributions`, `enterprises`, `issuers`, `lookup_data_events`, `organizations`, `pull_request_target_subject`, `region`, \
         `repositories`, `stand_ins`, `strict_environment_names`, `teams`, `upstreams`, `users` (take the name out or correct it)"
    );
    assert_eq!(
        error("\n\n[[issuers]]\nca_file = \"x\"\n"),
        "`daypass.toml` line 3: missing field `url` (add it to this table)"
    );
    assert_eq!(
        error("account = \"12345\"\n"),
        "`daypass.toml` line 1: `12345` is not an account number (write twelve digits, as in \"123456789012\")"
    );
    assert_eq!(
        error("# where\nregion = \"Frankfurt\"\n"),
        "`daypass.toml` line 2: `Frankfurt` is not a region (write it as in \"us-east-1\")"
    );
    assert_eq!(
        error("[[repositories]]\nname = \"octo-org\"\n"),
        "`daypass.toml` line 2: `octo-org` is not a repository (write OWNER/NAME, as in \"octo-org/octo-repo\")"
    );
    let unclosed = parse("account = \"1234\nregion = \"x\"").unwrap_err();
    assert_eq!(unclosed.line(), Some(1));
    assert_eq!(unclosed.hint(), Some("see https://toml.io for how such a file is written"));
}

#[test]
fn accounts_are_numbers_with_a_name_and_each_is_listed_once() {
    let text =
        "[[accounts]]\nid = \"210987654321\"\nname = \"staging\"\n[[accounts]]\nid = \"345678901234\"\n";
    let accounts = parse(text).unwrap().accounts;
    let listed: Vec<_> = accounts.iter().map(|entry| (entry.id.as_str(), entry.name.as_deref())).collect();
    assert_eq!(listed, [("210987654321", Some("staging")), ("345678901234", None)]);
    let cases = [
        (
            "[[accounts]]\nid = \"21098765432\"\n",
            "line 2: `21098765432` is not an account number (write twelve digits, as in \"123456789012\")",
        ),
        ("[[accounts]]\nname = \"staging\"\n", "line 1: missing field `id` (add it to this table)"),
        (
            "[[accounts]]\nid = \"210987654321\"\nname = \"\"\n",
            "line 3: `` is not an account's name (write 1 to 50 characters that can be printed)",
        ),
        (
            "account = \"210987654321\"\n[[accounts]]\nid = \"210987654321\"\n",
            "line 3: the account `210987654321` is listed twice (leave one of the two)",
        ),
    ];
    for (text, problem) in cases {
        assert_eq!(error(text), format!("`daypass.toml` {problem}"));
    }
    let many: String = (0..101).map(|number| format!("[[accounts]]\nid = \"{number:012}\"\n")).collect();
    assert!(error(&many).contains("101 accounts are more than 100"));
}

#[test]
fn an_issuer_is_an_https_url_and_nothing_more() {
    let cases = [
        ("http://gitlab.example.com", "it does not begin with https://"),
        ("gitlab.example.com", "it does not begin with https://"),
        ("https://gitlab.example.com/", "it ends in a slash"),
        ("https://gitlab.example.com?a=b", "it has a query or a fragment"),
        ("https://gitlab.example.com/#a", "it has a query or a fragment"),
        ("https://user@gitlab.example.com", "it names a user"),
        ("/keys", "it names no host"),
        ("https://exa mple.com", "it is not a URL"),
    ];
    for (url, problem) in cases {
        let expected = format!(
            "`daypass.toml` line 2: `{url}` is not an issuer: {problem} (write it as in \"https://gitlab.example.com\")"
        );
        assert_eq!(error(&format!("[[issuers]]\nurl = \"{url}\"\n")), expected);
    }
    let long = format!("https://example.com/{}", "a".repeat(240));
    assert!(error(&format!("[[issuers]]\nurl = \"{long}\"\n")).contains("it is over 255 characters"));
}

#[test]
fn contradictions_are_errors() {
    assert_eq!(
        error("[[issuers]]\nurl = \"https://a.example\"\nca_file = \"x\"\njwks_file = \"y\"\n"),
        "`daypass.toml` line 4: `ca_file` and `jwks_file` exclude each other: pinned keys are not fetched (leave one of \
         the two)"
    );
    assert_eq!(
        error("[[issuers]]\nurl = \"https://a.example\"\n[[issuers]]\nurl = \"https://a.example\"\n"),
        "`daypass.toml` line 4: the issuer `https://a.example` is listed twice (leave one of the two)"
    );
    assert_eq!(
        error("[[repositories]]\nname = \"a/b\"\n[[repositories]]\nname = \"A/B\"\n"),
        "`daypass.toml` line 4: the repository `a/b` is listed twice (leave one of the two)"
    );
    assert_eq!(
        error("[[issuers]]\nurl = \"https://a.example\"\njwks_file = \"none.json\"\n"),
        "`daypass.toml` line 3: `jwks_file` names `none.json`, which is not a file (a path is taken from the directory \
         of the configuration)"
    );
}

#[test]
fn ids_are_whole_numbers_above_zero() {
    for id in ["0", "-1", "\"\"", "\"07\"", "\"1x\"", "1.5", "true", "\"99999999999999999999\""] {
        let text = format!("[[repositories]]\nname = \"a/b\"\nowner_id = {id}\n");
        let error = parse(&text).unwrap_err();
        assert_eq!(error.line(), Some(3), "{error}");
        assert!(error.to_string().contains("expected an id: a whole number above zero"), "{error}");
    }
}

#[test]
fn a_file_that_cannot_be_read_or_is_too_large() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("daypass.toml");
    let missing = Config::read(&file).unwrap_err();
    assert_eq!(missing.hint(), Some("name the file with --config FILE"));
    assert!(missing.to_string().contains("cannot be read: No such file or directory"), "{missing}");
    std::fs::write(&file, "#".repeat((1 << 20) + 1)).unwrap();
    let large = Config::read(&file).unwrap_err().to_string();
    assert!(large.contains("is over 1048576 bytes"), "{large}");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[\\[\\]a-z_=\"#\\n0-9{}.:/-]{0,200}") {
        let _ = parse(&text);
    }
}

#[test]
fn distributions_have_ids_as_cloudfront_gives_them() {
    let config = parse(
        "[[distributions]]\nid = \"E1\"\naccount = \"123456789012\"\n\n[[distributions]]\nid = \"2\"\n",
    );
    let ids: Vec<(String, bool)> =
        config.unwrap().distributions.into_iter().map(|entry| (entry.id, entry.account.is_some())).collect();
    assert_eq!(ids, [("E1".to_owned(), true), ("2".to_owned(), false)]);
    let mend = "(write 1 to 32 capital letters and digits)";
    for id in ["", "e1", "E 1", "E-1", "É1", "*", "E1/../E2", &"E".repeat(33)] {
        assert_eq!(
            error(&format!("[[distributions]]\nid = \"{id}\"\n")),
            format!("`daypass.toml` line 2: `{id}` is not a distribution's id {mend}")
        );
    }
    assert!(parse(&format!("[[distributions]]\nid = \"{}\"\n", "E".repeat(32))).is_ok());
    for (text, words) in [
        ("[[distributions]]\n", "line 1: missing field `id` (add it to this table)"),
        ("[[distributions]]\nid = 5\n", "line 2: invalid type: integer `5`, expected a string"),
        ("[distributions]\nid = \"E1\"\n", "line 1: invalid type: map, expected a sequence"),
        (
            "[[distributions]]\nid = \"E1\"\ndomain = \"x\"\n",
            "line 3: unknown field `domain`, expected `id` or `account`",
        ),
        (
            "[[distributions]]\nid = \"E1\"\naccount = \"1\"\n",
            "line 3: `1` is not an account number (write twelve digits, as in \"123456789012\")",
        ),
        (
            "[[distributions]]\nid = \"E1\"\n[[distributions]]\nid = \"E1\"\naccount = \"123456789012\"\n",
            "line 4: the distribution `E1` is listed twice (leave one of the two)",
        ),
    ] {
        let said = error(text);
        assert!(said.contains(words), "{said}");
    }
    let many: String = (0..501).map(|number| format!("[[distributions]]\nid = \"E{number}\"\n")).collect();
    assert!(error(&many).contains("501 distributions are more than 500"), "{}", error(&many));
}
