//! Which roles a job's claims open.
//!
//! Every role's trust policy is asked as an exchange asks it. What only the moment of an exchange shows (the address that
//! it comes from, the name of the session) is not known here: a role whose trust policy hangs on that counts as one that
//! may open, and says so.

use daypass_aws::sts::trust_question::{Extras, TrustQuestion};
use daypass_aws::{Account, AccountId, Provider, Role, arn};
use daypass_policy::{Context, Document, Kind, Principal, Request, Verdict, decide_trust};
use daypass_token::Claimed;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Condition keys whose values only an exchange shows.
///
/// Source: IAM user guide, "AWS global condition context keys" and "IAM and AWS STS condition context keys".
const UNKNOWN_KEYS: [&str; 6] = [
    "aws:referer",
    "aws:requestedregion",
    "aws:securetransport",
    "aws:sourceip",
    "aws:useragent",
    "sts:rolesessionname",
];

/// A role that some claims open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedRole {
    /// The role's account.
    pub account: AccountId,
    /// The role's name.
    pub name: String,
    /// The role's ARN.
    pub arn: String,
    /// The audiences that a token may be made out to for it.
    pub audiences: Vec<String>,
    /// The condition keys that it hangs on, where it hangs on what only an exchange shows.
    pub depends_on: Vec<String>,
}

/// The roles of some accounts whose trust policies let in a token with these claims, in the order of accounts and names.
///
/// A job chooses its token's audience itself, so `aud` is not taken from the claims: every audience that the account's
/// provider knows is tried.
#[must_use]
pub fn opened_roles<'a>(
    accounts: impl IntoIterator<Item = &'a Account>,
    claims: &Map<String, Value>,
    now: Timestamp,
) -> Vec<OpenedRole> {
    let issuer = claims.get("iss").and_then(Value::as_str).unwrap_or_default();
    let mut opened = Vec::new();
    for account in accounts {
        let Some(provider) = account.provider_of_issuer(issuer) else { continue };
        let tokens: Vec<Map<String, Value>> =
            provider.client_ids.iter().map(|audience| made_out_to(claims, audience)).collect();
        let askers: Vec<Asker> =
            tokens.iter().filter_map(|claims| Asker::new(account, provider, claims, now)).collect();
        opened.extend(account.roles().filter_map(|role| open(account, role, &askers)));
    }
    opened
}

fn made_out_to(claims: &Map<String, Value>, audience: &str) -> Map<String, Value> {
    let mut claims = claims.clone();
    claims.insert("aud".to_owned(), Value::String(audience.to_owned()));
    claims
}

fn open(account: &Account, role: &Role, askers: &[Asker]) -> Option<OpenedRole> {
    let document = role.trust.document().ok()?;
    let arn = role.arn(&account.id);
    let audiences_of = |document: &Document| -> Vec<String> {
        let let_in = askers.iter().filter(|asker| asker.is_let_in(document, &arn));
        let_in.map(|asker| asker.audience.clone()).collect()
    };
    let mut audiences = audiences_of(document);
    let mut depends_on = Vec::new();
    if audiences.is_empty()
        && let Some((most_open, keys)) = without_unknown(document)
    {
        audiences = audiences_of(&most_open);
        depends_on = keys;
    }
    if audiences.is_empty() {
        return None;
    }
    Some(OpenedRole { account: account.id.clone(), name: role.name.clone(), arn, audiences, depends_on })
}

/// A token before the trust policies of one account.
struct Asker {
    audience: String,
    provider_arn: String,
    actions: Vec<&'static str>,
    context: Context,
}

impl Asker {
    fn new(
        account: &Account,
        provider: &Provider,
        claims: &Map<String, Value>,
        now: Timestamp,
    ) -> Option<Self> {
        let token = Claimed::read(claims).ok()?;
        let extras = Extras::of(&token).ok()?;
        let mut context = Context::new();
        context.insert("aws:CurrentTime", daypass_aws::shape::seconds(now));
        context.insert("aws:EpochTime", now.as_second().to_string());
        context.insert("aws:ViaAWSService", "false");
        let (account, location) = (&account.id, provider.location.as_str());
        let question = TrustQuestion {
            account,
            location,
            token: &token,
            extras: &extras,
            session_name: None,
            by_issuer: false,
        };
        question.insert_keys(&mut context);
        Some(Self {
            audience: token.audience.as_deref().unwrap_or_default().to_owned(),
            provider_arn: arn::provider(account, location),
            actions: extras.actions(),
            context,
        })
    }

    fn is_let_in(&self, document: &Document, role_arn: &str) -> bool {
        let principal = Principal::Federated(&self.provider_arn);
        self.actions.iter().all(|action| {
            let (resource, context) = (role_arn, &self.context);
            let request = Request { principal, action, resource, context, resource_account: None };
            matches!(decide_trust(document, &request), Verdict::Allowed)
        })
    }
}

/// A trust policy as it is at the most open: without the conditions on what is not known, and without what denies by
/// them; and the keys of those. `None` where there are none.
fn without_unknown(document: &Document) -> Option<(Document, Vec<String>)> {
    let is_unknown = |key: &str| UNKNOWN_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key));
    let mut keys: Vec<String> = Vec::new();
    for condition in document.statements().iter().flat_map(|statement| &statement.conditions) {
        if is_unknown(&condition.key) && !keys.iter().any(|key| key.eq_ignore_ascii_case(&condition.key)) {
            keys.push(condition.key.clone());
        }
    }
    if keys.is_empty() {
        return None;
    }
    let mut policy: Value = serde_json::from_str(document.text()).ok()?;
    let statements = policy.get_mut("Statement")?;
    if let Value::Object(_) = statements {
        *statements = Value::Array(vec![statements.take()]);
    }
    let statements = statements.as_array_mut()?;
    let hangs = |statement: &Value| {
        let operators = statement.get("Condition").and_then(Value::as_object);
        operators
            .into_iter()
            .flatten()
            .any(|(_, tests)| tests.as_object().is_some_and(|tests| tests.keys().any(|key| is_unknown(key))))
    };
    statements.retain(|statement| statement.get("Effect") != Some(&Value::from("Deny")) || !hangs(statement));
    for operators in statements.iter_mut().filter_map(|statement| statement.get_mut("Condition")) {
        let Value::Object(operators) = operators else { continue };
        for tests in operators.values_mut().filter_map(Value::as_object_mut) {
            tests.retain(|key, _| !is_unknown(key));
        }
        operators.retain(|_, tests| tests.as_object().is_none_or(|tests| !tests.is_empty()));
    }
    Document::parse(Kind::Trust, &policy.to_string()).ok().map(|document| (document, keys))
}
