//! Runs that cannot be.

use serde_json::{Value, json};

use super::{DEPLOY, PATH, REPOSITORY, deployed, job, push, sandbox};

/// A push with another text of the workflow.
fn of(text: &str) -> Value {
    let mut asked = push();
    asked["files"] = json!([{ "repository": REPOSITORY, "path": PATH, "text": text }]);
    asked
}

fn with(name: &str, value: Value) -> Value {
    let mut asked = push();
    asked[name] = value;
    asked
}

fn billion_laughs() -> String {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        text.push_str(&format!("a{level}: &a{level} [{}]\n", before.trim_end_matches(", ")));
    }
    text
}

fn jobs(count: usize) -> String {
    let jobs: String =
        (0..count).map(|at| format!("  j{at}: {{ runs-on: x, steps: [{{ run: a }}] }}\n")).collect();
    format!("on: push\njobs:\n{jobs}")
}

#[tokio::test]
async fn each_has_a_clear_answer_and_leaves_no_run() {
    let sandbox = sandbox().await;
    let circle = "on: push\njobs:\n  a: { needs: b, runs-on: x, steps: [{ run: a }] }\n  b: { needs: a, runs-on: x, steps: [{ run: a }] }\n";
    let long = DEPLOY.replace("${{ inputs.stage || 'production' }}", &"e".repeat(256));
    let rows: Vec<(&str, Value, &str)> = vec![
        ("not YAML", of("on: [push\njobs"), "deploy.yml"),
        ("not a workflow", of("just a text"), "deploy.yml"),
        ("anchors that grow", of(&billion_laughs()), "deploy.yml"),
        ("10,000 jobs", of(&jobs(10_000)), "more than 50000 values"),
        ("1,001 jobs", of(&jobs(1_001)), "at most 1000 are read"),
        ("a circle", of(circle), "a"),
        ("an environment of 256 characters", of(&long), "environment"),
        ("another event", with("event", json!("schedule")), "schedule"),
        ("no event", with("event", json!("pushed")), "GitHub has no event `pushed`"),
        ("another branch", with("ref", json!("refs/heads/feature")), "branches"),
        ("no ref", with("ref", json!("refs/heads/a b")), "a ref is"),
        ("no repository", with("repository", json!("your-org")), "OWNER/NAME"),
        ("no file", with("path", json!(".github/workflows/other.yml")), "other.yml"),
        ("no actor", with("actor", json!("not a login")), "a login"),
        ("no body", json!({}), "missing field"),
    ];
    for (what, asked, words) in rows {
        let (status, answer) = sandbox.try_control("runs", &asked).await;
        assert_eq!(status, 400, "{what}: {answer}");
        let error = answer["error"].as_str().unwrap();
        assert!(error.contains(words), "{what}: {error}");
        assert!(error.len() < 2_000, "{what}: {} bytes", error.len());
    }
    let mut dispatch = push();
    dispatch["event"] = json!("workflow_dispatch");
    let (status, answer) = sandbox.try_control("runs", &dispatch).await;
    assert_eq!((status, answer["error"].as_str().unwrap().contains("stage")), (400, true), "{answer}");
    let first = sandbox.control("runs", &push()).await;
    assert_eq!(first["run"]["number"], 1, "none of them was counted");
}

#[tokio::test]
async fn a_subject_has_its_colon_escaped() {
    let sandbox = sandbox().await;
    for (name, subject) in [
        ("Production:V1", "repo:your-org/your-repo:environment:Production%3AV1"),
        ("Production%3AV1", "repo:your-org/your-repo:environment:Production%3AV1"),
    ] {
        let shown =
            sandbox.control("runs", &of(&DEPLOY.replace("${{ inputs.stage || 'production' }}", name))).await;
        let asked = json!({ "run": shown["run"]["id"], "job": job(&shown, "deploy") });
        let answer = sandbox.control("rehearsal", &asked).await;
        assert_eq!((&answer["subject"], &answer["claims"]["environment"]), (&json!(subject), &json!(name)));
    }
}

#[tokio::test]
async fn what_is_over_stays_over() {
    let sandbox = sandbox().await;
    let (shown, _) = deployed(&sandbox).await;
    let run = &shown["run"]["id"];
    let deploy = format!("runs/{run}/jobs/{}", job(&shown, "deploy"));
    sandbox.control(&format!("{deploy}/finish"), &json!({ "conclusion": "success" })).await;
    for (path, body, status, words) in [
        (format!("{deploy}/finish"), json!({ "conclusion": "failure" }), 404, "there is no unfinished run"),
        (format!("{deploy}/start"), json!({}), 409, "the run is over: none of its jobs can start"),
        (format!("runs/{run}/cancel"), json!({}), 404, "there is no unfinished run"),
        (format!("runs/{run}/jobs/1/start"), json!({}), 404, "the run has no job 1"),
        ("runs/1/jobs/1/start".to_owned(), json!({}), 404, "there is no run 1"),
        (format!("{deploy}/finish"), json!({ "conclusion": "perfect" }), 400, "`perfect` is no conclusion"),
    ] {
        let (found, answer) = sandbox.try_control(&path, &body).await;
        assert_eq!(found, status, "{path}: {answer}");
        assert!(answer["error"].as_str().unwrap().contains(words), "{path}: {answer}");
    }
}
