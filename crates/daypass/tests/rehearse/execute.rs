//! Steps that really run.

use serde_json::json;

use crate::house::{DEPLOY, FIRST_RUN, House, ROLE, SEED, seed_without_script};

const SECRETS: &[&str] = &["--execute", "--secret", "TOKEN=hunter2hunter2"];

#[tokio::test]
async fn a_deploy_uses_the_credentials_of_its_role() {
    let house = House::with_roles().await;
    // What any program finds in its environment; a real client is in the client tests.
    let script = "        run: |
          test -f frontend/index.html
          test \"${AWS_ACCESS_KEY_ID:0:4}\" = ASIA
          echo \"$AWS_REGION $AWS_DEFAULT_REGION\"
          echo \"secret $AWS_SECRET_ACCESS_KEY session $AWS_SESSION_TOKEN ask $ACTIONS_ID_TOKEN_REQUEST_TOKEN\"
";
    house.write(DEPLOY, &format!("{}{script}", seed_without_script()));
    let ended = house.rehearse_seed(&["--execute"]).await;
    ended.must_be(0).says(&[
        "prepare | nothing of AWS",
        "deploy-frontend | copied 2 files",
        "deploy-frontend | Authenticated as arn:aws:sts::123456789012:assumed-role/github-prod-deploy/GitHubActions",
        "deploy-frontend | eu-west-1 eu-west-1",
        "deploy-frontend | secret *** session *** ask ***",
        "the run: success",
    ]);
    let run = house.run(FIRST_RUN).await;
    assert_eq!(run["conclusion"], "success");
    let events = house.sandbox.events().await;
    let exchange =
        events.iter().find(|event| event["record"]["eventName"] == "AssumeRoleWithWebIdentity").unwrap();
    assert_eq!(exchange["record"]["requestParameters"]["roleArn"], ROLE);
}

#[tokio::test]
async fn outputs_are_passed_along_and_failures_are_seen() {
    let house = House::new().await;
    house.write(
        DEPLOY,
        "
on: push
jobs:
  first:
    runs-on: ubuntu-latest
    outputs: { version: '${{ steps.make.outputs.version }}', hidden: '${{ secrets.TOKEN }}' }
    steps:
      - id: make
        run: echo version=1.2.3 >> $GITHUB_OUTPUT
  second:
    needs: first
    runs-on: ubuntu-latest
    steps:
      - run: echo \"version ${{ needs.first.outputs.version }} of ${{ github.repository }} run ${{ github.run_id }}\"
      - run: echo \"hidden '${{ needs.first.outputs.hidden }}'\"
      - run: exit 7
      - if: failure()
        run: echo cleaning up
  third:
    needs: second
    runs-on: ubuntu-latest
    steps: [{ run: echo never }]
  fourth:
    needs: second
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: 'echo second was ${{ needs.second.result }}' }]
",
    );
    let ended = house.rehearse(DEPLOY, SECRETS).await;
    ended.must_be(1).says(&[
        "first | warning: Skip output 'hidden' since it may contain secret.",
        "second | version 1.2.3 of your-org/your-repo run 10000000001",
        "second | hidden ''",
        "second | error: the script ended with exit code 7",
        "second | cleaning up",
        "fourth | second was failure",
        "second failure why Run exit 7 (line 16): the script ended with exit code 7",
        "third skipped",
        "fourth success",
        "the run: failure",
    ]);
    ended.does_not_say(&["echo never\nthird |"]);
    let answer = house.rehearse(DEPLOY, &[SECRETS, &["--json"]].concat()).await.must_be(1).json();
    assert_eq!(answer["executed"]["conclusion"], "failure");
    assert_eq!(answer["executed"]["jobs"][0]["outputs"], json!({ "version": "1.2.3" }));
}

#[tokio::test]
async fn secrets_and_the_callers_environment_do_not_show() {
    let house = House::new().await;
    house.write(
        DEPLOY,
        "
on: push
jobs:
  look:
    runs-on: ubuntu-latest
    steps:
      - env: { TOKEN: '${{ secrets.TOKEN }}' }
        run: |
          echo \"the token is $TOKEN, in base64 $(printf %s \"$TOKEN\" | base64)\"
          echo \"::add-mask::made-up-here\"
          sleep 0.2
          echo made-up-here
          env | sort
          ls -A \"$HOME\" | wc -l
",
    );
    let ended = house.rehearse(DEPLOY, SECRETS).await;
    ended.must_be(0).says(&["look | the token is ***, in base64 ***", "look | TOKEN=***", "look | ***"]);
    ended.does_not_say(&[
        "hunter2hunter2",
        "AKIAOFTHECALLER",
        "secret-of-the-caller",
        "profile-of-the-caller",
        "token-of-the-caller",
        "AWS_ACCESS_KEY_ID",
        "ACTIONS_ID_TOKEN_REQUEST",
        "| made-up-here",
    ]);
}

