//! `/repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules`: rules that programs answer.
//!
//! The programs are the apps of the configuration.
//!
//! Source: GitHub docs, REST API "Protection rules".

use axum::http::StatusCode;
use daypass_github::gate::CustomRule;
use daypass_github::gate::environment::CUSTOM_RULES_MAX;
use daypass_github::hosting::{Need, Permission, number as numbers};
use serde_json::{Value, json};

use super::answer::{Answer, empty, ok, with};
use super::auth::{At, Call, number};
use super::branch_policies::change;
use super::environments::{READ, WRITE, found};
use super::fields::{Fields, Sent};
use super::links::{Links, node};
use super::page::Page;
use super::problem::Problem;
use crate::github::hub::HubError;

/// Looking at the apps that could answer.
pub(super) const APPS: Need = Need::read(Permission::Administration);

/// `GET .../deployment_protection_rules`
pub(super) async fn list(call: Call, At((owner, name, environment)): At<(String, String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    let rules = found(&repository, &environment)?.custom_rules.iter().filter(|rule| rule.enabled);
    let shown: Vec<Value> = rules.map(|rule| shown(&call.links, rule)).collect();
    ok(json!({ "total_count": shown.len(), "custom_deployment_protection_rules": shown }))
}

/// `POST .../deployment_protection_rules`
pub(super) async fn create(
    call: Call,
    At((owner, name, environment)): At<(String, String, String)>,
    body: Sent,
) -> Answer {
    let repository = call.repository(&owner, &name, WRITE)?;
    let environment = found(&repository, &environment)?;
    let id = Fields::read(body)?.required_id("integration_id")?;
    let app = call.app.config.apps.iter().find(|app| app.id == id).ok_or_else(|| {
        let problem = format!("the configuration has no app {id}: add a table [[apps]]");
        Problem::invalid_field("DeploymentProtectionRule", "integration_id", problem)
    })?;
    let named = format!("{}\n{}", environment.name, app.slug);
    let first = CustomRule {
        id: numbers::of_part(&repository.full_name, "custom rule", &named),
        app_id: app.id,
        app_slug: app.slug.clone(),
        enabled: true,
    };
    let made = change(&call, &repository, &environment.name, |environment, taken| {
        let rule = CustomRule { id: numbers::free(first.id, |id| taken.contains(&id)), ..first };
        let rules = &mut environment.custom_rules;
        if rules.iter().any(|known| known.enabled && known.app_id == rule.app_id) {
            return Err(HubError::Exists(format!("a rule of the app {}", rule.app_slug)));
        }
        rules.retain(|known| known.app_id != rule.app_id);
        if rules.iter().filter(|known| known.enabled).count() >= CUSTOM_RULES_MAX {
            let problem = format!("an environment has {CUSTOM_RULES_MAX} enabled custom rules at the most");
            return Err(HubError::TooMany(problem));
        }
        rules.push(rule.clone());
        Ok(rule)
    })
    .await?;
    with(StatusCode::CREATED, shown(&call.links, &made))
}

/// `GET .../deployment_protection_rules/apps`
pub(super) async fn apps(call: Call, At((owner, name, environment)): At<(String, String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, APPS)?;
    let environment = found(&repository, &environment)?;
    let is_free = |id: u64| !environment.custom_rules.iter().any(|rule| rule.enabled && rule.app_id == id);
    let free: Vec<Value> = call
        .app
        .config
        .apps
        .iter()
        .filter(|app| is_free(app.id))
        .map(|entry| app(&call.links, entry.id, &entry.slug))
        .collect();
    let (page, total) = (Page::of(&call), free.len());
    let member = "available_custom_deployment_protection_rule_integrations";
    Ok(page.counted(&call, member, page.cut(free), total))
}

/// `GET .../deployment_protection_rules/{protection_rule_id}`
pub(super) async fn one(
    call: Call,
    At((owner, name, environment, id)): At<(String, String, String, String)>,
) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    let (environment, id) = (found(&repository, &environment)?, number(&id)?);
    let mut rules = environment.custom_rules.iter();
    let rule = rules.find(|rule| rule.id == id && rule.enabled).ok_or_else(Problem::missing)?;
    ok(shown(&call.links, rule))
}

/// `DELETE .../deployment_protection_rules/{protection_rule_id}`
pub(super) async fn delete(
    call: Call,
    At((owner, name, environment, id)): At<(String, String, String, String)>,
) -> Answer {
    let repository = call.repository(&owner, &name, WRITE)?;
    let (environment, id) = (found(&repository, &environment)?, number(&id)?);
    change(&call, &repository, &environment.name, |environment, _| {
        let before = environment.custom_rules.len();
        environment.custom_rules.retain(|rule| rule.id != id);
        if environment.custom_rules.len() == before {
            return Err(HubError::Missing(format!("custom rule {id}")));
        }
        Ok(())
    })
    .await?;
    empty(StatusCode::NO_CONTENT)
}

fn shown(links: &Links, rule: &CustomRule) -> Value {
    json!({
        "id": rule.id,
        "node_id": node("DeploymentProtectionRule", rule.id),
        "enabled": rule.enabled,
        "app": app(links, rule.app_id, &rule.app_slug),
    })
}

fn app(links: &Links, id: u64, slug: &str) -> Value {
    json!({
        "id": id,
        "slug": slug,
        "integration_url": links.api(&format!("/apps/{slug}")),
        "node_id": node("Integration", id),
    })
}
