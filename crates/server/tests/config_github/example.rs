//! A sandbox that is started with everything a file can say.

use std::collections::BTreeMap;
use std::path::Path;

use daypass_github::gate::environment::{BranchPolicy, Environment, PatternKind, Reviewer};
use daypass_github::hosting::{Organization, Repository, User, Visibility};
use daypass_server::config::Config;
use daypass_server::{Options, Sandbox, StartError};
use daypass_store::sqlite::Database;
use daypass_store::{Collection, Documents as _};

use super::folder::Folder;

const EXAMPLE: &str = r#"
strict_environment_names = true
pull_request_target_subject = "pull_request"

[[users]]
login = "alice"
grants = [{ repositories = "your-org/*", role = "admin" }]
[[users.tokens]]
name = "laptop"
token_file = "good.token"
permissions = { deployments = "write" }

[[users]]
login = "bob"
role = "write"

[[teams]]
organization = "your-org"
name = "Platform Team"
members = ["Bob"]

[[organizations]]
login = "your-org"
subject_claims = ["repo", "context", "job_workflow_ref"]
immutable_subjects = true
token_properties = ["team"]

[[enterprises]]
slug = "acme"

[[apps]]
id = 7
slug = "change-window"
webhook_url = "http://127.0.0.1:9/hook"
secret_file = "hook.secret"
token_file = "other.token"

[[repositories]]
name = "your-org/your-repo"
visibility = "internal"
default_branch = "trunk"
created = 2026-07-20
enterprise = "acme"
use_default_subject = false
properties = { team = "web", tier = ["gold", "eu"], critical = true }

[[repositories.protected_branches]]
pattern = "main"
required_approvals = 1
enforce_admins = true

[[repositories.environments]]
name = "production"
reviewers = ["alice", "your-org/platform-team"]
prevent_self_review = true
wait_minutes = 10
branches = { branches = ["main", "release/*"], tags = ["v*"] }
admins_can_bypass = false
apps = ["change-window"]

[[repositories.environments]]
name = "staging"
branches = "protected"
"#;

/// A part that comes back.
fn options(directory: &Path, config: Config) -> Options {
    Options {
        directory: directory.join("data"),
        aws_address: "127.0.0.1:0".parse().unwrap(),
        github_address: "127.0.0.1:0".parse().unwrap(),
        account: None,
        config,
        clock: None,
        tls: false,
        danger_listen: Vec::new(),
        danger_hosts: Vec::new(),
        import: None,
    }
}

/// Starts and stops a sandbox; what is kept then.
async fn kept(folder: &Folder, text: &str) -> BTreeMap<String, String> {
    let sandbox = Sandbox::start(options(folder.path(), folder.config(text))).await.unwrap();
    sandbox.stop().await;
    let database = Database::open(&folder.path().join("data"), None).unwrap();
    database.all(Collection::Github).unwrap().into_iter().collect()
}

async fn refused(folder: &Folder, text: &str) -> String {
    match Sandbox::start(options(folder.path(), folder.config(text))).await {
        Err(StartError::Configuration(problem)) => {
            problem.replace(&format!("{}/", folder.path().display()), "")
        }
        other => panic!("it starts, or fails otherwise: {:?}", other.err()),
    }
}

