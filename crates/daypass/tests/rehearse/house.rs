//! A sandbox, a working tree, and the program.

use std::path::Path;
use std::process::Stdio;

use daypass_testkit::{Sandbox, SandboxBuilder, seed};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

pub(crate) const REPOSITORY: &str = "your-org/your-repo";
pub(crate) const DEPLOY: &str = ".github/workflows/deploy.yml";
pub(crate) const BUCKET: &str = "my-prod-bucket";
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/github-prod-deploy";

/// The seed's workflow, its blanks filled by variables and a secret.
pub(crate) const SEED: &str = include_str!("seed.yml");

/// The seed's workflow up to its last script.
pub(crate) fn seed_without_script() -> &'static str {
    SEED.split_once("        run: |\n          aws s3 sync").unwrap().0
}

/// A repository that is older than immutable subjects.
const CONFIGURATION: &str = "[[repositories]]\nname = \"your-org/your-repo\"\ncreated = 2024-01-01\n";

/// How the program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    #[track_caller]
    pub(crate) fn must_be(&self, status: i32) -> &Self {
        assert_eq!(self.status, status, "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Whether all of these are in its output.
    #[track_caller]
    pub(crate) fn says(&self, texts: &[&str]) -> &Self {
        let all = one_line(&self.stdout);
        for text in texts {
            assert!(all.contains(text), "no `{text}` in:\n{}\n{}", self.stdout, self.stderr);
        }
        self
    }

    #[track_caller]
    pub(crate) fn does_not_say(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(
                !self.stdout.contains(text) && !self.stderr.contains(text),
                "`{text}` in:\n{}",
                self.stdout
            );
        }
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }
}

/// A text without the line ends that keep it narrow.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) struct House {
    pub(crate) sandbox: Sandbox,
    tree: TempDir,
    /// `PATH` of the program and of the steps.
    pub(crate) path: String,
}

impl House {
    /// A sandbox that knows the repository, and an empty working tree.
    pub(crate) async fn new() -> Self {
        Self::configured("").await
    }

    /// The same with more in its configuration.
    pub(crate) async fn configured(more: &str) -> Self {
        let tree = tempfile::tempdir().unwrap();
        let configuration = tempfile::tempdir().unwrap();
        let text = format!("{CONFIGURATION}{more}");
        let sandbox = SandboxBuilder::default().config_text(configuration.path(), &text).start().await;
        Self { sandbox, tree, path: std::env::var("PATH").unwrap() }
    }

    /// With the seed's workflow, and its frontend.
    pub(crate) async fn seed() -> Self {
        let house = Self::new().await;
        house.write(DEPLOY, SEED);
        house.write("frontend/index.html", "<p>hello</p>\n");
        house
    }

    /// With the seed's provider, production role and bucket too.
    pub(crate) async fn with_roles() -> Self {
        let house = Self::seed().await;
        house.make_roles().await;
        house
    }

    pub(crate) async fn make_roles(&self) {
        self.sandbox.register_github().await;
        let subject = format!("repo:{REPOSITORY}:environment:production");
        self.sandbox.create_role("github-prod-deploy", &seed::trust(&subject)).await;
        self.sandbox.put_role_policy("github-prod-deploy", "deploy", &seed::deploy_policy()).await;
        self.sandbox.create_bucket(BUCKET).await;
    }

    pub(crate) fn tree(&self) -> &Path {
        self.tree.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let whole = self.tree.path().join(path);
        std::fs::create_dir_all(whole.parent().unwrap()).unwrap();
        std::fs::write(whole, text).unwrap();
    }

