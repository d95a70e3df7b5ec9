//! The sandbox that the rows are tried in.

use daypass_testkit::forge::{claims, signed, with};
use daypass_testkit::{Sandbox, SandboxBuilder, seed};
use daypass_token::{SigningKey, key_set_document};
use serde_json::{Map, Value, json};

/// An issuer whose key the test holds, so that it can sign anything.
pub(crate) const ISSUER: &str = "https://issuer.example.com";
/// Where the object lies that sessions try to read.
pub(crate) const BUCKET: &str = "site";

/// A sandbox with an issuer whose key the test holds, and roles that trust it.
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    pub(crate) key: SigningKey,
    pub(crate) now: i64,
    _files: tempfile::TempDir,
}

impl Bench {
    pub(crate) async fn start() -> Self {
        let files = tempfile::tempdir().unwrap();
        let key = SigningKey::generate_rsa().unwrap();
        std::fs::write(files.path().join("jwks.json"), key_set_document([&key]).to_string()).unwrap();
        let text = format!("[[issuers]]\nurl = \"{ISSUER}\"\njwks_file = \"jwks.json\"\n");
        let sandbox = SandboxBuilder::default().config_text(files.path(), &text).start().await;
        sandbox.register(ISSUER, &[seed::AUDIENCE, "second.example.com"]).await;
        sandbox.register_github().await;
        let provider = format!("arn:aws:iam::{}:oidc-provider/issuer.example.com", seed::ACCOUNT);
        let trust = |condition: Value| {
            json!({ "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow",
                "Principal": { "Federated": provider },
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": condition,
            }]})
        };
        let subject = |subject: &str| json!({ "StringEquals": { "issuer.example.com:sub": subject } });
        let main = "repo:your-org/your-repo:ref:refs/heads/main";
        sandbox.create_role("deploy", &trust(subject(main))).await;
        let mut with_deny = trust(json!({ "StringLike": { "issuer.example.com:sub": "repo:your-org/*" } }));
        with_deny["Statement"].as_array_mut().unwrap().push(json!({
            "Effect": "Deny",
            "Principal": { "Federated": provider },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": { "StringEquals": { "issuer.example.com:sub": main } },
        }));
        sandbox.create_role("denying", &with_deny).await;
        let tagging = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "Federated": provider },
            "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"],
            "Condition": subject(main),
        }]});
        sandbox.create_role("tagging", &tagging).await;
        let everybody = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": "*" },
            "Action": ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"],
        }]});
        sandbox.create_role("everybody", &everybody).await;
        permissions(&sandbox, &trust(subject(main))).await;
        let now =
            sandbox.read_control("status").await["now"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        Self { sandbox, key, now: now.as_second(), _files: files }
    }

    pub(crate) fn claims(&self) -> Map<String, Value> {
        with(claims(self.now), json!({ "iss": ISSUER }))
    }

    pub(crate) fn token(&self, changes: Value) -> String {
        signed(&self.key, &with(self.claims(), changes))
    }

    pub(crate) fn header(&self, changes: Value) -> Value {
        let base = json!({ "typ": "JWT", "alg": "RS256", "kid": self.key.key_id() });
        Value::Object(with(base.as_object().cloned().unwrap(), changes))
    }
}

/// The same trust with permissions: to read, to read but not one object, and none at all. An object to read lies there.
async fn permissions(sandbox: &Sandbox, trust: &Value) {
    let objects = format!("arn:aws:s3:::{BUCKET}/*");
    let reading = json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": objects });
    let policies = [
        ("reading", vec![reading.clone()]),
        (
            "forbidden",
            vec![
                reading,
                json!({
                    "Effect": "Deny", "Action": "s3:*", "Resource": objects,
                }),
            ],
        ),
    ];
    for (role, statements) in policies {
        sandbox.create_role(role, trust).await;
        let policy = json!({ "Version": "2012-10-17", "Statement": statements });
        sandbox.put_role_policy(role, "s3", &policy).await;
    }
    sandbox.create_role("powerless", trust).await;
    for (path, body) in [(format!("/{BUCKET}"), ""), (format!("/{BUCKET}/index.html"), "hello")] {
        let answer = sandbox.aws.s3(Some(&sandbox.administrator), "PUT", &path, body.into()).await.unwrap();
        assert!(answer.status.is_success(), "{path}: {}", answer.text());
    }
}
