//! The tour: every step as it must be, the gate among them, and nothing secret in what it prints and keeps.
#![expect(clippy::disallowed_methods, reason = "a test reads the files that a command leaves")]

use std::process::Command;

#[test]
fn the_deploy_waits_for_its_review_and_leads_back_to_it() {
    let kept = tempfile::tempdir().unwrap();
    let tour = Command::new(env!("CARGO_BIN_EXE_daypass"))
        .args(["tour", "--keep"])
        .arg(kept.path())
        .env_clear()
        .output()
        .unwrap();
    let printed = String::from_utf8(tour.stdout).unwrap();
    assert!(tour.status.success(), "{printed}{}", String::from_utf8_lossy(&tour.stderr));
    let lines = [
        "prepare   runs, and has no `id-token: write`: nothing to ask for a token with",
        "deploy    the job deploy-frontend waits at the environment production for a review by octo-reviewer",
        "author    tries to approve: 422 octo-author is not a reviewer of production",
        "reviewer  octo-reviewer approves: \"the diff is what was agreed\"",
        "deploy    gets its token, and STS lets it become github-prod-deploy",
        "          once it is over: the token request was refused with 403: Forbidden: the job deploy-frontend is over",
    ];
    let mut rest = printed.as_str();
    for line in lines {
        let (_, behind) =
            rest.split_once(line).unwrap_or_else(|| panic!("`{line}` is missing in\n{printed}"));
        rest = behind;
    }
    let trace = rest.lines().find(|line| line.starts_with("approved for production by octo-reviewer at "));
    assert!(trace.is_some_and(|line| line.ends_with("the diff is what was agreed\"")), "{rest}");
    for file in ["events.json", "trace.json", "deploy.yml"] {
        let text = std::fs::read_to_string(kept.path().join(file)).unwrap();
        assert!(!text.contains("eyJ") && !text.contains("daypass_pat_"), "{file} holds a secret");
    }
    assert!(!printed.contains("daypass_pat_"));
}
