//! A sandbox with a repository, users and runs, and the browsers of its users.

use daypass_github::gate::environment::Protection;
use daypass_github::gate::{Environment, Reviewer};
use daypass_github::hosting::{Repository, number};
use daypass_github::run::{Place, Run, RunJob};
use daypass_server::github::hub::runs::row;
use daypass_store::sqlite::Database;
use daypass_store::{Change, Collection, Commit, Journal as _};
use daypass_testkit::{Sandbox, SandboxBuilder, seed};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The repository of all runs that say nothing else.
pub(crate) const REPOSITORY: &str = "octo-org/octo-repo";
/// The account of the seed's design.
pub(crate) const ROLE: &str = "deploy-production";

/// A run of a push that wants to deploy.
#[derive(Clone)]
pub(crate) struct Push {
    pub(crate) id: u64,
    pub(crate) repository: String,
    pub(crate) actor: String,
    pub(crate) sha: char,
    pub(crate) title: String,
    /// The environments of its jobs, one job each.
    pub(crate) environments: Vec<String>,
}

impl Push {
    pub(crate) fn new(id: u64, actor: &str, environment: &str) -> Self {
        Self {
            id,
            repository: REPOSITORY.to_owned(),
            actor: actor.to_owned(),
            sha: 'a',
            title: format!("Push {id}"),
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

/// The environments that the runs were planned with.
struct Planned(Repository);

impl Place for Planned {
    fn environment(&mut self, name: &str, now: Timestamp) -> Result<Environment, String> {
        self.0.create_environment(name, false, now).map_err(|error| error.to_string())?;
        Ok(self.0.environment(name).unwrap().clone())
    }

    fn protection(&self, reference: &str) -> Protection {
        self.0.protection(reference)
    }
}

fn run(push: &Push, place: &mut Planned, now: Timestamp) -> Run {
    let job = |(index, environment): (usize, &String)| {
        let planned = json!({
            "key": format!("deploy-{index}"), "name": format!("deploy-{index}"), "needs": [], "condition": null,
            "environment": { "name": environment, "url": null },
            "id_token": { "granted": true, "reason": "" },
            "inputs": {}, "matrix": {}, "continue_on_error": false, "timeout_minutes": null, "line": 1,
            "job_workflow": null,
        });
        RunJob::new(push.id * 100 + index as u64, serde_json::from_value(planned).unwrap())
    };
    let mut run = Run {
        id: push.id,
        number: push.id,
        attempt: 1,
        repository: push.repository.clone(),
        workflow: serde_json::from_value(
            json!({ "id": 7, "name": "Deploy", "path": ".github/workflows/deploy.yml" }),
        )
        .unwrap(),
        title: push.title.clone(),
        event: "push".to_owned(),
        reference: "refs/heads/main".to_owned(),
        sha: push.sha.to_string().repeat(40),
        head_ref: String::new(),
        base_ref: String::new(),
        pull_request: None,
        from_fork: false,
        actor: serde_json::from_value(json!({ "id": number::of_owner(&push.actor), "login": push.actor }))
            .unwrap(),
        inputs: Default::default(),
        github: Default::default(),
        variables: Default::default(),
        created: now,
        updated: now,
        cancelled: false,
        jobs: push.environments.iter().enumerate().map(job).collect(),
        reviews: Vec::new(),
    };
    run.advance(place, now);
    run
}

impl World {
    /// A sandbox in which these runs have been pushed.
    pub(crate) async fn new(pushes: &[Push]) -> Self {
        Self::with(pushes, Vec::new()).await
    }

    /// The same with more environments.
    pub(crate) async fn with(pushes: &[Push], environments: Vec<Environment>) -> Self {
        let directory = TempDir::new().unwrap();
        let first = SandboxBuilder::default().start_in(directory).await;
        let now: Timestamp = first.read_control("clock").await["now"].as_str().unwrap().parse().unwrap();
        let data = first.data();
        let directory = first.stop().await;
        let mut place = Planned(repository(environments));
        let runs = pushes.iter().map(|push| row(&run(push, &mut place, now), now).unwrap()).collect();
        let changes = vec![Change::Put {
            collection: Collection::Github,
            key: format!("repository/{REPOSITORY}"),
            document: serde_json::to_string(&place.0).unwrap(),
        }];
        let database = Database::open(&data, None).unwrap();
        database.commit(Commit { runs, changes, ..Commit::default() }).await.unwrap();
        drop(database);
        let sandbox = SandboxBuilder::default().start_in(directory).await;
        sandbox.register_github().await;
        let subject = format!("repo:{REPOSITORY}:environment:production");
        sandbox.create_role(ROLE, &seed::trust(&subject)).await;
        sandbox.put_role_policy(ROLE, "deploy", &seed::deploy_policy()).await;
        let no_redirects = reqwest::redirect::Policy::none();
        Self { sandbox, http: reqwest::Client::builder().redirect(no_redirects).build().unwrap() }
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
        for (name, value) in headers {
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
