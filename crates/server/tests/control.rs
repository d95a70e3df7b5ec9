//! The GitHub address of a running sandbox: discovery, a job's token and the control calls.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use daypass_server::config::Config;
use daypass_server::data_directory::DataDirectory;
use daypass_server::{Options, Sandbox};
use daypass_token::{KeySet, UnverifiedToken};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const ISSUER: &str = "https://token.actions.githubusercontent.com";

struct Running {
    sandbox: Sandbox,
    token: String,
    directory: tempfile::TempDir,
}

impl Running {
    async fn start(config: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let sandbox = start(directory.path(), config).await;
        let token = DataDirectory::at(directory.path()).control_token().unwrap().reveal().to_owned();
        Self { sandbox, token, directory }
    }

    async fn restart(self) -> Self {
        self.sandbox.stop().await;
        let sandbox = start(self.directory.path(), "").await;
        Self { sandbox, ..self }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.ask("GET", path, Some(&self.token), None).await
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.ask("POST", path, Some(&self.token), Some(&body.to_string())).await
    }

    async fn ask(&self, method: &str, path: &str, token: Option<&str>, body: Option<&str>) -> (u16, Value) {
        let url = self.sandbox.github_url();
        let authority = url.strip_prefix("http://").unwrap();
        let path = path.strip_prefix(url).unwrap_or(path);
        let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let body = body.unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n{token}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(authority).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }
}

async fn start(directory: &Path, config: &str) -> Sandbox {
    let options = Options {
        directory: directory.to_owned(),
        aws_address: "127.0.0.1:0".parse().unwrap(),
        github_address: "127.0.0.1:0".parse().unwrap(),
        account: None,
        config: Config::parse(&directory.join("daypass.toml"), config).unwrap(),
        clock: None,
        tls: false,
        danger_listen: Vec::new(),
        danger_hosts: Vec::new(),
        import: None,
    };
    Sandbox::start(options).await.unwrap()
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn what_is_published_verifies_what_is_minted() {
    let running = Running::start("").await;
    let (status, document) = running.ask("GET", "/.well-known/openid-configuration", None, None).await;
    assert_eq!((status, &document["issuer"]), (200, &json!(ISSUER)));
    let keys_at = document["jwks_uri"].as_str().unwrap();
    assert_eq!(keys_at, format!("{}/.well-known/jwks", running.sandbox.github_url()));
    let (_, keys) = running.ask("GET", keys_at, None, None).await;
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);

    let asked =
        json!({ "job": "octo-org/octo-repo environment=production", "audience": "sts.amazonaws.com" });
    let (status, minted) = running.post("/_daypass/mint", &asked).await;
    assert_eq!(status, 200, "{minted}");
    let token = minted["token"].as_str().unwrap();
    let key_set = KeySet::parse(keys.to_string().as_bytes()).unwrap();
    assert!(UnverifiedToken::parse(token).unwrap().verify(&key_set).is_ok());
    let read = claims(token);
    assert_eq!(read, minted["claims"]);
    assert_eq!(read["iss"], ISSUER);
    assert_eq!(read["aud"], "sts.amazonaws.com");
    assert_eq!(read["sub"], "repo:octo-org/octo-repo:environment:production");
    assert_eq!(read["exp"].as_i64().unwrap() - read["iat"].as_i64().unwrap(), 300);
    assert_eq!(minted["overridden"], json!([]));
}

#[tokio::test]
async fn the_keys_are_the_same_after_a_restart() {
    let running = Running::start("").await;
    let (_, before) = running.ask("GET", "/.well-known/jwks", None, None).await;
    let running = running.restart().await;
    let (_, after) = running.ask("GET", "/.well-known/jwks", None, None).await;
    assert_eq!(before, after);
}

