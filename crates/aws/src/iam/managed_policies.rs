//! Managed policies: made, shown, listed, tagged and deleted. Those that AWS manages are shown and listed with the
//! account's own, and nothing else.
//!
//! Source: IAM API reference, "CreatePolicy" and its siblings, and IAM's observed words.

use std::sync::Arc;

use daypass_policy::{Document, Kind};

use crate::account::{Change, ManagedPolicy, PolicyVersion, StoredPolicy};
use crate::aws_managed;
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::pages::PageRequest;
use crate::iam::policy_names::{self, ARN, POLICY_ARN};
use crate::iam::policy_shape::{self, Detail, Uses};
use crate::iam::{quotas, tags, trust_policies};
use crate::outcome::{Event, Outcome};
use crate::parameters::Text;
use crate::shape::Shape;
use crate::{arn, identifier};

const DESCRIPTION: Text =
    Text::of(0, 1_000).matching("[\\p{L}\\p{M}\\p{Z}\\p{S}\\p{N}\\p{P}]*", is_description_character);
const TAG_QUOTA: &str = "TagsPerPolicy";

/// Reads the document of a managed policy that is to be stored.
///
/// # Errors
/// `MalformedPolicyDocument`; `LimitExceeded` over the quota.
pub fn read(text: &str) -> Result<StoredPolicy, AwsError> {
    let document = Document::parse(Kind::Identity, text)
        .map_err(|error| AwsError::malformed_policy(error.to_string()))?;
    if quotas::policy_size(text) > quotas::MANAGED_POLICY_CHARACTERS {
        return Err(quotas::exceeded("PolicySize", quotas::MANAGED_POLICY_CHARACTERS));
    }
    Ok(StoredPolicy::new(document))
}

/// CreatePolicy, with its first version.
///
/// # Errors
/// `ValidationError` for names and limits; `MalformedPolicyDocument`; `EntityAlreadyExists` for a name that differs in
/// case or path at most; `LimitExceeded` over a quota.
pub fn create(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let parameters = call.parameters;
    let mut check = parameters.check();
    let name = policy_names::name(&mut check);
    let path = policy_names::path(&mut check, "Path");
    let text = check.required("PolicyDocument", trust_policies::DOCUMENT);
    let description = check.optional("Description", DESCRIPTION);
    let sent_tags = tags::read(parameters, check)?;
    policy_names::check_name(name)?;
    let document = read(text)?;
    if call.account.policy_named(name).is_some() {
        return Err(AwsError::already_exists(format!(
            "A policy called {name} already exists. Duplicate names are not allowed."
        )));
    }
    if call.account.policies().count() >= quotas::POLICIES_PER_ACCOUNT {
        return Err(quotas::exceeded("PoliciesPerAccount", quotas::POLICIES_PER_ACCOUNT));
    }
    let mut policy = ManagedPolicy {
        name: name.to_owned(),
        id: identifier::policy(call.random),
        path: path.to_owned(),
        arn: arn::policy(call.account.id.as_str(), path, name),
        description: description.map(str::to_owned),
        versions: vec![PolicyVersion { id: "v1".to_owned(), document, is_default: true, created: call.now }],
        versions_made: 1,
        created: call.now,
        updated: call.now,
        tags: Default::default(),
    };
    tags::add(&mut policy.tags, sent_tags, TAG_QUOTA)?;
    let shape = policy_shape::shape(&policy, &Uses::default(), Detail::Made);
    let event = Event { response_elements: Some(policy_shape::event(&policy)), ..Event::default() };
    Ok(Outcome { result: Shape::structure([("Policy", shape)]), event, ..put(policy) })
}

/// GetPolicy.
///
/// # Errors
/// `InvalidInput` for what is no ARN of a policy; `NoSuchEntity`.
pub fn show(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let arn = check.required(POLICY_ARN, ARN);
    let policy = policy_names::existing(call.account, check, arn)?;
    let shape = policy_shape::shape(policy, &Uses::count(call.account), Detail::Full);
    Ok(Outcome::read(Shape::structure([("Policy", shape)]), None))
}

