//! The query of a presigned request, sorted by what each parameter is to the signature.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::sigv4::AuthError;
use crate::{limits, percent};

/// The query parameters that are signed, those that choose an operation or change what it does: the list of the
/// documentation with what the SDKs for Java and Python sign since. Sorted.
pub const SUB_RESOURCES: [&str; 35] = [
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "defaultObjectAcl",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

/// The parameters of version 4 that another version has no use for, in lower case.
const VERSION_4: [&str; 5] =
    ["x-amz-algorithm", "x-amz-credential", "x-amz-expires", "x-amz-signedheaders", "x-amz-signature"];

/// The parameters of a presigned request, decoded.
#[derive(Default)]
pub(super) struct Parameters<'a> {
    pub(super) access_key_id: Option<Cow<'a, str>>,
    pub(super) expires: Option<Cow<'a, str>>,
    pub(super) signature: Option<Cow<'a, str>>,
    /// Headers that travel in the query, `x-amz-*`, `content-type` and `content-md5`, by their names in lower case.
    pub(super) headers: BTreeMap<String, Cow<'a, str>>,
    /// The sub-resources, each once, in the order in which they are signed.
    pub(super) sub_resources: BTreeMap<&'static str, Option<Cow<'a, str>>>,
}

fn names(query: &str) -> impl Iterator<Item = Cow<'_, str>> {
    query.split('&').filter_map(|parameter| {
        let name = parameter.split_once('=').map_or(parameter, |(name, _)| name);
        percent::decode(name.as_bytes()).ok()
    })
}

/// Whether a query speaks of a signature of version 2.
pub(super) fn is_version_2(query: &str) -> bool {
    names(query).any(|name| matches!(name.as_ref(), "AWSAccessKeyId" | "Signature"))
}

/// Whether a query speaks of a signature of version 4.
pub(super) fn is_version_4(query: &str) -> bool {
    names(query).any(|name| VERSION_4.iter().any(|known| name.eq_ignore_ascii_case(known)))
}

impl<'a> Parameters<'a> {
    /// Reads a query, and refuses what is in it without being signed.
    pub(super) fn read(query: &'a str) -> Result<Self, AuthError> {
        let mut parameters = Self::default();
        for (index, parameter) in query.split('&').filter(|parameter| !parameter.is_empty()).enumerate() {
            if index >= limits::QUERY_PARAMETERS {
                return Err(AuthError::TooLong { what: "the query string", limit: limits::QUERY_PARAMETERS });
            }
            let (name, value) = match parameter.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (parameter, None),
            };
            let ambiguous = || AuthError::AmbiguousQueryParameter { name: name.to_owned() };
            let value = value.map(|value| percent::decode(value.as_bytes())).transpose();
            let value = value.map_err(|_| ambiguous())?;
            let name = percent::decode(name.as_bytes()).map_err(|_| ambiguous())?;
            parameters.take(&name, value)?;
        }
        Ok(parameters)
    }

    fn take(&mut self, name: &str, value: Option<Cow<'a, str>>) -> Result<(), AuthError> {
        let known = SUB_RESOURCES.iter().find(|known| **known == name);
        let is_repeated = if let Some(known) = known {
            if value.as_deref().is_some_and(hides_a_sub_resource) {
                return Err(AuthError::AmbiguousQueryParameter { name: name.to_owned() });
            }
            self.sub_resources.insert(known, value).is_some()
        } else {
            let value = value.unwrap_or_default();
            match name {
                "AWSAccessKeyId" => self.access_key_id.replace(value).is_some(),
                "Expires" => self.expires.replace(value).is_some(),
                "Signature" => self.signature.replace(value).is_some(),
                name => {
                    let header = name.to_ascii_lowercase();
                    let is_header = header.starts_with("x-amz-")
                        || matches!(header.as_str(), "content-type" | "content-md5");
                    if !is_header {
                        return Err(AuthError::QueryParameterNotSigned { name: name.to_owned() });
                    }
                    self.headers.insert(header, value).is_some()
                }
            }
        };
        if is_repeated {
            return Err(AuthError::RepeatedQueryParameter { name: name.to_owned() });
        }
        Ok(())
    }
}

/// Whether a decoded value holds what would be signed in the same way as a parameter of its own. Values are signed
/// decoded: `partNumber=1%26uploadId%3Du` and `partNumber=1&uploadId=u` are one text, and two operations.
fn hides_a_sub_resource(value: &str) -> bool {
    value.split('&').skip(1).any(|part| {
        let name = part.split_once('=').map_or(part, |(name, _)| name);
        SUB_RESOURCES.contains(&name)
    })
}
