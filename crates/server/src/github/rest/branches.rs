//! `/repos/{owner}/{repo}/branches` and their protection.
//!
//! The sandbox knows the default branch and those that are protected. Of a protection it keeps how many approvals a pull
//! request needs, and whether administrators need them too; another setting is refused by its name.
//!
//! Source: GitHub docs, REST API "Protected branches" and "Branches".

use axum::http::StatusCode;
use daypass_github::hosting::protection::{APPROVALS_MAX, PROTECTIONS_MAX, of_branch};
use daypass_github::hosting::{BranchProtection, Need, Permission, Repository, Role};
use daypass_github::{JobBuilder, Property};
use serde_json::{Value, json};

use super::answer::{Answer, empty, ok};
use super::auth::{At, Call, Right};
use super::fields::{Fields, Given, Sent};
use super::links::{Links, part};
use super::page::Page;
use super::problem::{Problem, echo};
use crate::github::hub::{HubError, record};

/// Looking at branches.
pub(super) const READ: Need = Need::read(Permission::Contents);
/// Looking at what protects one.
pub(super) const READ_PROTECTION: Need = Need {
    permission: Permission::Administration,
    access: daypass_github::hosting::Access::Read,
    role: Role::Admin,
};
/// Setting it.
pub(super) const WRITE: Need = Need::write(Permission::Administration, Role::Admin);
/// Characters of a branch's name.
const BRANCH_CHARACTERS_MAX: usize = 255;
/// Settings that must be named, and that the sandbox keeps as null only.
const NULL_ONLY: [&str; 2] = ["required_status_checks", "restrictions"];
/// Settings of a protection that the sandbox does not keep, and so refuses where they are on.
const NOT_KEPT: [&str; 8] = [
    "allow_deletions",
    "allow_force_pushes",
    "allow_fork_syncing",
    "block_creations",
    "lock_branch",
    "required_conversation_resolution",
    "required_linear_history",
    "required_signatures",
];
/// The same of the reviews that it asks for.
const NOT_KEPT_OF_REVIEWS: [&str; 5] = [
    "bypass_pull_request_allowances",
    "dismiss_stale_reviews",
    "dismissal_restrictions",
    "require_code_owner_reviews",
    "require_last_push_approval",
];

/// `GET /repos/{owner}/{repo}/branches`
pub(super) async fn list(call: Call, At((owner, name)): At<(String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    let branches = known(&repository);
    let (page, total) = (Page::of(&call), branches.len());
    let shown = page.cut(branches).into_iter().map(|branch| brief(&call.links, &repository, branch));
    Ok(page.listed(&call, shown.collect(), total))
}

/// `GET /repos/{owner}/{repo}/branches/{branch}`
pub(super) async fn one(call: Call, At((owner, name, branch)): At<(String, String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    if !known(&repository).contains(&branch.as_str()) {
        return Err(Problem::new(StatusCode::NOT_FOUND, "Branch not found"));
    }
    let mut shown = brief(&call.links, &repository, &branch);
    let path = format!("/branches/{}", part(&branch));
    let links = json!({
        "self": call.links.repository(&repository.full_name, &path),
        "html": call.links.page(&format!("/{}/tree/{}", repository.full_name, part(&branch))),
    });
    super::users::merge(&mut shown, json!({ "_links": links }));
    ok(shown)
}

/// `GET .../branches/{branch}/protection`
pub(super) async fn protection(
    call: Call,
    At((owner, name, branch)): At<(String, String, String)>,
) -> Answer {
    let repository = call.repository(&owner, &name, READ_PROTECTION)?;
    let known = of_branch(&repository.protections, &branch).ok_or_else(not_protected)?;
    ok(shown(&call.links, &repository, &branch, known))
}

/// `PUT .../branches/{branch}/protection`
pub(super) async fn protect(
    call: Call,
    At((owner, name, branch)): At<(String, String, String)>,
    body: Sent,
) -> Answer {
    let repository = call.repository(&owner, &name, WRITE)?;
    let is_name = (1..=BRANCH_CHARACTERS_MAX).contains(&branch.chars().count())
        && !branch.chars().any(|letter| letter.is_control() || letter.is_whitespace());
    if !is_name {
        return Err(Problem::new(StatusCode::NOT_FOUND, "Branch not found"));
    }
    let protection = read(&branch, &Fields::read(body)?)?;
    let full_name = &repository.full_name;
    let answer = shown(&call.links, &repository, &branch, &protection);
    call.write(Right::Repository(full_name, WRITE), |draft, _| {
        let protections = &mut draft.repository(full_name)?.protections;
        protections.retain(|known| known.pattern != branch);
        if protections.len() >= PROTECTIONS_MAX {
            let problem =
                format!("a repository protects {PROTECTIONS_MAX} branches and patterns at the most");
            return Err(HubError::TooMany(problem));
        }
        let parameters = json!({
            "repository": full_name,
            "branch": branch,
            "requiredApprovals": protection.required_approvals,
            "enforceAdmins": protection.enforce_admins,
        });
        protections.push(protection);
        draft.note(record::BRANCH_PROTECTION_UPDATED, parameters);
        Ok(())
    })
    .await?;
    ok(answer)
}

/// `DELETE .../branches/{branch}/protection`
pub(super) async fn unprotect(call: Call, At((owner, name, branch)): At<(String, String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, WRITE)?;
    if !repository.protections.iter().any(|known| known.pattern == branch) {
        return Err(not_protected());
    }
    let full_name = &repository.full_name;
    call.write(Right::Repository(full_name, WRITE), |draft, _| {
        draft.repository(full_name)?.protections.retain(|known| known.pattern != branch);
        let parameters = json!({ "repository": full_name, "branch": branch });
        draft.note(record::BRANCH_PROTECTION_DELETED, parameters);
        Ok(())
    })
    .await?;
    empty(StatusCode::NO_CONTENT)
}

fn not_protected() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "Branch not protected")
}

