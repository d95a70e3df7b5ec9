//! What each offered operation does, one file for each kind of thing.

mod aliases;
mod functions;
mod listing;
mod source;
mod tags;
mod updates;
mod versions;

use daypass_store::{Change, Collection};
use serde::Serialize;
use serde_json::{Map, Value};

pub(super) use self::source::source;
pub use self::source::{Object, Source};
use super::arn::Named;
use super::code::{Code, Digest};
use super::error::LambdaError;
use super::fields::Fields;
use super::model::{Functions, Kept};
use super::routes::Offered;
use super::{Asked, Outcome, Place};
use crate::authority::{ConditionKey, TargetCall};

/// Makes the address from which code can be fetched for a while.
pub type Location<'a> = &'a (dyn Fn(&Digest) -> String + Sync);

/// A request, read.
pub struct Request<'a> {
    /// Where and when.
    pub place: Place<'a>,
    /// The query's parameters, decoded.
    pub query: &'a [(String, String)],
    /// The body's members; none where there was no body.
    pub body: &'a Map<String, Value>,
    /// Where code can be fetched.
    pub location: Location<'a>,
}

impl Request<'_> {
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn parameters<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn fields(&self) -> Fields<'_> {
        Fields::new(self.body)
    }
}

pub(super) fn questions(asked: &Asked, request: &Request<'_>, functions: &Functions) -> Vec<TargetCall> {
    let operation = asked.operation;
    let made = match operation.offered {
        Some(Offered::CreateFunction) => functions::named(request).ok(),
        _ => None,
    };
    let named = asked.named.as_ref().or(made.as_ref());
    let resource = match named {
        Some(named) if operation.asks_for_qualifier() => named.qualified(),
        Some(named) => named.arn(),
        None => "*".to_owned(),
    };
    let mut keys = Vec::new();
    if let Some(kept) = named.and_then(|named| functions.one(&named.key())) {
        let tags = &kept.function.tags;
        keys.extend(
            tags.iter().map(|(key, value)| ConditionKey::one(format!("aws:ResourceTag/{key}"), value)),
        );
    }
    keys.extend(tags::keys(asked, request));
    let call = |action: &'static str, resource: String, keys: Vec<ConditionKey>| TargetCall {
        service: "lambda",
        operation: operation.name,
        action,
        resource,
        keys,
    };
    let mut questions = vec![call(operation.action, resource.clone(), keys.clone())];
    if operation.offered == Some(Offered::CreateFunction) && request.fields().has("Tags") {
        questions.push(call("lambda:TagResource", resource.clone(), keys));
    }
    if let Some(role) = role_given(asked, request) {
        let passed = vec![
            ConditionKey::one("iam:PassedToService", "lambda.amazonaws.com"),
            ConditionKey::one("iam:AssociatedResourceArn", resource),
        ];
        questions.push(call("iam:PassRole", role.to_owned(), passed));
    }
    questions
}

pub(super) fn role_given<'a>(asked: &Asked, request: &'a Request<'_>) -> Option<&'a str> {
    let gives = matches!(
        asked.operation.offered,
        Some(Offered::CreateFunction | Offered::UpdateFunctionConfiguration)
    );
    request.body.get("Role").and_then(Value::as_str).filter(|_| gives)
}

pub(super) fn execute(
    asked: &Asked,
    request: &Request<'_>,
    functions: &Functions,
    code: Option<Code>,
) -> Result<Outcome, LambdaError> {
    let Some(offered) = asked.operation.offered else {
        return Err(LambdaError::not_offered(format!("{} of Lambda", asked.operation.name)));
    };
    let all = All { request, functions };
    let outcome = match (offered, &asked.named) {
        (Offered::CreateFunction, _) => functions::create(&all, code)?,
        (Offered::ListFunctions, _) => listing::functions(&all)?,
        (_, None) => return Err(LambdaError::service()),
        (offered, Some(named)) => {
            let kept =
                functions.one(&named.key()).ok_or_else(|| LambdaError::no_function(&named.qualified()))?;
            let one = One { request, named, kept };
            let alias = asked.alias.as_deref().unwrap_or_default();
            match offered {
                Offered::CreateFunction | Offered::ListFunctions => return Err(LambdaError::service()),
                Offered::CreateAlias => aliases::create(&one)?,
                Offered::DeleteAlias => aliases::delete(&one, alias),
                Offered::DeleteFunction => functions::delete(&one)?,
                Offered::GetAlias => aliases::get(&one, alias)?,
                Offered::GetFunction => functions::get(&one)?,
                Offered::GetFunctionConfiguration => functions::configuration(&one)?,
                Offered::ListAliases => listing::aliases(&one)?,
                Offered::ListTags => tags::list(&one),
                Offered::ListVersionsByFunction => listing::versions(&one)?,
                Offered::PublishVersion => versions::publish(&one)?,
                Offered::TagResource => tags::tag(&one)?,
                Offered::UntagResource => tags::untag(&one)?,
                Offered::UpdateAlias => aliases::update(&one, alias)?,
                Offered::UpdateFunctionCode => updates::code(&one, code)?,
                Offered::UpdateFunctionConfiguration => updates::configuration(&one)?,
            }
        }
    };
    Ok(Outcome { status: asked.operation.status, ..outcome })
}

/// A request about functions that need not be there.
struct All<'a> {
    request: &'a Request<'a>,
    functions: &'a Functions,
}

/// A request about a function that is there.
struct One<'a> {
    request: &'a Request<'a>,
    named: &'a Named,
    kept: &'a Kept,
}

/// An answer that changes nothing.
fn shown(body: Value) -> Outcome {
    Outcome { body: Some(body), ..Outcome::default() }
}

/// Keeps a document.
fn put(key: String, document: &impl Serialize) -> Result<Change, LambdaError> {
    let document = serde_json::to_string(document).map_err(|_| LambdaError::service())?;
    Ok(Change::Put { collection: Collection::Function, key, document })
}

fn delete(key: String) -> Change {
    Change::Delete { collection: Collection::Function, key }
}

/// What a change is known by.
fn revision() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Refuses where a request wants another revision than there is.
fn must_be_revision(wanted: Option<&str>, there: &str) -> Result<(), LambdaError> {
    match wanted {
        Some(wanted) if wanted != there => Err(LambdaError::precondition()),
        _ => Ok(()),
    }
}
