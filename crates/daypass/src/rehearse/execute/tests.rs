//! What comes of jobs, told by their outputs.

use std::sync::Arc;

use daypass_github::run::Conclusion;
use daypass_github::workflow::{Body, Workflow};
use serde_json::{Map, Value, json};

use super::job::{self, Outcome};
use super::mask::Masks;
use super::output::{Output, Stream};
use super::work::{Contexts, Place, Work};

/// The parts of a job, as they stand below its key.
async fn run(job: &str) -> Outcome {
    let tree = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(tree.path().join("frontend")).unwrap();
    std::fs::create_dir_all(tree.path().join(".git")).unwrap();
    std::fs::write(tree.path().join("frontend/index.html"), "<p>hello</p>").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", tree.path().join("outside")).unwrap();
    std::os::unix::fs::symlink("frontend", tree.path().join("inside")).unwrap();
    run_in(tree.path(), false, job).await
}

async fn run_in(tree: &std::path::Path, skip_unknown: bool, job: &str) -> Outcome {
    let mut text = String::from("on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n");
    for line in job.lines() {
        text.push_str(&format!("    {line}\n"));
    }
    let workflow = Workflow::parse(".github/workflows/test.yml", &text).unwrap();
    let job = workflow.job("job").unwrap();
    let Body::Steps(steps) = job.body.clone() else { panic!("a job with steps is meant") };
    let base = json!({
        "github": { "repository": "your-org/your-repo", "ref": "refs/heads/main", "sha": "0123", "run_id": "7", "event": {} },
        "inputs": {}, "matrix": { "os": "linux" }, "needs": {}, "strategy": {}, "vars": { "BUCKET": "b" },
    });
    let Value::Object(base) = base else { panic!("an object is meant") };
    let mut secrets = Map::new();
    secrets.insert("TOKEN".to_owned(), json!("hunter2hunter2"));
    let work = Work {
        id: "job".to_owned(),
        steps,
        env: job.env.clone(),
        defaults: job.defaults.clone(),
        outputs: job.outputs.clone(),
        timeout_minutes: job.timeout_minutes.clone(),
        not_performed: job.container.iter().map(|container| ("container", container.line)).collect(),
        id_token: "it says nothing".to_owned(),
        contexts: Contexts { base, secrets },
        runner_environment: "github-hosted",
    };
    let place = Place {
        aws_url: "http://127.0.0.1:1".to_owned(),
        authority: None,
        http: crate::control::client(None).unwrap(),
        tree: tree.to_owned(),
        data: tree.join(".daypass"),
        path: std::env::var("PATH").unwrap(),
        skip_unknown,
        stream: Stream::Error,
    };
    let output = Output::new("job", Stream::Error, Arc::new(Masks::default()));
    job::run(&work, &place, None, &output).await.unwrap()
}

fn succeeded(outcome: &Outcome, outputs: &[(&str, &str)]) {
    assert_eq!((outcome.conclusion, &outcome.reason), (Conclusion::Success, &None));
    for (name, value) in outputs {
        assert_eq!(outcome.outputs.get(*name).map(String::as_str), Some(*value), "{name}: {outcome:?}");
    }
}

fn failed(outcome: &Outcome, reason: &str) {
    assert_eq!(outcome.conclusion, Conclusion::Failure, "{outcome:?}");
    let said = outcome.reason.as_deref().unwrap_or_default();
    assert!(said.contains(reason), "{said}");
}

