//! Managed policies of a file. Those that AWS manages come with their document too: where it differs from the one that is
//! known here, or none is known, the file's is taken.

use std::collections::BTreeSet;

use daypass_policy::Kind;
use serde_json::value::RawValue;

use super::entries::{Details, Named, PolicyEntry, VersionEntry};
use super::source::{self, Source};
use super::{ENTITIES_MAX, Import, ImportError};
use crate::account::{Account, Change, ManagedPolicy, PolicyVersion};
use crate::iam::{policy_names, quotas, role_names};
use crate::{arn, aws_managed};

/// The ARNs of the account's own policies, as far as they can be read.
pub(super) fn arns(details: &Details<'_>) -> impl Iterator<Item = String> {
    details
        .policies
        .iter()
        .flatten()
        .filter_map(|raw| serde_json::from_str::<Named>(raw.get()).ok().map(|named| named.arn))
}

/// Reads all of them.
pub(super) fn read<'a>(
    account: &Account,
    source: Source<'a>,
    details: &Details<'a>,
    import: &mut Import,
) -> Result<(), ImportError> {
    let mut seen = BTreeSet::new();
    for (index, &raw) in details.policies.iter().flatten().enumerate() {
        let path = format!("Policies[{index}]");
        if index >= ENTITIES_MAX {
            return Err(source.at(&path, raw, format!("more than {ENTITIES_MAX} policies")));
        }
        let policy = policy(account, source, &path, raw)?;
        if !seen.insert((policy.is_aws_managed(), policy.name.to_ascii_lowercase())) {
            let detail = format!("policy `{}` stands twice in the file", policy.name);
            return Err(source.at(&path, raw, detail));
        }
        place(account, source, &path, raw, policy, import)?;
    }
    Ok(())
}

/// Decides what a policy means for the account.
fn place(
    account: &Account,
    source: Source<'_>,
    path: &str,
    raw: &RawValue,
    policy: ManagedPolicy,
    import: &mut Import,
) -> Result<(), ImportError> {
    let known = if policy.is_aws_managed() {
        account.policy(&policy.arn)
    } else {
        account.policy_named(&policy.name)
    };
    match known {
        Some(known) if is_same(known, &policy) => import.summary.unchanged += 1,
        Some(_) if !policy.is_aws_managed() => {
            let detail = format!("policy `{}` is in the account already, and differs", policy.name);
            return Err(source.at(path, raw, detail).hint(super::roles::CONFLICT));
        }
        _ => {
            import.summary.policies += 1;
            import.changes.push(Change::PutPolicy(Box::new(policy)));
        }
    }
    Ok(())
}

fn policy<'a>(
    account: &Account,
    source: Source<'a>,
    path: &str,
    raw: &'a RawValue,
) -> Result<ManagedPolicy, ImportError> {
    let named: Named = source.entity(path, raw)?;
    let owner = format!("policy `{}`", named.policy_name);
    let entry: PolicyEntry<'a> = source.entity(path, raw).map_err(|error| of(error, &owner))?;
    let wrong = |member: &str, detail: &str| {
        source.at(&format!("{path}.{member}"), raw, format!("{owner}: {detail}"))
    };
    let name = &entry.policy_name;
    let longest = role_names::POLICY_NAME_CHARACTERS_MAX;
    if name.is_empty() || name.len() > longest || role_names::check_name("policyName", name).is_err() {
        return Err(wrong("PolicyName", "this is no name of a policy"));
    }
    if !policy_names::is_path(&entry.path) || entry.path.len() > role_names::PATH_CHARACTERS_MAX {
        return Err(wrong("Path", "a path begins and ends with `/`"));
    }
    if !aws_managed::is_name(&entry.arn) && entry.arn != arn::policy(account.id.as_str(), &entry.path, name) {
        let error = wrong("Arn", &format!("`{}` is not its ARN in account {}", entry.arn, account.id));
        return Err(error.hint(other_account(&entry.arn)));
    }
    if !is_id(&entry.policy_id, "ANPA") {
        return Err(wrong("PolicyId", "a policy's id is `ANPA` and letters and digits"));
    }
    let tags = source.tags(path, &owner, raw, entry.tags)?;
    let versions = versions(source, path, &owner, raw, entry.policy_version_list)?;
    Ok(ManagedPolicy {
        versions_made: versions.iter().filter_map(|version| number(&version.id)).max().unwrap_or(1),
        name: entry.policy_name,
        id: entry.policy_id,
        path: entry.path,
        arn: entry.arn,
        description: entry.description,
        versions,
        created: entry.create_date,
        updated: entry.update_date,
        tags,
    })
}

/// The versions, oldest first.
fn versions<'a>(
    source: Source<'a>,
    path: &str,
    owner: &str,
    raw: &'a RawValue,
    entries: Vec<VersionEntry<'a>>,
) -> Result<Vec<PolicyVersion>, ImportError> {
    let list = format!("{path}.PolicyVersionList");
    let wrong = |detail: &str| source.at(&list, raw, format!("{owner}: {detail}"));
    if entries.len() > quotas::VERSIONS_PER_POLICY {
        return Err(wrong("a policy has five versions at the most"));
    }
    if entries.iter().filter(|entry| entry.is_default_version).count() != 1 {
        return Err(wrong("exactly one version is the default"));
    }
    let mut numbered = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        let Some(number) = number(&entry.version_id) else {
            return Err(wrong(&format!("`{}` is no id of a version, such as `v1`", entry.version_id)));
        };
        let element = format!("{list}[{index}].Document");
        let document = source.document(Kind::Identity, &element, owner, entry.document)?;
        let version = PolicyVersion {
            id: entry.version_id,
            document,
            is_default: entry.is_default_version,
            created: entry.create_date,
        };
        numbered.push((number, version));
    }
    numbered.sort_by_key(|(number, _)| *number);
    if numbered.windows(2).any(|pair| matches!(pair, [(left, _), (right, _)] if left == right)) {
        return Err(wrong("two versions have one id"));
    }
    Ok(numbered.into_iter().map(|(_, version)| version).collect())
}

/// The number of a version's id: `v12` is 12.
fn number(id: &str) -> Option<u32> {
    id.strip_prefix('v').filter(|digits| !digits.starts_with(['0', '+']))?.parse().ok()
}

/// Whether this is a unique id with this beginning.
pub(super) fn is_id(text: &str, prefix: &str) -> bool {
    (16..=128).contains(&text.len())
        && text.strip_prefix(prefix).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The same error with the entity's name before it.
pub(super) fn of(error: ImportError, owner: &str) -> ImportError {
    ImportError { detail: format!("{owner}: {}", error.detail), ..error }
}

/// What to do where an ARN is of another account.
pub(super) fn other_account(arn: &str) -> String {
    match arn.split(':').nth(4) {
        Some(number) if crate::AccountId::parse(number).is_some() => {
            format!("start with --account {number} and a data directory of its own, --data DIR")
        }
        _ => "write the file again with `aws iam get-account-authorization-details`".to_owned(),
    }
}

/// Whether the two say the same. Ids and times are not looked at: they are of where the policy was made.
fn is_same(known: &ManagedPolicy, read: &ManagedPolicy) -> bool {
    known.arn == read.arn
        && (known.is_aws_managed() || (known.description == read.description && known.tags == read.tags))
        && known.versions.len() == read.versions.len()
        && known.versions.iter().zip(&read.versions).all(|(known, read)| {
            (read.id == known.id)
                && (read.is_default == known.is_default)
                && source::is_same(&known.document, &read.document)
        })
}
