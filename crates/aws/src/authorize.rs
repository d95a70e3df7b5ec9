//! May this caller do this action on this resource?
//!
//! A session of a role may do what the role's policies allow, inline and attached, as far as the role's permissions
//! boundary and the session's own policies allow it too. A resource may have a policy that allows or denies as well. A
//! policy that has a say and cannot be read denies.
//!
//! Source: IAM user guide, "Policy evaluation logic"; the words of a refusal: "Troubleshoot access denied error
//! messages".

use daypass_policy::{
    Context, Decision, Document, Kind, Layer, Named, ParseError, Policies, Principal, Request, Values,
    evaluate,
};
use jiff::Timestamp;

use crate::account::{Account, AccountId, Role};
use crate::arn::PolicyArn;
use crate::caller::Caller;
use crate::effective::{self, Effective, Unreadable};
use crate::error::AwsError;
use crate::explanation::{self, Check, Reason};
use crate::outcome::Refusal;
use crate::session::Session;

mod administrator;
mod resource_policy;

pub use self::resource_policy::{ResourcePolicy, Target};

/// How reports name a session's own policy.
const SESSION_POLICY: &str = "session policy";

/// What is true of a request whatever it asks: the global condition keys come from here.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The account's time.
    pub now: Timestamp,
    /// `aws:SourceIp`.
    pub source_ip: String,
    /// `aws:SecureTransport`.
    pub secure_transport: bool,
    /// `aws:RequestedRegion`.
    pub region: String,
    /// `aws:UserAgent`.
    pub user_agent: Option<String>,
}

impl Surroundings {
    /// The condition keys that every request has.
    ///
    /// Source: IAM user guide, "AWS global condition context keys".
    #[must_use]
    pub fn context(&self) -> Context {
        let mut context = Context::new();
        context.insert("aws:CurrentTime", crate::shape::seconds(self.now));
        context.insert("aws:EpochTime", self.now.as_second().to_string());
        context.insert("aws:SourceIp", self.source_ip.clone());
        context.insert("aws:SecureTransport", self.secure_transport.to_string());
        // Where a service calls on somebody's behalf, as Lambda does for code in a bucket, the question says so.
        context.insert("aws:ViaAWSService", "false");
        context.insert("aws:RequestedRegion", self.region.clone());
        if let Some(user_agent) = &self.user_agent {
            context.insert("aws:UserAgent", user_agent.clone());
        }
        context
    }
}

/// An action on a resource, with the condition keys of its own service.
#[derive(Debug, Clone)]
pub struct Action<'a> {
    /// E.g. `iam:CreateRole`.
    pub name: &'a str,
    /// The resource's ARN, or `*`.
    pub resource: &'a str,
    /// Keys of the service, e.g. `s3:prefix`.
    pub keys: &'a [(String, Values)],
}

/// Leave to do what was asked; only [`authorize`] gives it.
#[derive(Debug)]
pub struct Permission {
    /// The questions that were put to the policies; none for the administrator.
    pub checks: Vec<Check>,
}

/// Asks the caller's policies about something of the caller's own account.
///
/// # Errors
/// `AccessDenied` with AWS's sentence, and every reason for the operator. Whoever is of another account than `account`
/// is denied.
pub fn authorize(
    account: &Account,
    caller: &Caller,
    action: &Action<'_>,
    surroundings: &Surroundings,
) -> Result<Permission, Refusal> {
    decide(account, caller, action, Resource::own(account, action.resource), surroundings)
}

/// As [`authorize`], where a refusal does not name the resource by the ARN that the policies are asked about.
///
/// # Errors
/// As [`authorize`].
pub fn authorize_shown(
    account: &Account,
    caller: &Caller,
    action: &Action<'_>,
    shown: &str,
    surroundings: &Surroundings,
) -> Result<Permission, Refusal> {
    decide(account, caller, action, Resource::own(account, shown), surroundings)
}

/// As [`authorize`], about something that may belong to another account and may have a policy of its own.
///
/// Where some condition keys cannot be known, a policy that has a say in this action and asks about one of them denies,
/// whatever it and the others allow: it might be the deny.
///
/// In the owner's account the caller's policies or the resource's must allow; between accounts both must. A deny in
/// either wins, also over the administrator, who needs nobody's leave otherwise.
///
/// Source: IAM user guide, "Policy evaluation for requests within a single account", which says that an explicit deny
/// in a resource-based policy holds for the account's root user, and "Cross-account policy evaluation logic".
///
/// # Errors
/// As [`authorize`].
pub fn authorize_with(
    account: &Account,
    caller: &Caller,
    action: &Action<'_>,
    target: Target<'_>,
    surroundings: &Surroundings,
) -> Result<Permission, Refusal> {
    let Target { owner, policy, unavailable } = target;
    let resource = Resource { owner, policy, shown: action.resource, unavailable };
    decide(account, caller, action, resource, surroundings)
}

