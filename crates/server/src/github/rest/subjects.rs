//! `.../actions/oidc/customization`: what the subjects of tokens are made of.
//!
//! Source: GitHub docs, REST API "GitHub Actions OIDC".

use axum::http::StatusCode;
use daypass_github::SubjectTemplate;
use daypass_github::hosting::organization::PROPERTIES_MAX;
use daypass_github::hosting::{Access, Need, Permission, Role};
use serde_json::{Value, json};

use super::answer::{Answer, empty, ok, with};
use super::auth::{At, Call, Right};
use super::fields::{Fields, Given, Sent};
use super::problem::Problem;
use super::properties::is_name;
use super::users::merge;
use crate::github::hub::job_context::is_immutable;
use crate::github::hub::record;

/// Looking at what a repository has set.
pub(super) const READ: Need = Need::read(Permission::Actions);
/// Setting it.
pub(super) const WRITE: Need = Need::write(Permission::Actions, Role::Admin);
/// What GitHub's own subjects are made of: with it, a customisation is taken back.
const DEFAULT_KEYS: [&str; 2] = ["repo", "context"];
/// Claim keys that are read of a body; the template's own limit is lower, and says so in its own words.
const KEYS_READ_MAX: usize = 1_000;

/// `GET /orgs/{org}/actions/oidc/customization/sub`
pub(super) async fn of_organization(call: Call, At(organization): At<String>) -> Answer {
    call.organization(&organization, Access::Read)?;
    let subject = &call.holdings().organization(&organization).subject;
    let mut shown = json!({ "include_claim_keys": keys(subject.template.as_ref()) });
    if let Some(immutable) = subject.immutable {
        merge(&mut shown, json!({ "use_immutable_subject": immutable }));
    }
    ok(shown)
}

/// `PUT /orgs/{org}/actions/oidc/customization/sub`
pub(super) async fn set_organization(call: Call, At(organization): At<String>, body: Sent) -> Answer {
    call.organization(&organization, Access::Write)?;
    let fields = Fields::read(body)?;
    let template = template(&fields)?;
    let immutable = fields.boolean("use_immutable_subject")?;
    if template == Given::Absent && immutable == Given::Absent {
        return Err(Fields::not_supplied(&["include_claim_keys"]));
    }
    call.write(Right::Organization(&organization), |draft, _| {
        let subject = &mut draft.organization(&organization).subject;
        if template != Given::Absent {
            subject.template = template.value();
        }
        if immutable != Given::Absent {
            subject.immutable = immutable.value();
        }
        let parameters = json!({
            "organization": organization,
            "claimKeys": keys(subject.template.as_ref()),
            "immutable": subject.immutable,
        });
        draft.note(record::SUBJECT_UPDATED, parameters);
        Ok(())
    })
    .await?;
    with(StatusCode::CREATED, json!({}))
}

