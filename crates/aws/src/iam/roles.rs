//! Roles: made, shown, listed, changed, tagged and deleted.
//!
//! Source: IAM API reference, "CreateRole" and its siblings, and IAM's observed answers.

use crate::account::{Change, Role};
use crate::error::AwsError;
use crate::iam::boundaries::PERMISSIONS_BOUNDARY;
use crate::iam::operation::Call;
use crate::iam::pages::PageRequest;
use crate::iam::policy_names::{self, ARN};
use crate::iam::role_names::{self, PATH, ROLE_NAME};
use crate::iam::role_shape::{self, Detail};
use crate::iam::{quotas, tags, trust_policies};
use crate::identifier;
use crate::outcome::{Event, Outcome};
use crate::parameters::{Check, Text};
use crate::shape::Shape;

/// The shortest "longest session" of a role, in seconds; also where nothing else is said.
pub const MAX_SESSION_SECONDS_MIN: i64 = 3_600;
/// The longest "longest session" of a role, in seconds: twelve hours.
pub const MAX_SESSION_SECONDS_MAX: i64 = 43_200;

const DESCRIPTION: Text = Text::of(0, 1_000)
    .matching("[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*", is_description_character);
const TAG_QUOTA: &str = "TagsPerRole";

/// CreateRole. The providers that its trust policy names need not exist.
///
/// # Errors
/// `ValidationError` for names and limits; `MalformedPolicyDocument` for the trust policy, by grammar or by the
/// identity-provider control; `EntityAlreadyExists` for a name that differs in case at most; `LimitExceeded` over a
/// quota; `InvalidInput` and `NoSuchEntity` for the permissions boundary.
pub fn create(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let parameters = call.parameters;
    let mut check = parameters.check();
    let path = check.optional("Path", PATH).unwrap_or("/");
    let name = check.required("RoleName", ROLE_NAME);
    let trust = check.required("AssumeRolePolicyDocument", trust_policies::DOCUMENT);
    let description = check.optional("Description", DESCRIPTION);
    let max_session_seconds = max_session_seconds(&mut check)?;
    let boundary = check.optional(PERMISSIONS_BOUNDARY, ARN);
    let sent_tags = tags::read(parameters, check)?;
    role_names::check_path(path)?;
    role_names::check_name("roleName", name)?;
    let (trust, trusted_roles) = trust_policies::read(call.account, trust)?;
    if call.account.role(name).is_some() {
        return Err(AwsError::already_exists(format!("Role with name {name} already exists.")));
    }
    if call.account.roles().count() >= quotas::ROLES_PER_ACCOUNT {
        return Err(quotas::exceeded("RolesPerAccount", quotas::ROLES_PER_ACCOUNT));
    }
    let boundary = boundary.map(|arn| policy_names::boundary(call.account, arn)).transpose()?;
    let mut role = Role {
        name: name.to_owned(),
        id: identifier::role(call.random),
        path: path.to_owned(),
        trust,
        trusted_roles,
        policies: Default::default(),
        attached: Vec::new(),
        boundary: boundary.map(|policy| policy.arn.clone()),
        max_session_seconds,
        description: description.map(str::to_owned),
        created: call.now,
        tags: Default::default(),
    };
    tags::add(&mut role.tags, sent_tags, TAG_QUOTA)?;
    Ok(with_role(call, role))
}

/// GetRole.
///
/// # Errors
/// `NoSuchEntity`.
pub fn show(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    let role = role_names::existing(call.account, check, name)?;
    let last_use = call.account.last_uses.of(&role.id);
    let role = role_shape::shape(&call.account.id, role, Detail::Full { last_use: last_use.as_ref() });
    Ok(Outcome::read(Shape::structure([("Role", role)]), None))
}

