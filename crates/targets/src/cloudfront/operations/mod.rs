//! What each offered operation does.

mod distributions;
mod invalidations;
mod listing;
mod tags;

use daypass_store::{Change, Collection};
use serde::Serialize;
use serde_json::{Map, Value, json};

pub(super) use self::distributions::given;
use super::error::CloudFrontError;
use super::model::{Distributions, Kept};
use super::routes::Offered;
use super::{Asked, Outcome, Place, shown};
use crate::authority::TargetCall;

/// A request, with its body as it came.
pub struct Request<'a> {
    /// Whose and when.
    pub place: Place<'a>,
    /// The query's parameters, decoded.
    pub query: &'a [(String, String)],
    /// The `If-Match` header.
    pub if_match: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
    /// What answers' `Location` begins with: the address that was asked.
    pub url: &'a str,
}

impl Request<'_> {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

pub(super) fn questions(
    asked: &Asked,
    request: &Request<'_>,
    distributions: &Distributions,
) -> Vec<TargetCall> {
    let operation = asked.operation;
    let account = request.place.account;
    let is_made =
        matches!(operation.offered, Some(Offered::CreateDistribution | Offered::CreateDistributionWithTags));
    let resource = match (&asked.distribution, request.parameter("Resource")) {
        (Some(id), _) => shown::arn(account, id),
        (None, Some(arn)) if tags::is_about(operation.offered) => arn.to_owned(),
        // The reference names no resource for it; AWS's refusals name this one.
        (None, _) if is_made => shown::arn(account, "*"),
        (None, _) => "*".to_owned(),
    };
    let mut keys = tags::request_keys(operation.offered, request);
    let id = asked.distribution.as_deref().or_else(|| tags::distribution_of(&resource, account));
    keys.extend(id.and_then(|id| distributions.one(account, id)).into_iter().flat_map(tags::resource_keys));
    let call = |action: &'static str| TargetCall {
        service: "cloudfront",
        operation: operation.name,
        action,
        resource: resource.clone(),
        keys: keys.clone(),
    };
    let mut questions = vec![call(operation.action)];
    if operation.offered == Some(Offered::CreateDistributionWithTags) {
        questions.push(call("cloudfront:TagResource"));
    }
    questions
}

pub(super) fn execute(
    asked: &Asked,
    request: &Request<'_>,
    distributions: &Distributions,
) -> Result<Outcome, CloudFrontError> {
    let Some(offered) = asked.operation.offered else {
        return Err(CloudFrontError::not_offered(format!("{} of CloudFront", asked.operation.name)));
    };
    let all = All { request, distributions };
    let one = || {
        let id = asked.distribution.as_deref().unwrap_or_default();
        let kept =
            distributions.one(request.place.account, id).ok_or_else(CloudFrontError::no_distribution)?;
        Ok(One { request, distributions, id, kept })
    };
    let outcome = match offered {
        Offered::CreateDistribution => distributions::create(&all, false)?,
        Offered::CreateDistributionWithTags => distributions::create(&all, true)?,
        Offered::CreateInvalidation => invalidations::create(&one()?)?,
        Offered::DeleteDistribution => distributions::delete(&one()?)?,
        Offered::GetDistribution => distributions::get(&one()?),
        Offered::GetDistributionConfig => distributions::config(&one()?),
        Offered::GetInvalidation => {
            invalidations::get(&one()?, asked.invalidation.as_deref().unwrap_or_default())?
        }
        Offered::ListDistributions => listing::distributions(&all)?,
        Offered::ListInvalidations => listing::invalidations(&one()?)?,
        Offered::ListTagsForResource => tags::list(&tags::named(&all)?),
        Offered::TagResource => tags::tag(&tags::named(&all)?)?,
        Offered::UntagResource => tags::untag(&tags::named(&all)?)?,
        Offered::UpdateDistribution => distributions::update(&one()?)?,
    };
    Ok(Outcome { status: asked.operation.status, ..outcome })
}

/// What the record says of the address.
#[must_use]
pub fn request_parameters(asked: &Asked, request: &Request<'_>, requested: Option<Value>) -> Value {
    let mut parameters = Map::new();
    if let Some(id) = &asked.distribution {
        let name = if asked.operation.name.contains("Invalidation") { "distributionId" } else { "id" };
        parameters.insert(name.to_owned(), json!(id));
    }
    if let Some(id) = &asked.invalidation {
        parameters.insert("id".to_owned(), json!(id));
    }
    if let Some(arn) = request.parameter("Resource") {
        parameters.insert("resource".to_owned(), json!(arn));
    }
    if let Some(etag) = request.if_match {
        parameters.insert("ifMatch".to_owned(), json!(etag));
    }
    if let Some(Value::Object(members)) = requested {
        parameters.extend(members);
    }
    Value::Object(parameters)
}

/// A request about distributions that need not be there.
struct All<'a> {
    request: &'a Request<'a>,
    distributions: &'a Distributions,
}

/// A request about a distribution that is there.
struct One<'a> {
    request: &'a Request<'a>,
    distributions: &'a Distributions,
    id: &'a str,
    kept: &'a Kept,
}

/// An answer that changes nothing.
fn shown_as(body: String) -> Outcome {
    Outcome { body: Some(body), ..Outcome::default() }
}

fn put(key: String, document: &impl Serialize) -> Result<Change, CloudFrontError> {
    let document = serde_json::to_string(document).map_err(|_| CloudFrontError::service())?;
    Ok(Change::Put { collection: Collection::Distribution, key, document })
}

fn delete(key: String) -> Change {
    Change::Delete { collection: Collection::Distribution, key }
}

/// A letter and thirteen capital letters and digits, drawn at random.
fn identifier(first: char) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let random = uuid::Uuid::new_v4().into_bytes();
    // The bytes in which a UUID has its version are left out.
    let bytes = random.iter().enumerate().filter(|(at, _)| !matches!(at, 6 | 8)).map(|(_, byte)| byte);
    let letters =
        bytes.take(13).map(|byte| LETTERS.get(usize::from(byte % 32)).copied().map_or('A', char::from));
    [first].into_iter().chain(letters).collect()
}
