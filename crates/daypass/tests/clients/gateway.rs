//! moto's server behind the gateway, called by boto3 under a session of a role.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::seed;
use crate::shell::{Shell, scripts};

/// How long moto may take to start on a busy machine.
const START_SECONDS_MAX: u64 = 60;
const KEYS: &str = "[default]\naws_access_key_id = AKIAUPSTREAM\naws_secret_access_key = upstream\n";
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["dynamodb:CreateTable",
"dynamodb:PutItem","dynamodb:GetItem","sqs:CreateQueue","sqs:SendMessage","sqs:ReceiveMessage"],"Resource":"*"}]}"#;

/// moto's server; it is ended when dropped.
pub(crate) struct Moto {
    child: Child,
    port: u16,
}

impl Moto {
    fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients/venv/bin/moto_server");
        let child = Command::new(root)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(START_SECONDS_MAX), "moto does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        Self { child, port }
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has then seen.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A sandbox with moto behind it for some services, and the shell of a session of the deploy role, which may besides do
/// what this policy says.
pub(crate) fn behind(services: &[&str], policy: &str) -> (Moto, tempfile::TempDir, Sandbox, Shell) {
    let moto = Moto::start();
    let keys = tempfile::tempdir().unwrap();
    let file = keys.path().join("keys");
    std::fs::write(&file, KEYS).unwrap();
    let tables = services.iter().map(|service| {
        format!(
            "[[upstreams]]\nservice = \"{service}\"\nendpoint = \"http://127.0.0.1:{}\"\ncredentials_file = \"{}\"\n",
            moto.port,
            file.display()
        )
    });
    let sandbox = Sandbox::configured(&tables.collect::<String>());
    seed::furnish(&sandbox);
    sandbox.write("gateway.json", policy);
    sandbox.administrator().must(&format!(
        "aws iam put-role-policy --role-name {} --policy-name gateway --policy-document file://gateway.json",
        seed::ROLE.rsplit('/').next().unwrap()
    ));
    let session = sandbox.administrator().with_session(&seed::exchange(&sandbox));
    (moto, keys, sandbox, session)
}

/// The record of the newest call of a name, which must lead back to the token's subject.
fn traced(sandbox: &Sandbox, name: &str) -> Value {
    let found = sandbox.administrator().json(&format!(
        "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue={name}"
    ));
    let event: Value = serde_json::from_str(found["Events"][0]["CloudTrailEvent"].as_str().unwrap()).unwrap();
    let arn = event["userIdentity"]["arn"].as_str().unwrap();
    assert!(arn.ends_with(":assumed-role/github-prod-deploy/GitHubActions"), "{arn}");
    let chain = sandbox.administrator().must(&format!(
        "python3 - '{}' '{}' '{}' <<'PY'\n{READ_TRACE}PY",
        sandbox.github_url(),
        sandbox.data().join("control-token").display(),
        event["eventID"].as_str().unwrap()
    ));
    assert!(chain.contains(seed::SUBJECT), "no {} in {chain}", seed::SUBJECT);
    event
}

/// Asks the sandbox where a call came from.
const READ_TRACE: &str = r#"
import sys, urllib.request
url, token, event = sys.argv[1:]
headers = {"Authorization": "Bearer " + open(token, encoding="ascii").read().strip()}
request = urllib.request.Request(f"{url}/_daypass/trace/{event}", headers=headers)
print(urllib.request.urlopen(request).read().decode())
"#;

#[test]
fn moto_has_real_permissions_behind_the_gateway() {
    let (_moto, _keys, sandbox, session) = behind(&["dynamodb", "sqs"], POLICY);
    let script = scripts().join("gateway_moto.py");
    let said = session.must(&format!("python3 '{}'", script.display()));
    assert_eq!(said.lines().last(), Some("all is answered"), "{said}");
    for (name, source) in [("CreateTable", "dynamodb.amazonaws.com"), ("CreateQueue", "sqs.amazonaws.com")] {
        let event = traced(&sandbox, name);
        assert_eq!((&event["eventSource"], &event["errorCode"]), (&json!(source), &Value::Null), "{event}");
    }
    // What was refused leads back as well.
    for (name, code) in [("DeleteTable", "AccessDeniedException"), ("DeleteQueue", "AccessDenied")] {
        let words = session.refused(match name {
            "DeleteTable" => "aws dynamodb delete-table --table-name orders",
            // Version 1 of the CLI calls AWS's own SQS, whatever `AWS_ENDPOINT_URL` says, unless it is told here.
            _ => {
                "aws sqs delete-queue --queue-url http://127.0.0.1/123456789012/jobs --endpoint-url \"$AWS_ENDPOINT_URL\""
            }
        });
        assert!(words.contains("because no identity-based policy allows"), "{words}");
        let event = traced(&sandbox, name);
        assert!(event["errorCode"].as_str().unwrap().starts_with(code), "{event}");
    }
}

#[test]
fn the_aws_cli_keeps_a_site_in_motos_s3_behind_the_gateway() {
    const SITE: &str = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Deny","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::my-prod-bucket/kept/*"}]}"#;
    let (_moto, _keys, sandbox, session) = behind(&["s3"], SITE);
    let large: Vec<u8> =
        (0..12_000_001_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    sandbox.write("site/index.html", "<p>hello</p>\n");
    sandbox.write("site/kept/a b+c.txt", "kept\n");
    sandbox.write("site/old.js", "let a = 1;\n");
    sandbox.write("site/large.bin", &large);
    session.must("find site -type f -exec touch -d '1 minute ago' {} +");
    session.must("aws s3 sync --quiet site/ s3://my-prod-bucket --cache-control no-cache");
    session.must("rm site/old.js; aws s3 sync --quiet --delete site/ s3://my-prod-bucket");
    session.must("mkdir back; aws s3 sync --quiet s3://my-prod-bucket back; diff -r site back");
    let head = session.json("aws s3api head-object --bucket my-prod-bucket --key index.html");
    assert_eq!(head["CacheControl"], json!("no-cache"));

    let fetch = "python3 -c 'import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).read().decode(), end=\"\")'";
    let version_4 = session.after("aws configure set default.s3.signature_version s3v4");
    for shell in [&session, &version_4] {
        let presigned = shell.must("aws s3 presign s3://my-prod-bucket/index.html --expires-in 60");
        assert_eq!(shell.must(&format!("{fetch} '{}'", presigned.trim())), "<p>hello</p>\n");
        let other = presigned.trim().replace("index.html", "large.bin");
        assert!(shell.refused(&format!("{fetch} '{other}'")).contains("403"));
    }
    let who = "User: arn:aws:sts::123456789012:assumed-role/github-prod-deploy/GitHubActions is not authorized to perform:";
    for (command, words) in [
        (
            "aws s3api delete-object --bucket my-prod-bucket --key 'kept/a b+c.txt'",
            "s3:DeleteObject on resource: \"arn:aws:s3:::my-prod-bucket/kept/a b+c.txt\" with an explicit deny in an \
             identity-based policy",
        ),
        (
            "aws s3api get-object --bucket another-bucket --key a out",
            "s3:GetObject on resource: \"arn:aws:s3:::another-bucket/a\" because no identity-based policy allows the \
             s3:GetObject action",
        ),
        (
            "aws s3api put-object --bucket my-prod-bucket --key x --tagging a=b",
            "s3:PutObjectTagging on resource: \"arn:aws:s3:::my-prod-bucket/x\" because no identity-based policy allows the \
             s3:PutObjectTagging action",
        ),
    ] {
        let said = session.refused(command);
        assert!(said.contains(&format!("{who} {words}")), "{said}");
    }
    assert!(session.refused("aws s3api get-bucket-policy --bucket my-prod-bucket").contains("AccessDenied"));
    session.must("aws s3api get-object --bucket my-prod-bucket --key 'kept/a b+c.txt' out; grep -q kept out");
}