/// ListRoles: those whose path begins with `PathPrefix`, by name.
///
/// # Errors
/// `ValidationError` for the prefix and the page that is asked for.
pub fn list(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let prefix = check.optional("PathPrefix", PATH).unwrap_or("/");
    let page = PageRequest::read(check)?;
    role_names::check_path_prefix(prefix)?;
    let account = call.account;
    let roles = account.roles().filter(|role| role.path.starts_with(prefix)).map(|role| {
        (crate::account::role_key(&role.name), role_shape::shape(&account.id, role, Detail::Listed))
    });
    Ok(Outcome::read(page.cut(roles).into_result("Roles"), None))
}

/// UpdateRole. A description that is not sent stays; a longest session that is not sent becomes one hour, as AWS's
/// reference says.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the values.
pub fn update(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    let description = check.optional("Description", DESCRIPTION);
    let max_session_seconds = max_session_seconds(&mut check)?;
    let mut role = Role::clone(role_names::existing(call.account, check, name)?);
    role.max_session_seconds = max_session_seconds;
    if let Some(description) = description {
        role.description = Some(description.to_owned());
    }
    Ok(put(role))
}

/// UpdateRoleDescription, which UpdateRole has replaced; it changes nothing else.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the description.
pub fn update_description(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    let description = check.required("Description", DESCRIPTION);
    let mut role = Role::clone(role_names::existing(call.account, check, name)?);
    role.description = Some(description.to_owned());
    Ok(with_role(call, role))
}

/// DeleteRole. Sessions that it gave lose their permissions at once.
///
/// # Errors
/// `NoSuchEntity`; `DeleteConflict` while it has policies, attached or inline.
pub fn delete(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    let role = role_names::existing(call.account, check, name)?;
    if !role.attached.is_empty() {
        return Err(AwsError::delete_conflict("Cannot delete entity, must detach all policies first."));
    }
    if !role.policies.is_empty() {
        return Err(AwsError::delete_conflict("Cannot delete entity, must delete policies first."));
    }
    let changes = vec![Change::DeleteRole(role.name.clone())];
    Ok(Outcome { result: Shape::empty(), changes, event: Event::default() })
}

/// TagRole.
///
/// # Errors
/// `NoSuchEntity`; `InvalidInput` and `ValidationError` for the tags; `LimitExceeded` over the quota.
pub fn tag(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    let added = tags::required(call.parameters, check)?;
    let mut role = Role::clone(role_names::existing(call.account, call.parameters.check(), name)?);
    tags::add(&mut role.tags, added, TAG_QUOTA)?;
    Ok(put(role))
}

/// UntagRole.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the keys.
pub fn untag(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    let keys = tags::required_keys(call.parameters, check)?;
    let mut role = Role::clone(role_names::existing(call.account, call.parameters.check(), name)?);
    tags::remove(&mut role.tags, &keys);
    Ok(put(role))
}

/// ListRoleTags.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the page that is asked for.
pub fn list_tags(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    let page = PageRequest::read(check)?;
    let role = role_names::existing(call.account, call.parameters.check(), name)?;
    Ok(Outcome::read(tags::page(&role.tags, &page).into_result("Tags"), None))
}

fn max_session_seconds(check: &mut Check<'_>) -> Result<u32, AwsError> {
    let seconds = check
        .integer("MaxSessionDuration", MAX_SESSION_SECONDS_MIN, MAX_SESSION_SECONDS_MAX)?
        .unwrap_or(MAX_SESSION_SECONDS_MIN);
    // A number out of range was noted by the check above, which ends the operation.
    Ok(u32::try_from(seconds).unwrap_or_default())
}

fn put(role: Role) -> Outcome {
    Outcome {
        result: Shape::empty(),
        changes: vec![Change::PutRole(Box::new(role))],
        event: Event::default(),
    }
}

fn with_role(call: &Call<'_>, role: Role) -> Outcome {
    let shape = role_shape::shape(&call.account.id, &role, Detail::Made);
    let elements = role_shape::event(&call.account.id, &role);
    Outcome {
        result: Shape::structure([("Role", shape)]),
        event: Event { response_elements: Some(elements), ..Event::default() },
        ..put(role)
    }
}

const fn is_description_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}')
}
