//! What is kept and what is logged holds no token, no secret key and no session token, whatever was done with them.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and reads the data directory's files"
)]

use std::fmt::{Debug, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use daypass_testkit::{Credentials, Sandbox, Service, seed};
use daypass_wire::sigv4::Payload;
use http::Request;
use jiff::Timestamp;
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span;

const SUBJECT: &str = "repo:your-org/your-repo:ref:refs/heads/main";
const JOB: &str = "your-org/your-repo ref=refs/heads/main";
/// Files that are there to hold a secret.
const SECRET_FILES: [&str; 2] = ["administrator.json", "control-token"];
/// Characters of a secret that must not be found anywhere, wherever they are taken from it.
const PIECE: usize = 24;

/// Everything that the server logs, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = writeln!(self.0.lock().unwrap(), "{field}={value:?}");
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("daypass")
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut self.clone());
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// Everything secret that the test has had in its hands.
#[derive(Default)]
struct Secrets(Vec<(&'static str, String)>);

impl Secrets {
    fn token(&mut self, token: &str) {
        for part in token.split('.').skip(1) {
            self.0.push(("a part of an identity token", part.to_owned()));
        }
    }

    fn credentials(&mut self, credentials: &Credentials) {
        self.0.push(("a secret key", credentials.secret_access_key.to_string()));
        if let Some(token) = &credentials.session_token {
            self.0.push(("a session token", token.to_string()));
        }
    }

    /// Looks for each in bytes, as it is and as it stands in a URL.
    fn expect_none_in(&self, place: &str, bytes: &[u8]) {
        for (what, secret) in &self.0 {
            let escaped = secret.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
            for text in [secret, &escaped] {
                for from in [0, (text.len() - PIECE) / 2, text.len() - PIECE] {
                    let piece = &text.as_bytes()[from..from + PIECE];
                    assert!(!contains(bytes, piece), "{place} holds {what}: {}...", &text[from..from + 8]);
                }
            }
        }
    }
}

fn contains(bytes: &[u8], piece: &[u8]) -> bool {
    bytes.windows(piece.len()).any(|window| window[0] == piece[0] && window == piece)
}

/// All files below a directory.
fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}

/// Every call that is made with a token or with credentials: well, and wrong in every way that comes to mind.
async fn use_everything(sandbox: &Sandbox, secrets: &mut Secrets) {
    let token = sandbox.mint(JOB).await;
    secrets.token(&token);
    let session = sandbox.exchange("deploy", &token).await.unwrap();
    secrets.credentials(&session);
    let chained = sandbox.assume_role(&session, "next", &[]).await.unwrap();
    secrets.credentials(&chained);

    let feature = sandbox.mint("your-org/your-repo ref=refs/heads/feature/x").await;
    secrets.token(&feature);
    sandbox.exchange("deploy", &feature).await.unwrap_err();
    sandbox.exchange("absent", &token).await.unwrap_err();
    for broken in [
        format!("{token}A"),
        token[..token.len() - 30].to_owned(),
        token.replacen('.', "..", 1),
        format!("Bearer {token}"),
    ] {
        sandbox.exchange("deploy", &broken).await.unwrap_err();
    }
    // The token where something else belongs.
    let arn = format!("arn:aws:iam::{}:role/deploy", seed::ACCOUNT);
    for (name, role) in [(token.as_str(), arn.as_str()), ("swapped", &token)] {
        let parameters = [("RoleArn", role), ("RoleSessionName", name), ("WebIdentityToken", arn.as_str())];
        sandbox.query(Service::Sts, None, "AssumeRoleWithWebIdentity", &parameters).await.unwrap_err();
    }
    sandbox.iam("GetRole", &[("RoleName", &token)]).await.unwrap_err();
    let path = format!("/site/{token}");
    sandbox.s3(Some(&session), Request::get(path).body(Vec::new()).unwrap()).await.unwrap_err();
    sandbox.exchange_with("deploy", &token, &[("DurationSeconds", &token)]).await.unwrap_err();
    sandbox.exchange_with("deploy", &token, &[("Policy", &token)]).await.unwrap_err();

    for credentials in [&session, &chained, &sandbox.administrator] {
        sandbox.query(Service::Sts, Some(credentials), "GetCallerIdentity", &[]).await.unwrap();
        let forged = Credentials { secret_access_key: "x".repeat(40).into(), ..credentials.clone() };
        sandbox.query(Service::Sts, Some(&forged), "GetCallerIdentity", &[]).await.unwrap_err();
        let get = |path: &str| Request::get(path.to_owned()).body(Vec::new()).unwrap();
        sandbox.s3(Some(&forged), get("/site/a.txt")).await.unwrap_err();
        let _ = sandbox.s3(Some(credentials), get("/site/a.txt")).await;
        let _ = sandbox.aws.cloudtrail(Some(credentials), "LookupEvents", &json!({})).await.unwrap();
        presign(sandbox, credentials).await;
    }
    let mixed = Credentials { session_token: chained.session_token.clone(), ..session.clone() };
    sandbox.query(Service::Sts, Some(&mixed), "GetCallerIdentity", &[]).await.unwrap_err();
    sandbox.advance(3_601).await;
    sandbox.query(Service::Sts, Some(&session), "GetCallerIdentity", &[]).await.unwrap_err();
    sandbox.exchange("deploy", &token).await.unwrap_err();
}

/// Uses presigned URLs, whose query holds the session token: a good one and a broken one.
async fn presign(sandbox: &Sandbox, credentials: &Credentials) {
    let request = Request::get(format!("{}/site/a.txt", sandbox.aws.endpoint())).body(()).unwrap();
    let (mut parts, ()) = request.into_parts();
    let signer = sandbox.aws.signer("s3", credentials, Timestamp::now());
    signer.presign(&mut parts, 60, Payload::Body(b"")).unwrap();
    let _ = sandbox.aws.send(Request::from_parts(parts.clone(), Vec::new())).await.unwrap();
    parts.uri = parts.uri.to_string().replace("a.txt", "b.txt").parse().unwrap();
    let _ = sandbox.aws.send(Request::from_parts(parts, Vec::new())).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_kept_or_logged_holds_a_secret() {
    let log = Log::default();
    tracing::subscriber::set_global_default(log.clone()).unwrap();
    let sandbox = Sandbox::start().await;
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::123456789012:role/deploy" }, "Action": "sts:AssumeRole",
    }]});
    sandbox.create_role("next", &trust).await;
    sandbox.create_bucket("site").await;
    let mut secrets = Secrets::default();
    secrets.credentials(&sandbox.administrator);
    use_everything(&sandbox, &mut secrets).await;
    assert!(secrets.0.len() >= 9, "{}", secrets.0.len());

    let events = sandbox.events().await;
    assert!(events.len() > 30, "{}", events.len());
    for event in &events {
        let text = event.to_string();
        assert!(!text.contains("eyJ"), "an event holds the beginning of a token: {text}");
    }
    let database = sandbox.data().join("daypass.sqlite");
    let whole = |path: &Path| std::fs::read(path).unwrap_or_default();
    let written = [whole(&database), whole(&sandbox.data().join("daypass.sqlite-wal"))].concat();
    assert!(contains(&written, b"AssumeRoleWithWebIdentity"), "the search looks where the events are");
    for name in SECRET_FILES {
        assert!(sandbox.data().join(name).exists(), "{name} is not there to be left out");
    }
    scan(&sandbox.data(), &secrets);
    let directory = sandbox.stop().await;
    scan(&directory.path().join("data"), &secrets);
    let log = log.0.lock().unwrap();
    secrets.expect_none_in("the log", log.as_bytes());
    assert!(!log.contains("eyJ"), "the log holds the beginning of a token");
}

/// Every file of a data directory but those that are there to hold a secret.
fn scan(data: &Path, secrets: &Secrets) {
    let files = files_below(data);
    assert!(files.len() > 3, "{files:?}");
    for path in files {
        if !SECRET_FILES.iter().any(|name| path.ends_with(name)) {
            secrets.expect_none_in(&path.display().to_string(), &std::fs::read(&path).unwrap());
        }
    }
}
