//! Roles of a file.

use std::collections::{BTreeMap, BTreeSet};

use daypass_policy::Kind;
use serde_json::value::RawValue;

use super::entries::{Details, Named, RoleEntry};
use super::policies::{is_id, of, other_account};
use super::source::{self, Source};
use super::{ENTITIES_MAX, Import, ImportError};
use crate::account::{Account, Change, Role, StoredPolicy, role_key};
use crate::iam::{role_names, roles, trusted_roles};
use crate::last_use::LastUse;

/// What to do where an entity of the file is in the account already.
pub(super) const CONFLICT: &str =
    "start without --import to keep what is there, or empty the account first with `daypass reset`";

/// A role as it was read.
struct Read {
    role: Role,
    last_use: Option<LastUse>,
    instance_profiles: usize,
    /// Whether the file says something about what AWS's output leaves out.
    tells_session: bool,
    tells_description: bool,
}

/// The ARNs of the roles, as far as they can be read.
pub(super) fn arns(details: &Details<'_>) -> impl Iterator<Item = String> {
    details
        .role_detail_list
        .iter()
        .flatten()
        .filter_map(|raw| serde_json::from_str::<Named>(raw.get()).ok().map(|named| named.arn))
}

/// Reads all of them. The managed policies were read before, so that what is attached can be found.
pub(super) fn read<'a>(
    account: &Account,
    source: Source<'a>,
    details: &Details<'a>,
    import: &mut Import,
) -> Result<(), ImportError> {
    let with_policies = account.apply(&import.changes);
    let (mut names, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for (index, &raw) in details.role_detail_list.iter().flatten().enumerate() {
        let path = format!("RoleDetailList[{index}]");
        if index >= ENTITIES_MAX {
            return Err(source.at(&path, raw, format!("more than {ENTITIES_MAX} roles")));
        }
        let read = role(&with_policies, source, &path, raw)?;
        let role = &read.role;
        if !names.insert(role_key(&role.name)) || !ids.insert(role.id.clone()) {
            let detail = format!("role `{}` stands twice in the file, or its id does", role.name);
            return Err(source.at(&path, raw, detail));
        }
        import.summary.instance_profiles += read.instance_profiles;
        match account.role(&role.name) {
            Some(known) if is_same(known, &read) => import.summary.unchanged += 1,
            Some(_) => {
                let detail = format!("role `{}` is in the account already, and differs", role.name);
                return Err(source.at(&path, raw, detail).hint(CONFLICT));
            }
            None => {
                if account.roles().any(|known| known.id == role.id) {
                    let detail = format!("role `{}` has the id of another role of the account", role.name);
                    return Err(source.at(&path, raw, detail).hint(CONFLICT));
                }
                import.summary.roles += 1;
                import.last_uses.extend(read.last_use.map(|last_use| (role.id.clone(), last_use)));
                import.changes.push(Change::PutRole(Box::new(read.role)));
            }
        }
    }
    bind_trusted_roles(account, import);
    Ok(())
}

/// Policies of the file may name roles that stand further down in it.
fn bind_trusted_roles(account: &Account, import: &mut Import) {
    let with_roles = account.apply(&import.changes);
    for change in &mut import.changes {
        if let Change::PutRole(role) = change
            && let Ok(trust) = role.trust.document()
        {
            role.trusted_roles = trusted_roles::resolve_known(&with_roles, trust);
        }
    }
}

fn role<'a>(
    account: &Account,
    source: Source<'a>,
    path: &str,
    raw: &'a RawValue,
) -> Result<Read, ImportError> {
    let named: Named = source.entity(path, raw)?;
    let owner = format!("role `{}`", named.role_name);
    let entry: RoleEntry<'a> = source.entity(path, raw).map_err(|error| of(error, &owner))?;
    names(account, source, path, &owner, raw, &entry)?;
    let element = format!("{path}.AssumeRolePolicyDocument");
    let trust = source.document(Kind::Trust, &element, &owner, entry.assume_role_policy_document)?;
    let policies = inline(source, path, &owner, &entry)?;
    let attached = attached(account, source, path, &owner, raw, &entry)?;
    let boundary = entry.permissions_boundary.map(|boundary| boundary.permissions_boundary_arn);
    if let Some(arn) = &boundary {
        must_be_known(account, arn, || {
            source.at(&format!("{path}.PermissionsBoundary"), raw, format!("{owner}: {}", unknown(arn)))
        })?;
    }
    let tags = source.tags(path, &owner, raw, entry.tags)?;
    let last_use = entry
        .role_last_used
        .and_then(|used| Some(LastUse { at: used.last_used_date?, region: used.region.unwrap_or_default() }));
    let shortest = u32::try_from(roles::MAX_SESSION_SECONDS_MIN).unwrap_or_default();
    Ok(Read {
        tells_session: entry.max_session_duration.is_some(),
        tells_description: entry.description.is_some(),
        instance_profiles: entry.instance_profile_list.len(),
        last_use,
        role: Role {
            name: entry.role_name,
            id: entry.role_id,
            path: entry.path,
            trust,
            trusted_roles: BTreeMap::new(),
            policies,
            attached,
            boundary,
            max_session_seconds: entry.max_session_duration.unwrap_or(shortest),
            description: entry.description,
            created: entry.create_date,
            tags,
        },
    })
}

