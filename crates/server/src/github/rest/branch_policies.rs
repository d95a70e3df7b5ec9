//! `/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies`: which branches and tags may deploy.
//!
//! Source: GitHub docs, REST API "Deployment branch policies".

use std::collections::BTreeSet;

use axum::http::StatusCode;
use daypass_github::gate::environment::PATTERNS_MAX;
use daypass_github::gate::pattern::PATTERN_CHARACTERS_MAX;
use daypass_github::gate::{BranchPattern, BranchPolicy, Environment, PatternKind};
use daypass_github::hosting::{Repository, number as numbers};
use serde_json::{Value, json};

use super::answer::{Answer, empty, ok};
use super::auth::{At, Call, Right, number};
use super::environment_shape::summary;
use super::environments::{READ, WRITE, found};
use super::fields::{Fields, Sent};
use super::links::node;
use super::page::Page;
use super::problem::{Problem, echo};
use crate::github::hub::{HubError, record};

/// `GET .../deployment-branch-policies`
pub(super) async fn list(call: Call, At((owner, name, environment)): At<(String, String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    let environment = selecting(&repository, &environment)?;
    let page = Page::of(&call);
    let shown = page.cut(&environment.patterns).into_iter().map(shown).collect();
    Ok(page.counted(&call, "branch_policies", shown, environment.patterns.len()))
}

/// `POST .../deployment-branch-policies`
pub(super) async fn create(
    call: Call,
    At((owner, name, environment)): At<(String, String, String)>,
    body: Sent,
) -> Answer {
    let repository = call.repository(&owner, &name, WRITE)?;
    let environment = selecting(&repository, &environment)?;
    let fields = Fields::read(body)?;
    let pattern = pattern_text(&fields)?;
    let kind = kind(&fields)?;
    let named = format!("{}\n{}\n{pattern}", environment.name, kind_name(kind));
    let first = numbers::of_part(&repository.full_name, "branch-policy", &named);
    let made = change(&call, &repository, &environment.name, |environment, taken| {
        let patterns = &mut environment.patterns;
        check_new(patterns, &pattern, kind)?;
        if patterns.len() >= PATTERNS_MAX {
            return Err(HubError::TooMany(format!("an environment has {PATTERNS_MAX} patterns at the most")));
        }
        // One that was given another pattern has kept the number that this one would have.
        let id = numbers::free(first, |id| taken.contains(&id));
        let new = BranchPattern { id, name: pattern, kind };
        patterns.push(new.clone());
        Ok(new)
    })
    .await;
    match made {
        Ok(made) => ok(shown(&made)),
        Err(HubError::Exists(_)) => empty(StatusCode::SEE_OTHER),
        Err(error) => Err(error.into()),
    }
}

/// `GET .../deployment-branch-policies/{branch_policy_id}`
pub(super) async fn one(
    call: Call,
    At((owner, name, environment, id)): At<(String, String, String, String)>,
) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    let (environment, id) = (selecting(&repository, &environment)?, number(&id)?);
    let mut patterns = environment.patterns.iter();
    ok(shown(patterns.find(|pattern| pattern.id == id).ok_or_else(Problem::missing)?))
}

/// `PUT .../deployment-branch-policies/{branch_policy_id}`: another pattern in its place.
pub(super) async fn update(
    call: Call,
    At((owner, name, environment, id)): At<(String, String, String, String)>,
    body: Sent,
) -> Answer {
    let repository = call.repository(&owner, &name, WRITE)?;
    let (environment, id) = (selecting(&repository, &environment)?, number(&id)?);
    let pattern = pattern_text(&Fields::read(body)?)?;
    let changed = change(&call, &repository, &environment.name, |environment, _| {
        let missing = || HubError::Missing(format!("branch policy {id}"));
        let patterns = &mut environment.patterns;
        let known = patterns.iter().find(|known| known.id == id).ok_or_else(missing)?;
        if known.name != pattern {
            check_new(patterns, &pattern, known.kind)?;
        }
        let known = patterns.iter_mut().find(|known| known.id == id).ok_or_else(missing)?;
        known.name = pattern;
        Ok(known.clone())
    })
    .await?;
    ok(shown(&changed))
}

