//! An account with one role, and a session of it that asks.

#![expect(clippy::panic, reason = "a test stops at the first surprise")]

use std::sync::Arc;

use daypass_aws::authorize::{Action, Permission, Surroundings, authorize};
use daypass_aws::{
    Account, AccountId, Caller, Change, ManagedPolicy, PolicyVersion, Refusal, Role, Session, StoredPolicy,
};
use daypass_policy::Kind;
use jiff::Timestamp;

pub(crate) const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/deploy/run-42";
pub(crate) const OBJECT: &str = "arn:aws:s3:::octo-bucket/report";
pub(crate) const BOUND: &str = "arn:aws:iam::123456789012:policy/bound";
pub(crate) const MANAGED: &str = "arn:aws:iam::123456789012:policy/managed";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}]}"#;

/// A policy with one statement.
pub(crate) fn policy(effect: &str, action: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"Only","Effect":"{effect}","Action":"{action}","Resource":"*"}}]}}"#
    )
}

pub(crate) struct Bench {
    pub(crate) account: Account,
    pub(crate) role: Role,
    pub(crate) session: Session,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let Some(id) = AccountId::parse("123456789012") else { panic!("no account") };
        let role = Role {
            name: "deploy".to_owned(),
            id: "AROAAAAAAAAAAAAAAAAAA".to_owned(),
            path: "/".to_owned(),
            trust: StoredPolicy::read(Kind::Trust, TRUST),
            trusted_roles: Default::default(),
            policies: Default::default(),
            attached: Vec::new(),
            boundary: None,
            max_session_seconds: 3_600,
            description: None,
            created: Timestamp::UNIX_EPOCH,
            tags: Default::default(),
        };
        let session = Session {
            account: id.clone(),
            access_key_id: "ASIAAAAAAAAAAAAAAAAA".to_owned(),
            role_name: role.name.clone(),
            role_path: role.path.clone(),
            role_id: role.id.clone(),
            session_name: "run-42".to_owned(),
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::MAX,
            web_identity: None,
            source_identity: None,
            tags: Default::default(),
            transitive_tag_keys: Vec::new(),
            policies: Vec::new(),
            policy_arns: Vec::new(),
        };
        Self { account: Account::new(id), role, session }
    }

    /// An inline policy of the role.
    pub(crate) fn inline(mut self, name: &str, text: &str) -> Self {
        self.role.policies.insert(name.to_owned(), StoredPolicy::read(Kind::Identity, text));
        self
    }

    /// A managed policy of the account, attached to nothing.
    pub(crate) fn managed(mut self, arn: &str, text: &str) -> Self {
        let version = |id: &str, text: &str, is_default| PolicyVersion {
            id: id.to_owned(),
            document: StoredPolicy::read(Kind::Identity, text),
            is_default,
            created: Timestamp::UNIX_EPOCH,
        };
        let managed = ManagedPolicy {
            name: arn.rsplit('/').next().unwrap_or_default().to_owned(),
            id: "ANPAAAAAAAAAAAAAAAAAA".to_owned(),
            path: "/".to_owned(),
            arn: arn.to_owned(),
            description: None,
            // The newest version is not the one in force: it must have no say.
            versions: vec![version("v1", text, true), version("v2", &policy("Deny", "*"), false)],
            versions_made: 2,
            created: Timestamp::UNIX_EPOCH,
            updated: Timestamp::UNIX_EPOCH,
            tags: Default::default(),
        };
        self.account = self.account.apply(&[Change::PutPolicy(Box::new(managed))]);
        self
    }

    /// A managed policy attached to the role.
    pub(crate) fn attached(mut self, arn: &str, text: &str) -> Self {
        self.role.attached.push(arn.to_owned());
        self.managed(arn, text)
    }

    /// A managed policy as the role's boundary.
    pub(crate) fn bound(mut self, text: &str) -> Self {
        self.role.boundary = Some(BOUND.to_owned());
        self.managed(BOUND, text)
    }

    pub(crate) fn ask(&self, action: &str, resource: &str) -> Result<Permission, Box<Refusal>> {
        let account = self.account.apply(&[Change::PutRole(Box::new(self.role.clone()))]);
        let surroundings = surroundings();
        let caller = Caller::Session(Arc::new(self.session.clone()));
        let asked = Action { name: action, resource, keys: &[] };
        authorize(&account, &caller, &asked, &surroundings).map_err(Box::new)
    }

    /// Whether the object can be read; else what follows on who, what and which.
    pub(crate) fn read(&self) -> Result<(), String> {
        let start =
            format!("User: {SESSION} is not authorized to perform: s3:GetObject on resource: \"{OBJECT}\" ");
        match self.ask("s3:GetObject", OBJECT) {
            Ok(_) => Ok(()),
            Err(refusal) => Err(refusal.error.message.strip_prefix(&start).unwrap_or_default().to_owned()),
        }
    }
}

/// A request of nothing in particular.
pub(crate) fn surroundings() -> Surroundings {
    Surroundings {
        now: Timestamp::UNIX_EPOCH,
        source_ip: "127.0.0.1".to_owned(),
        secure_transport: false,
        region: "us-east-1".to_owned(),
        user_agent: None,
    }
}
