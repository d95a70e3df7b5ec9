//! OpenID Connect providers: the issuers whose tokens the account accepts, and for which audiences.
//!
//! Source: IAM API reference, "CreateOpenIDConnectProvider" and its siblings, and IAM's observed answers.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::account::{Account, Change, Provider};
use crate::arn;
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::pages::PageRequest;
use crate::iam::provider_url::{self, URL_CHARACTERS_MAX};
use crate::iam::{client_ids, quotas, tags, thumbprints};
use crate::outcome::{Event, Outcome};
use crate::parameters::{Check, Text};
use crate::shape::Shape;

const ARN: &str = "OpenIDConnectProviderArn";
const ARN_TEXT: Text = Text::of(20, 2048);
const TAG_QUOTA: &str = "TagsPerOpenIdConnectProvider";

/// CreateOpenIDConnectProvider.
///
/// # Errors
/// `ValidationError` and `InvalidInput` for the URL, the client ids, the thumbprints and the tags;
/// `EntityAlreadyExists`; `LimitExceeded` over a quota.
pub fn create(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let parameters = call.parameters;
    let mut check = parameters.check();
    let url = check.required("Url", Text::of(1, URL_CHARACTERS_MAX));
    let client_ids = parameters.list("ClientIDList").unwrap_or_default();
    client_ids::check(&mut check, &client_ids);
    let sent_tags = tags::read(parameters, check)?;
    let location = provider_url::location(url)?;
    let client_ids = client_ids::distinct(&client_ids)?;
    let thumbprints = thumbprints::read(&parameters.list("ThumbprintList").unwrap_or_default())?;
    if call.account.provider(&location).is_some() {
        return Err(AwsError::already_exists(format!(
            "Provider with url https://{location} already exists."
        )));
    }
    if call.account.providers().count() >= quotas::PROVIDERS_PER_ACCOUNT {
        return Err(quotas::exceeded("OpenIdConnectProvidersPerAccount", quotas::PROVIDERS_PER_ACCOUNT));
    }
    let mut provider =
        Provider { location, client_ids, thumbprints, created: call.now, tags: Default::default() };
    tags::add(&mut provider.tags, sent_tags, TAG_QUOTA)?;
    let name = arn::provider(&call.account.id, &provider.location);
    let mut result = vec![("OpenIDConnectProviderArn", Shape::text(&name))];
    let mut elements = Map::from_iter([("openIDConnectProviderArn".to_owned(), json!(name))]);
    if !provider.tags.is_empty() {
        result.push(("Tags", tags::shape(&provider.tags)));
        elements.extend(tags::event(&tags::sent(parameters)).map(|tags| ("tags".to_owned(), tags)));
    }
    Ok(Outcome {
        result: Shape::Structure(result),
        changes: vec![Change::PutProvider(provider)],
        event: Event { response_elements: Some(Value::Object(elements)), ..Event::default() },
    })
}

/// GetOpenIDConnectProvider. The URL comes without its scheme.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` where the ARN is none of a provider.
pub fn show(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required(ARN, ARN_TEXT);
    check.finish()?;
    let provider = existing(call.account, name)?;
    let texts = |items: &[String]| Shape::List(items.iter().map(Shape::text).collect());
    let result = Shape::structure([
        ("Url", Shape::text(&provider.location)),
        ("ClientIDList", texts(&provider.client_ids)),
        ("ThumbprintList", texts(&provider.thumbprints)),
        ("CreateDate", Shape::time(provider.created)),
        ("Tags", tags::shape(&provider.tags)),
    ]);
    Ok(Outcome::read(result, None))
}

/// ListOpenIDConnectProviders: all of them on one page.
///
/// # Errors
/// None.
pub fn list(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let entries = call
        .account
        .providers()
        .map(|provider| {
            Shape::structure([("Arn", Shape::Text(arn::provider(&call.account.id, &provider.location)))])
        })
        .collect();
    Ok(Outcome::read(Shape::structure([("OpenIDConnectProviderList", Shape::List(entries))]), None))
}

/// DeleteOpenIDConnectProvider. Roles that name it stay, and nobody can become them through it any more.
///
/// # Errors
/// `NoSuchEntity`, the second time too, though AWS's reference calls the operation idempotent.
pub fn delete(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required(ARN, ARN_TEXT);
    check.finish()?;
    let provider = find(call.account, name)?.ok_or_else(|| {
        AwsError::no_such_entity(format!("OpenId connect Provider {name} cannot be found."))
    })?;
    Ok(changed(vec![Change::DeleteProvider(provider.location.clone())]))
}

