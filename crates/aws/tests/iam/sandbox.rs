//! An account in a test: operations are done on it one after the other.

#![expect(clippy::panic, reason = "a test stops at the first surprise")]

use std::fmt::Write as _;
use std::sync::Arc;

use daypass_aws::iam::{self, Call};
use daypass_aws::identifier::Random;
use daypass_aws::{Account, AccountId, AwsError, Caller, Outcome, Parameters, Session, Shape};
use jiff::Timestamp;

/// The account of all examples.
pub(crate) const ACCOUNT: &str = "123456789012";
/// GitHub's issuer, and the ARN of its provider.
pub(crate) const GITHUB: &str = "https://token.actions.githubusercontent.com";
pub(crate) const GITHUB_ARN: &str =
    "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
/// A trust policy that every rule takes.
pub(crate) const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:octo-org/octo-repo:ref:refs/heads/main"}}}]}"#;
/// A permission policy that every rule takes.
pub(crate) const PERMISSIONS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::octo-bucket/*"}]}"#;

/// Counts instead of throwing dice.
struct Counter(u8);

impl Random for Counter {
    fn fill(&mut self, buffer: &mut [u8]) {
        buffer.fill(self.0);
        self.0 = self.0.wrapping_add(1);
    }
}

/// A caller with a session of the role `deploy`.
pub(crate) fn session() -> Caller {
    let Some(account) = AccountId::parse(ACCOUNT) else { panic!("{ACCOUNT} is no account") };
    Caller::Session(Arc::new(Session {
        account,
        access_key_id: "ASIAEXAMPLE".to_owned(),
        role_name: "deploy".to_owned(),
        role_path: "/".to_owned(),
        role_id: "AROAEXAMPLE".to_owned(),
        session_name: "run-1".to_owned(),
        issued_at: Timestamp::UNIX_EPOCH,
        expires_at: Timestamp::UNIX_EPOCH,
        web_identity: None,
        source_identity: None,
        tags: Default::default(),
        transitive_tag_keys: Vec::new(),
        policies: Vec::new(),
        policy_arns: Vec::new(),
    }))
}

pub(crate) struct Sandbox {
    pub(crate) account: Account,
    pub(crate) caller: Caller,
    pub(crate) now: Timestamp,
    random: Counter,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let Some(id) = AccountId::parse(ACCOUNT) else { panic!("{ACCOUNT} is no account") };
        let now = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(1_795_408_925);
        let caller = Caller::Administrator { account: id.clone(), access_key_id: "AKIAEXAMPLE".to_owned() };
        Self { account: Account::new(id), caller, now, random: Counter(0) }
    }

    /// With GitHub's provider and the role `deploy`.
    pub(crate) fn with_role() -> Self {
        let mut sandbox = Self::new();
        sandbox.done("CreateOpenIDConnectProvider", &[("Url", GITHUB)]);
        sandbox.done("CreateRole", &[("RoleName", "deploy"), ("AssumeRolePolicyDocument", TRUST)]);
        sandbox
    }

    /// Does an operation and keeps what it changes.
    pub(crate) fn call(&mut self, name: &str, parameters: &[(&str, &str)]) -> Result<Outcome, AwsError> {
        let Some(operation) = iam::operation(name) else { panic!("there is no operation {name}") };
        let parameters = Parameters::from_iter(parameters.iter().copied());
        let outcome = operation.execute(&mut Call {
            account: &self.account,
            caller: &self.caller,
            parameters: &parameters,
            now: self.now,
            random: &mut self.random,
        })?;
        assert!(!operation.read_only || outcome.changes.is_empty(), "{name} only reads");
        self.account = self.account.apply(&outcome.changes);
        Ok(outcome)
    }

    /// An operation that must be done.
    pub(crate) fn done(&mut self, name: &str, parameters: &[(&str, &str)]) -> Outcome {
        match self.call(name, parameters) {
            Ok(outcome) => outcome,
            Err(error) => panic!("{name} was refused: {error}"),
        }
    }

    /// The answer of an operation that must be done, as elements without their result.
    pub(crate) fn answer(&mut self, name: &str, parameters: &[(&str, &str)]) -> String {
        render(&self.done(name, parameters).result)
    }

    /// The refusal of an operation that must be refused: `STATUS CODE: MESSAGE`.
    pub(crate) fn refusal(&mut self, name: &str, parameters: &[(&str, &str)]) -> String {
        match self.call(name, parameters) {
            Ok(_) => panic!("{name} was done"),
            Err(error) => format!("{} {error}", error.status),
        }
    }
}

/// Elements in their order, so that a test sees it.
pub(crate) fn render(shape: &Shape) -> String {
    match shape {
        Shape::List(items) => items.iter().fold(String::new(), |mut text, item| {
            let _ = write!(text, "<member>{}</member>", render(item));
            text
        }),
        Shape::Secret(_) => panic!("IAM tells no secrets"),
        Shape::Structure(members) => members.iter().fold(String::new(), |mut text, (name, value)| {
            let _ = write!(text, "<{name}>{}</{name}>", render(value));
            text
        }),
        Shape::Text(text) => text.clone(),
    }
}
