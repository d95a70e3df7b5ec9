//! `/repos/{owner}/{repo}/environments`: what protects deployments.
//!
//! What a call does not name stays as it is; `null` clears it.
//!
//! Source: GitHub docs, REST API "Deployment environments". `can_admins_bypass` is not on that page, and clients of
//! GitHub's send it.

use axum::http::StatusCode;
use daypass_github::gate::environment::{REVIEWERS_MAX, WAIT_MINUTES_MAX, is_same_name};
use daypass_github::gate::{BranchPolicy, Environment, Reviewer};
use daypass_github::hosting::{Need, Permission, Repository, Role};
use serde_json::json;

use super::answer::{Answer, empty, ok};
use super::auth::{At, Call, Right};
use super::environment_shape::{shown, summary};
use super::fields::{Fields, Given, Sent};
use super::page::Page;
use super::problem::{Problem, echo};
use crate::github::hub::{Draft, Holdings, HubError, record};

/// Looking at environments.
pub(super) const READ: Need = Need::read(Permission::Actions);
/// Setting them.
pub(super) const WRITE: Need = Need::write(Permission::Administration, Role::Admin);

/// `GET /repos/{owner}/{repo}/environments`
pub(super) async fn list(call: Call, At((owner, name)): At<(String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    let page = Page::of(&call);
    let environments = page.cut(&repository.environments);
    let shown = environments.into_iter().map(|environment| shown(&call, &repository, environment)).collect();
    Ok(page.counted(&call, "environments", shown, repository.environments.len()))
}

/// `GET /repos/{owner}/{repo}/environments/{environment_name}`
pub(super) async fn one(call: Call, At((owner, name, environment)): At<(String, String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    ok(shown(&call, &repository, found(&repository, &environment)?))
}

/// `PUT /repos/{owner}/{repo}/environments/{environment_name}`
pub(super) async fn put(
    call: Call,
    At((owner, name, environment)): At<(String, String, String)>,
    body: Sent,
) -> Answer {
    let repository = call.repository(&owner, &name, WRITE)?;
    let fields = Fields::read(body)?;
    let wanted = Wanted::read(&fields, call.holdings(), &repository)?;
    let full_name = &repository.full_name;
    let set = call
        .write(Right::Repository(full_name, WRITE), |draft, _| {
            wanted.check_reviewers(&draft.snapshot().holdings, &repository)?;
            set(draft, full_name, &environment, wanted)
        })
        .await?;
    ok(shown(&call, &repository, &set))
}

/// `DELETE /repos/{owner}/{repo}/environments/{environment_name}`
pub(super) async fn delete(
    call: Call,
    At((owner, name, environment)): At<(String, String, String)>,
) -> Answer {
    let repository = call.repository(&owner, &name, WRITE)?;
    let full_name = &repository.full_name;
    call.write(Right::Repository(full_name, WRITE), |draft, _| {
        let environments = &mut draft.repository(full_name)?.environments;
        let before = environments.len();
        environments.retain(|known| !is_same_name(&known.name, &environment));
        if environments.len() == before {
            return Err(HubError::Missing(format!("environment `{environment}`")));
        }
        let parameters = json!({ "repository": full_name, "environment": environment });
        draft.note(record::ENVIRONMENT_DELETED, parameters);
        Ok(())
    })
    .await?;
    empty(StatusCode::NO_CONTENT)
}

/// An environment of a repository.
pub(super) fn found<'a>(repository: &'a Repository, name: &str) -> Result<&'a Environment, Problem> {
    repository.environment(name).ok_or_else(Problem::missing)
}

/// What a call sets.
struct Wanted {
    wait_minutes: Given<u32>,
    prevent_self_review: Given<bool>,
    reviewers: Given<Vec<Reviewer>>,
    branches: Given<BranchPolicy>,
    admins_can_bypass: Given<bool>,
}

impl Wanted {
    fn read(fields: &Fields, holdings: &Holdings, repository: &Repository) -> Result<Self, Problem> {
        Ok(Self {
            wait_minutes: wait(fields)?,
            prevent_self_review: fields.boolean("prevent_self_review")?,
            reviewers: reviewers(fields, holdings, repository)?,
            branches: branches(fields)?,
            admins_can_bypass: fields.boolean("can_admins_bypass")?,
        })
    }

    /// That the reviewers are still there, and may still read the repository.
    fn check_reviewers(&self, holdings: &Holdings, repository: &Repository) -> Result<(), HubError> {
        let Given::Value(reviewers) = &self.reviewers else { return Ok(()) };
        let check = |reviewer: &Reviewer| is_eligible(*reviewer, holdings, repository);
        reviewers.iter().try_for_each(check).map_err(HubError::Invalid)
    }

    fn apply(self, environment: &mut Environment) {
        set_given(&mut environment.wait_minutes, self.wait_minutes, 0);
        set_given(&mut environment.prevent_self_review, self.prevent_self_review, false);
        set_given(&mut environment.reviewers, self.reviewers, Vec::new());
        set_given(&mut environment.branches, self.branches, BranchPolicy::Any);
        set_given(&mut environment.admins_can_bypass, self.admins_can_bypass, true);
        if environment.branches != BranchPolicy::Selected {
            environment.patterns.clear();
        }
    }
}

