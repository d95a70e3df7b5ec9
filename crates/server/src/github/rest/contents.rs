//! `/repos/{owner}/{repo}/contents/.github/workflows/NAME.yml`: the workflow files of the default branch.
//!
//! The sandbox keeps no other files, and no branches. Setting a file starts nothing: `/_daypass/events` does.
//!
//! Source: GitHub docs, REST API "Repository contents".

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use daypass_github::hosting::repository::{WORKFLOWS_MAX, is_workflow_path};
use daypass_github::hosting::room::workflow_name;
use daypass_github::hosting::{Need, Permission, Repository, Role, WorkflowFile};
use daypass_github::workflow::{WORKFLOW_BYTES_MAX, Workflow};
use serde_json::{Value, json};

use super::answer::{Answer, ok, time, with};
use super::auth::{At, Call, Right};
use super::fields::{Fields, Sent};
use super::links::{node, part};
use super::problem::{Problem, echo};
use crate::github::hub::{HubError, record};
use crate::random::hexadecimal;

/// Looking at files.
pub(super) const READ: Need = Need::read(Permission::Contents);
/// Setting them.
pub(super) const WRITE: Need = Need::write(Permission::Contents, Role::Write);
/// The largest body, in bytes: base64 of the largest workflow file is two thirds of it.
pub(super) const BODY_BYTES_MAX: usize = 1024 * 1024;
/// The folder.
const FOLDER: &str = ".github/workflows";
/// Characters of a line of base64 in an answer, as GitHub breaks it.
const LINE_CHARACTERS: usize = 60;

