//! The rows: who tries, what AWS says.

use daypass_testkit::forge::{signed, unsigned};
use daypass_testkit::{Credentials, seed};
use daypass_token::SigningKey;
use serde_json::{Value, json};

use crate::bench::{Bench, ISSUER};

const NOT_VALIDATED: &str = "The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.";
const NOT_A_JWT: &str =
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
const NO_KEY: &str = "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";
const NOT_AUTHORIZED: &str = "Not authorized to perform sts:AssumeRoleWithWebIdentity";

/// What AWS answers.
pub(crate) enum Answer {
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

/// What becomes of the credentials before they are used; `None` sends the request unsigned.
pub(crate) type Use = fn(Credentials) -> Option<Credentials>;

/// One exchange, and what is done with what it gives.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) role: &'static str,
    pub(crate) token: String,
    pub(crate) parameters: Vec<(&'static str, &'static str)>,
    /// How the session reads an object; none where the exchange itself is the row.
    pub(crate) uses: Option<Use>,
    pub(crate) answer: Answer,
}

fn row(name: &'static str, token: String, answer: Answer) -> Row {
    Row { name, role: "deploy", token, parameters: Vec::new(), uses: None, answer }
}

impl Bench {
    /// All of them.
    pub(crate) fn rows(&self) -> Vec<Row> {
        [
            self.honest(),
            self.shapes(),
            self.signatures(),
            self.times(),
            self.subjects_and_audiences(),
            self.issuers_and_roles(),
            self.missing_claims(),
            self.parameters(),
            self.permissions(),
            self.credentials(),
        ]
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
            // Nine characters less leave a length that no base64 has; eight leave one that has, once in sixteen times.
            row("truncated in the signature", honest[..honest.len() - 9].to_owned(), invalid(NOT_A_JWT)),
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

    fn subjects_and_audiences(&self) -> Vec<Row> {
        vec![
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
        ]
    }

    fn issuers_and_roles(&self) -> Vec<Row> {
        let not_this = json!({ "https://aws.amazon.com/roles": ["arn:aws:iam::123456789012:role/other"] });
        let tags = json!({ "https://aws.amazon.com/tags": { "principal_tags": { "team": ["web"] } } });
        let bad_tags = json!({ "https://aws.amazon.com/tags": { "principal_tags": { "team": "web" } } });
        vec![
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
        ]
    }

    fn missing_claims(&self) -> Vec<Row> {
        let without = |claim: &str| {
            let mut claims = self.claims();
            claims.remove(claim);
            let refused = invalid(format!("Missing a required claim: {claim}"));
            row("a claim is missing", signed(&self.key, &claims), refused)
        };
        ["iss", "sub", "aud", "iat", "exp"].map(without).into()
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

    /// A row that reads an object with what the exchange of an honest token gave.
    fn using(&self, name: &'static str, role: &'static str, how: Use, answer: Answer) -> Row {
        Row { role, uses: Some(how), ..row(name, self.token(json!({})), answer) }
    }

    /// What a session may do.
    fn permissions(&self) -> Vec<Row> {
        let narrow = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::site/other.html"}]}"#;
        let not_allowed = |role: &str, because: &str| Answer::Refused {
            status: 403,
            code: "AccessDenied",
            message: format!(
                "User: arn:aws:sts::123456789012:assumed-role/{role}/GitHubActions is not authorized to perform: \
                 s3:GetObject on resource: \"arn:aws:s3:::site/index.html\" {because}"
            ),
        };
        let as_given: Use = Some;
        vec![
            self.using("a session that may read", "reading", as_given, Answer::Allowed),
            self.using(
                "no policy",
                "powerless",
                as_given,
                not_allowed("powerless", "because no identity-based policy allows the s3:GetObject action"),
            ),
            self.using(
                "an explicit deny in the permissions",
                "forbidden",
                as_given,
                not_allowed("forbidden", "with an explicit deny in an identity-based policy"),
            ),
            Row {
                parameters: vec![("Policy", narrow)],
                ..self.using(
                    "a session policy that narrows",
                    "reading",
                    as_given,
                    not_allowed("reading", "because no session policy allows the s3:GetObject action"),
                )
            },
        ]
    }

    /// What happens where the credentials are not used as they were given.
    fn credentials(&self) -> Vec<Row> {
        let refused =
            |status, code, message: &str| Answer::Refused { status, code, message: message.to_owned() };
        vec![
            self.using(
                "the session token is missing",
                "reading",
                |given| Some(Credentials { session_token: None, ..given }),
                refused(
                    403,
                    "InvalidAccessKeyId",
                    "The AWS Access Key Id you provided does not exist in our records.",
                ),
            ),
            self.using(
                "the session token is altered",
                "reading",
                |given| {
                    let token = given.session_token.as_ref().map(|token| token.replacen('A', "B", 1).into());
                    Some(Credentials { session_token: token, ..given })
                },
                refused(400, "InvalidToken", "The provided token is malformed or otherwise invalid."),
            ),
            self.using(
                "the secret key is another's",
                "reading",
                |given| Some(Credentials { secret_access_key: "x".repeat(40).into(), ..given }),
                refused(
                    403,
                    "SignatureDoesNotMatch",
                    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
                ),
            ),
            self.using(
                "the request is not signed",
                "reading",
                |_| None,
                refused(403, "AccessDenied", "Access Denied"),
            ),
        ]
    }
}