    /// The program, with an environment that nothing of which may reach a step.
    fn command(&self, file: &str, options: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_daypass"));
        command.arg("rehearse").arg(file).args(["--repo", REPOSITORY]);
        command.arg("--data").arg(self.sandbox.data()).args(options).current_dir(self.tree.path());
        command
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", self.tree.path())
            .env("AWS_ACCESS_KEY_ID", "AKIAOFTHECALLER")
            .env("AWS_SECRET_ACCESS_KEY", "secret-of-the-caller")
            .env("AWS_PROFILE", "profile-of-the-caller")
            .env("GITHUB_TOKEN", "token-of-the-caller")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs it on a workflow.
    pub(crate) async fn rehearse(&self, file: &str, options: &[&str]) -> Ended {
        let output = self.command(file, options).output().await.unwrap();
        Ended {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The same on the seed's workflow, with what fills its blanks.
    pub(crate) async fn rehearse_seed(&self, options: &[&str]) -> Ended {
        self.rehearse(DEPLOY, &with_blanks(options)).await
    }

    /// Starts it on the seed's workflow, to be watched.
    pub(crate) fn start_seed(&self, options: &[&str]) -> Watched {
        let child = self.command(DEPLOY, &with_blanks(options)).spawn().unwrap();
        Watched { child, seen: String::new() }
    }

    /// A user of the sandbox's GitHub: number and token.
    pub(crate) async fn user(&self, login: &str, role: &str) -> (u64, String) {
        let grant = format!("{REPOSITORY}={role}");
        let added = self.sandbox.control("users", &json!({ "login": login, "grants": [grant] })).await;
        (added["id"].as_u64().unwrap(), added["token"].as_str().unwrap().to_owned())
    }

    /// Protects the environment `production` by a reviewer, whose token it gives.
    pub(crate) async fn protect(&self, more: Value) -> String {
        let (_, admin) = self.user("octo-admin", "admin").await;
        let (id, reviewer) = self.user("octo-reviewer", "read").await;
        let mut body = json!({ "reviewers": [{ "type": "User", "id": id }] });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let path = format!("repos/{REPOSITORY}/environments/production");
        let (status, answer) = self.sandbox.github("PUT", &path, &admin, Some(&body)).await;
        assert_eq!(status, 200, "{answer}");
        reviewer
    }

    /// Answers the deployments of a run that wait.
    pub(crate) async fn review(&self, run: u64, token: &str, state: &str) {
        let path = format!("repos/{REPOSITORY}/actions/runs/{run}/pending_deployments");
        let (status, pending) = self.sandbox.github("GET", &path, token, None).await;
        assert_eq!(status, 200, "{pending}");
        let ids: Vec<&Value> =
            pending.as_array().unwrap().iter().map(|one| &one["environment"]["id"]).collect();
        let body = json!({ "environment_ids": ids, "state": state, "comment": "as the test says" });
        let (status, answer) = self.sandbox.github("POST", &path, token, Some(&body)).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// The run of the highest number, as the sandbox has it.
    pub(crate) async fn run(&self, number: u64) -> Value {
        self.sandbox.read_control(&format!("runs/{number}")).await
    }
}

/// The number of the first run of a sandbox.
pub(crate) const FIRST_RUN: u64 = 10_000_000_001;

fn with_blanks<'a>(options: &[&'a str]) -> Vec<&'a str> {
    let blanks = [
        "--secret",
        "AWS_ROLE_ARN=arn:aws:iam::123456789012:role/github-prod-deploy",
        "--var",
        "AWS_REGION=eu-west-1",
        "--var",
        "BUCKET=my-prod-bucket",
    ];
    [blanks.as_slice(), options].concat()
}

/// A program that runs while the test does something else.
pub(crate) struct Watched {
    child: Child,
    seen: String,
}

impl Watched {
    /// Waits until it says something.
    pub(crate) async fn until(&mut self, text: &str) {
        let mut lines = BufReader::new(self.child.stdout.as_mut().unwrap());
        // One line at a time, and nothing that the next reader would miss.
        loop {
            let mut line = String::new();
            let read = lines.read_line(&mut line).await.unwrap();
            self.seen.push_str(&line);
            assert!(read > 0, "it ended and never said `{text}`:\n{}", self.seen);
            if line.contains(text) {
                break;
            }
        }
        self.seen.push_str(&String::from_utf8_lossy(lines.buffer()));
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Waits until it ends.
    pub(crate) async fn end(self) -> Ended {
        let output = self.child.wait_with_output().await.unwrap();
        Ended {
            status: output.status.code().unwrap_or(-1),
            stdout: self.seen + &String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