/// `GET .../contents/{path}`: a file, or the folder.
pub(super) async fn get(call: Call, At((owner, name, path)): At<(String, String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    check_branch(&repository, call.parameter("ref"))?;
    let path = path.trim_end_matches('/');
    if path == FOLDER {
        let texts =
            repository.workflows.keys().filter_map(|path| Some((path, text(&call, &repository, path)?)));
        return ok(texts.map(|(path, text)| entry(&call, &repository, path, text.as_bytes())).collect());
    }
    let text = text(&call, &repository, path).ok_or_else(Problem::missing)?;
    let mut shown = entry(&call, &repository, path, text.as_bytes());
    let encoded = STANDARD.encode(text.as_bytes());
    let mut lines = String::new();
    for (index, character) in encoded.chars().enumerate() {
        if index > 0 && index % LINE_CHARACTERS == 0 {
            lines.push('\n');
        }
        lines.push(character);
    }
    super::users::merge(&mut shown, json!({ "encoding": "base64", "content": format!("{lines}\n") }));
    ok(shown)
}

/// `PUT .../contents/{path}`
pub(super) async fn put(
    call: Call,
    At((owner, name, path)): At<(String, String, String)>,
    body: Sent,
) -> Answer {
    let repository = call.repository(&owner, &name, WRITE)?;
    check_path(&path)?;
    let fields = Fields::read(body)?;
    let message = fields.required_text("message")?;
    let new = decoded(&fields)?;
    check_branch(&repository, fields.text("branch")?.value().as_deref())?;
    let known = text(&call, &repository, &path);
    check_sha(&path, known, fields.text("sha")?.value().as_deref())?;
    let workflow = Workflow::parse(&path, &new).ok();
    let display_name = workflow_name(workflow.as_ref().map_or(path.as_str(), Workflow::display_name));
    let full_name = &repository.full_name;
    let sha = blob_sha(new.as_bytes());
    let expected = known.map(|text| blob_sha(text.as_bytes()));
    call.write(Right::Repository(full_name, WRITE), |draft, _| {
        // Another call may have been faster.
        let kept = draft.snapshot().holdings.workflow_text(full_name, &path);
        if kept.map(|text| blob_sha(text.as_bytes())) != expected {
            return Err(HubError::Exists(path.clone()));
        }
        let now = draft.now;
        let repository = draft.repository(full_name)?;
        if repository.workflows.get(&path).is_none_or(|file| file.name.len() < display_name.len()) {
            repository.has_room()?;
        }
        let id = repository.workflow_number(&path);
        let workflows = &mut repository.workflows;
        if workflows.len() >= WORKFLOWS_MAX && !workflows.contains_key(&path) {
            let problem = format!("a repository has {WORKFLOWS_MAX} workflows at the most");
            return Err(HubError::TooMany(problem));
        }
        let file = workflows.entry(path.clone()).or_insert_with(|| WorkflowFile {
            id,
            name: display_name.clone(),
            created: now,
            updated: now,
            runs: 0,
        });
        file.name = display_name;
        file.updated = now;
        draft.put_workflow_text(full_name, &path, &new);
        draft.note(record::WORKFLOW_UPDATED, json!({ "repository": full_name, "path": path, "sha": sha }));
        Ok(())
    })
    .await
    .map_err(|error| match error {
        HubError::Exists(_) => Problem::conflict(format!("{path} was changed by another call")),
        error => error.into(),
    })?;
    let status = if known.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    let content = entry(&call, &repository, &path, new.as_bytes());
    with(status, json!({ "content": content, "commit": commit(&call, &repository, &path, &sha, &message) }))
}

/// `DELETE .../contents/{path}`
pub(super) async fn delete(
    call: Call,
    At((owner, name, path)): At<(String, String, String)>,
    body: Sent,
) -> Answer {
    let repository = call.repository(&owner, &name, WRITE)?;
    // Clients send what goes with a DELETE in the body or, as the page of this call allows, in the query.
    let fields = Fields::read(body)?;
    let said = |name: &str| -> Result<Option<String>, Problem> {
        let given = fields.text(name)?.value();
        Ok(given.or_else(|| call.parameter(name).map(str::to_owned)))
    };
    let known = text(&call, &repository, &path).ok_or_else(Problem::missing)?;
    let message = said("message")?.ok_or_else(|| Fields::not_supplied(&["message"]))?;
    check_branch(&repository, said("branch")?.as_deref())?;
    check_sha(&path, Some(known), said("sha")?.as_deref())?;
    let sha = blob_sha(known.as_bytes());
    let full_name = &repository.full_name;
    call.write(Right::Repository(full_name, WRITE), |draft, _| {
        let kept = draft.snapshot().holdings.workflow_text(full_name, &path);
        if kept.is_none_or(|text| blob_sha(text.as_bytes()) != sha) {
            return Err(HubError::Exists(path.clone()));
        }
        draft.remove_workflow_text(full_name, &path);
        let workflows = &mut draft.repository(full_name)?.workflows;
        // One that ran is known by its runs, and its next run has the next number.
        if workflows.get(&path).is_some_and(|file| file.runs == 0) {
            workflows.remove(&path);
        }
        let parameters = json!({ "repository": full_name, "path": path, "sha": null });
        draft.note(record::WORKFLOW_UPDATED, parameters);
        Ok(())
    })
    .await
    .map_err(|error| match error {
        HubError::Exists(_) => Problem::conflict(format!("{path} was changed by another call")),
        error => error.into(),
    })?;
    ok(json!({ "content": null, "commit": commit(&call, &repository, &path, "", &message) }))
}

fn text<'a>(call: &'a Call, repository: &Repository, path: &str) -> Option<&'a String> {
    call.holdings().workflow_text(&repository.full_name, path).map(std::ops::Deref::deref)
}

fn check_path(path: &str) -> Result<(), Problem> {
    if is_workflow_path(path) {
        return Ok(());
    }
    Err(Problem::not_kept(format!(
        "{}: the sandbox keeps workflow files only, {FOLDER}/NAME.yml or NAME.yaml",
        echo(path)
    )))
}