/// `DELETE .../deployment-branch-policies/{branch_policy_id}`
pub(super) async fn delete(
    call: Call,
    At((owner, name, environment, id)): At<(String, String, String, String)>,
) -> Answer {
    let repository = call.repository(&owner, &name, WRITE)?;
    let (environment, id) = (selecting(&repository, &environment)?, number(&id)?);
    change(&call, &repository, &environment.name, |environment, _| {
        let before = environment.patterns.len();
        environment.patterns.retain(|known| known.id != id);
        if environment.patterns.len() == before {
            return Err(HubError::Missing(format!("branch policy {id}")));
        }
        Ok(())
    })
    .await?;
    empty(StatusCode::NO_CONTENT)
}

/// An environment that has such policies.
fn selecting<'a>(repository: &'a Repository, name: &str) -> Result<&'a Environment, Problem> {
    let environment = found(repository, name)?;
    if environment.branches == BranchPolicy::Selected { Ok(environment) } else { Err(Problem::missing()) }
}

/// Changes an environment, told which numbers patterns and rules of the repository have, and puts it on record as it is then.
pub(super) async fn change<T>(
    call: &Call,
    repository: &Repository,
    name: &str,
    change: impl FnOnce(&mut Environment, &BTreeSet<u64>) -> Result<T, HubError>,
) -> Result<T, HubError> {
    let full_name = &repository.full_name;
    call.write(Right::Repository(full_name, WRITE), |draft, _| {
        let now = draft.now;
        let repository = draft.repository(full_name)?;
        let taken = repository.part_numbers();
        let environment = repository.environment_mut(name);
        let environment = environment.ok_or_else(|| HubError::Missing(format!("environment `{name}`")))?;
        let result = change(environment, &taken)?;
        environment.updated = now;
        environment.check()?;
        let environment = environment.clone();
        let parameters = summary(&draft.snapshot().holdings, full_name, &environment);
        draft.note(record::ENVIRONMENT_UPDATED, parameters);
        Ok(result)
    })
    .await
}

fn check_new(patterns: &[BranchPattern], name: &str, kind: PatternKind) -> Result<(), HubError> {
    if patterns.iter().any(|known| known.name == name && known.kind == kind) {
        return Err(HubError::Exists(format!("the {} pattern `{name}`", kind_name(kind))));
    }
    Ok(())
}

fn pattern_text(fields: &Fields) -> Result<String, Problem> {
    let pattern = fields.required_text("name")?;
    if (1..=PATTERN_CHARACTERS_MAX).contains(&pattern.chars().count()) {
        Ok(pattern)
    } else {
        Err(fields.wrong("name", &format!("a pattern has 1 to {PATTERN_CHARACTERS_MAX} characters.")))
    }
}

fn kind(fields: &Fields) -> Result<PatternKind, Problem> {
    match fields.text("type")?.value().as_deref() {
        None | Some("branch") => Ok(PatternKind::Branch),
        Some("tag") => Ok(PatternKind::Tag),
        Some(other) => {
            let problem = format!("\"{}\" is not a member of [\"branch\", \"tag\"].", echo(other));
            Err(fields.wrong("type", &problem))
        }
    }
}

const fn kind_name(kind: PatternKind) -> &'static str {
    match kind {
        PatternKind::Branch => "branch",
        PatternKind::Tag => "tag",
    }
}

fn shown(pattern: &BranchPattern) -> Value {
    json!({
        "id": pattern.id,
        "node_id": node("GateBranchPolicy", pattern.id),
        "name": pattern.name,
        "type": kind_name(pattern.kind),
    })
}
