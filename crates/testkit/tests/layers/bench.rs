//! A sandbox with some of the layers, and an attempt at it.

use daypass_github::hosting::protection::may_push_alone;
use daypass_github::hosting::{BranchProtection, Role};
use daypass_server::Config;
use daypass_testkit::{Sandbox, SandboxBuilder, seed};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::attacks::{Attack, OWN};

const PATH: &str = ".github/workflows/deploy.yml";

/// Which layers are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layers {
    /// Trust policies that name repository and environment, or repository and branch; else they take all of the organisation.
    pub(crate) trust: bool,
    /// A protected `main`.
    pub(crate) branch: bool,
    /// Reviewers, and `main` alone may deploy.
    pub(crate) environment: bool,
    /// `strict_environment_names`, which GitHub has not.
    pub(crate) names: bool,
}

impl Layers {
    pub(crate) const ALL: Self = Self { trust: true, branch: true, environment: true, names: true };

    /// Every choice.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..16).map(|bits: u8| Self {
            trust: bits & 1 == 0,
            branch: bits & 2 == 0,
            environment: bits & 4 == 0,
            names: bits & 8 == 0,
        })
    }

    fn config(self) -> String {
        let protected = "reviewers = [\"alice\"]\nprevent_self_review = true\nadmins_can_bypass = false\nbranches = { \
                         branches = [\"main\"] }\n";
        let environment = |name: &str| {
            let rules = if self.environment { protected } else { "" };
            format!("[[repositories.environments]]\nname = \"{name}\"\n{rules}")
        };
        let branch = "[[repositories.protected_branches]]\npattern = \"main\"\nrequired_approvals = 1\nenforce_admins = true\n";
        format!(
            "strict_environment_names = {}\n[[users]]\nlogin = \"alice\"\n[[users]]\nlogin = \"mallory\"\nrole = \
             \"write\"\n[[repositories]]\nname = \"{OWN}\"\n{}{}{}",
            self.names,
            if self.branch { branch } else { "" },
            environment("production"),
            environment("production:eu"),
        )
    }
}

/// A sandbox with a role for each way in.
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    protections: Vec<BranchProtection>,
}

impl Bench {
    pub(crate) async fn start(layers: Layers) -> Self {
        let directory = TempDir::new().unwrap();
        let text = layers.config();
        let config = Config::parse(&directory.path().join("daypass.toml"), &text).unwrap();
        let protections = config.repositories[0].protected_branches.clone();
        let sandbox = SandboxBuilder::default().config(config).start().await;
        sandbox.register_github().await;
        for (role, subject) in [
            ("production", "environment:production"),
            ("eu", "environment:production%3Aeu"),
            ("main", "ref:refs/heads/main"),
        ] {
            let trust = if layers.trust {
                seed::trust(&format!("repo:{OWN}:{subject}"))
            } else {
                let sub = json!({ "token.actions.githubusercontent.com:sub": "repo:your-org/*" });
                seed::trust_where(&json!({ "StringLike": sub }))
            };
            sandbox.create_role(role, &trust).await;
        }
        Self { sandbox, protections }
    }

    /// Tries an attack; the words of whatever stopped it.
    pub(crate) async fn attempt(&self, attack: &Attack) -> Result<(), String> {
        self.attempt_with(attack, async |_| ()).await
    }

    /// The same with something that is done once the run is there.
    pub(crate) async fn attempt_with(
        &self,
        attack: &Attack,
        meanwhile: impl AsyncFnOnce(&Value),
    ) -> Result<(), String> {
        let protections: &[BranchProtection] = if attack.repository == OWN { &self.protections } else { &[] };
        if attack.is_pushed && !may_push_alone(protections, attack.reference, Role::Write) {
            return Err("the push does not land: another person has to approve it".to_owned());
        }
        let (status, shown) = self.sandbox.try_control("runs", &run(attack)).await;
        if status != 200 {
            return Err(shown.to_string());
        }
        meanwhile(&shown).await;
        let address = format!("runs/{}/jobs/{}/start", shown["run"]["id"], shown["jobs"][0]["id"]);
        let (status, started) = self.sandbox.try_control(&address, &json!({})).await;
        if status != 200 {
            return Err(format!("{} {}", started["error"], shown["jobs"][0]["reason"]));
        }
        let (Some(url), Some(secret)) = (started["request_url"].as_str(), started["request_token"].as_str())
        else {
            return Err("the job has nothing to ask for a token with".to_owned());
        };
        let token = self.sandbox.id_token(url, secret).await?;
        self.sandbox.exchange(attack.role, &token).await.map(|_| ()).map_err(|refused| refused.message)
    }
}

impl Bench {
    /// A token of a user's.
    pub(crate) async fn token_of(&self, login: &str) -> String {
        let added = self.sandbox.control("users", &json!({ "login": login })).await;
        added["token"].as_str().unwrap().to_owned()
    }

    /// Reviews what a run waits for; the status of the answer.
    pub(crate) async fn review(&self, shown: &Value, token: &str, state: &str) -> u16 {
        let path = format!("repos/{OWN}/actions/runs/{}/pending_deployments", shown["run"]["id"]);
        let (_, pending) = self.sandbox.github("GET", &path, token, None).await;
        let ids = [pending[0]["environment"]["id"].clone()];
        let review = json!({ "environment_ids": ids, "state": state, "comment": "as agreed" });
        self.sandbox.github("POST", &path, token, Some(&review)).await.0
    }
}

/// A run with one job that wants a token.
pub(crate) fn run(attack: &Attack) -> Value {
    let environment =
        attack.environment.map(|name| format!("    environment: '{name}'\n")).unwrap_or_default();
    let text = format!(
        "on: [push, workflow_dispatch, pull_request]\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n{environment}    \
         permissions: {{ id-token: write }}\n    steps: [{{ run: 'true' }}]\n"
    );
    json!({
        "repository": attack.repository,
        "path": PATH,
        "files": [{ "repository": attack.repository, "path": PATH, "text": text }],
        "event": attack.event,
        "ref": attack.reference,
        "actor": "mallory",
        "from_fork": attack.from_fork,
    })
}
