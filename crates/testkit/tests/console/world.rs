//! A sandbox with a repository, users and runs, and the browsers of its users.

use daypass_github::gate::{Environment, Reviewer};
use daypass_github::hosting::{Repository, number};
use daypass_store::sqlite::Database;
use daypass_store::{Change, Collection, Commit, Journal as _};
use daypass_testkit::{Sandbox, SandboxBuilder, seed};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The repository of all runs that say nothing else.
pub(crate) const REPOSITORY: &str = "octo-org/octo-repo";
/// The role of `production`.
pub(crate) const ROLE: &str = "deploy-production";
/// The workflow of all runs.
const PATH: &str = ".github/workflows/deploy.yml";
/// The numbers of the first and the second run of a sandbox.
pub(crate) const RUN: u64 = 10_000_000_001;
pub(crate) const SECOND: u64 = RUN + 1;

/// A run of a push that wants to deploy.
#[derive(Clone)]
pub(crate) struct Push {
    pub(crate) repository: String,
    pub(crate) actor: String,
    pub(crate) sha: char,
    pub(crate) title: String,
    /// What its jobs do.
    pub(crate) step: String,
    /// The environments of its jobs, one job each.
    pub(crate) environments: Vec<String>,
}

impl Push {
    pub(crate) fn new(actor: &str, environment: &str) -> Self {
        Self {
            repository: REPOSITORY.to_owned(),
            actor: actor.to_owned(),
            sha: 'a',
            title: "A push".to_owned(),
            step: "make deploy".to_owned(),
            environments: vec![environment.to_owned()],
        }
    }
}

/// A sandbox with people in it.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    http: reqwest::Client,
}

/// Somebody's browser.
pub(crate) struct Visitor<'a> {
    world: &'a World,
    pub(crate) cookie: String,
}

/// What a browser gets.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of a hidden field, the first after a text.
    pub(crate) fn field(&self, after: &str, name: &str) -> String {
        let from = self.body.find(after).unwrap_or_else(|| panic!("no `{after}` in {}", self.body));
        let start = format!("name=\"{name}\" value=\"");
        let rest = self.body[from..].split_once(&start).unwrap_or_else(|| panic!("no field {name}")).1;
        rest.split('"').next().unwrap().to_owned()
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    /// The texts of this list that the page does not have.
    pub(crate) fn lacks(&self, texts: &[&str]) -> Vec<String> {
        texts.iter().filter(|text| !self.has(text)).map(|text| (*text).to_owned()).collect()
    }
}

/// `production` with the reviewers alice and bob, who may not review their own runs, and `staging` with a wait timer.
fn repository(environments: Vec<Environment>) -> Repository {
    let mut repository = Repository::new(REPOSITORY, None).unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let named =
        |name: &str| Environment::unprotected(number::of_environment(REPOSITORY, name), name, now).unwrap();
    let reviewer = |login| Reviewer::User(number::of_owner(login));
    repository.environments = vec![
        Environment {
            reviewers: vec![reviewer("alice"), reviewer("bob")],
            prevent_self_review: true,
            ..named("production")
        },
        Environment { wait_minutes: 30, ..named("staging") },
    ];
    repository.environments.extend(environments);
    repository
}

pub(crate) fn environment_id(name: &str) -> String {
    number::of_environment(REPOSITORY, name).to_string()
}

/// The workflow of a push, as its file would be.
fn workflow(push: &Push) -> String {
    let mut text = format!("name: Deploy\nrun-name: {}\non: push\njobs:\n", json!(push.title));
    for (index, environment) in push.environments.iter().enumerate() {
        let environment = json!({ "name": environment });
        text.push_str(&format!(
            "  deploy-{index}:\n    runs-on: ubuntu-latest\n    environment: {environment}\n    \
             permissions: {{ id-token: write }}\n    steps: [{{ run: '{}' }}]\n",
            push.step
        ));
    }
    text
}

impl World {
    /// A sandbox in which these runs have been pushed.
    pub(crate) async fn new(pushes: &[Push]) -> Self {
        Self::with(pushes, Vec::new()).await
    }

    /// The same with more environments.
    pub(crate) async fn with(pushes: &[Push], environments: Vec<Environment>) -> Self {
        let directory = TempDir::new().unwrap();
        let data = directory.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let changes = vec![Change::Put {
            collection: Collection::Github,
            key: format!("repository/{REPOSITORY}"),
            document: serde_json::to_string(&repository(environments)).unwrap(),
        }];
        let database = Database::open(&data, None).unwrap();
        database.commit(Commit { changes, ..Commit::default() }).await.unwrap();
        drop(database);
        let sandbox = SandboxBuilder::default().start_in(directory).await;
        sandbox.register_github().await;
        let subject = format!("repo:{REPOSITORY}:environment:production");
        sandbox.create_role(ROLE, &seed::trust(&subject)).await;
        sandbox.put_role_policy(ROLE, "deploy", &seed::deploy_policy()).await;
        let no_redirects = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().redirect(no_redirects).build().unwrap();
        let world = Self { sandbox, http };
        for push in pushes {
            world.push(push).await;
        }
        world
    }