#[tokio::test]
async fn everything_is_kept_and_no_start_changes_it_again() {
    let folder = Folder::new();
    let first = kept(&folder, EXAMPLE).await;
    let keys: Vec<&str> = first.keys().map(String::as_str).collect();
    assert_eq!(keys, ["organization/your-org", "repository/your-org/your-repo", "user/alice", "user/bob"]);
    let alice: User = serde_json::from_str(&first["user/alice"]).unwrap();
    assert_eq!(alice.tokens[0].name, "laptop");
    let organization: Organization = serde_json::from_str(&first["organization/your-org"]).unwrap();
    assert!(organization.teams[0].has("bob") && organization.teams[0].slug == "platform-team");
    assert_eq!(organization.subject.immutable, Some(true));
    let repository: Repository = serde_json::from_str(&first["repository/your-org/your-repo"]).unwrap();
    assert_eq!((repository.visibility, repository.default_branch.as_str()), (Visibility::Internal, "trunk"));
    assert!(repository.is_immutable_by_age() && !repository.subject.use_default);
    assert_eq!(repository.enterprise.as_deref(), Some("acme"));
    let properties: Vec<_> = repository.properties.values().map(String::as_str).collect();
    assert_eq!(properties, ["true", "web", "gold,eu"], "critical, team, tier");
    assert!(repository.protections[0].enforce_admins && repository.protections[0].needs_second_person());
    let production: &Environment = repository.environment("production").unwrap();
    let team = organization.teams[0].id;
    assert_eq!(production.reviewers, [Reviewer::User(alice.id), Reviewer::Team(team)]);
    assert!(production.prevent_self_review && !production.admins_can_bypass);
    assert_eq!((production.wait_minutes, production.branches), (10, BranchPolicy::Selected));
    let patterns: Vec<_> = production.patterns.iter().map(|it| (it.kind, it.name.as_str())).collect();
    assert_eq!(
        patterns,
        [(PatternKind::Branch, "main"), (PatternKind::Branch, "release/*"), (PatternKind::Tag, "v*")]
    );
    assert_eq!(production.custom_rules[0].app_id, 7);
    assert_eq!(repository.environment("staging").unwrap().branches, BranchPolicy::Protected);

    assert_eq!(kept(&folder, EXAMPLE).await, first, "the same file again changes nothing");
    assert_eq!(kept(&folder, "").await, first, "what the file does not name stays");
    let other = "[[repositories]]\nname = \"Your-Org/Your-Repo\"\n[[repositories.environments]]\nname = \
                 \"PRODUCTION\"\nwait_minutes = 0\n";
    let changed = kept(&folder, other).await;
    let repository: Repository = serde_json::from_str(&changed["repository/your-org/your-repo"]).unwrap();
    let production = repository.environment("production").unwrap();
    assert_eq!((production.wait_minutes, production.reviewers.len()), (0, 2), "only what is named changes");
    assert_eq!(repository.full_name, "your-org/your-repo");
}

#[tokio::test]
async fn what_a_file_names_must_be_there_or_kept() {
    let folder = Folder::new();
    let environment = |rest: &str| {
        format!(
            "[[repositories]]\nname = \"a/b\"\n[[repositories.environments]]\nname = \"production\"\n{rest}"
        )
    };
    let team = "[[teams]]\norganization = \"a\"\nname = \"t\"\nmembers = [\"bob\"]\n";
    for (text, problem) in [
        (
            environment("reviewers = [\"bob\"]\n"),
            "line 5: there is no user `bob` (add a table [[users]] with login = \"bob\")",
        ),
        (
            environment("reviewers = [\"a/t\"]\n"),
            "line 5: there is no team `t` of `a` (add a table [[teams]] with organization = \"a\" and name = \"t\")",
        ),
        (team.to_owned(), "line 4: there is no user `bob` (add a table [[users]] with login = \"bob\")"),
        (
            "strict_environment_names = true\n[[repositories]]\nname = \"a/b\"\n[[repositories.environments]]\nname = \
             \"x:y\"\n[[repositories.environments]]\nname = \"x%3Ay\"\n"
                .to_owned(),
            "line 5: another environment of `a/b` has the subject of `x:y`, since `:` is written as `%3A` and `%` stays \
             (rename one of the two, or take strict_environment_names out)",
        ),
    ] {
        assert_eq!(refused(&folder, &text).await, format!("`daypass.toml` {problem}"), "{text}");
    }
    assert!(kept(&folder, "").await.is_empty(), "a file that is refused leaves nothing");
    let with_bob = kept(&folder, &format!("{team}[[users]]\nlogin = \"bob\"\n")).await;
    assert_eq!(with_bob.len(), 2);
    let without = kept(&folder, &environment("reviewers = [\"bob\", \"a/t\"]\n")).await;
    assert_eq!(without.len(), 3, "a user and a team that are kept are there");
    let same = "[[users]]\nlogin = \"bob\"\n[[users.tokens]]\nname = \"ci\"\ntoken_file = \"good.token\"\n";
    kept(&folder, same).await;
    assert_eq!(
        refused(&folder, &same.replace("bob", "eve")).await,
        "the token `ci` of `eve` is one of `bob` too: make another"
    );
}
