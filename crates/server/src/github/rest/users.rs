//! `/user` and `/users/{login}`, and users as they stand in other answers.
//!
//! Source: GitHub docs, REST API "Users".

use daypass_github::hosting::User;
use serde_json::{Value, json};

use super::answer::{Answer, ok, time};
use super::auth::{At, Call};
use super::links::{Links, node, part};
use super::problem::Problem;
use crate::github::hub::Holdings;

/// `GET /user`: whose token it is.
pub(super) async fn own(call: Call) -> Answer {
    ok(whole(&call.links, &call.who.user))
}

/// `GET /api/v3`: where things are. At the root of the address lie the console's pages.
pub(super) async fn root(call: Call) -> Answer {
    let at = |path: &str| call.links.api(path);
    ok(json!({
        "current_user_url": at("/user"),
        "organization_url": at("/orgs/{org}"),
        "organization_teams_url": at("/orgs/{org}/teams"),
        "repository_url": at("/repos/{owner}/{repo}"),
        "user_url": at("/users/{user}"),
    }))
}

/// `GET /meta`: what is asked to see whether the API answers.
pub(super) async fn meta(_call: Call) -> Answer {
    ok(json!({ "verifiable_password_authentication": false, "installed_version": env!("CARGO_PKG_VERSION") }))
}

/// `GET /users/{login}`: a user, or an organisation.
pub(super) async fn one(call: Call, At(login): At<String>) -> Answer {
    if let Some(user) = call.holdings().user(&login) {
        return ok(whole(&call.links, user));
    }
    let owner = owner_login(call.holdings(), &login).filter(|_| call.sees_owner(&login));
    let login = owner.ok_or_else(Problem::missing)?;
    ok(of_owner(&call.links, call.holdings(), &login))
}

/// A user or an organisation, as others see it.
pub(super) fn simple(links: &Links, id: u64, login: &str, kind: &str) -> Value {
    let at = |rest: &str| links.api(&format!("/users/{}{rest}", part(login)));
    json!({
        "login": login,
        "id": id,
        "node_id": node(kind, id),
        "avatar_url": "",
        "gravatar_id": "",
        "url": at(""),
        "html_url": links.page(&format!("/{login}")),
        "followers_url": at("/followers"),
        "following_url": at("/following{/other_user}"),
        "gists_url": at("/gists{/gist_id}"),
        "starred_url": at("/starred{/owner}{/repo}"),
        "subscriptions_url": at("/subscriptions"),
        "organizations_url": at("/orgs"),
        "repos_url": at("/repos"),
        "events_url": at("/events{/privacy}"),
        "received_events_url": at("/received_events"),
        "type": kind,
        "site_admin": false,
    })
}

/// A user by login, who need not have been added.
pub(super) fn named(links: &Links, id: u64, login: &str) -> Value {
    let kind = if login.ends_with("[bot]") { "Bot" } else { "User" };
    simple(links, id, login, kind)
}

/// The owner of a repository.
pub(super) fn of_owner(links: &Links, holdings: &Holdings, login: &str) -> Value {
    match holdings.user(login) {
        Some(user) => simple(links, user.id, &user.login, "User"),
        None => simple(links, holdings.organization(login).id, login, "Organization"),
    }
}

/// The login of an owner who is no user, as it was first written.
pub(super) fn owner_login(holdings: &Holdings, login: &str) -> Option<String> {
    if let Some(known) = holdings.organizations.get(&login.to_ascii_lowercase()) {
        return Some(known.login.clone());
    }
    let mut repositories = holdings.repositories.values();
    let owned = repositories.find(|repository| repository.owner().eq_ignore_ascii_case(login));
    owned.map(|repository| repository.owner().to_owned())
}

fn whole(links: &Links, user: &User) -> Value {
    let mut shown = named(links, user.id, &user.login);
    let more = json!({
        "name": null,
        "company": null,
        "blog": null,
        "location": null,
        "email": null,
        "hireable": null,
        "bio": null,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": time(user.created),
        "updated_at": time(user.created),
    });
    merge(&mut shown, more);
    shown
}

/// Adds the members of one object to another.
pub(super) fn merge(into: &mut Value, more: Value) {
    if let (Some(into), Value::Object(more)) = (into.as_object_mut(), more) {
        into.extend(more);
    }
}