/// Checks what a role is known by, and the length of its sessions.
fn names(
    account: &Account,
    source: Source<'_>,
    path: &str,
    owner: &str,
    raw: &RawValue,
    entry: &RoleEntry<'_>,
) -> Result<(), ImportError> {
    let wrong = |member: &str, detail: &str| {
        source.at(&format!("{path}.{member}"), raw, format!("{owner}: {detail}"))
    };
    let name = &entry.role_name;
    let longest = role_names::ROLE_NAME_CHARACTERS_MAX;
    if name.is_empty() || name.len() > longest || role_names::check_name("roleName", name).is_err() {
        return Err(wrong("RoleName", "this is no name of a role"));
    }
    if !role_names::is_path(&entry.path) || entry.path.len() > role_names::PATH_CHARACTERS_MAX {
        return Err(wrong("Path", "a path begins and ends with `/`"));
    }
    if entry.arn != crate::arn::role(&account.id, &entry.path, name) {
        let error = wrong("Arn", &format!("`{}` is not its ARN in account {}", entry.arn, account.id));
        return Err(error.hint(other_account(&entry.arn)));
    }
    if !is_id(&entry.role_id, "AROA") {
        return Err(wrong("RoleId", "a role's id is `AROA` and letters and digits"));
    }
    let (least, most) = (roles::MAX_SESSION_SECONDS_MIN, roles::MAX_SESSION_SECONDS_MAX);
    if entry.max_session_duration.is_some_and(|seconds| !(least..=most).contains(&i64::from(seconds))) {
        return Err(wrong("MaxSessionDuration", &format!("it is not between {least} and {most} seconds")));
    }
    Ok(())
}

fn inline<'a>(
    source: Source<'a>,
    path: &str,
    owner: &str,
    entry: &RoleEntry<'a>,
) -> Result<BTreeMap<String, StoredPolicy>, ImportError> {
    let mut policies = BTreeMap::new();
    for (index, inline) in entry.role_policy_list.iter().enumerate() {
        let (path, raw) = (format!("{path}.RolePolicyList[{index}]"), inline.policy_document);
        let name = &inline.policy_name;
        let longest = role_names::POLICY_NAME_CHARACTERS_MAX;
        if name.is_empty() || name.len() > longest || role_names::check_name("policyName", name).is_err() {
            let detail = format!("{owner}: `{name}` is no name of a policy");
            return Err(source.at(&format!("{path}.PolicyName"), raw, detail));
        }
        let owner = format!("{owner}, policy `{name}`");
        let document = source.document(Kind::Identity, &format!("{path}.PolicyDocument"), &owner, raw)?;
        if policies.insert(name.clone(), document).is_some() {
            return Err(source.at(&path, raw, format!("{owner} stands twice")));
        }
    }
    Ok(policies)
}

fn attached(
    account: &Account,
    source: Source<'_>,
    path: &str,
    owner: &str,
    raw: &RawValue,
    entry: &RoleEntry<'_>,
) -> Result<Vec<String>, ImportError> {
    let mut attached: Vec<String> = Vec::with_capacity(entry.attached_managed_policies.len());
    for (index, policy) in entry.attached_managed_policies.iter().enumerate() {
        let path = format!("{path}.AttachedManagedPolicies[{index}]");
        let arn = &policy.policy_arn;
        must_be_known(account, arn, || source.at(&path, raw, format!("{owner}: {}", unknown(arn))))?;
        if attached.contains(arn) {
            return Err(source.at(&path, raw, format!("{owner}: `{arn}` is attached twice")));
        }
        attached.push(arn.clone());
    }
    Ok(attached)
}

fn must_be_known(
    account: &Account,
    arn: &str,
    error: impl FnOnce() -> ImportError,
) -> Result<(), ImportError> {
    if account.policy(arn).is_some() {
        return Ok(());
    }
    Err(error().hint("write the file without --filter, so that it holds every managed policy that is used"))
}

fn unknown(arn: &str) -> String {
    format!("the managed policy `{arn}` is neither in the file nor in the account")
}

/// Whether the two say the same. Ids and times are not looked at: they are of where the role was made.
fn is_same(known: &Role, read: &Read) -> bool {
    let role = &read.role;
    let attached = |role: &Role| role.attached.iter().cloned().collect::<BTreeSet<_>>();
    known.name == role.name
        && known.path == role.path
        && source::is_same(&known.trust, &role.trust)
        && known.policies.len() == role.policies.len()
        && known
            .policies
            .iter()
            .zip(&role.policies)
            .all(|((known_name, known), (name, policy))| known_name == name && source::is_same(known, policy))
        && attached(known) == attached(role)
        && known.boundary == role.boundary
        && known.tags == role.tags
        && (!read.tells_session || known.max_session_seconds == role.max_session_seconds)
        && (!read.tells_description || known.description == role.description)
}