#[tokio::test]
async fn what_is_not_performed_fails_or_is_left_out() {
    let house = House::new().await;
    house.write(
        DEPLOY,
        "
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    concurrency: one
    steps:
      - uses: actions/setup-node@v4
      - run: echo built
",
    );
    house
        .rehearse(DEPLOY, &[])
        .await
        .must_be(0)
        .says(&["--execute does not perform `concurrency` (line 6), `actions/setup-node@v4` (line 8)"]);
    house.rehearse(DEPLOY, &["--execute"]).await.must_be(1).says(&[
        "build | error: line 8: `actions/setup-node@v4` is not performed in a rehearsal",
        "build failure",
    ]);
    house
        .rehearse(DEPLOY, &["--execute", "--skip-unknown"])
        .await
        .must_be(0)
        .says(&["build | left out: line 8: `actions/setup-node@v4`", "build | built"]);
}

#[tokio::test]
async fn a_role_that_does_not_let_it_in_fails_the_step_at_once() {
    let house = House::with_roles().await;
    house.write(DEPLOY, &SEED.replace("environment: production", "environment: staging"));
    let ended = house.rehearse_seed(&["--execute"]).await;
    ended.must_be(1).says(&[
        "deploy-frontend | error: Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity",
        "`daypass explain",
        "deploy-frontend failure",
    ]);
}

#[tokio::test]
async fn an_interrupted_rehearsal_cancels_its_run_and_ends_its_steps() {
    let house = House::seed().await;
    house.write(DEPLOY, &SEED.replace("echo \"nothing of AWS\"", "echo begun $$; sleep 600"));
    let mut watched = house.start_seed(&["--execute"]);
    watched.until("| begun").await;
    let killed =
        std::process::Command::new("kill").args(["-INT", &watched.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let ended = watched.end().await;
    ended.must_be(130);
    assert!(ended.stderr.contains("interrupted: the run is cancelled"), "{}", ended.stderr);
    let run = house.run(FIRST_RUN).await;
    assert_eq!(run["conclusion"], "cancelled", "{run}");
    let shell = ended.stdout.split("begun ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    for _ in 0..100 {
        let status = std::fs::read_to_string(format!("/proc/{shell}/status")).unwrap_or_default();
        if !status.contains("State:") || status.contains("State:\tZ") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the shell {shell} still runs");
}

#[tokio::test]
async fn a_reusable_workflow_runs_with_the_secrets_that_it_is_given() {
    let house = House::new().await;
    house.write(
        ".github/workflows/reusable.yml",
        "
on:
  workflow_call:
    inputs: { who: { type: string } }
    secrets: { given: {} }
    outputs: { said: { value: '${{ jobs.say.outputs.said }}' } }
jobs:
  say:
    runs-on: ubuntu-latest
    outputs: { said: '${{ steps.say.outputs.said }}' }
    steps:
      - id: say
        env: { GIVEN: '${{ secrets.given }}', OTHER: '${{ secrets.TOKEN }}' }
        run: echo \"said=hello ${{ inputs.who }} ${#GIVEN} ${#OTHER}\" >> $GITHUB_OUTPUT
",
    );
    house.write(
        DEPLOY,
        "
on: push
jobs:
  call:
    uses: ./.github/workflows/reusable.yml
    with: { who: you }
    secrets: { given: '${{ secrets.TOKEN }}' }
  behind:
    needs: call
    runs-on: ubuntu-latest
    steps: [{ run: 'echo \"${{ needs.call.outputs.said }}\"' }]
",
    );
    house.rehearse(DEPLOY, SECRETS).await.must_be(0).says(&["behind | hello you 14 0"]);
}

#[tokio::test]
async fn a_matrix_that_a_job_makes_is_unknown_before_and_run_later() {
    let house = House::new().await;
    house.write(
        DEPLOY,
        "
on: push
jobs:
  list:
    runs-on: ubuntu-latest
    outputs: { names: '${{ steps.list.outputs.names }}' }
    steps:
      - id: list
        run: echo 'names=[\"one\",\"two\"]' >> $GITHUB_OUTPUT
  each:
    needs: list
    runs-on: ubuntu-latest
    strategy: { matrix: { name: '${{ fromJSON(needs.list.outputs.names) }}' } }
    steps: [{ run: 'echo it is ${{ matrix.name }}, ${{ strategy.job-index }} of ${{ strategy.job-total }}' }]
",
    );
    house.rehearse(DEPLOY, &["--execute"]).await.must_be(0).says(&[
        "each no - - - unknown",
        "each[0] | it is one, 0 of 2",
        "each[1] | it is two, 1 of 2",
        "each[1] success",
    ]);
}
