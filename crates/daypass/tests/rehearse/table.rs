//! What is said before anything runs.

use serde_json::json;

use crate::house::{DEPLOY, FIRST_RUN, House, REPOSITORY, ROLE, SEED};

#[tokio::test]
async fn the_seeds_workflow_before_and_after_its_roles_exist() {
    let house = House::seed().await;
    let before = house.rehearse_seed(&[]).await;
    before.must_be(1).says(&[
        "prepare no - - - no AWS",
        "deploy-frontend yes production github-prod-deploy denied 2 unknown",
        "subject repo:your-org/your-repo:environment:production",
        "the account trusts none",
        "mend create an OpenID Connect provider for `https://token.actions.githubusercontent.com`",
        "2 calls are not asked about: there are no credentials",
    ]);
    house.make_roles().await;
    let after = house.rehearse_seed(&[]).await;
    after.must_be(0).says(&[
        "Deploy (.github/workflows/deploy.yml): a push of refs/heads/main by your-org",
        "deploy-frontend yes production github-prod-deploy allowed",
        "needs prepare",
        "id token `id-token: write` at .github/workflows/deploy.yml:21",
    ]);
    for line in before.stdout.lines().chain(after.stdout.lines()) {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[tokio::test]
async fn nothing_is_left_behind() {
    let house = House::with_roles().await;
    house.rehearse_seed(&[]).await.must_be(0);
    let run = house.run(FIRST_RUN).await;
    assert_eq!(run["conclusion"], "cancelled", "{run}");
    assert_eq!(run["run"]["repository"], REPOSITORY);
    let events = house.sandbox.events().await;
    let of = |name: &str| events.iter().filter(|event| event["record"]["eventName"] == name).count();
    assert_eq!(of("AssumeRoleWithWebIdentity"), 0, "a rehearsal is no exchange");
    assert_eq!(of("WorkflowRunStarted"), 1, "{events:?}");
}

#[tokio::test]
async fn json_has_the_same_as_data() {
    let house = House::with_roles().await;
    let answer = house.rehearse_seed(&["--json"]).await.must_be(0).json();
    assert_eq!(answer["fails"], false);
    assert_eq!(answer["executed"], json!(null));
    let jobs = answer["jobs"].as_array().unwrap();
    assert_eq!(jobs.iter().map(|job| &job["key"]).collect::<Vec<_>>(), ["prepare", "deploy-frontend"]);
    assert_eq!(jobs[0]["id_token"]["granted"], false);
    let deploy = &jobs[1];
    assert_eq!(deploy["subject"], format!("repo:{REPOSITORY}:environment:production"));
    assert_eq!(deploy["claims"]["aud"], "sts.amazonaws.com");
    assert_eq!(deploy["credentials"][0]["role"], ROLE);
    assert_eq!(deploy["credentials"][0]["verdict"], "allowed");
    assert_eq!(deploy["credentials"][0]["explanation"]["allowed"], true);
    let one = house.rehearse_seed(&["--json", "--job", "prepare"]).await.must_be(0).json();
    assert_eq!(one["jobs"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_subject_that_does_not_match_is_told_with_its_mend() {
    let house = House::with_roles().await;
    house.write(
        DEPLOY,
        &SEED.replace("    environment: production   # triggers the GitHub Environment gate\n", ""),
    );
    house.rehearse_seed(&[]).await.must_be(1).says(&[
        "deploy-frontend yes - github-prod-deploy denied",
        "subject repo:your-org/your-repo:ref:refs/heads/main",
        "sub must be `repo:your-org/your-repo:environment:production`",
        "mend ",
    ]);
    // What production has, its name in another case has not: subjects have a case.
    house.write(DEPLOY, &SEED.replace("environment: production", "environment: Production"));
    house
        .rehearse_seed(&[])
        .await
        .must_be(1)
        .says(&["subject repo:your-org/your-repo:environment:Production"]);
}

#[tokio::test]
async fn a_pull_request_from_a_fork_gets_no_token() {
    let house = House::with_roles().await;
    let own = ["--event", "pull_request", "--pull-request", "7"];
    house.rehearse_seed(&own).await.must_be(0).says(&[
        "a pull_request of refs/pull/7/merge",
        "deploy-frontend yes production github-prod-deploy allowed",
    ]);
    let fork = [own.as_slice(), &["--fork", "--actor", "stranger"]].concat();
    house.rehearse_seed(&fork).await.must_be(1).says(&[
        "by stranger",
        "deploy-frontend no production github-prod-deploy denied",
        "but the run is of a pull request from a fork, which can write nothing",
        "the job has no identity token to show",
    ]);
}

#[tokio::test]
async fn what_no_permissions_are_written_for_has_no_token() {
    let house = House::with_roles().await;
    house.write(
        DEPLOY,
        &SEED.replace("      id-token: write         # required to request the OIDC token\n", ""),
    );
    house.rehearse_seed(&[]).await.must_be(1).says(&[
        "deploy-frontend no production github-prod-deploy denied",
        "do not name `id-token`, and what they do not name has nothing: add `id-token: write`",
    ]);
}

#[tokio::test]
async fn the_actions_own_refusals_are_told_before() {
    let house = House::with_roles().await;
    for (with, expected) in [
        (
            "role-to-assume: github-prod-deploy\n          aws-region: eu-west-1",
            "`github-prod-deploy` is a role's name",
        ),
        (
            "role-to-assume: arn:aws:iam::123456789012:role/github-prod-deploy",
            "Input required and not supplied: aws-region",
        ),
        ("aws-region: eu-west-1", "`role-to-assume` is empty"),
        (
            "role-to-assume: ${{ secrets.NOBODY_GAVE_IT }}\n          aws-region: eu-west-1",
            "`role-to-assume` is empty",
        ),
        (
            "role-to-assume: arn:aws:iam::123456789012:role/github-prod-deploy\n          aws-region: eu-west-1\n          \
             role-duration-seconds: 7200",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role",
        ),
    ] {
        let text = SEED.replace(
            "role-to-assume: ${{ secrets.AWS_ROLE_ARN }}\n          aws-region: ${{ vars.AWS_REGION }}",
            with,
        );
        house.write(DEPLOY, &text);
        house.rehearse_seed(&[]).await.must_be(1).says(&["denied", expected]);
    }
    let unexpected = SEED.replace("aws-region: $", "role-session-duration: 900\n          aws-region: $");
    house.write(DEPLOY, &unexpected);
    house
        .rehearse_seed(&[])
        .await
        .must_be(0)
        .says(&["no input `role-session-duration` and ignores it; it is `role-duration-seconds`"]);
}

#[tokio::test]
async fn what_is_known_only_later_is_said_to_be() {
    let house = House::with_roles().await;
    house.write(DEPLOY, &SEED.replace("${{ secrets.AWS_ROLE_ARN }}", "${{ needs.prepare.outputs.role }}"));
    house.rehearse_seed(&[]).await.must_be(0).says(&[
        "deploy-frontend yes production ? unknown 2 unknown",
        "`role-to-assume` (line 28) comes from `needs`, which is known only when the job runs",
        "2 calls are not asked about: which role it has is not known yet",
    ]);
}

const REUSABLE: &str = "
on:
  workflow_call:
    inputs:
      bucket: { type: string, required: true }
    secrets:
      role: { required: true }
jobs:
  push:
    runs-on: ubuntu-latest
    environment: production
    permissions: { id-token: write, contents: read }
    steps:
      - uses: aws-actions/configure-aws-credentials@v6
        with: { role-to-assume: '${{ secrets.role }}', aws-region: eu-west-1 }
      - run: aws s3 cp index.html s3://${{ inputs.bucket }}/index.html
";

fn caller(uses: &str) -> String {
    format!(
        "
on: push
jobs:
  call:
    uses: {uses}
    permissions: {{ id-token: write, contents: read }}
    with: {{ bucket: my-prod-bucket }}
    secrets:
      role: ${{{{ secrets.AWS_ROLE_ARN }}}}
"
    )
}

#[tokio::test]
async fn reusable_workflows_are_followed() {
    let house = House::with_roles().await;
    house.write(".github/workflows/reusable.yml", REUSABLE);
    house.write(DEPLOY, &caller("./.github/workflows/reusable.yml"));
    let allowed = "call/push yes production github-prod-deploy allowed 1 allowed";
    house.rehearse_seed(&[]).await.must_be(0).says(&[allowed]);

    let sibling = tempfile::tempdir().unwrap();
    let folder = sibling.path().join(".github/workflows");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("reusable.yml"), REUSABLE).unwrap();
    house.write(DEPLOY, &caller("your-org/shared/.github/workflows/reusable.yml@v1"));
    let ended = house.rehearse_seed(&[]).await;
    ended.must_be(1).says(&["call", "fails"]);
    let path = format!("your-org/shared={}", sibling.path().display());
    let ended = house.rehearse_seed(&["--repo-path", &path, "--json"]).await;
    let answer = ended.must_be(0).json();
    let claims = &answer["jobs"][0]["claims"];
    assert_eq!(
        claims["job_workflow_ref"], "your-org/shared/.github/workflows/reusable.yml@refs/tags/v1",
        "{claims}"
    );
}

#[tokio::test]
async fn every_job_of_a_matrix_is_looked_at() {
    let house = House::with_roles().await;
    let text = SEED.replace(
        "    environment: production   # triggers the GitHub Environment gate",
        "    strategy:\n      matrix:\n        stage: [staging, production]\n    environment: ${{ matrix.stage }}",
    );
    house.write(DEPLOY, &text);
    house.rehearse_seed(&[]).await.must_be(1).says(&[
        "deploy-frontend[0] yes staging github-prod-deploy denied",
        "deploy-frontend[1] yes production github-prod-deploy allowed",
    ]);
}

#[tokio::test]
async fn secrets_are_not_sent_to_the_sandbox() {
    let house = House::with_roles().await;
    house.rehearse_seed(&["--secret", "OTHER=never-to-be-sent"]).await.must_be(0);
    let run = house.run(FIRST_RUN).await.to_string();
    assert!(!run.contains("never-to-be-sent") && !run.contains("github-prod-deploy"), "{run}");
}

#[tokio::test]
async fn findings_about_the_file_are_shown_with_their_lines() {
    let house = House::with_roles().await;
    let key = "    runs-on: ubuntu-latest\n    environment";
    house.write(
        DEPLOY,
        &SEED.replace(key, &key.replace("environment", "enviroment: staging\n    environment")),
    );
    let ended = house.rehearse_seed(&[]).await;
    ended.must_be(2);
    for expected in [
        "deploy.yml:19",
        "enviroment: staging",
        "help: write `environment`",
        "GitHub would not start this run",
    ] {
        assert!(ended.stderr.contains(expected), "no `{expected}` in {}", ended.stderr);
    }
}
