//! The account as an immutable snapshot, and the changes that lead from one snapshot to the next.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arn;
use crate::aws_managed;
use crate::last_use::LastUses;

pub use crate::account_settings::AccountSettings;
pub use crate::managed_policy::{ManagedPolicy, PolicyVersion};
pub use crate::stored_policy::StoredPolicy;

/// An account's twelve-digit number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

impl AccountId {
    /// Reads twelve decimal digits; `None` otherwise.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| Self(text.to_owned()))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.0
    }
}

impl TryFrom<String> for AccountId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` is not an account number of twelve digits"))
    }
}

/// Tags of a thing, by key.
pub type Tags = BTreeMap<String, String>;

/// An OpenID Connect provider that the account trusts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// The issuer's URL without `https://`, case kept; the key in the account.
    pub location: String,
    /// Audiences that tokens may be made out to, in the order of registration.
    pub client_ids: Vec<String>,
    /// Certificate thumbprints, 40 characters each, lower case. Kept for the API; trust in keys comes from elsewhere.
    pub thumbprints: Vec<String>,
    /// When it was registered.
    pub created: Timestamp,
    /// Its tags.
    #[serde(default)]
    pub tags: Tags,
}

impl Provider {
    /// The issuer URL that a token's `iss` must equal.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("https://{}", self.location)
    }
}

/// A role: who may become it, and what it may do then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// Its name, case kept; unique in the account without regard to case.
    pub name: String,
    /// `AROA` and 17 characters; never used again after the role is deleted.
    pub id: String,
    /// Its path, with leading and trailing `/`.
    pub path: String,
    /// Who may assume it.
    #[serde(deserialize_with = "StoredPolicy::trust")]
    pub trust: StoredPolicy,
    /// The roles of this account that the trust policy names, by ARN, with the id that each had when the policy was
    /// written: [`crate::iam::trusted_roles`].
    #[serde(default)]
    pub trusted_roles: BTreeMap<String, String>,
    /// Inline permission policies by name.
    #[serde(default, deserialize_with = "StoredPolicy::identities")]
    pub policies: BTreeMap<String, StoredPolicy>,
    /// ARNs of the managed policies attached to it, in the order of attachment.
    #[serde(default)]
    pub attached: Vec<String>,
    /// ARN of the managed policy that is its permissions boundary.
    #[serde(default)]
    pub boundary: Option<String>,
    /// The longest session it gives, in seconds, 3600 to 43200.
    pub max_session_seconds: u32,
    /// Free text.
    #[serde(default)]
    pub description: Option<String>,
    /// When it was created.
    pub created: Timestamp,
    /// Its tags.
    #[serde(default)]
    pub tags: Tags,
}

impl Role {
    /// Its ARN in an account.
    #[must_use]
    pub fn arn(&self, account: &AccountId) -> String {
        arn::role(account, &self.path, &self.name)
    }
}

/// One step from a snapshot of the account to the next.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The customer-managed policy with this ARN is gone.
    DeletePolicy(String),
    /// The provider with this location is gone.
    DeleteProvider(String),
    /// The role with this name is gone.
    DeleteRole(String),
    /// A customer-managed policy is new or different.
    PutPolicy(Box<ManagedPolicy>),
    /// A provider is new or different.
    PutProvider(Provider),
    /// A role is new or different.
    PutRole(Box<Role>),
    /// Something about the account as a whole is different.
    PutSettings(Box<AccountSettings>),
}

/// The account at one moment. Cloning is cheap: the things in it are shared.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// When its roles were last used: shared by all snapshots, since it changes without a management write.
    pub last_uses: Arc<LastUses>,
    /// What belongs to it as a whole.
    pub settings: Arc<AccountSettings>,
    policies: BTreeMap<String, Arc<ManagedPolicy>>,
    providers: BTreeMap<String, Arc<Provider>>,
    roles: BTreeMap<String, Arc<Role>>,
}

impl Account {
    /// An empty account, made at the epoch until its settings say otherwise.
    #[must_use]
    pub fn new(id: AccountId) -> Self {
        Self {
            id,
            last_uses: Arc::default(),
            settings: Arc::new(AccountSettings::new(Timestamp::UNIX_EPOCH)),
            policies: BTreeMap::new(),
            providers: BTreeMap::new(),
            roles: BTreeMap::new(),
        }
    }

    /// The account after the changes, in their order.
    #[must_use]
    pub fn apply(&self, changes: &[Change]) -> Self {
        let mut next = self.clone();
        for change in changes {
            match change {
                Change::DeletePolicy(arn) => {
                    next.policies.remove(arn);
                }
                Change::DeleteProvider(location) => {
                    next.providers.remove(location);
                }
                Change::DeleteRole(name) => {
                    next.roles.remove(&role_key(name));
                }
                Change::PutPolicy(policy) => {
                    next.policies.insert(policy.arn.clone(), Arc::new(ManagedPolicy::clone(policy)));
                }
                Change::PutProvider(provider) => {
                    next.providers.insert(provider.location.clone(), Arc::new(provider.clone()));
                }
                Change::PutRole(role) => {
                    next.roles.insert(role_key(&role.name), Arc::new(Role::clone(role)));
                }
                Change::PutSettings(settings) => {
                    next.settings = Arc::new(AccountSettings::clone(settings));
                }
            }
        }
        next
    }

    /// The managed policy with this ARN: the account's own, or one that AWS manages (`arn:aws:iam::aws:policy/...`).
    #[must_use]
    pub fn policy(&self, arn: &str) -> Option<&Arc<ManagedPolicy>> {
        self.policies.get(arn).or_else(|| aws_managed::policy(arn))
    }

    /// The account's own managed policy of this name, in any case and under any path.
    #[must_use]
    pub fn policy_named(&self, name: &str) -> Option<&Arc<ManagedPolicy>> {
        self.policies().find(|policy| policy.name.eq_ignore_ascii_case(name))
    }

    /// The account's own managed policies, by ARN.
    pub fn policies(&self) -> impl Iterator<Item = &Arc<ManagedPolicy>> {
        self.policies.values().filter(|policy| !policy.is_aws_managed())
    }

    /// The policies that AWS manages and that are known: those that an import brought, and the others that are offered.
    pub fn aws_policies(&self) -> impl Iterator<Item = &Arc<ManagedPolicy>> {
        let brought = self.policies.values().filter(|policy| policy.is_aws_managed());
        let offered = aws_managed::policies().iter();
        brought.chain(offered.filter(|policy| !self.policies.contains_key(&policy.arn)))
    }

    /// The provider whose issuer is exactly this URL (scheme `https`, case and trailing slash significant).
    #[must_use]
    pub fn provider_of_issuer(&self, issuer: &str) -> Option<&Arc<Provider>> {
        self.provider(issuer.strip_prefix("https://")?)
    }

    /// The provider with this location (URL without scheme).
    #[must_use]
    pub fn provider(&self, location: &str) -> Option<&Arc<Provider>> {
        self.providers.get(location)
    }

    /// All providers, by location.
    pub fn providers(&self) -> impl Iterator<Item = &Arc<Provider>> {
        self.providers.values()
    }

    /// The role with this name, in any case.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<&Arc<Role>> {
        self.roles.get(&role_key(name))
    }

    /// All roles, by name without regard to case.
    pub fn roles(&self) -> impl Iterator<Item = &Arc<Role>> {
        self.roles.values()
    }
}

/// The key of a role in the account and in the store: its name in lower case, since names are unique without case.
#[must_use]
pub fn role_key(name: &str) -> String {
    name.to_ascii_lowercase()
}