fn set_given<T>(place: &mut T, given: Given<T>, cleared: T) {
    match given {
        Given::Absent => {}
        Given::Null => *place = cleared,
        Given::Value(value) => *place = value,
    }
}

fn wait(fields: &Fields) -> Result<Given<u32>, Problem> {
    let minutes = match fields.integer("wait_timer")? {
        Given::Absent => return Ok(Given::Absent),
        Given::Null => return Ok(Given::Null),
        Given::Value(minutes) => minutes,
    };
    if minutes < 0 {
        return Err(fields.wrong("wait_timer", &format!("{minutes} must be greater than or equal to 0.")));
    }
    let read = u32::try_from(minutes).ok().filter(|minutes| *minutes <= WAIT_MINUTES_MAX);
    let problem = format!("{minutes} must be less than or equal to {WAIT_MINUTES_MAX}.");
    read.map(Given::Value).ok_or_else(|| fields.wrong("wait_timer", &problem))
}

fn branches(fields: &Fields) -> Result<Given<BranchPolicy>, Problem> {
    let policy = match fields.object("deployment_branch_policy")? {
        Given::Absent => return Ok(Given::Absent),
        Given::Null => return Ok(Given::Null),
        Given::Value(policy) => policy,
    };
    let protected = policy.required_boolean("protected_branches")?;
    let custom = policy.required_boolean("custom_branch_policies")?;
    match (protected, custom) {
        (true, false) => Ok(Given::Value(BranchPolicy::Protected)),
        (false, true) => Ok(Given::Value(BranchPolicy::Selected)),
        _ => Err(Problem::unprocessable(
            "The values of protected_branches and custom_branch_policies cannot be the same: for no policy at all deployment_branch_policy is null",
        )),
    }
}

fn reviewers(
    fields: &Fields,
    holdings: &Holdings,
    repository: &Repository,
) -> Result<Given<Vec<Reviewer>>, Problem> {
    let listed = match fields.objects("reviewers", REVIEWERS_MAX)? {
        Given::Absent => return Ok(Given::Absent),
        Given::Null => return Ok(Given::Null),
        Given::Value(listed) => listed,
    };
    let read = listed.iter().map(|reviewer| self::reviewer(reviewer, holdings, repository));
    Ok(Given::Value(read.collect::<Result<_, _>>()?))
}

/// A reviewer is there, and may read the repository.
fn reviewer(fields: &Fields, holdings: &Holdings, repository: &Repository) -> Result<Reviewer, Problem> {
    let (kind, id) = (fields.required_text("type")?, fields.required_id("id")?);
    let refused = |message: String| Problem::invalid_field("EnvironmentReviewer", "reviewers", message);
    let reviewer = match kind.as_str() {
        "User" => Reviewer::User(id),
        "Team" => Reviewer::Team(id),
        other => {
            let problem = format!("\"{}\" is not a member of [\"User\", \"Team\"].", echo(other));
            return Err(fields.wrong("type", &problem));
        }
    };
    is_eligible(reviewer, holdings, repository).map_err(refused)?;
    Ok(reviewer)
}

/// Whether somebody may be a reviewer; else why not.
fn is_eligible(reviewer: Reviewer, holdings: &Holdings, repository: &Repository) -> Result<(), String> {
    let (owner, full_name) = (repository.owner(), &repository.full_name);
    match reviewer {
        Reviewer::User(id) => {
            let user = holdings.user_numbered(id).ok_or_else(|| format!("there is no user {id}"))?;
            if user.role(full_name).is_none() {
                return Err(format!("{} has no read access to {full_name}", user.login));
            }
        }
        Reviewer::Team(id) => {
            if !holdings.organization(owner).teams.iter().any(|team| team.id == id) {
                return Err(format!("the organization {owner} has no team {id}"));
            }
        }
    }
    Ok(())
}

/// Makes an environment where there is none, and sets what was asked for.
fn set(draft: &mut Draft, full_name: &str, name: &str, wanted: Wanted) -> Result<Environment, HubError> {
    let (strict, now) = (draft.is_strict(), draft.now);
    let repository = draft.repository(full_name)?;
    // One that is there is set even where it has a twin: that is how an administrator protects it.
    let made = repository.environment(name).is_none() && repository.create_environment(name, strict, now)?;
    let missing = || HubError::Missing(format!("environment `{name}`"));
    let environment = repository.environment_mut(name).ok_or_else(missing)?;
    wanted.apply(environment);
    environment.updated = now;
    environment.check()?;
    let environment = environment.clone();
    let parameters = summary(&draft.snapshot().holdings, full_name, &environment);
    draft.note(if made { record::ENVIRONMENT_CREATED } else { record::ENVIRONMENT_UPDATED }, parameters);
    Ok(environment)
}