/// What is asked about, besides its ARN.
#[derive(Clone, Copy)]
struct Resource<'a> {
    /// The account that it belongs to.
    owner: &'a AccountId,
    /// Its policy.
    policy: ResourcePolicy<'a>,
    /// What a refusal calls it.
    shown: &'a str,
    /// Condition keys that nobody here knows.
    unavailable: &'a [&'a str],
}

impl<'a> Resource<'a> {
    const fn own(account: &'a Account, shown: &'a str) -> Self {
        Self { owner: &account.id, policy: ResourcePolicy::None, shown, unavailable: &[] }
    }
}

fn decide(
    account: &Account,
    caller: &Caller,
    action: &Action<'_>,
    resource: Resource<'_>,
    surroundings: &Surroundings,
) -> Result<Permission, Refusal> {
    let denied = |layer: Layer, by: Option<&str>| denied(caller, action.name, resource.shown, (layer, by));
    if *caller.account() != account.id {
        return Err(AwsError::access_denied("Access denied").into());
    }
    let unreadable = |found: Unreadable| Refusal::because(denied(found.layer, None), found.reason);
    let session = match caller {
        Caller::Administrator { .. } if *resource.owner == account.id && resource.policy.is_none() => {
            return Ok(Permission { checks: Vec::new() });
        }
        Caller::Administrator { .. } => {
            let own = administrator::policy().map_err(unreadable)?;
            let resource_policies = resource.policy.named().map_err(unreadable)?;
            let policies =
                Policies { identity: &[own], resource: resource_policies.as_slice(), ..Policies::default() };
            let check = ask(&policies, (caller, None), (action, &resource), surroundings);
            return answer(check, denied);
        }
        Caller::Session(session) => session,
    };
    let role =
        account.role(&session.role_name).filter(|role| role.id == session.role_id).ok_or_else(|| {
            let near = account.role(&session.role_name).map(|role| role.id.clone());
            Refusal::because(
                denied(Layer::Identity, None),
                Reason::Role { presented: session.role_id.clone(), near },
            )
        })?;
    let effective = Effective::of_role(account, role).map_err(unreadable)?;
    let resource_policies = resource.policy.named().map_err(unreadable)?;
    let inline = session_documents(session).map_err(unreadable)?;
    let mut session_policies: Vec<Named<'_>> =
        inline.iter().map(|document| Named { name: SESSION_POLICY, document }).collect();
    for arn in &session.policy_arns {
        session_policies.push(effective::managed(account, Layer::Session, arn).map_err(unreadable)?);
    }
    let policies = Policies {
        identity: &effective.identity,
        session: (!session_policies.is_empty()).then_some(session_policies.as_slice()),
        boundary: effective.boundary,
        resource: resource_policies.as_slice(),
        ..Policies::default()
    };
    if let Some(found) = unknowable(&policies, action.name, resource.unavailable) {
        return Err(unreadable(found));
    }
    answer(ask(&policies, (caller, Some(role)), (action, &resource), surroundings), denied)
}

fn answer(check: Check, denied: impl Fn(Layer, Option<&str>) -> AwsError) -> Result<Permission, Refusal> {
    let error = match &check.evaluation.decision {
        Decision::Allowed => return Ok(Permission { checks: vec![check] }),
        Decision::ImplicitlyDenied { layer } => denied(*layer, None),
        Decision::ExplicitlyDenied { layer, policy, .. } => denied(*layer, Some(policy)),
    };
    Err(Refusal { error, reason: None, checks: vec![check] })
}

/// The first policy that turns on a key which is not known.
fn unknowable(policies: &Policies<'_>, action: &str, unavailable: &[&str]) -> Option<Unreadable> {
    if unavailable.is_empty() {
        return None;
    }
    let layers = [
        (Layer::Identity, policies.identity),
        (Layer::Session, policies.session.unwrap_or_default()),
        (Layer::Boundary, policies.boundary.as_slice()),
    ];
    layers.into_iter().find_map(|(layer, named)| {
        named.iter().find_map(|policy| {
            let keys = policy.document.context_keys_for(action);
            let key = keys.into_iter().find(|key| unavailable.iter().any(|name| is_of(key, name)))?;
            let reason = Reason::UnavailableKey { policy: policy.name.to_owned(), key: key.to_owned() };
            Some(Unreadable { layer, reason })
        })
    })
}

/// Whether a key is the one of a name, or of a name's family.
fn is_of(key: &str, name: &str) -> bool {
    match name.strip_suffix('*') {
        Some(family) => key.get(..family.len()).is_some_and(|start| start.eq_ignore_ascii_case(family)),
        None => key.eq_ignore_ascii_case(name),
    }
}

