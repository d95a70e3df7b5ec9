//! moto's server behind the gateway, called by boto3 under a session of a role.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::sandbox::Sandbox;
use crate::seed;
use crate::shell::scripts;

/// How long moto may take to start on a busy machine.
const START_SECONDS_MAX: u64 = 60;
const KEYS: &str = "[default]\naws_access_key_id = AKIAUPSTREAM\naws_secret_access_key = upstream\n";
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["dynamodb:CreateTable",
"dynamodb:PutItem","dynamodb:GetItem","sqs:CreateQueue","sqs:SendMessage","sqs:ReceiveMessage"],"Resource":"*"}]}"#;

/// moto's server; it is ended when dropped.
struct Moto {
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

#[test]
fn moto_has_real_permissions_behind_the_gateway() {
    let moto = Moto::start();
    let keys = tempfile::tempdir().unwrap();
    let file = keys.path().join("keys");
    std::fs::write(&file, KEYS).unwrap();
    let table = |service: &str| {
        format!(
            "[[upstreams]]\nservice = \"{service}\"\nendpoint = \"http://127.0.0.1:{}\"\ncredentials_file = \"{}\"\n",
            moto.port,
            file.display()
        )
    };
    let sandbox = Sandbox::configured(&format!("{}{}", table("dynamodb"), table("sqs")));
    seed::furnish(&sandbox);
    let session = seed::exchange(&sandbox);
    sandbox.write("gateway.json", POLICY);
    sandbox.administrator().must(&format!(
        "aws iam put-role-policy --role-name {} --policy-name gateway --policy-document file://gateway.json",
        seed::ROLE.rsplit('/').next().unwrap()
    ));
    let script = scripts().join("gateway_moto.py");
    let said =
        sandbox.administrator().with_session(&session).must(&format!("python3 '{}'", script.display()));
    assert_eq!(said.lines().last(), Some("all is answered"), "{said}");
    let found = sandbox.administrator().json(
        "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=CreateTable --output json",
    );
    let event: serde_json::Value =
        serde_json::from_str(found["Events"][0]["CloudTrailEvent"].as_str().unwrap()).unwrap();
    assert_eq!(event["eventSource"], "dynamodb.amazonaws.com");
    let arn = event["userIdentity"]["arn"].as_str().unwrap();
    assert!(arn.ends_with("/GitHubActions"), "{arn}");
    assert!(event["errorCode"].is_null(), "{event}");
}