/// ListPolicies: of the scope that is asked for, whose path begins with `PathPrefix`, and which are used in the way
/// that is asked for.
///
/// # Errors
/// `ValidationError` for the filters and the page; `MalformedInput` for `OnlyAttached`.
pub fn list(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let scope = check.one_of("Scope", &["All", "AWS", "Local"]).unwrap_or("All");
    let only_attached = check.flag("OnlyAttached")?;
    let prefix = policy_names::path(&mut check, "PathPrefix");
    let usage = check.one_of("PolicyUsageFilter", &["PermissionsPolicy", "PermissionsBoundary"]);
    let page = PageRequest::read(check)?;
    let account = call.account;
    let uses = Uses::count(account);
    let wanted = |policy: &&Arc<ManagedPolicy>| {
        let (attached, bounds) = (uses.attached(&policy.arn) > 0, uses.boundaries(&policy.arn) > 0);
        policy.path.starts_with(prefix)
            && (!only_attached || attached || bounds)
            && match usage {
                None => true,
                Some("PermissionsBoundary") => bounds,
                Some(_) => attached,
            }
    };
    let mut found: Vec<(String, Shape)> = Vec::new();
    let own = account.policies().filter(|_| scope != "AWS");
    let of_aws = aws_managed::policies().iter().filter(|_| scope != "Local");
    for policy in own.chain(of_aws).filter(wanted) {
        let shape = policy_shape::shape(policy, &uses, Detail::Listed);
        found.push((policy_names::list_key(&policy.arn), shape));
    }
    found.sort_by(|left, right| left.0.cmp(&right.0));
    Ok(Outcome::read(page.cut(found.into_iter()).into_result("Policies"), None))
}

/// DeletePolicy, together with its default version.
///
/// # Errors
/// `NoSuchEntity`; `DeleteConflict` while a role uses it, be it as its boundary, or while it has other versions;
/// `AccessDenied` for those that AWS manages.
pub fn delete(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let arn = check.required(POLICY_ARN, ARN);
    let policy = policy_names::own(call.account, check, arn)?;
    let uses = Uses::count(call.account);
    if uses.attached(arn) + uses.boundaries(arn) > 0 {
        return Err(AwsError::delete_conflict("Cannot delete a policy attached to entities."));
    }
    if policy.versions.len() > 1 {
        return Err(AwsError::delete_conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. \
             The default version is deleted with the policy.",
        ));
    }
    let changes = vec![Change::DeletePolicy(policy.arn.clone())];
    Ok(Outcome { result: Shape::empty(), changes, event: Event::default() })
}

/// TagPolicy.
///
/// # Errors
/// `NoSuchEntity`; `InvalidInput` and `ValidationError` for the tags; `LimitExceeded` over the quota.
pub fn tag(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let arn = check.required(POLICY_ARN, ARN);
    let added = tags::required(call.parameters, check)?;
    let mut policy = ManagedPolicy::clone(policy_names::own(call.account, call.parameters.check(), arn)?);
    tags::add(&mut policy.tags, added, TAG_QUOTA)?;
    Ok(put(policy))
}

/// UntagPolicy.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the keys.
pub fn untag(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let arn = check.required(POLICY_ARN, ARN);
    let keys = tags::required_keys(call.parameters, check)?;
    let mut policy = ManagedPolicy::clone(policy_names::own(call.account, call.parameters.check(), arn)?);
    tags::remove(&mut policy.tags, &keys);
    Ok(put(policy))
}

/// ListPolicyTags.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the page that is asked for.
pub fn list_tags(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let arn = check.required(POLICY_ARN, ARN);
    let page = PageRequest::read(check)?;
    let policy = policy_names::existing(call.account, call.parameters.check(), arn)?;
    Ok(Outcome::read(tags::page(&policy.tags, &page).into_result("Tags"), None))
}

/// A policy that is new or different, and nothing to answer.
pub(super) fn put(policy: ManagedPolicy) -> Outcome {
    Outcome {
        result: Shape::empty(),
        changes: vec![Change::PutPolicy(Box::new(policy))],
        event: Event::default(),
    }
}

/// A letter, a mark, a separator, a symbol, a number or punctuation: all but control characters.
fn is_description_character(character: char) -> bool {
    !character.is_control()
}