fn ask(
    policies: &Policies<'_>,
    (caller, role): (&Caller, Option<&Role>),
    (action, resource): (&Action<'_>, &Resource<'_>),
    surroundings: &Surroundings,
) -> Check {
    let mut context = surroundings.context();
    context.insert("aws:ResourceAccount", resource.owner.to_string());
    let names = match caller {
        Caller::Administrator { account, .. } => {
            administrator::keys(account, &mut context);
            vec![caller.arn()]
        }
        Caller::Session(session) => {
            session_keys(session, &mut context);
            if let Some(role) = role {
                principal_tags(session, role, &mut context);
            }
            vec![session.arn(), resource.policy.name_of_role(session)]
        }
    };
    for (key, value) in action.keys {
        context.insert(key, value.clone());
    }
    let arns: Vec<&str> = names.iter().map(String::as_str).collect();
    let request = Request {
        principal: Principal::Aws { arns: &arns, account: caller.account().as_str() },
        action: action.name,
        resource: action.resource,
        context: &context,
        resource_account: Some(resource.owner.as_str()),
    };
    let evaluation = evaluate(policies, &request);
    Check::new(action.name, action.resource, evaluation)
}

fn session_documents(session: &Session) -> Result<Vec<Document>, Unreadable> {
    let unreadable = |error: ParseError| Unreadable {
        layer: Layer::Session,
        reason: Reason::UnreadablePolicy {
            policy: SESSION_POLICY.to_owned(),
            detail: explanation::detail(&error),
        },
    };
    let read = |text: &String| Document::parse(Kind::Session, text).map_err(unreadable);
    session.policies.iter().map(read).collect()
}

/// `aws:PrincipalTag/KEY`: the role's tags, and the session's in their place where both have the key.
///
/// Source: IAM user guide, "Pass session tags in AWS STS".
pub(crate) fn principal_tags(session: &Session, role: &Role, context: &mut Context) {
    for (key, value) in role.tags.iter().chain(&session.tags) {
        context.insert(format!("aws:PrincipalTag/{key}"), value.clone());
    }
}

/// The condition keys that a session brings to each of its calls. GitHub's own keys are not among them: they exist in
/// the trust decision only.
pub(crate) fn session_keys(session: &Session, context: &mut Context) {
    context.insert("aws:PrincipalArn", session.role_arn());
    context.insert("aws:PrincipalAccount", session.account.to_string());
    context.insert("aws:PrincipalType", "AssumedRole");
    // Present in every request that is signed; with temporary credentials the second is too, and no session here began
    // with a device.
    context.insert("aws:PrincipalIsAWSService", "false");
    context.insert("aws:MultiFactorAuthPresent", "false");
    context.insert("aws:userid", session.user_id());
    context.insert("aws:TokenIssueTime", crate::shape::seconds(session.issued_at));
    if let Some(source_identity) = &session.source_identity {
        context.insert("aws:SourceIdentity", source_identity.clone());
    }
    if let Some(identity) = &session.web_identity {
        let prefix = &identity.provider;
        context.insert("aws:FederatedProvider", identity.provider_arn(&session.account));
        context.insert(format!("{prefix}:aud"), identity.audience.clone());
        context.insert(format!("{prefix}:sub"), identity.subject.clone());
        if !identity.methods.is_empty() {
            context.insert(format!("{prefix}:amr"), identity.methods.clone());
        }
    }
}

/// AWS's sentence: who may not do what on what, and which kind of policy is to blame. `by` is the policy that denies in
/// words: since 2026 AWS names it where it has an ARN, which inline policies have not.
fn denied(caller: &Caller, name: &str, shown: &str, (layer, by): (Layer, Option<&str>)) -> AwsError {
    let kind = match layer {
        Layer::Boundary => "permissions boundary",
        Layer::Identity => "identity-based policy",
        Layer::Resource | Layer::Trust => "resource-based policy",
        Layer::ResourceControl => "resource control policy",
        Layer::ServiceControl => "service control policy",
        Layer::Session => "session policy",
    };
    let because = match by {
        None => format!("because no {kind} allows the {name} action"),
        Some(policy) => {
            let article = if matches!(layer, Layer::Identity) { "an" } else { "a" };
            let named = PolicyArn::parse(policy).map(|_| format!(": {policy}")).unwrap_or_default();
            format!("with an explicit deny in {article} {kind}{named}")
        }
    };
    // S3 alone puts the resource into quotation marks, and leaves it out where there is none, as refusals that were
    // captured in 2025 and 2026 show.
    let on = match (name.starts_with("s3:"), shown) {
        (true, "*") => String::new(),
        (true, _) => format!("on resource: \"{shown}\" "),
        (false, _) => format!("on resource: {shown} "),
    };
    AwsError::access_denied(format!(
        "User: {} is not authorized to perform: {name} {on}{because}",
        caller.arn()
    ))
}
