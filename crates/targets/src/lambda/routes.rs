//! Which operation a method and path are: the table, with each operation's IAM action and its name in the trail.
//!
//! Sources: the service model of Lambda (2015-03-31) for methods, paths and statuses; "Actions, resources, and condition
//! keys for AWS Lambda" for actions; "Logging AWS Lambda API calls using AWS CloudTrail" and records that were seen for
//! the dated names.

mod offered;
mod refused;

use http::Method;

use self::offered::OFFERED;
use self::refused::REFUSED;
use super::Place;
use super::arn::Named;
use super::error::LambdaError;

/// An operation that daypass does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offered {
    CreateAlias,
    CreateFunction,
    DeleteAlias,
    DeleteFunction,
    GetAlias,
    GetFunction,
    GetFunctionConfiguration,
    ListAliases,
    ListFunctions,
    ListTags,
    ListVersionsByFunction,
    PublishVersion,
    TagResource,
    UntagResource,
    UpdateAlias,
    UpdateFunctionCode,
    UpdateFunctionConfiguration,
}

/// One operation of Lambda's.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Its name, `GetFunction`.
    pub name: &'static str,
    method: &'static str,
    /// Its path; what stands in braces may be anything.
    path: &'static str,
    /// The IAM action, `lambda:InvokeFunction`.
    pub action: &'static str,
    /// The status of its success.
    pub(super) status: u16,
    /// CloudTrail's name for it, `UpdateFunctionCode20150331v2`.
    pub event: &'static str,
    /// Which of ours it is; `None` where it is not offered.
    pub(super) offered: Option<Offered>,
}

impl Operation {
    /// Whether it changes nothing.
    #[must_use]
    pub fn read_only(&self) -> bool {
        self.name.starts_with("Get") || self.name.starts_with("List")
    }

    /// Whether its body may hold code, and so be large.
    #[must_use]
    pub fn takes_code(&self) -> bool {
        matches!(self.offered, Some(Offered::CreateFunction | Offered::UpdateFunctionCode))
    }

    /// Whether the right to do it is asked for the version or alias that is named, where one is.
    ///
    /// Source: Lambda developer guide, "Fine-tuning the Resources and Conditions sections of policies": the actions on
    /// aliases and versions themselves are asked for the function.
    pub(super) const fn asks_for_qualifier(&self) -> bool {
        matches!(
            self.offered,
            None | Some(Offered::DeleteFunction | Offered::GetFunction | Offered::GetFunctionConfiguration)
        )
    }
}

/// A call that was told by its address.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What is asked for.
    pub operation: &'static Operation,
    /// The function, where the path names one.
    pub(super) named: Option<Named>,
    /// The alias, where the path names one.
    pub(super) alias: Option<String>,
}

impl Asked {
    /// The account that the function belongs to, where the path names one of another account than the caller's.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        self.named.as_ref().map(|named| named.account.as_str())
    }

    /// The function's ARN, where the path names one.
    #[must_use]
    pub fn function_arn(&self) -> Option<String> {
        self.named.as_ref().map(Named::arn)
    }
}

/// Finds out what is asked for. `path` is as it came; `qualifier` is that of the query.
///
/// # Errors
/// `UnknownOperationException` where no operation has this address, and a `ValidationException` for a function's name that is none.
pub fn route(
    method: &Method,
    path: &str,
    qualifier: Option<&str>,
    place: &Place<'_>,
) -> Result<Asked, LambdaError> {
    let found =
        OFFERED.iter().chain(REFUSED).filter(|operation| operation.method == method.as_str()).find_map(
            |operation| {
                let found = matched(operation.path, path)?;
                Some((operation, found))
            },
        );
    let Some((operation, Found { function, alias, resource })) = found else {
        let message = "The requested operation is not one of Lambda's";
        return Err(LambdaError::new("UnknownOperationException", 404, message));
    };
    // The query of the other operations means something else by the word.
    let named = match (function, resource) {
        (Some(function), _) => Some(Named::read(&function, qualifier, place)?),
        (None, Some(arn)) if operation.offered.is_some() => Some(tagged(&arn, place)?),
        (None, _) => None,
    };
    Ok(Asked { operation, named, alias })
}

/// The function whose tags are meant: by its whole ARN, without a qualifier.
fn tagged(arn: &str, place: &Place<'_>) -> Result<Named, LambdaError> {
    let named = Named::read(arn, None, place)?;
    if !arn.starts_with("arn:") || named.qualifier.is_some() {
        let message =
            "Tags on function aliases and versions are not supported. Please specify a function ARN.";
        return Err(LambdaError::invalid(message));
    }
    Ok(named)
}

/// What stands in a path where its pattern has braces, decoded.
#[derive(Default)]
struct Found {
    function: Option<String>,
    alias: Option<String>,
    resource: Option<String>,
}

fn matched(pattern: &str, path: &str) -> Option<Found> {
    let mut found = Found::default();
    // botocore ends some paths with a slash, other clients do not.
    let path = path.strip_suffix('/').unwrap_or(path);
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(found),
            (Some(wanted), Some(given)) if wanted.starts_with('{') => {
                let text = percent_encoding::percent_decode_str(given).decode_utf8().ok()?.into_owned();
                if text.is_empty() {
                    return None;
                }
                match wanted {
                    "{FunctionName}" => found.function = Some(text),
                    "{Name}" => found.alias = Some(text),
                    "{Resource}" => found.resource = Some(text),
                    _ => {}
                }
            }
            (Some(wanted), Some(given)) if wanted == given => {}
            _ => return None,
        }
    }
}