#[tokio::test]
async fn every_control_call_shows_the_control_token() {
    let running = Running::start("").await;
    for path in
        ["/_daypass/status", "/_daypass/clock", "/_daypass/events", "/_daypass/nothing", "/_daypass/trace/x"]
    {
        let (status, answer) = running.ask("GET", path, None, None).await;
        assert_eq!(status, 401, "{path}");
        assert_eq!(answer["error"], "a control call shows the control token");
        let wrong = "0".repeat(64);
        let (status, answer) = running.ask("GET", path, Some(&wrong), None).await;
        assert_eq!(status, 401, "{path}");
        assert_eq!(answer["error"], "this is not the control token of this sandbox");
    }
    for path in ["/_daypass/mint", "/_daypass/jobs", "/_daypass/clock"] {
        assert_eq!(running.ask("POST", path, None, Some("{}")).await.0, 401, "{path}");
    }
    assert_eq!(running.get("/_daypass/nothing").await.0, 404);
    assert_eq!(running.get("/_daypass/mint").await.0, 405);
}

#[tokio::test]
async fn status_says_which_sandbox_this_is() {
    let running = Running::start("").await;
    let (status, answer) = running.get("/_daypass/status").await;
    assert_eq!(status, 200);
    assert_eq!(answer["account"], "123456789012");
    assert_eq!(answer["issuer"], ISSUER);
    assert_eq!(answer["github_url"], running.sandbox.github_url().to_string());
    assert_eq!(answer["rate"], 1.0);
}

#[tokio::test]
async fn a_job_gets_its_token_by_githubs_protocol() {
    let running = Running::start("").await;
    let (status, job) =
        running.post("/_daypass/jobs", &json!({ "job": "octo-org/octo-repo event=pull_request" })).await;
    assert_eq!(status, 200, "{job}");
    let (url, secret) = (job["request_url"].as_str().unwrap(), job["request_token"].as_str().unwrap());
    assert!(url.ends_with("?api-version=2.0"), "{url}");
    let with_audience = format!("{url}&audience=sts.amazonaws.com");
    let (status, answer) = running.ask("GET", &with_audience, Some(secret), None).await;
    assert_eq!(status, 200, "{answer}");
    let read = claims(answer["value"].as_str().unwrap());
    assert_eq!(read["sub"], "repo:octo-org/octo-repo:pull_request");
    assert_eq!(read["aud"], "sts.amazonaws.com");
    let (_, answer) = running.ask("GET", url, Some(secret), None).await;
    assert_eq!(claims(answer["value"].as_str().unwrap())["aud"], "https://github.com/octo-org");
}

#[tokio::test]
async fn a_job_without_its_own_secret_gets_nothing() {
    let running = Running::start("").await;
    let (_, first) = running.post("/_daypass/jobs", &json!({ "job": "octo-org/octo-repo" })).await;
    let (_, second) = running.post("/_daypass/jobs", &json!({ "job": "octo-org/octo-repo" })).await;
    let url = first["request_url"].as_str().unwrap();
    let (own, other) = (first["request_token"].as_str().unwrap(), second["request_token"].as_str().unwrap());
    let cases = [
        (None, 401, "the request has no bearer token"),
        (Some("x"), 401, "the request token is unknown or has expired"),
        (Some(running.token.as_str()), 401, "the request token is unknown or has expired"),
        (Some(other), 403, "the request token belongs to another job"),
    ];
    for (secret, status, message) in cases {
        assert_eq!(running.ask("GET", url, secret, None).await, (status, json!({ "message": message })));
    }
    let without_version = url.split('?').next().unwrap();
    let (status, answer) = running.ask("GET", without_version, Some(own), None).await;
    assert_eq!((status, answer), (400, json!({ "message": "the api-version must be 2.0" })));
    running.post("/_daypass/clock", &json!({ "advance_seconds": 86_400 })).await;
    assert_eq!(running.ask("GET", url, Some(own), None).await.0, 401);
}