/// The branches that the sandbox knows of, the default one first.
fn known(repository: &Repository) -> Vec<&str> {
    let is_pattern = |text: &str| text.contains(['*', '?', '[', '\\']);
    let protected = repository.protections.iter().map(|protection| protection.pattern.as_str());
    let others = protected.filter(|name| *name != repository.default_branch && !is_pattern(name));
    std::iter::once(repository.default_branch.as_str()).chain(others).collect()
}

fn read(branch: &str, fields: &Fields) -> Result<BranchProtection, Problem> {
    let needed =
        ["required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions"];
    let missing: Vec<&str> = needed.into_iter().filter(|name| fields.raw(name) == Given::Absent).collect();
    if !missing.is_empty() {
        return Err(Fields::not_supplied(&missing));
    }
    if let Some(name) = NULL_ONLY.into_iter().find(|name| fields.raw(name) != Given::Null) {
        return Err(not_kept(name));
    }
    check_off(fields, &NOT_KEPT)?;
    let enforce_admins = fields.boolean("enforce_admins")?.value() == Some(true);
    let required_approvals = match fields.object("required_pull_request_reviews")? {
        Given::Value(reviews) => Some(approvals(&reviews)?),
        Given::Absent | Given::Null => None,
    };
    Ok(BranchProtection { pattern: branch.to_owned(), required_approvals, enforce_admins })
}

fn approvals(reviews: &Fields) -> Result<u8, Problem> {
    const NAME: &str = "required_approving_review_count";
    check_off(reviews, &NOT_KEPT_OF_REVIEWS)?;
    let count = reviews.integer(NAME)?.value().unwrap_or(1);
    let read = u8::try_from(count).ok().filter(|count| *count <= APPROVALS_MAX);
    read.ok_or_else(|| reviews.wrong(NAME, &format!("{count} is not a number from 0 to {APPROVALS_MAX}.")))
}

/// Settings that may be named where they are off.
fn check_off(fields: &Fields, names: &[&str]) -> Result<(), Problem> {
    for name in names {
        let is_off = match fields.raw(name) {
            Given::Absent | Given::Null | Given::Value(Value::Bool(false)) => true,
            Given::Value(Value::Object(members)) => {
                members.values().all(|value| value.as_array().is_some_and(Vec::is_empty))
            }
            Given::Value(_) => false,
        };
        if !is_off {
            return Err(not_kept(name));
        }
    }
    Ok(())
}

fn not_kept(name: &str) -> Problem {
    Problem::not_kept(format!(
        "{}: the sandbox does not keep this setting of a branch's protection",
        echo(name)
    ))
}

/// The commit that runs of the branch are of, where nothing else is said.
fn commit(repository: &Repository, branch: &str) -> String {
    let job = JobBuilder::new(&repository.full_name)
        .and_then(|builder| builder.with(Property::Ref, format!("refs/heads/{branch}")).build());
    job.map(|job| job.sha().to_owned()).unwrap_or_default()
}

fn brief(links: &Links, repository: &Repository, branch: &str) -> Value {
    let path = format!("/branches/{}/protection", part(branch));
    let protection = of_branch(&repository.protections, branch);
    let sha = commit(repository, branch);
    json!({
        "name": branch,
        "commit": { "sha": sha, "url": links.repository(&repository.full_name, &format!("/commits/{sha}")) },
        "protected": protection.is_some(),
        "protection": { "enabled": protection.is_some() },
        "protection_url": links.repository(&repository.full_name, &path),
    })
}

fn shown(links: &Links, repository: &Repository, branch: &str, protection: &BranchProtection) -> Value {
    let at = |rest: &str| {
        links.repository(&repository.full_name, &format!("/branches/{}/protection{rest}", part(branch)))
    };
    let off = json!({ "enabled": false });
    let mut shown = json!({
        "url": at(""),
        "enforce_admins": { "url": at("/enforce_admins"), "enabled": protection.enforce_admins },
        "required_linear_history": off,
        "allow_force_pushes": off,
        "allow_deletions": off,
        "block_creations": off,
        "required_conversation_resolution": off,
        "lock_branch": off,
        "allow_fork_syncing": off,
    });
    if let Some(count) = protection.required_approvals {
        let reviews = json!({
            "url": at("/required_pull_request_reviews"),
            "dismiss_stale_reviews": false,
            "require_code_owner_reviews": false,
            "require_last_push_approval": false,
            "required_approving_review_count": count,
        });
        super::users::merge(&mut shown, json!({ "required_pull_request_reviews": reviews }));
    }
    shown
}
