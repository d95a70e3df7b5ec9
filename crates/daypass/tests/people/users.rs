//! Users with their tokens.

use daypass_testkit::{Sandbox, SandboxBuilder};
use serde_json::Value;

use super::{must, refused, run};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_printed_once_and_nothing_else_is() {
    let sandbox = SandboxBuilder::default().clock("2026-11-26T10:00:00Z".parse().unwrap()).start().await;
    let added = run(
        &sandbox,
        "user add alice --grant your-org/*=admin --grant other/repo=read --team your-org/Platform --token-name laptop \
         --token-expires 30d --token-repo your-org/your-repo --permission deployments=write --permission actions=read",
    );
    assert!(added.success, "{}", added.stderr);
    let token = added.stdout.strip_suffix('\n').unwrap();
    assert!(token.starts_with("daypass_pat_") && !token.contains('\n'), "one line: {token}");
    assert!(added.stderr.starts_with("note: this is the token `laptop` of alice until 2026-12-26T10:00:"));
    assert!(!added.stderr.contains(token));
    let second = must(&sandbox, "user add alice");
    assert_ne!(second.trim(), token);
    must(&sandbox, "user add bob --role write");
    assert_eq!(
        must(&sandbox, "user list"),
        "alice                your-org/*=admin, other/repo=read; teams: your-org/platform; tokens: laptop, daypass\n\
         bob                  *=write; tokens: daypass\n"
    );
    let listed: Value = serde_json::from_str(&must(&sandbox, "user list --json")).unwrap();
    assert_eq!(listed[1]["login"], "bob");
    let everything = format!("{}{listed}", json_of(&sandbox).await);
    assert!(!everything.contains(token), "nobody is shown it again");
    must(&sandbox, "user remove Alice");
    assert_eq!(must(&sandbox, "user list").lines().count(), 1);
    assert_eq!(refused(&sandbox, "user remove alice"), "error: there is no user `alice`\n");
}

/// Everything that is on record.
async fn json_of(sandbox: &Sandbox) -> String {
    Value::from(sandbox.events().await).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_added() {
    let sandbox = Sandbox::start().await;
    for (words, said) in [
        (
            "user add -- -alice",
            "error: `-alice` is no login: a login has 1 to 39 letters, digits and single inner hyphens, and may end in `_` \
             and an enterprise's short code",
        ),
        (
            "user add alice --grant your-org/*=owner",
            "error: `your-org/*=owner` is no grant\nhint: write REPOSITORIES=ROLE with a role of read, write or admin, e.g. \
             `your-org/*=admin`",
        ),
        (
            "user add alice --grant a/b/c=read",
            "error: `a/b/c` names no repositories: write `*`, `OWNER/*` or `OWNER/NAME`",
        ),
        ("user add alice --team platform", "error: `platform` is not a team: write ORGANIZATION/TEAM"),
        (
            "user add alice --permission deploy=write",
            "error: `deploy=write` is no permission\nhint: write PERMISSION=read or PERMISSION=write, with one of actions, \
             administration, contents, deployments, organization_administration, metadata",
        ),
        (
            "user add alice --token-expires soon",
            "error: `soon` is no end of a token\nhint: write it as in 30d, 12h or 2026-12-24T10:00:00Z",
        ),
        (
            "user add alice --token-expires 99999999999999999d",
            "error: `99999999999999999d` is no end of a token\nhint: write it as in 30d, 12h or 2026-12-24T10:00:00Z",
        ),
        ("user remove ../status", "error: `../status` is no login\nhint: `daypass user list` lists them"),
    ] {
        // What follows `--` is no option, so the data directory comes before it.
        let words = match words.split_once(" -- ") {
            Some((before, after)) => format!("{before} --data {} -- {after}", sandbox.data().display()),
            None => format!("{words} --data {}", sandbox.data().display()),
        };
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_daypass"))
            .args(words.split(' '))
            .output()
            .unwrap();
        assert!(!output.status.success(), "{words}");
        assert_eq!(String::from_utf8(output.stderr).unwrap().trim_end(), said, "{words}");
    }
    assert_eq!(must(&sandbox, "user list"), "", "nothing was added");
    let unknown = refused(&sandbox, "user add alice --role owner");
    assert!(unknown.contains("possible values: read, write, admin"), "{unknown}");
}