#[tokio::test]
async fn steps_hand_on_outputs_environment_and_path() {
    let outcome = run(r#"
env:
  WHERE: ${{ matrix.os }}
outputs:
  both: ${{ steps.say.outputs.short }} ${{ steps.say.outputs.long }}
  seen: ${{ steps.see.outputs.seen }}
  tool: ${{ steps.see.outputs.tool }}
steps:
  - id: say
    run: |
      echo "short=1" >> "$GITHUB_OUTPUT"
      printf 'long<<E\ntwo\nlines\nE\n' >> "$GITHUB_OUTPUT"
      echo "LATER=$WHERE-${{ vars.BUCKET }}" >> "$GITHUB_ENV"
      mkdir bin && printf '#!/bin/sh\necho tool\n' > bin/my-tool && chmod +x bin/my-tool
      echo "$PWD/bin" >> "$GITHUB_PATH"
  - id: see
    env:
      OWN: ${{ env.LATER }}!
    run: |
      echo "seen=$OWN $LATER $GITHUB_RUN_ID $GITHUB_REPOSITORY $CI" >> "$GITHUB_OUTPUT"
      echo "tool=$(my-tool)" >> "$GITHUB_OUTPUT"
"#)
    .await;
    let seen = "linux-b! linux-b 7 your-org/your-repo true";
    succeeded(&outcome, &[("both", "1 two\nlines"), ("seen", seen), ("tool", "tool")]);
}

#[tokio::test]
async fn a_failure_is_seen_by_what_asks_for_it() {
    let outcome = run(r#"
outputs:
  log: ${{ steps.end.outputs.log }}
  outcome: ${{ steps.bad.outcome }} ${{ steps.bad.conclusion }} ${{ steps.soft.outcome }} ${{ steps.soft.conclusion }}
  left: ${{ steps.left.conclusion }} ${{ job.status }}
steps:
  - id: soft
    continue-on-error: true
    run: exit 3
  - run: echo one >> log
  - id: bad
    run: exit 4
  - id: left
    run: echo two >> log
  - if: failure()
    run: echo three >> log
  - if: success()
    run: echo four >> log
  - id: end
    if: always()
    run: echo "log=$(tr '\n' ' ' < log)" >> "$GITHUB_OUTPUT"
"#)
    .await;
    failed(&outcome, "the script ended with exit code 4");
    assert_eq!(outcome.outputs["log"], "one three ");
    assert_eq!(outcome.outputs["outcome"], "failure failure failure success");
    assert_eq!(outcome.outputs["left"], "skipped failure");
}

#[tokio::test]
async fn shells_fail_as_they_do_at_github() {
    for (shell, in_pipeline_fails) in [("", false), ("shell: bash", true), ("shell: sh", false)] {
        let outcome = run(&format!("steps:\n  - run: false | true\n    {shell}")).await;
        assert_eq!(outcome.conclusion == Conclusion::Failure, in_pipeline_fails, "{shell}");
        let outcome = run(&format!("steps:\n  - run: |\n      false\n      true\n    {shell}")).await;
        failed(&outcome, "exit code 1");
    }
    failed(&run("steps:\n  - run: print(1)\n    shell: python").await, "the shell `python` is not run");
    let outcome = run("defaults:\n  run:\n    working-directory: nowhere\nsteps:\n  - run: pwd").await;
    failed(&outcome, "there is no folder `nowhere` in the workspace");
}

#[tokio::test]
async fn a_checkout_copies_what_a_checkout_has() {
    let outcome = run(r#"
outputs:
  files: ${{ steps.list.outputs.files }}
steps:
  - id: before
    run: test -z "$(ls -A)"
  - uses: actions/checkout@v4
  - id: list
    run: echo "files=$(find . | sort | tr '\n' ' ')" >> "$GITHUB_OUTPUT"
    working-directory: .
  - run: cat index.html
    working-directory: frontend
"#)
    .await;
    succeeded(&outcome, &[("files", ". ./frontend ./frontend/index.html ./inside ")]);
    let outcome = run("steps:\n  - uses: actions/checkout@v4\n    with:\n      repository: other/one").await;
    failed(&outcome, "checks out `your-org/your-repo` alone");
}

#[tokio::test]
async fn nothing_of_the_callers_environment_is_there() {
    let outcome = run(r#"
outputs:
  names: ${{ steps.list.outputs.names }}
  home: ${{ steps.list.outputs.home }}
steps:
  - id: list
    run: |
      names=$(env | sed 's/=.*//' | grep -v -e '^GITHUB_' -e '^RUNNER_' -e '^_$' -e '^SHLVL$' -e '^PWD$' -e '^OLDPWD$' | sort | tr '\n' ' ')
      echo "names=$names" >> "$GITHUB_OUTPUT"
      echo "home=$(ls -A "$HOME" | wc -l)" >> "$GITHUB_OUTPUT"
"#)
    .await;
    let names = "AWS_EC2_METADATA_DISABLED AWS_ENDPOINT_URL CI HOME LANG PATH ";
    succeeded(&outcome, &[("names", names), ("home", "0")]);
}

#[tokio::test]
async fn what_is_not_performed_fails_the_job_or_is_left_out() {
    let unknown = "steps:\n  - uses: actions/setup-node@v4\n  - run: exit 0";
    failed(&run(unknown).await, "`actions/setup-node@v4` is not performed in a rehearsal");
    let tree = tempfile::tempdir().unwrap();
    succeeded(&run_in(tree.path(), true, unknown).await, &[]);
    let container = "container: debian\nsteps:\n  - run: exit 0";
    failed(&run(container).await, "`container` is not performed in a rehearsal");
    succeeded(&run_in(tree.path(), true, container).await, &[]);
    let configure = "steps:\n  - uses: aws-actions/configure-aws-credentials@v6\n    with:\n      aws-region: eu-west-1\n      role-to-assume: arn:aws:iam::123456789012:role/deploy";
    failed(&run(configure).await, "the job has no identity token, since it says nothing");
}

#[tokio::test]
async fn time_is_up_for_steps_and_for_what_they_started() {
    let outcome =
        run("steps:\n  - run: sleep 600\n    timeout-minutes: 0.005\n  - if: failure()\n    run: exit 0")
            .await;
    failed(&outcome, "the time of the step is up");
    let outcome = run(r#"
timeout-minutes: 0.02
outputs:
  status: ${{ steps.end.outputs.status }}
steps:
  - run: sleep 600
  - run: exit 1
  - id: end
    if: cancelled()
    run: echo "status=${{ job.status }}" >> "$GITHUB_OUTPUT"
"#)
    .await;
    assert_eq!(outcome.conclusion, Conclusion::TimedOut, "{outcome:?}");
    assert_eq!(outcome.outputs["status"], "cancelled");
}

#[tokio::test]
async fn what_a_step_left_running_ends_with_the_job() {
    let outcome = run(r#"
outputs:
  process: ${{ steps.start.outputs.process }}
steps:
  - id: start
    run: |
      sleep 601 > /dev/null 2>&1 &
      echo "process=$!" >> "$GITHUB_OUTPUT"
  - run: kill -0 ${{ steps.start.outputs.process }}
"#)
    .await;
    succeeded(&outcome, &[]);
    let process = outcome.outputs["process"].clone();
    for _ in 0..100 {
        // A zombie is over as well; it waits for whoever adopted it.
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        if !status.contains("State:") || status.contains("State:\tZ") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{process} still runs");
}

#[tokio::test]
async fn secrets_are_not_handed_on() {
    let outcome = run(r#"
outputs:
  plain: ${{ steps.say.outputs.plain }}
  secret: ${{ steps.say.outputs.secret }}
  masked: ${{ steps.say.outputs.masked }}
steps:
  - id: say
    env:
      TOKEN: ${{ secrets.TOKEN }}
    run: |
      echo "::add-mask::other-secret"
      sleep 0.2
      echo "plain=hunter" >> "$GITHUB_OUTPUT"
      echo "secret=a $TOKEN" >> "$GITHUB_OUTPUT"
      echo "masked=other-secret" >> "$GITHUB_OUTPUT"
"#)
    .await;
    succeeded(&outcome, &[("plain", "hunter")]);
    assert!(!outcome.outputs.contains_key("secret") && !outcome.outputs.contains_key("masked"));
    failed(&run("steps:\n  - if: secrets.TOKEN != ''\n    run: exit 0").await, "line 6");
}

#[tokio::test]
async fn a_step_that_writes_nonsense_for_the_runner_fails() {
    for (script, expected) in [
        ("echo nonsense >> $GITHUB_OUTPUT", "GITHUB_OUTPUT: invalid format `nonsense`"),
        ("echo 'NODE_OPTIONS=--x' >> $GITHUB_ENV", "Can't store NODE_OPTIONS"),
        ("head -c 1100000 /dev/zero >> $GITHUB_OUTPUT", "1048576 bytes into a command file at the most"),
        ("rm $GITHUB_ENV; ln -s /dev/zero $GITHUB_ENV", "is no file"),
    ] {
        failed(&run(&format!("steps:\n  - run: {script}")).await, expected);
    }
    succeeded(&run("steps:\n  - run: rm $GITHUB_OUTPUT").await, &[]);
}
