//! An environment as the API shows it, and as the trail has it.

use daypass_github::gate::{BranchPolicy, Environment, Reviewer};
use daypass_github::hosting::{Repository, number};
use serde_json::{Value, json};

use super::answer::time;
use super::auth::Call;
use super::links::node;
use super::{run_shape, teams, users};
use crate::github::hub::Holdings;

/// An environment with its protection.
pub(super) fn shown(call: &Call, repository: &Repository, environment: &Environment) -> Value {
    let mut shown = run_shape::environment(&call.links, &repository.full_name, repository.id, environment);
    let more = json!({
        "created_at": time(environment.created),
        "updated_at": time(environment.updated),
        "can_admins_bypass": environment.admins_can_bypass,
        "protection_rules": rules(call, repository, environment),
        "deployment_branch_policy": match environment.branches {
            BranchPolicy::Any => Value::Null,
            BranchPolicy::Protected => json!({ "protected_branches": true, "custom_branch_policies": false }),
            BranchPolicy::Selected => json!({ "protected_branches": false, "custom_branch_policies": true }),
        },
    });
    users::merge(&mut shown, more);
    shown
}

fn rules(call: &Call, repository: &Repository, environment: &Environment) -> Vec<Value> {
    let rule = |kind: &str, more: Value| {
        let name = format!("{}\n{kind}", environment.name);
        let id = number::of_part(&repository.full_name, "protection-rule", &name);
        let mut rule = json!({ "id": id, "node_id": node("Gate", id), "type": kind });
        users::merge(&mut rule, more);
        rule
    };
    let mut rules = Vec::new();
    if environment.wait_minutes > 0 {
        rules.push(rule("wait_timer", json!({ "wait_timer": environment.wait_minutes })));
    }
    if !environment.reviewers.is_empty() {
        let more = json!({
            "prevent_self_review": environment.prevent_self_review,
            "reviewers": reviewers(call, environment),
        });
        rules.push(rule("required_reviewers", more));
    }
    if environment.branches != BranchPolicy::Any {
        rules.push(rule("branch_policy", json!({})));
    }
    rules
}

/// The reviewers; one that is gone is shown by its number.
pub(super) fn reviewers(call: &Call, environment: &Environment) -> Vec<Value> {
    let holdings = call.holdings();
    let shown = environment.reviewers.iter().map(|reviewer| match *reviewer {
        Reviewer::User(id) => {
            let login = holdings.user_numbered(id).map_or("ghost", |user| user.login.as_str());
            json!({ "type": "User", "reviewer": users::named(&call.links, id, login) })
        }
        Reviewer::Team(id) => {
            let teams = holdings.organizations.values().flat_map(|organization| {
                organization.teams.iter().map(|team| (organization.login.as_str(), team))
            });
            let mut teams = teams.filter(|(_, team)| team.id == id);
            let team = teams.next().map(|(login, team)| teams::shown(&call.links, login, team));
            json!({ "type": "Team", "reviewer": team.unwrap_or_else(|| json!({ "id": id })) })
        }
    });
    shown.collect()
}

/// What was set, for the record.
pub(super) fn summary(holdings: &Holdings, full_name: &str, environment: &Environment) -> Value {
    let reviewers: Vec<String> =
        environment.reviewers.iter().map(|reviewer| holdings.reviewer_name(*reviewer)).collect();
    let patterns: Vec<&str> = environment.patterns.iter().map(|pattern| pattern.name.as_str()).collect();
    json!({
        "repository": full_name,
        "environment": environment.name,
        "protected": environment.is_protected(),
        "reviewers": reviewers,
        "preventSelfReview": environment.prevent_self_review,
        "waitTimer": environment.wait_minutes,
        "branchPolicy": match environment.branches {
            BranchPolicy::Any => "any",
            BranchPolicy::Protected => "protected",
            BranchPolicy::Selected => "selected",
        },
        "patterns": patterns,
        "adminsCanBypass": environment.admins_can_bypass,
        "customRules": environment.custom_rules.iter().filter(|rule| rule.enabled).map(|rule| rule.app_slug.as_str()).collect::<Vec<_>>(),
    })
}
