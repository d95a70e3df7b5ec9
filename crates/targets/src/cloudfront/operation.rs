//! What a request asks, read from its path, query, headers and body.

use std::collections::{BTreeMap, BTreeSet};

use super::error::CloudFrontError;
use super::page::Page;
use super::route::Routed;
use super::structure::check;
use super::tags;
use super::tree::Element;

/// A request as it was sent, its operation found.
#[derive(Debug)]
pub struct Sent<'a> {
    /// The operation and the path's parameters.
    pub routed: &'a Routed,
    /// The query, decoded.
    pub query: &'a [(String, String)],
    /// `If-Match`.
    pub if_match: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// A request that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants and their fields have the API's names")]
pub enum Operation {
    CreateDistribution {
        config: Element,
        tags: Option<BTreeMap<String, String>>,
    },
    GetDistribution {
        id: String,
    },
    GetDistributionConfig {
        id: String,
    },
    UpdateDistribution {
        id: String,
        if_match: Option<String>,
        config: Element,
    },
    DeleteDistribution {
        id: String,
        if_match: Option<String>,
    },
    ListDistributions {
        page: Page,
    },
    CreateInvalidation {
        distribution: String,
        batch: Element,
    },
    GetInvalidation {
        distribution: String,
        id: String,
    },
    ListInvalidations {
        distribution: String,
        page: Page,
    },
    TagResource {
        resource: String,
        tags: BTreeMap<String, String>,
    },
    UntagResource {
        resource: String,
        keys: BTreeSet<String>,
    },
    ListTagsForResource {
        resource: String,
    },
    /// One that daypass knows and does not do.
    NotOffered {
        name: &'static str,
    },
}

impl Operation {
    /// Reads a request.
    ///
    /// # Errors
    /// `MissingBody`, `MalformedXML`, `MalformedInput`, `InconsistentQuantities`, `InvalidTagging` or `InvalidArgument`.
    pub fn read(sent: &Sent<'_>) -> Result<Self, CloudFrontError> {
        let parameter = |name| sent.routed.parameter(name).unwrap_or_default().to_owned();
        let if_match = sent.if_match.map(str::to_owned);
        Ok(match sent.routed.route.operation {
            "CreateDistribution" => {
                Self::CreateDistribution { config: sent.body("DistributionConfig")?, tags: None }
            }
            "CreateDistributionWithTags" => {
                let mut both = sent.body("DistributionConfigWithTags")?;
                let tags = both.child("Tags").map(tags::read).transpose()?.unwrap_or_default();
                both.children.retain(|child| child.name == "DistributionConfig");
                let config = both.children.pop().unwrap_or_default();
                Self::CreateDistribution { config, tags: Some(tags) }
            }
            "GetDistribution" => Self::GetDistribution { id: parameter("Id") },
            "GetDistributionConfig" => Self::GetDistributionConfig { id: parameter("Id") },
            "UpdateDistribution" => {
                let config = sent.body("DistributionConfig")?;
                Self::UpdateDistribution { id: parameter("Id"), if_match, config }
            }
            "DeleteDistribution" => Self::DeleteDistribution { id: parameter("Id"), if_match },
            "ListDistributions" => Self::ListDistributions { page: sent.page()? },
            "CreateInvalidation" => {
                let batch = sent.body("InvalidationBatch")?;
                Self::CreateInvalidation { distribution: parameter("DistributionId"), batch }
            }
            "GetInvalidation" => {
                Self::GetInvalidation { distribution: parameter("DistributionId"), id: parameter("Id") }
            }
            "ListInvalidations" => {
                Self::ListInvalidations { distribution: parameter("DistributionId"), page: sent.page()? }
            }
            "TagResource" => {
                let tags = tags::read(&sent.body("Tags")?)?;
                Self::TagResource { resource: sent.resource()?, tags }
            }
            "UntagResource" => {
                let keys = sent.body("TagKeys")?;
                let keys = keys.child("Items").map(|items| &items.children).into_iter().flatten();
                let keys = keys.map(|key| key.text.clone()).collect();
                Self::UntagResource { resource: sent.resource()?, keys }
            }
            "ListTagsForResource" => Self::ListTagsForResource { resource: sent.resource()? },
            name => Self::NotOffered { name },
        })
    }
}

impl Sent<'_> {
    /// A value of the query.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn page(&self) -> Result<Page, CloudFrontError> {
        Page::read(self.query("Marker"), self.query("MaxItems"))
    }

    fn resource(&self) -> Result<String, CloudFrontError> {
        let named = self.query("Resource").filter(|resource| !resource.is_empty());
        let missing = || CloudFrontError::invalid_argument("The parameter Resource is required.");
        named.map(str::to_owned).ok_or_else(missing)
    }

    fn body(&self, name: &'static str) -> Result<Element, CloudFrontError> {
        if self.body.is_empty() {
            let message = "This operation requires a body. Ensure that the body is present and the Content-Type header is set.";
            return Err(CloudFrontError::new(400, "MissingBody", message));
        }
        let malformed = |problem: String| {
            CloudFrontError::new(400, "MalformedXML", format!("The XML document is malformed: {problem}"))
        };
        let text = std::str::from_utf8(self.body).map_err(|_| malformed("it is not UTF-8".to_owned()))?;
        let mut root = Element::read(text).map_err(|error| malformed(error.to_string()))?;
        check(&mut root, name)?;
        Ok(root)
    }
}
