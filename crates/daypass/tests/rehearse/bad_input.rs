//! What cannot be rehearsed: exit status 2, one sentence, and the line where there is one.

use crate::house::{DEPLOY, House, SEED};

#[tokio::test]
async fn bad_input_is_refused_with_its_place() {
    let house = House::seed().await;
    house.write("deploy.yml", SEED);
    house.write(".github/workflows/not.yml", "jobs: [\n");
    house.write(".github/workflows/text.yml", "just a text\n");
    house.write(".github/workflows/empty.yml", "");
    house.write(
        ".github/workflows/circle.yml",
        "on: push\njobs:\n  a:\n    needs: b\n    runs-on: x\n    steps: [{ run: a }]\n  b:\n    needs: a\n    runs-on: x\n    steps: [{ run: b }]\n",
    );
    house.write(
        ".github/workflows/expression.yml",
        "on: push\njobs:\n  a:\n    name: ${{ github.ref\n    runs-on: x\n    steps: [{ run: a }]\n",
    );
    for (file, options, expected) in [
        (".github/workflows/missing.yml", vec![], "cannot read `.github/workflows/missing.yml`"),
        (".github/workflows", vec![], "it is no file"),
        ("deploy.yml", vec![], "`deploy.yml` is no workflow of a working tree"),
        (".github/workflows/not.yml", vec![], "not.yml:"),
        (".github/workflows/text.yml", vec![], "text.yml:1"),
        (".github/workflows/empty.yml", vec![], "the file holds no workflow"),
        (".github/workflows/circle.yml", vec![], "circle.yml:"),
        (".github/workflows/expression.yml", vec![], "expression.yml:4"),
        (DEPLOY, vec!["--event", "pushed"], "`pushed` is no event of GitHub's"),
        (DEPLOY, vec!["--ref", "main"], "--ref refs/heads/main"),
        (
            DEPLOY,
            vec!["--ref", "refs/heads/develop"],
            "deploy.yml:4: `branches` does not mean the branch `develop`",
        ),
        (DEPLOY, vec!["--event", "schedule"], "`schedule` does not start this workflow"),
        (
            DEPLOY,
            vec!["--event", "workflow_dispatch", "--input", "x=1"],
            "Unexpected inputs provided: [\"x\"]",
        ),
        (DEPLOY, vec!["--input", "x"], "`x` is not KEY=VALUE"),
        (DEPLOY, vec!["--var", "=x"], "`=x` is not KEY=VALUE"),
        (DEPLOY, vec!["--wait", "soon"], "`soon` is not a length of time"),
        (DEPLOY, vec!["--job", "nothing"], "the run has no job `nothing`"),
        (DEPLOY, vec!["--job", "a", "--execute"], "cannot be used with"),
        (DEPLOY, vec!["--secret-file", "nowhere"], "cannot read `nowhere`"),
        (DEPLOY, vec!["--data", "nowhere"], "cannot be used multiple times"),
    ] {
        let ended = house.rehearse(file, &options).await;
        assert_eq!(ended.status, 2, "{file} {options:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(expected), "{file} {options:?}: {}", ended.stderr);
        assert_eq!(ended.stdout, "", "{file} {options:?}");
    }
}

#[tokio::test]
async fn without_a_sandbox_there_is_nobody_to_ask() {
    let house = House::seed().await;
    let data = house.tree().join("nowhere");
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_daypass"))
        .args(["rehearse", DEPLOY, "--repo", "your-org/your-repo", "--data"])
        .arg(&data)
        .current_dir(house.tree())
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("no sandbox runs on") && said.contains("hint: start one with `daypass up`"),
        "{said}"
    );
}

#[tokio::test]
async fn a_secret_that_is_mistyped_is_not_shown() {
    let house = House::seed().await;
    house.write("secrets", "# a comment\nGOOD=1\nhunter2\n");
    for options in [["--secret", "hunter2"], ["--secret-file", "secrets"]] {
        let ended = house.rehearse(DEPLOY, &options).await;
        ended.must_be(2).does_not_say(&["hunter2"]);
    }
    let ended = house.rehearse(DEPLOY, &["--secret-file", "secrets"]).await;
    assert!(ended.stderr.contains("line 3 is not KEY=VALUE"), "{}", ended.stderr);
}
