//! A sandbox with an organisation, and calls to it.

use daypass_server::config::Config;
use daypass_server::data_directory::DataDirectory;
use daypass_server::{Options, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The repository of the tests.
pub(crate) const REPOSITORY: &str = "your-org/your-repo";

/// A running sandbox: `ada` administers, `wim` writes, `rita` reads and is in the team `release`, `sam` is a stranger.
pub(crate) struct Hosted {
    pub(crate) sandbox: Sandbox,
    control: String,
    pub(crate) ada: User,
    pub(crate) wim: User,
    pub(crate) rita: User,
    pub(crate) sam: User,
    _directory: TempDir,
}

/// A user with a token.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) login: String,
    pub(crate) id: u64,
    pub(crate) token: String,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl Answer {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Everything that the answer says is wrong, in one text.
    pub(crate) fn words(&self) -> String {
        format!("{} {}", self.body["message"].as_str().unwrap_or_default(), self.body["errors"])
    }
}

impl Hosted {
    pub(crate) async fn start() -> Self {
        Self::configured(Config::default()).await
    }

    pub(crate) async fn configured(config: Config) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let options = Options {
            directory: directory.path().to_owned(),
            aws_address: "127.0.0.1:0".parse().unwrap(),
            github_address: "127.0.0.1:0".parse().unwrap(),
            account: None,
            config,
            clock: None,
            tls: false,
            danger_listen: Vec::new(),
            danger_hosts: Vec::new(),
            import: None,
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        let control = DataDirectory::at(directory.path()).control_token().unwrap().reveal().to_owned();
        let nobody = User { login: String::new(), id: 0, token: String::new() };
        let (ada, wim, rita, sam) = (nobody.clone(), nobody.clone(), nobody.clone(), nobody);
        let mut hosted = Self { sandbox, control, ada, wim, rita, sam, _directory: directory };
        hosted.ada = hosted.user(json!({ "login": "ada", "grants": ["your-org/*=admin"] })).await;
        hosted.wim = hosted.user(json!({ "login": "wim", "grants": ["your-org/your-repo=write"] })).await;
        let rita = json!({ "login": "rita", "grants": ["your-org/*=read"], "teams": ["your-org/release"] });
        hosted.rita = hosted.user(rita).await;
        hosted.sam = hosted.user(json!({ "login": "sam", "grants": ["other-org/*=admin"] })).await;
        let made = hosted.post(&hosted.ada, "/orgs/your-org/repos", json!({ "name": "your-repo" })).await;
        assert_eq!(made.status, 201, "{made:?}");
        hosted
    }

    /// Adds a user, or gives one another token.
    pub(crate) async fn user(&self, asked: Value) -> User {
        let answer = self.control("POST", "/users", asked).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let text = |name: &str| answer.body[name].as_str().unwrap().to_owned();
        User { login: text("login"), id: answer.body["id"].as_u64().unwrap(), token: text("token") }
    }

    /// A control call.
    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> Answer {
        self.control_with(method, path, &[], body).await
    }

    /// A control call with more headers.
    pub(crate) async fn control_with(
        &self,
        method: &str,
        path: &str,
        headers: &[&str],
        body: Value,
    ) -> Answer {
        let authorization = format!("Authorization: Bearer {}", self.control);
        let headers = [&[authorization.as_str()], headers].concat();
        self.send(method, &format!("/_daypass{path}"), &headers, &body.to_string()).await
    }

    pub(crate) async fn get(&self, user: &User, path: &str) -> Answer {
        self.ask(user, "GET", path, "").await
    }

    pub(crate) async fn post(&self, user: &User, path: &str, body: Value) -> Answer {
        self.ask(user, "POST", path, &body.to_string()).await
    }

    pub(crate) async fn put(&self, user: &User, path: &str, body: Value) -> Answer {
        self.ask(user, "PUT", path, &body.to_string()).await
    }

    pub(crate) async fn delete(&self, user: &User, path: &str) -> Answer {
        self.ask(user, "DELETE", path, "").await
    }

    pub(crate) async fn ask(&self, user: &User, method: &str, path: &str, body: &str) -> Answer {
        self.send(method, path, &[&format!("Authorization: Bearer {}", user.token)], body).await
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Answer {
        let url = self.sandbox.github_url();
        let authority = url.strip_prefix("http://").unwrap();
        let path = path.strip_prefix(url).unwrap_or(path);
        let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: tests\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(authority).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: serde_json::from_str(body).unwrap_or(Value::Null) }
    }

    /// The newest events of the trail of a name.
    pub(crate) async fn trail(&self, name: &str) -> Vec<Value> {
        let answer = self.control("GET", "/events?limit=1000", Value::Null).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let events = answer.body["events"].as_array().unwrap();
        let records = events.iter().map(|event| event["record"].clone());
        records.filter(|record| record["eventName"] == name).collect()
    }
}

/// The address of something of the repository.
pub(crate) fn of(rest: &str) -> String {
    format!("/repos/{REPOSITORY}{rest}")
}