fn check_branch(repository: &Repository, branch: Option<&str>) -> Result<(), Problem> {
    let default = repository.default_branch.as_str();
    let short = branch.map(|branch| branch.strip_prefix("refs/heads/").unwrap_or(branch));
    match short {
        Some(branch) if branch != default => Err(Problem::not_kept(format!(
            "{}: the sandbox keeps the files of the default branch only, {default}",
            echo(branch)
        ))),
        _ => Ok(()),
    }
}

/// Whether the caller knows what is replaced.
fn check_sha(path: &str, known: Option<&String>, shown: Option<&str>) -> Result<(), Problem> {
    match (known, shown) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(Fields::not_supplied(&["sha"])),
        (Some(text), Some(sha)) if blob_sha(text.as_bytes()) == sha => Ok(()),
        (_, Some(sha)) => Err(Problem::conflict(format!("{path} does not match {}", echo(sha)))),
    }
}

fn decoded(fields: &Fields) -> Result<String, Problem> {
    let content: String =
        fields.required_text("content")?.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    let bytes =
        STANDARD.decode(content).map_err(|_| Problem::unprocessable("content is not valid Base64"))?;
    if bytes.len() > WORKFLOW_BYTES_MAX {
        let problem = format!("a workflow file has {WORKFLOW_BYTES_MAX} bytes at the most");
        return Err(Problem::unprocessable(problem));
    }
    String::from_utf8(bytes).map_err(|_| Problem::unprocessable("a workflow file is text in UTF-8"))
}

/// The name that git gives a file's bytes.
fn blob_sha(bytes: &[u8]) -> String {
    let whole = [format!("blob {}\0", bytes.len()).as_bytes(), bytes].concat();
    hexadecimal(digest(&SHA1_FOR_LEGACY_USE_ONLY, &whole).as_ref())
}

/// What a change is called here: there is no history, but clients read a commit.
fn commit(call: &Call, repository: &Repository, path: &str, blob: &str, message: &str) -> Value {
    let login = &call.who.user.login;
    let named = format!("{}\n{path}\n{blob}\n{}\n{login}", repository.full_name, call.now);
    let sha = hexadecimal(digest(&SHA1_FOR_LEGACY_USE_ONLY, named.as_bytes()).as_ref());
    let person = json!({
        "name": login,
        "email": format!("{login}@users.noreply.localhost"),
        "date": time(call.now),
    });
    let at = call.links.repository(&repository.full_name, &format!("/git/commits/{sha}"));
    json!({
        "sha": sha,
        "node_id": node("Commit", repository.id),
        "url": at,
        "html_url": call.links.page(&format!("/{}/commit/{sha}", repository.full_name)),
        "author": person,
        "committer": person,
        "message": message,
        "tree": { "sha": sha, "url": at },
        "parents": [],
        "verification": { "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null },
    })
}

fn entry(call: &Call, repository: &Repository, path: &str, bytes: &[u8]) -> Value {
    let full_name = &repository.full_name;
    let encoded: Vec<String> = path.split('/').map(part).collect();
    let sha = blob_sha(bytes);
    let branch = &repository.default_branch;
    let url =
        call.links.repository(full_name, &format!("/contents/{}?ref={}", encoded.join("/"), part(branch)));
    let page = call.links.page(&format!("/{full_name}/blob/{branch}/{}", encoded.join("/")));
    let blob = call.links.repository(full_name, &format!("/git/blobs/{sha}"));
    json!({
        "type": "file",
        "name": path.rsplit('/').next().unwrap_or(path),
        "path": path,
        "sha": sha,
        "size": bytes.len(),
        "url": url,
        "html_url": page,
        "git_url": blob,
        "download_url": null,
        "_links": { "self": url, "git": blob, "html": page },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_git_names_them() {
        assert_eq!(blob_sha(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(blob_sha(b"hello world\n"), "3b18e512dba79e4c8300dd08aeb37f8e728b8dad");
    }
}
