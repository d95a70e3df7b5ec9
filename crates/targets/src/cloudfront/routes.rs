//! Which operation a method, path and query are: the table, with each operation's IAM action.
//!
//! Sources: the service model of CloudFront (2020-05-31) for methods, paths and statuses; "Actions, resources, and
//! condition keys for Amazon CloudFront" for actions.

mod table;

use http::Method;

use self::table::TABLE;
use super::error::CloudFrontError;

/// An operation that daypass does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offered {
    CreateDistribution,
    CreateDistributionWithTags,
    CreateInvalidation,
    DeleteDistribution,
    GetDistribution,
    GetDistributionConfig,
    GetInvalidation,
    ListDistributions,
    ListInvalidations,
    ListTagsForResource,
    TagResource,
    UntagResource,
    UpdateDistribution,
}

/// One operation of CloudFront's.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Its name, which is that of its event too, `CreateInvalidation`.
    pub name: &'static str,
    method: &'static str,
    /// Its path; what stands in braces may be anything.
    path: &'static str,
    /// What its query must have, `WithTags` or `Operation=Tag`; empty where it may be anything.
    query: &'static str,
    /// The IAM action.
    pub action: &'static str,
    /// The status of its success.
    pub(super) status: u16,
    /// Which of ours it is; `None` where it is not offered.
    pub(super) offered: Option<Offered>,
}

impl Operation {
    /// Whether it changes nothing.
    #[must_use]
    pub fn read_only(&self) -> bool {
        self.name.starts_with("Get") || self.name.starts_with("List")
    }
}

/// A call that was told by its address.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What is asked for.
    pub operation: &'static Operation,
    /// The distribution, where the path names one.
    pub distribution: Option<String>,
    /// The invalidation, where the path names one.
    pub invalidation: Option<String>,
}

/// Finds out what is asked for. `query` is decoded.
///
/// # Errors
/// `InvalidAction` where no operation has this address.
pub fn route(method: &Method, path: &str, query: &[(String, String)]) -> Result<Asked, CloudFrontError> {
    let fitting =
        TABLE.iter().filter(|operation| operation.method == method.as_str() && has(query, operation.query));
    let mut found: Option<Asked> = None;
    for operation in fitting {
        // Where two have a path in common, that which wants more of the query is meant.
        let is_better =
            found.as_ref().is_none_or(|found| found.operation.query.len() < operation.query.len());
        if is_better && let Some((distribution, invalidation)) = matched(operation.path, path) {
            found = Some(Asked { operation, distribution, invalidation });
        }
    }
    found.ok_or_else(|| {
        CloudFrontError::new("InvalidAction", 404, "The address is not that of an operation of CloudFront's.")
    })
}

fn has(query: &[(String, String)], wanted: &str) -> bool {
    let (name, value) = wanted.split_once('=').unwrap_or((wanted, ""));
    wanted.is_empty()
        || query.iter().any(|(known, there)| known == name && (value.is_empty() || there == value))
}

fn matched(pattern: &str, path: &str) -> Option<(Option<String>, Option<String>)> {
    let (mut distribution, mut invalidation) = (None, None);
    let path = path.strip_suffix('/').unwrap_or(path);
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some((distribution, invalidation)),
            (Some(wanted), Some(given)) if wanted.starts_with('{') => {
                let text = percent_encoding::percent_decode_str(given).decode_utf8().ok()?.into_owned();
                if text.is_empty() {
                    return None;
                }
                if wanted == "{Invalidation}" {
                    invalidation = Some(text);
                } else if pattern.starts_with("/2020-05-31/distribution/") && distribution.is_none() {
                    distribution = Some(text);
                }
            }
            (Some(wanted), Some(given)) if wanted == given => {}
            _ => return None,
        }
    }
}