    /// Somebody pushes; the run, as the control calls show it.
    pub(crate) async fn push(&self, push: &Push) -> Value {
        let asked = json!({
            "repository": push.repository,
            "path": PATH,
            "files": [{ "repository": push.repository, "path": PATH, "text": workflow(push) }],
            "event": "push",
            "ref": "refs/heads/main",
            "sha": push.sha.to_string().repeat(40),
            "actor": push.actor,
        });
        self.sandbox.control("runs", &asked).await
    }

    /// A runner takes the first job of a run, which may go on, and puts an object with what its token gives.
    pub(crate) async fn deploy(&self, run: u64) {
        let shown = self.sandbox.read_control(&format!("runs/{run}")).await;
        let start = format!("runs/{run}/jobs/{}/start", shown["jobs"][0]["id"]);
        let started = self.sandbox.control(&start, &json!({})).await;
        let text = |name: &str| started[name].as_str().unwrap().to_owned();
        let token = self.sandbox.id_token(&text("request_url"), &text("request_token")).await.unwrap();
        let credentials = self.sandbox.exchange(ROLE, &token).await.unwrap();
        self.sandbox.create_bucket("my-prod-bucket").await;
        let put = |path: &str| http::Request::put(path).body(b"hello".to_vec()).unwrap();
        self.sandbox.s3(Some(&credentials), put("/my-prod-bucket/index.html")).await.unwrap();
        assert!(self.sandbox.s3(Some(&credentials), put("/other-bucket/index.html")).await.is_err());
    }

    /// Adds a user, and gives the token.
    pub(crate) async fn user(&self, login: &str, grant: &str) -> String {
        self.user_with(json!({ "login": login, "grants": [grant] })).await
    }

    pub(crate) async fn user_with(&self, user: Value) -> String {
        self.sandbox.control("users", &user).await["token"].as_str().unwrap().to_owned()
    }

    /// Asks for a page as nobody.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(self.url(path))).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let mut request = self.http.post(self.url(path));
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        // A browser says where a form comes from.
        if !headers.iter().any(|(name, _)| *name == "origin") {
            request = request.header("origin", self.sandbox.github_url());
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        self.send(request.body(daypass_wire::form::encode(fields))).await
    }

    /// Shows a token at the sign-in.
    pub(crate) async fn show_token(&self, token: &str) -> Answer {
        self.post("/console/sign-in", &[("token", token)], &[]).await
    }

    /// Signs somebody in.
    pub(crate) async fn sign_in(&self, token: &str) -> Visitor<'_> {
        let answer = self.show_token(token).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/console"), "{answer:?}");
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        Visitor { world: self, cookie }
    }

    /// Adds a user and signs them in.
    pub(crate) async fn visitor(&self, login: &str, grant: &str) -> Visitor<'_> {
        self.sign_in(&self.user(login, grant).await).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.github_url())
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.text().await.unwrap() }
    }
}

impl Visitor<'_> {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = self.world.http.get(self.world.url(path)).header("cookie", &self.cookie);
        self.world.send(request).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.world.post(path, fields, &[("cookie", &self.cookie)]).await
    }

    /// The fields of the form for a deployment, as the page shows it now.
    pub(crate) async fn form(&self, run: u64, environment: &str) -> Vec<(&'static str, String)> {
        let page = self.get("/console/pending").await;
        assert_eq!(page.status, 200, "{page:?}");
        let id = environment_id(environment);
        let anchor = format!("id=\"deployment-{run}-{id}\"");
        vec![
            ("csrf_token", page.field("sign-out", "csrf_token")),
            ("run", run.to_string()),
            ("environment", id),
            ("state", page.field(&anchor, "state")),
        ]
    }

    /// Sends a form with an answer.
    pub(crate) async fn send(&self, form: &[(&'static str, String)], answer: &str, comment: &str) -> Answer {
        let mut fields: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.extend([("answer", answer), ("comment", comment)]);
        self.post("/console/decide", &fields).await
    }

    /// Reads the page and answers a deployment.
    pub(crate) async fn answer(&self, run: u64, environment: &str, answer: &str) -> Answer {
        let form = self.form(run, environment).await;
        self.send(&form, answer, "a comment").await
    }
}
