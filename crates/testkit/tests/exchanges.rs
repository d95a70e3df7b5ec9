//! Honest and hostile exchanges of tokens, one row each: who tries, what AWS says.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and keeps its issuer's keys in a file"
)]

use daypass_testkit::forge::{claims, signed, unsigned, with};
use daypass_testkit::{Sandbox, SandboxBuilder, seed};
use daypass_token::{SigningKey, key_set_document};
use serde_json::{Map, Value, json};

/// An issuer whose key the test holds, so that it can sign anything.
const ISSUER: &str = "https://issuer.example.com";
const NOT_VALIDATED: &str = "The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.";
const NOT_A_JWT: &str =
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
const NO_KEY: &str = "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";
const NOT_AUTHORIZED: &str = "Not authorized to perform sts:AssumeRoleWithWebIdentity";

/// What AWS answers.
enum Answer {
    Allowed,
    Refused { status: u16, code: &'static str, message: String },
}

fn invalid(message: impl Into<String>) -> Answer {
    Answer::Refused { status: 400, code: "InvalidIdentityToken", message: message.into() }
}

fn denied() -> Answer {
    Answer::Refused { status: 403, code: "AccessDenied", message: NOT_AUTHORIZED.to_owned() }
}

fn validation(message: impl Into<String>) -> Answer {
    Answer::Refused { status: 400, code: "ValidationError", message: message.into() }
}

/// One exchange.
struct Row {
    name: &'static str,
    role: &'static str,
    token: String,
    parameters: Vec<(&'static str, &'static str)>,
    answer: Answer,
}

fn row(name: &'static str, token: String, answer: Answer) -> Row {
    Row { name, role: "deploy", token, parameters: Vec::new(), answer }
}

struct Bench {
    sandbox: Sandbox,
    key: SigningKey,
    now: i64,
    _files: tempfile::TempDir,
}

impl Bench {
    async fn start() -> Self {
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
        let now =
            sandbox.read_control("status").await["now"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        Self { sandbox, key, now: now.as_second(), _files: files }
    }

    fn claims(&self) -> Map<String, Value> {
        with(claims(self.now), json!({ "iss": ISSUER }))
    }

    fn token(&self, changes: Value) -> String {
        signed(&self.key, &with(self.claims(), changes))
    }

    fn header(&self, changes: Value) -> Value {
        let base = json!({ "typ": "JWT", "alg": "RS256", "kid": self.key.key_id() });
        Value::Object(with(base.as_object().cloned().unwrap(), changes))
    }

    fn rows(&self) -> Vec<Row> {
        [self.honest(), self.shapes(), self.signatures(), self.times(), self.claims_rows(), self.parameters()]
            .into_iter()
            .flatten()
            .collect()
    }

    fn honest(&self) -> Vec<Row> {
        let tags = json!({ "https://aws.amazon.com/tags": { "principal_tags": { "team": ["web"] } } });
        let role = format!("arn:aws:iam::{}:role/deploy", seed::ACCOUNT);
        vec![
            row("an honest token", self.token(json!({})), Answer::Allowed),
            row(
                "the second registered audience",
                self.token(json!({ "aud": "second.example.com" })),
                Answer::Allowed,
            ),
            row("an audience list of one", self.token(json!({ "aud": [seed::AUDIENCE] })), Answer::Allowed),
            row(
                "several audiences with azp",
                self.token(json!({ "aud": ["x", "y"], "azp": seed::AUDIENCE })),
                Answer::Allowed,
            ),
            row(
                "times as texts",
                self.token(json!({ "exp": (self.now + 300).to_string() })),
                Answer::Allowed,
            ),
            row("expired four minutes ago", self.token(json!({ "exp": self.now - 240 })), Answer::Allowed),
            row("issued four minutes ahead", self.token(json!({ "iat": self.now + 240 })), Answer::Allowed),
            row(
                "the roles claim names the role",
                self.token(json!({ "https://aws.amazon.com/roles": [role] })),
                Answer::Allowed,
            ),
            Row { role: "tagging", ..row("tags that the role allows", self.token(tags), Answer::Allowed) },
        ]
    }

    fn shapes(&self) -> Vec<Row> {
        let honest = self.token(json!({}));
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        let duplicate = format!(
            "{{\"sub\":\"repo:evil/evil:ref:refs/heads/main\",{}",
            Value::Object(self.claims()).to_string().trim_start_matches('{')
        );
        let (front, _) = honest.rsplit_once('.').unwrap();
        vec![
            row("garbage", "garbage".to_owned(), invalid(NOT_A_JWT)),
            row("two parts", front.to_owned(), invalid(NOT_A_JWT)),
            row("truncated in the signature", honest[..honest.len() - 8].to_owned(), invalid(NOT_A_JWT)),
            row(
                "a nested payload of depth 10,000",
                unsigned(&self.header(json!({})), &deep[..14_000], b"x"),
                invalid(NOT_A_JWT),
            ),
            row(
                "20,001 characters",
                "x".repeat(20_001),
                validation(
                    "1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: Member must have length less than or equal to 20000",
                ),
            ),
            row(
                "duplicate members with a forged signature",
                unsigned(&self.header(json!({})), &duplicate, b"x"),
                invalid(NOT_VALIDATED),
            ),
        ]
    }

    fn signatures(&self) -> Vec<Row> {
        let forger = SigningKey::generate_rsa().unwrap();
        let payload = Value::Object(self.claims()).to_string();
        let honest = self.token(json!({}));
        let (_, signature) = honest.rsplit_once('.').unwrap();
        let other = self.token(json!({ "sub": "repo:evil/evil:ref:refs/heads/main" }));
        let (front, _) = other.rsplit_once('.').unwrap();
        vec![
            row(
                "alg none",
                unsigned(&self.header(json!({ "alg": "none" })), &payload, b""),
                invalid(NOT_A_JWT),
            ),
            row(
                "HS256 with the public key",
                unsigned(
                    &self.header(json!({ "alg": "HS256" })),
                    &payload,
                    b"0123456789abcdef0123456789abcdef",
                ),
                invalid(NOT_A_JWT),
            ),
            row(
                "an unknown critical extension",
                unsigned(&self.header(json!({ "crit": ["b64"] })), &payload, b"x"),
                invalid(NOT_A_JWT),
            ),
            row("an unknown key id", signed(&forger, &self.claims()), invalid(NO_KEY)),
            row(
                "the right key id and a wrong key",
                unsigned(&self.header(json!({})), &payload, &[7; 256]),
                invalid(NOT_VALIDATED),
            ),
            row("another token's signature", format!("{front}.{signature}"), invalid(NOT_VALIDATED)),
            row(
                "ES256 over an RSA key",
                unsigned(&self.header(json!({ "alg": "ES256" })), &payload, &[7; 64]),
                invalid(NOT_VALIDATED),
            ),
        ]
    }

    fn times(&self) -> Vec<Row> {
        vec![
            row(
                "a time with a fraction",
                self.token(json!({ "exp": 1.5 })),
                invalid("Invalid timestamp in token claims."),
            ),
            row(
                "issued ten minutes ahead",
                self.token(json!({ "iat": self.now + 600 })),
                invalid(format!("Token issued in the future: {}", self.now + 600)),
            ),
        ]
    }

    fn claims_rows(&self) -> Vec<Row> {
        let not_this = json!({ "https://aws.amazon.com/roles": ["arn:aws:iam::123456789012:role/other"] });
        let tags = json!({ "https://aws.amazon.com/tags": { "principal_tags": { "team": ["web"] } } });
        let bad_tags = json!({ "https://aws.amazon.com/tags": { "principal_tags": { "team": "web" } } });
        let mut rows = vec![
            row(
                "wrong subject",
                self.token(json!({ "sub": "repo:your-org/your-repo:ref:refs/heads/develop" })),
                denied(),
            ),
            row(
                "the subject in the wrong case",
                self.token(json!({ "sub": "repo:Your-Org/your-repo:ref:refs/heads/main" })),
                denied(),
            ),
            row(
                "a subject that the wanted one begins with",
                self.token(json!({ "sub": "repo:your-org/your-repo:ref:refs/heads/main2" })),
                denied(),
            ),
            row(
                "an audience that is not registered",
                self.token(json!({ "aud": "https://github.com/your-org" })),
                invalid(NOT_VALIDATED),
            ),
            row(
                "an azp that is not registered",
                self.token(json!({ "azp": "else" })),
                invalid(NOT_VALIDATED),
            ),
            row(
                "several audiences without azp",
                self.token(json!({ "aud": [seed::AUDIENCE, "x"] })),
                invalid(
                    "Token audience contains more than one audience while authorized party is not present",
                ),
            ),
            row(
                "an empty audience list",
                self.token(json!({ "aud": [] })),
                invalid("Claim is not allowed to be empty: aud"),
            ),
            row(
                "an issuer that is not registered",
                self.token(json!({ "iss": "https://other.example.com" })),
                invalid("No OpenIDConnect provider found in your account for https://other.example.com"),
            ),
            row(
                "an issuer that the registered one begins with",
                self.token(json!({ "iss": "https://issuer.example.co" })),
                invalid("No OpenIDConnect provider found in your account for https://issuer.example.co"),
            ),
            row(
                "an issuer with a slash more",
                self.token(json!({ "iss": format!("{ISSUER}/") })),
                invalid(format!("No OpenIDConnect provider found in your account for {ISSUER}/")),
            ),
            row(
                "GitHub's issuer with another's key",
                self.token(json!({ "iss": seed::ISSUER })),
                invalid(NO_KEY),
            ),
            row(
                "the roles claim names another role",
                self.token(not_this),
                invalid("The target role ARN is not present in the roles claim of the identity token"),
            ),
            row("tags that the role does not allow", self.token(tags), denied()),
            row(
                "tags of the wrong form",
                self.token(bad_tags),
                invalid("principal_tags passed in claim is not in correct format."),
            ),
            Row { role: "denying", ..row("an explicit deny", self.token(json!({})), denied()) },
            Row { role: "everybody", ..row("a star for AWS principals", self.token(json!({})), denied()) },
            Row { role: "unknown", ..row("an unknown role", self.token(json!({})), denied()) },
        ];
        for claim in ["iss", "sub", "aud", "iat", "exp"] {
            let mut claims = self.claims();
            claims.remove(claim);
            rows.push(row(
                "a claim is missing",
                signed(&self.key, &claims),
                invalid(format!("Missing a required claim: {claim}")),
            ));
        }
        rows
    }

    fn parameters(&self) -> Vec<Row> {
        let token = || self.token(json!({}));
        let more = |name, parameters: &[(&'static str, &'static str)], answer| Row {
            parameters: parameters.to_vec(),
            ..row(name, token(), answer)
        };
        vec![
            more("899 seconds", &[("DurationSeconds", "899")], validation(
                "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900")),
            more("longer than the role allows", &[("DurationSeconds", "3601")], validation(
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")),
            more("a duration that is no integer", &[("DurationSeconds", "9e2")], Answer::Refused {
                status: 400, code: "MalformedInput", message: "Invalid integer value in the request".to_owned() }),
            more("a provider id", &[("ProviderId", "www.amazon.com")], Answer::Refused {
                status: 403, code: "AccessDenied",
                message: "Unrecognized OAuth provider. Do not include a provider parameter when submitting OpenIDConnect ID tokens".to_owned() }),
            more("fifteen minutes", &[("DurationSeconds", "900")], Answer::Allowed),
        ]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_exchange_is_answered_as_aws_answers() {
    let bench = Bench::start().await;
    let rows = bench.rows();
    assert!(rows.len() >= 33, "only {} rows", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let answered = bench.sandbox.exchange_with(row.role, &row.token, &row.parameters).await;
        let got = match &answered {
            Ok(credentials) => format!("allowed ({})", &credentials.access_key_id[..4]),
            Err(refused) => format!("{} {}: {}", refused.status, refused.code, refused.message),
        };
        let wanted = match &row.answer {
            Answer::Allowed => "allowed (ASIA)".to_owned(),
            Answer::Refused { status, code, message } => format!("{status} {code}: {message}"),
        };
        if got != wanted {
            wrong.push(format!("{}:\n  wanted {wanted}\n  got    {got}", row.name));
        }
    }
    assert!(wrong.is_empty(), "{} rows differ from AWS:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_told_with_the_tolerance() {
    let bench = Bench::start().await;
    let expired = bench.token(json!({ "exp": bench.now - 600 }));
    let refused = bench.sandbox.exchange("deploy", &expired).await.expect_err("an expired token");
    assert_eq!((refused.status, refused.code.as_str()), (400, "ExpiredTokenException"));
    assert!(
        refused.message.ends_with(&format!("must be before the expiration date/time {}", bench.now - 600))
    );
    let early = bench.token(json!({ "nbf": bench.now + 900 }));
    let refused = bench.sandbox.exchange("deploy", &early).await.expect_err("a token of tomorrow");
    assert_eq!((refused.status, refused.code.as_str()), (400, "InvalidIdentityToken"));
    assert!(
        refused
            .message
            .ends_with(&format!("must be after or equal to the not-before date/time {}", bench.now + 900))
    );
}