/// AddClientIDToOpenIDConnectProvider. One that is there already is no error.
///
/// # Errors
/// `NoSuchEntity`; `LimitExceeded` over the quota.
pub fn add_client_id(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    update_client_ids(call, client_ids::add)
}

/// RemoveClientIDFromOpenIDConnectProvider. One that is not there is no error.
///
/// # Errors
/// `NoSuchEntity`.
pub fn remove_client_id(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    update_client_ids(call, |client_ids, removed| {
        let before = client_ids.len();
        client_ids.retain(|client_id| client_id != removed);
        Ok(client_ids.len() != before)
    })
}

/// UpdateOpenIDConnectProviderThumbprint: the whole list is replaced.
///
/// # Errors
/// `NoSuchEntity`; `InvalidInput` for an empty list, a long one, or an entry that has not 40 characters.
pub fn update_thumbprints(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let sent = call.parameters.list("ThumbprintList");
    let mut check = call.parameters.check();
    let name = check.required(ARN, ARN_TEXT);
    if sent.is_none() {
        check.required("ThumbprintList", Text::of(0, 0));
    }
    check.finish()?;
    let thumbprints = thumbprints::replacement(&sent.unwrap_or_default())?;
    let mut provider = Provider::clone(existing(call.account, name)?);
    provider.thumbprints = thumbprints;
    Ok(changed(vec![Change::PutProvider(provider)]))
}

/// TagOpenIDConnectProvider.
///
/// # Errors
/// `NoSuchEntity`; `InvalidInput` and `ValidationError` for the tags; `LimitExceeded` over the quota.
pub fn tag(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required(ARN, ARN_TEXT);
    let added = tags::required(call.parameters, check)?;
    let mut provider = Provider::clone(existing(call.account, name)?);
    tags::add(&mut provider.tags, added, TAG_QUOTA)?;
    Ok(changed(vec![Change::PutProvider(provider)]))
}

/// UntagOpenIDConnectProvider.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the keys.
pub fn untag(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required(ARN, ARN_TEXT);
    let keys = tags::required_keys(call.parameters, check)?;
    let mut provider = Provider::clone(existing(call.account, name)?);
    tags::remove(&mut provider.tags, &keys);
    Ok(changed(vec![Change::PutProvider(provider)]))
}

/// ListOpenIDConnectProviderTags.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the page that is asked for.
pub fn list_tags(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required(ARN, ARN_TEXT);
    let page = PageRequest::read(check)?;
    let provider = existing(call.account, name)?;
    Ok(Outcome::read(tags::page(&provider.tags, &page).into_result("Tags"), None))
}

fn update_client_ids(
    call: &Call<'_>,
    update: impl FnOnce(&mut Vec<String>, &str) -> Result<bool, AwsError>,
) -> Result<Outcome, AwsError> {
    let mut check: Check<'_> = call.parameters.check();
    let name = check.required(ARN, ARN_TEXT);
    let client_id = check.required("ClientID", client_ids::CLIENT_ID);
    check.finish()?;
    let mut provider = Provider::clone(existing(call.account, name)?);
    let is_changed = update(&mut provider.client_ids, client_id)?;
    Ok(changed(if is_changed { vec![Change::PutProvider(provider)] } else { Vec::new() }))
}

fn changed(changes: Vec<Change>) -> Outcome {
    Outcome { result: Shape::empty(), changes, event: Event::default() }
}

fn existing<'a>(account: &'a Account, name: &str) -> Result<&'a Arc<Provider>, AwsError> {
    find(account, name)?
        .ok_or_else(|| AwsError::no_such_entity(format!("OpenIDConnect Provider not found for arn {name}")))
}

/// The provider of an ARN; another account's is never found.
fn find<'a>(account: &'a Account, name: &str) -> Result<Option<&'a Arc<Provider>>, AwsError> {
    let resource = name.strip_prefix("arn:aws:iam::").and_then(|rest| rest.split_once(':'));
    if resource.is_none_or(|(_, resource)| !resource.starts_with("oidc-provider/")) {
        return Err(AwsError::validation("Invalid resource type in ARN"));
    }
    Ok(arn::provider_location(&account.id, name).and_then(|location| account.provider(location)))
}
