//! `/repos/{owner}/{repo}`: a repository, and making one.
//!
//! Source: GitHub docs, REST API "Repositories".

use axum::http::StatusCode;
use daypass_github::hosting::access::check;
use daypass_github::hosting::{Need, Permission, Repository, Role, Visibility};
use serde_json::{Value, json};

use super::answer::{Answer, ok, time, with};
use super::auth::{At, Call, Right, number};
use super::fields::{Fields, Sent};
use super::links::{Links, node};
use super::problem::{Problem, echo};
use super::users::{merge, of_owner};
use crate::github::hub::{Holdings, record};

/// Reading a repository.
pub(super) const READ: Need = Need::read(Permission::Metadata);
/// Making one.
pub(super) const CREATE: Need = Need::write(Permission::Administration, Role::Admin);

/// What GitHub's addresses of a repository's parts are called, and what follows the repository's own.
const PARTS: [(&str, &str); 37] = [
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
    ("url", ""),
];

/// `GET /repos/{owner}/{repo}`
pub(super) async fn one(call: Call, At((owner, name)): At<(String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    ok(whole(&call, &repository))
}

/// `GET /repositories/{id}`
pub(super) async fn numbered(call: Call, At(id): At<String>) -> Answer {
    let known = call.holdings().repository_numbered(number(&id)?).ok_or_else(Problem::missing)?;
    let repository = call.repository(known.owner(), known.name(), READ)?;
    ok(whole(&call, &repository))
}

/// `POST /orgs/{org}/repos`
pub(super) async fn create_in_organization(call: Call, At(owner): At<String>, body: Sent) -> Answer {
    if call.holdings().user(&owner).is_some() || !call.sees_owner(&owner) {
        return Err(Problem::missing());
    }
    let wanted = Wanted::read(&owner, body)?;
    check(&call.who.user, Some(&call.who.token), &wanted.full_name, CREATE)?;
    let right = Right::Repository(&wanted.full_name, CREATE);
    create(&call, &wanted, right).await
}

/// `POST /user/repos`: the user administers what is made.
pub(super) async fn create_own(call: Call, body: Sent) -> Answer {
    let wanted = Wanted::read(&call.who.user.login, body)?;
    let right = Right::Own(&wanted.full_name, CREATE);
    create(&call, &wanted, right).await
}

struct Wanted {
    full_name: String,
    visibility: Visibility,
}

impl Wanted {
    fn read(owner: &str, body: Sent) -> Result<Self, Problem> {
        let fields = Fields::read(body)?;
        let name = fields.required_text("name")?;
        let private = fields.boolean("private")?.value();
        let visibility = match fields.text("visibility")?.value() {
            Some(text) => Visibility::parse(&text).ok_or_else(|| {
                let problem = format!(
                    "\"{}\" is not a member of [\"public\", \"private\", \"internal\"].",
                    echo(&text)
                );
                fields.wrong("visibility", &problem)
            })?,
            None if private == Some(true) => Visibility::Private,
            None => Visibility::Public,
        };
        Ok(Self { full_name: format!("{owner}/{name}"), visibility })
    }
}

async fn create(call: &Call, wanted: &Wanted, right: Right<'_>) -> Answer {
    let failed = |message: &str| Problem::invalid_field("Repository", "name", message);
    if call.holdings().repository(&wanted.full_name).is_some() {
        return Err(failed("name already exists on this account"));
    }
    let repository = Repository::new(&wanted.full_name, Some(call.now)).ok_or_else(|| {
        failed("name has letters, digits, hyphens, underscores and full stops only, 100 at the most")
    })?;
    let repository = Repository { visibility: wanted.visibility, ..repository };
    let repository = call
        .write(right, |draft, who| {
            let created = Some(draft.now);
            let made = draft.add_repository(Repository { created, ..repository })?;
            let is_owner = matches!(right, Right::Own(..));
            if is_owner && who.user.role(&made.full_name) != Some(Role::Admin) {
                draft.put_user(who.user.administering(&made.full_name))?;
            }
            let parameters = json!({ "repository": made.full_name, "visibility": made.visibility.name() });
            draft.note(record::REPOSITORY_CREATED, parameters);
            Ok(made)
        })
        .await?;
    with(StatusCode::CREATED, whole(call, &repository))
}

/// A repository with what the caller may do to it.
fn whole(call: &Call, repository: &Repository) -> Value {
    let mut answer = shown(&call.links, call.holdings(), repository);
    let role = call.who.user.role(&repository.full_name).unwrap_or(Role::Admin);
    let more = json!({
        "permissions": {
            "admin": role >= Role::Admin,
            "maintain": role >= Role::Admin,
            "push": role >= Role::Write,
            "triage": role >= Role::Write,
            "pull": true,
        },
        "role_name": role.name(),
        "custom_properties": repository.properties,
    });
    merge(&mut answer, more);
    answer
}

/// A repository as it stands in other answers.
pub(super) fn shown(links: &Links, holdings: &Holdings, repository: &Repository) -> Value {
    let full_name = &repository.full_name;
    let page = links.page(&format!("/{full_name}"));
    let mut answer = json!({
        "id": repository.id,
        "node_id": node("Repository", repository.id),
        "name": repository.name(),
        "full_name": full_name,
        "owner": of_owner(links, holdings, repository.owner()),
        "private": repository.visibility != Visibility::Public,
        "visibility": repository.visibility.name(),
        "html_url": page,
        "clone_url": format!("{page}.git"),
        "description": null,
        "fork": false,
        "default_branch": repository.default_branch,
        "archived": false,
        "disabled": false,
        "created_at": repository.created.map(time),
        "updated_at": repository.created.map(time),
        "pushed_at": repository.created.map(time),
    });
    let parts = PARTS
        .iter()
        .map(|(name, rest)| ((*name).to_owned(), Value::String(links.repository(full_name, rest))));
    if let Some(members) = answer.as_object_mut() {
        members.extend(parts);
    }
    answer
}
