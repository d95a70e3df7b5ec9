//! `kill -9` under load: every access key that a client received is in the trail afterwards, and every change that the
//! gateway had begun to forward.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use daypass_testkit::upstream::{Script, ScriptedUpstream};
use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::seed;
use crate::shell::scripts;

/// Connections that exchange at the same time.
const CONNECTIONS: usize = 8;

/// Keys that were received before the kill: enough that some exchanges are under way at any moment.
const KEYS_BEFORE_KILL: usize = 400;

/// How long the load may take to get so far.
const LOAD_SECONDS_MAX: u64 = 120;

#[test]
fn every_key_that_was_handed_out_is_in_the_trail_after_a_kill() {
    let mut sandbox = seed::with_account();
    let token = sandbox.mint("--repo your-org/your-repo --environment production");
    let address = sandbox.aws_url().trim_start_matches("http://").to_owned();
    let received = Arc::new(Mutex::new(Vec::new()));
    let count = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (address, token) = (address.clone(), token.clone());
            let (received, count) = (Arc::clone(&received), Arc::clone(&count));
            std::thread::spawn(move || {
                exchange_until_cut(&address, &token, |key| {
                    received.lock().unwrap_or_else(PoisonError::into_inner).push(key);
                    count.fetch_add(1, Ordering::Relaxed);
                })
            })
        })
        .collect();
    let start = Instant::now();
    while count.load(Ordering::Relaxed) < KEYS_BEFORE_KILL {
        assert!(start.elapsed() < Duration::from_secs(LOAD_SECONDS_MAX), "the load does not get on");
        std::thread::sleep(Duration::from_millis(1));
    }
    sandbox.kill();
    let cut: Vec<bool> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(cut.contains(&true), "no exchange was under way when the sandbox was killed");
    let keys = received.lock().unwrap().clone();
    assert!(keys.len() >= KEYS_BEFORE_KILL);

    sandbox.start_again();
    sandbox.write("keys.txt", keys.join("\n"));
    let script = scripts().join("keys_in_trail.py");
    let said = sandbox.administrator().must(&format!("python3 '{}' keys.txt", script.display()));
    assert_eq!(said.trim(), format!("{} keys, 0 missing", keys.len()));
}

/// Exchanges a token again and again on one connection, and gives each key to `keep`, until the connection breaks.
/// Tells whether an answer was waited for at that moment.
fn exchange_until_cut(address: &str, token: &str, mut keep: impl FnMut(String)) -> bool {
    let role = seed::ROLE.replace(':', "%3A").replace('/', "%2F");
    let body = format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={role}&RoleSessionName=GitHubActions&\
         WebIdentityToken={token}"
    );
    let request = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while stream.write_all(request.as_bytes()).is_ok() {
        let Some(answer) = read_answer(&mut reader) else { return true };
        let (_, rest) = answer.split_once("<AccessKeyId>").unwrap_or_else(|| panic!("no key in {answer}"));
        let (key, _) = rest.split_once('<').unwrap_or_else(|| panic!("no key in {answer}"));
        keep(key.to_owned());
    }
    false
}

/// The body of the next answer; `None` where the connection was cut before its end.
fn read_answer(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    String::from_utf8(body).ok()
}

/// Changes at services behind the gateway: data and management, in one piece and streamed.
const CHANGES: [(&str, &str); 4] = [
    ("PutItem", "aws dynamodb put-item --table-name orders --item '{\"id\":{\"S\":\"1\"}}'"),
    ("DeleteTable", "aws dynamodb delete-table --table-name orders"),
    ("CreateQueue", "aws sqs create-queue --queue-name jobs --endpoint-url \"$AWS_ENDPOINT_URL\""),
    ("PutObject", "aws s3api put-object --bucket my-prod-bucket --key large.bin --body large.bin"),
];

#[test]
fn a_change_that_was_being_forwarded_is_in_the_trail_after_a_kill() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let upstream = runtime.block_on(ScriptedUpstream::start(Script::Silence));
    let keys = tempfile::tempdir().unwrap();
    let file = keys.path().join("keys");
    std::fs::write(&file, "[default]\naws_access_key_id = AKIAUPSTREAM\naws_secret_access_key = upstream\n")
        .unwrap();
    let tables = ["dynamodb", "sqs", "s3"].map(|service| {
        let (url, file) = (upstream.url(), file.display());
        format!(
            "[[upstreams]]\nservice = \"{service}\"\nendpoint = \"{url}\"\ncredentials_file = \"{file}\"\n"
        )
    });
    let mut sandbox = Sandbox::configured(&tables.concat());
    sandbox.write("large.bin", vec![b'x'; 4_000_000]);
    let shell = sandbox.administrator().after("export AWS_MAX_ATTEMPTS=1");
    let threads = CHANGES.map(|(_, command)| {
        let shell = shell.clone();
        std::thread::spawn(move || shell.run(command))
    });
    let start = Instant::now();
    // Each is there in full and is not answered.
    while upstream.seen().len() < CHANGES.len() {
        assert!(start.elapsed() < Duration::from_secs(LOAD_SECONDS_MAX), "{:?}", upstream.seen());
        std::thread::sleep(Duration::from_millis(5));
    }
    sandbox.kill();
    for thread in threads {
        assert!(!thread.join().unwrap().success, "nothing was answered");
    }
    sandbox.start_again();
    let token = sandbox.data().join("control-token");
    let events = sandbox.administrator().json(&format!(
        "python3 - '{}' '{}' <<'PY'\n{READ_EVENTS}PY",
        sandbox.github_url(),
        token.display()
    ));
    let records: Vec<&Value> =
        events["events"].as_array().unwrap().iter().map(|event| &event["record"]).collect();
    for (name, _) in CHANGES {
        let found: Vec<&&Value> = records.iter().filter(|record| record["eventName"] == name).collect();
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        let upstream = &found[0]["additionalEventData"]["upstream"];
        assert_eq!(upstream["recorded"], "before it was forwarded", "{name}: {found:?}");
        assert!(found[0]["errorCode"].is_null(), "{name}: {found:?}");
    }
}

/// Asks the sandbox for its whole trail.
const READ_EVENTS: &str = r#"
import sys, urllib.request
url, token = sys.argv[1:]
headers = {"Authorization": "Bearer " + open(token, encoding="ascii").read().strip()}
request = urllib.request.Request(f"{url}/_daypass/events?after=0&limit=1000", headers=headers)
print(urllib.request.urlopen(request).read().decode())
"#;