/// `GET /repos/{owner}/{repo}/actions/oidc/customization/sub`
pub(super) async fn of_repository(call: Call, At((owner, name)): At<(String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    let organization = call.holdings().organization(repository.owner());
    let immutable = is_immutable(&repository, &organization);
    let prefix = if immutable {
        let (owner, name) = (repository.owner(), repository.name());
        format!("repo:{owner}@{}/{name}@{}", repository.owner_id, repository.id)
    } else {
        format!("repo:{}", repository.full_name)
    };
    let subject = &repository.subject;
    let mut shown = json!({
        "use_default": subject.use_default,
        "use_immutable_subject": immutable,
        "sub_claim_prefix": prefix,
    });
    if let (false, Some(template)) = (subject.use_default, &subject.template) {
        merge(&mut shown, json!({ "include_claim_keys": template.keys() }));
    }
    ok(shown)
}

/// `PUT /repos/{owner}/{repo}/actions/oidc/customization/sub`
pub(super) async fn set_repository(
    call: Call,
    At((owner, name)): At<(String, String)>,
    body: Sent,
) -> Answer {
    let repository = call.repository(&owner, &name, WRITE)?;
    let fields = Fields::read(body)?;
    let use_default = fields.required_boolean("use_default")?;
    let template = if use_default { None } else { template(&fields)?.value() };
    let immutable = fields.boolean("use_immutable_subject")?;
    let full_name = &repository.full_name;
    call.write(Right::Repository(full_name, WRITE), |draft, _| {
        let subject = &mut draft.repository(full_name)?.subject;
        subject.use_default = use_default;
        subject.template = template;
        if immutable != Given::Absent {
            subject.immutable = immutable.value();
        }
        let parameters = json!({
            "repository": full_name,
            "useDefault": use_default,
            "claimKeys": subject.template.as_ref().map(SubjectTemplate::keys),
            "immutable": subject.immutable,
        });
        draft.note(record::SUBJECT_UPDATED, parameters);
        Ok(())
    })
    .await?;
    with(StatusCode::CREATED, json!({}))
}

/// `GET /orgs/{org}/actions/oidc/customization/properties/repo`
pub(super) async fn properties(call: Call, At(organization): At<String>) -> Answer {
    call.organization(&organization, Access::Read)?;
    let organization = call.holdings().organization(&organization);
    ok(organization.token_properties.iter().map(|name| inclusion(name)).collect())
}

/// `POST /orgs/{org}/actions/oidc/customization/properties/repo`
pub(super) async fn add_property(call: Call, At(organization): At<String>, body: Sent) -> Answer {
    call.organization(&organization, Access::Write)?;
    let name = Fields::read(body)?.required_text("custom_property_name")?;
    if !is_name(&name) {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "Invalid custom property name"));
    }
    let known = call.holdings().organization(&organization);
    if known.token_properties.contains(&name) {
        return Err(Problem::unprocessable("Property inclusion already exists"));
    }
    if known.token_properties.len() >= PROPERTIES_MAX {
        let problem = format!("an organization puts {PROPERTIES_MAX} properties into tokens at the most");
        return Err(Problem::unprocessable(problem));
    }
    change_properties(&call, &organization, |properties| {
        properties.insert(name.clone());
    })
    .await?;
    with(StatusCode::CREATED, inclusion(&name))
}

/// `DELETE /orgs/{org}/actions/oidc/customization/properties/repo/{custom_property_name}`
pub(super) async fn remove_property(call: Call, At((organization, name)): At<(String, String)>) -> Answer {
    call.organization(&organization, Access::Write)?;
    if !call.holdings().organization(&organization).token_properties.contains(&name) {
        return Err(Problem::missing());
    }
    change_properties(&call, &organization, |properties| {
        properties.remove(&name);
    })
    .await?;
    empty(StatusCode::NO_CONTENT)
}

async fn change_properties(
    call: &Call,
    organization: &str,
    change: impl FnOnce(&mut std::collections::BTreeSet<String>),
) -> Result<(), Problem> {
    call.write(Right::Organization(organization), |draft, _| {
        let properties = &mut draft.organization(organization).token_properties;
        change(properties);
        let parameters = json!({ "organization": organization, "tokenProperties": properties });
        draft.note(record::SUBJECT_UPDATED, parameters);
        Ok(())
    })
    .await?;
    Ok(())
}

fn inclusion(name: &str) -> Value {
    json!({ "custom_property_name": name, "inclusion_source": "organization" })
}

/// The template of a body; none for GitHub's own.
fn template(fields: &Fields) -> Result<Given<SubjectTemplate>, Problem> {
    match fields.texts("include_claim_keys", KEYS_READ_MAX)? {
        Given::Absent => Ok(Given::Absent),
        Given::Null => Ok(Given::Null),
        Given::Value(keys) if keys == DEFAULT_KEYS => Ok(Given::Null),
        Given::Value(keys) => match SubjectTemplate::new(&keys) {
            Ok(template) => Ok(Given::Value(template)),
            Err(error) => Err(Problem::invalid(error.to_string())),
        },
    }
}

fn keys(template: Option<&SubjectTemplate>) -> Value {
    template.map_or_else(|| json!(DEFAULT_KEYS), |template| json!(template.keys()))
}