#[tokio::test]
async fn claims_may_be_replaced_and_that_is_marked() {
    let running = Running::start("").await;
    let asked = json!({
        "job": "octo-org/octo-repo",
        "claims": { "sub": "repo:someone/else:pull_request", "team": "web", "ref": null },
        "lifetime_seconds": 86_400,
    });
    let (status, minted) = running.post("/_daypass/mint", &asked).await;
    assert_eq!(status, 200, "{minted}");
    let read = claims(minted["token"].as_str().unwrap());
    assert_eq!((&read["sub"], &read["team"]), (&json!("repo:someone/else:pull_request"), &json!("web")));
    assert!(read.get("ref").is_none());
    let mut overridden: Vec<&str> =
        minted["overridden"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    overridden.sort_unstable();
    assert_eq!(overridden, ["ref", "sub", "team"]);
}

#[tokio::test]
async fn what_cannot_be_minted_is_said_clearly() {
    let running = Running::start("").await;
    let cases = [
        (json!({ "job": "octo-org" }), "a job begins with its repository as `owner/name`, not `octo-org`"),
        (
            json!({ "job": "octo-org/octo-repo", "lifetime_seconds": 0 }),
            "a token lives from 1 second to 86400, not 0",
        ),
        (
            json!({ "job": "octo-org/octo-repo", "lifetime_seconds": 86_401 }),
            "a token lives from 1 second to 86400, not 86401",
        ),
    ];
    for (asked, error) in cases {
        let (status, answer) = running.post("/_daypass/mint", &asked).await;
        assert_eq!((status, answer["error"].as_str().unwrap()), (400, error));
        assert!(answer["hint"].is_string(), "{answer}");
    }
    let (status, answer) =
        running.ask("POST", "/_daypass/mint", Some(&running.token), Some("{\"job\": 1}")).await;
    assert_eq!(status, 400);
    assert!(
        answer["error"].as_str().unwrap().starts_with("the body is not as it should be: invalid type"),
        "{answer}"
    );
    let large = json!({ "job": "x".repeat(70_000) }).to_string();
    assert_eq!(running.ask("POST", "/_daypass/mint", Some(&running.token), Some(&large)).await.0, 413);
}

#[tokio::test]
async fn a_configured_issuer_takes_the_stand_ins_place() {
    let directory = tempfile::tempdir().unwrap();
    let keys = directory.path().join("keys.json");
    let key = daypass_token::SigningKey::generate_ec(daypass_token::Algorithm::Es256).unwrap();
    let document = daypass_token::key_set_document([&key]).to_string();
    tokio::fs::write(&keys, document).await.unwrap();
    let config = format!("[[issuers]]\nurl = \"{ISSUER}\"\njwks_file = \"{}\"\n", keys.display());
    let running = Running::start(&config).await;
    let (status, answer) = running.post("/_daypass/mint", &json!({ "job": "octo-org/octo-repo" })).await;
    let error =
        format!("the configuration lists an issuer `{ISSUER}`, so the sandbox does not stand in for it");
    assert_eq!((status, answer["error"].as_str().unwrap()), (409, error.as_str()));
    assert_eq!(running.post("/_daypass/jobs", &json!({ "job": "octo-org/octo-repo" })).await.0, 409);
    assert_eq!(running.ask("GET", "/.well-known/jwks", None, None).await, (404, json!({ "message": error })));
    assert_eq!(running.get("/_daypass/status").await.1["issuer"], Value::Null);
}

#[tokio::test]
async fn the_clock_moves_and_a_restart_goes_on() {
    let running = Running::start("").await;
    let (_, before) = running.get("/_daypass/clock").await;
    let (status, after) = running.post("/_daypass/clock", &json!({ "set": "2030-01-01T00:00:00Z" })).await;
    assert_eq!(status, 200, "{after}");
    assert!(
        before["now"].as_str().unwrap() < "2030"
            && after["now"].as_str().unwrap().starts_with("2030-01-01T00:00:0")
    );
    let running = running.restart().await;
    let (_, again) = running.get("/_daypass/clock").await;
    assert!(again["now"].as_str().unwrap().starts_with("2030-01-01T00:0"), "{again}");

    let cases = [
        (json!({ "rate": 0 }), "the rate is above 0 and at most 100000, not 0"),
        (json!({ "set": "yesterday" }), "`yesterday` is not an instant"),
        (json!({}), "the clock is moved in one way at a time: advance_seconds, rate or set"),
        (
            json!({ "rate": 2, "advance_seconds": 1 }),
            "the clock is moved in one way at a time: advance_seconds, rate or set",
        ),
    ];
    for (asked, error) in cases {
        let (status, answer) = running.post("/_daypass/clock", &asked).await;
        assert_eq!((status, answer["error"].as_str().unwrap()), (400, error));
    }
}

#[tokio::test]
async fn what_is_not_in_the_trail_is_not_found() {
    let running = Running::start("").await;
    let (status, answer) = running.get("/_daypass/explain?last=true&denied=true").await;
    assert_eq!((status, answer["error"].as_str().unwrap()), (404, "no call was denied yet"));
    let (status, answer) = running.get("/_daypass/explain/none").await;
    assert_eq!((status, answer["error"].as_str().unwrap()), (404, "no call has the request id `none`"));
    let (status, answer) = running.get("/_daypass/trace/none").await;
    assert_eq!(
        (status, answer["error"].as_str().unwrap()),
        (404, "no call has the event id or request id `none`")
    );
    assert_eq!(running.get("/_daypass/events").await, (200, json!({ "events": [], "next": null })));
    assert_eq!(running.get("/_daypass/events?limit=0").await.0, 400);
    assert_eq!(running.get("/_daypass/explain").await.0, 400);
}

/// A request to STS as an SDK sends it, which the sandbox refuses.
async fn exchange(running: &Running, token: &str) -> String {
    let url = running.sandbox.aws_url();
    let authority = url.strip_prefix("http://").unwrap();
    let body = format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=deploy&\
         RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdeploy&WebIdentityToken={token}"
    );
    let request = format!(
        "POST / HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(authority).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_refused_exchange_is_explained_listed_and_traced() {
    let running = Running::start("").await;
    let (_, minted) = running.post("/_daypass/mint", &json!({ "job": "octo-org/octo-repo" })).await;
    let answer = exchange(&running, minted["token"].as_str().unwrap()).await;
    let request_id = answer.split_once("<RequestId>").unwrap().1.split_once('<').unwrap().0;
    for path in
        [format!("/_daypass/explain/{request_id}"), "/_daypass/explain?last=true&denied=true".to_owned()]
    {
        let (status, explained) = running.get(&path).await;
        assert_eq!(status, 200, "{explained}");
        assert_eq!(explained["request_id"], request_id);
        assert_eq!(explained["event"]["eventName"], "AssumeRoleWithWebIdentity");
        let explanation = &explained["annotation"]["explanation"];
        assert_eq!(explanation["allowed"], false);
        assert_eq!(
            explanation["mend"],
            format!("create an OpenID Connect provider for `{ISSUER}`"),
            "{explained}"
        );
    }
    let (_, page) = running.get("/_daypass/events?limit=2").await;
    assert_eq!(page["events"][0]["record"]["eventName"], "IdTokenMinted");
    assert_eq!(page["events"][1]["record"]["requestID"], request_id);
    let next = page["next"].as_i64().unwrap();
    let (_, rest) = running.get(&format!("/_daypass/events?after={next}")).await;
    assert_eq!(rest, json!({ "events": [], "next": null }));
    let (status, chain) = running.get(&format!("/_daypass/trace/{request_id}")).await;
    assert_eq!((status, &chain["links"][0]["name"]), (200, &json!("AssumeRoleWithWebIdentity")));
}
