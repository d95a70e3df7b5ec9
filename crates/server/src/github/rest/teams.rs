//! `/orgs/{org}` and its teams, for whoever may know of them. GitHub has a permission `members` of organisations for it,
//! which the sandbox does not tell apart.
//!
//! Source: GitHub docs, REST API "Organizations" and "Teams".

use std::sync::Arc;

use daypass_github::hosting::{Organization, Team};
use serde_json::{Value, json};

use super::answer::{Answer, ok};
use super::auth::{At, Call};
use super::links::{Links, node, part};
use super::page::Page;
use super::problem::Problem;
use super::users::{merge, named, owner_login};

/// `GET /orgs/{org}`
pub(super) async fn organization(call: Call, At(login): At<String>) -> Answer {
    let organization = found(&call, &login)?;
    let at = |rest: &str| call.links.api(&format!("/orgs/{}{rest}", organization.login));
    ok(json!({
        "login": organization.login,
        "id": organization.id,
        "node_id": node("Organization", organization.id),
        "url": at(""),
        "repos_url": at("/repos"),
        "events_url": at("/events"),
        "hooks_url": at("/hooks"),
        "issues_url": at("/issues"),
        "members_url": at("/members{/member}"),
        "public_members_url": at("/public_members{/member}"),
        "avatar_url": "",
        "description": null,
        "has_organization_projects": false,
        "has_repository_projects": false,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "html_url": call.links.page(&format!("/{}", organization.login)),
        "type": "Organization",
        "archived_at": null,
    }))
}

/// `GET /orgs/{org}/teams`
pub(super) async fn list(call: Call, At(login): At<String>) -> Answer {
    let organization = found(&call, &login)?;
    let page = Page::of(&call);
    let teams = page.cut(&organization.teams);
    let shown = teams.into_iter().map(|team| shown(&call.links, &organization.login, team)).collect();
    Ok(page.listed(&call, shown, organization.teams.len()))
}

/// `GET /orgs/{org}/teams/{slug}`
pub(super) async fn one(call: Call, At((login, slug)): At<(String, String)>) -> Answer {
    let organization = found(&call, &login)?;
    let team = team(&organization, &slug)?;
    let mut answer = shown(&call.links, &organization.login, team);
    let owner = json!({
        "login": organization.login,
        "id": organization.id,
        "node_id": node("Organization", organization.id),
        "url": call.links.api(&format!("/orgs/{}", organization.login)),
        "type": "Organization",
    });
    merge(&mut answer, json!({ "members_count": team.members.len(), "organization": owner }));
    ok(answer)
}

/// `GET /orgs/{org}/teams/{slug}/members`
pub(super) async fn members(call: Call, At((login, slug)): At<(String, String)>) -> Answer {
    let organization = found(&call, &login)?;
    let team = team(&organization, &slug)?;
    let page = Page::of(&call);
    let members = page.cut(&team.members).into_iter().map(|login| match call.holdings().user(login) {
        Some(user) => named(&call.links, user.id, &user.login),
        None => named(&call.links, call.holdings().owner_number(login), login),
    });
    let members = members.collect();
    Ok(page.listed(&call, members, team.members.len()))
}

fn found(call: &Call, login: &str) -> Result<Arc<Organization>, Problem> {
    let is_organization = call.holdings().user(login).is_none() && call.sees_owner(login);
    let known = owner_login(call.holdings(), login).filter(|_| is_organization);
    Ok(call.holdings().organization(&known.ok_or_else(Problem::missing)?))
}

fn team<'a>(organization: &'a Organization, slug: &str) -> Result<&'a Team, Problem> {
    let mut teams = organization.teams.iter();
    teams.find(|team| team.slug.eq_ignore_ascii_case(slug)).ok_or_else(Problem::missing)
}

/// A team as it stands in other answers.
pub(super) fn shown(links: &Links, organization: &str, team: &Team) -> Value {
    let path = format!("/orgs/{organization}/teams/{}", part(&team.slug));
    json!({
        "id": team.id,
        "node_id": node("Team", team.id),
        "name": team.name,
        "slug": team.slug,
        "description": null,
        "privacy": "closed",
        "notification_setting": "notifications_disabled",
        "permission": "pull",
        "type": "organization",
        "url": links.api(&path),
        "html_url": links.page(&path),
        "members_url": links.api(&format!("{path}/members{{/member}}")),
        "repositories_url": links.api(&format!("{path}/repos")),
        "parent": null,
    })
}
