//! Answers: a status, headers and an element.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::model::{Distribution, Invalidation};
use super::tree::Element;

/// What to answer.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, where there is one.
    pub body: Option<Element>,
    /// `ETag`.
    pub etag: Option<String>,
    /// The path of what was made, below the endpoint.
    pub location: Option<String>,
}

impl Answer {
    pub(super) fn found(body: Element) -> Self {
        Self { status: 200, body: Some(body), ..Self::default() }
    }

    pub(super) fn nothing() -> Self {
        Self { status: 204, ..Self::default() }
    }
}

fn number(name: &str, number: usize) -> Element {
    Element::text(name, number.to_string())
}

/// To the millisecond, as AWS writes it.
fn time(name: &str, time: Timestamp) -> Element {
    Element::text(name, format!("{time:.3}"))
}

fn nobody(name: &str) -> Element {
    Element::nested(name, vec![Element::text("Enabled", "false"), Element::text("Quantity", "0")])
}

const fn status(done: bool, word: &'static str) -> &'static str {
    if done { word } else { "InProgress" }
}

/// `Distribution`.
pub(super) fn distribution(distribution: &Distribution, now: Timestamp) -> Element {
    let pending = distribution.invalidations.iter().filter(|one| !one.is_completed(now)).count();
    let mut members = vec![
        Element::text("Id", &*distribution.id),
        Element::text("ARN", distribution.arn()),
        Element::text("Status", status(distribution.is_deployed(now), "Deployed")),
        time("LastModifiedTime", distribution.modified),
        number("InProgressInvalidationBatches", pending),
        Element::text("DomainName", &*distribution.domain),
        nobody("ActiveTrustedSigners"),
        nobody("ActiveTrustedKeyGroups"),
        (*distribution.config).clone(),
    ];
    members.extend(recordals(distribution));
    Element::nested("Distribution", members)
}

fn recordals(distribution: &Distribution) -> Option<Element> {
    let shape = |alias: &str| {
        let status = Element::text("ICPRecordalStatus", "APPROVED");
        Element::nested("AliasICPRecordal", vec![Element::text("CNAME", alias), status])
    };
    let aliases: Vec<Element> = distribution.config.items("Aliases").map(shape).collect();
    (!aliases.is_empty()).then(|| Element::nested("AliasICPRecordals", aliases))
}

/// Members of a `DistributionSummary` that come from the configuration, in the model's order, with what AWS says where
/// the configuration says nothing.
const SUMMARY: [(&str, Option<&str>); 19] = [
    ("Aliases", None),
    ("Origins", None),
    ("OriginGroups", None),
    ("DefaultCacheBehavior", None),
    ("CacheBehaviors", None),
    ("CustomErrorResponses", None),
    ("Comment", Some("")),
    ("PriceClass", Some("PriceClass_All")),
    ("Enabled", Some("false")),
    ("ViewerCertificate", None),
    ("Restrictions", None),
    ("WebACLId", Some("")),
    ("HttpVersion", Some("http2")),
    ("IsIPV6Enabled", Some("false")),
    ("Staging", Some("false")),
    ("ConnectionMode", None),
    ("AnycastIpListId", None),
    ("ViewerMtlsConfig", None),
    ("ConnectionFunctionAssociation", None),
];

/// `DistributionSummary`.
pub(super) fn summary(distribution: &Distribution, now: Timestamp) -> Element {
    let mut members = vec![
        Element::text("Id", &*distribution.id),
        Element::text("ARN", distribution.arn()),
        Element::text("ETag", &*distribution.etag),
        Element::text("Status", status(distribution.is_deployed(now), "Deployed")),
        time("LastModifiedTime", distribution.modified),
        Element::text("DomainName", &*distribution.domain),
    ];
    for (name, default) in SUMMARY {
        let given = distribution.config.child(name).cloned();
        members.extend(given.or_else(|| match (name, default) {
            (_, Some(default)) => Some(Element::text(name, default)),
            ("Aliases" | "OriginGroups" | "CacheBehaviors" | "CustomErrorResponses", None) => {
                Some(Element::nested(name, vec![number("Quantity", 0)]))
            }
            _ => None,
        }));
    }
    members.extend(recordals(distribution));
    Element::nested("DistributionSummary", members)
}

/// `Invalidation`.
pub(super) fn invalidation(invalidation: &Invalidation, now: Timestamp) -> Element {
    let paths = invalidation.paths.iter().map(|path| Element::text("Path", &**path)).collect();
    let paths = vec![number("Quantity", invalidation.paths.len()), Element::nested("Items", paths)];
    let batch = vec![
        Element::nested("Paths", paths),
        Element::text("CallerReference", &*invalidation.caller_reference),
    ];
    let mut members = invalidation_members(invalidation, now);
    members.push(Element::nested("InvalidationBatch", batch));
    Element::nested("Invalidation", members)
}

/// `InvalidationSummary`.
pub(super) fn invalidation_summary(invalidation: &Invalidation, now: Timestamp) -> Element {
    Element::nested("InvalidationSummary", invalidation_members(invalidation, now))
}

fn invalidation_members(invalidation: &Invalidation, now: Timestamp) -> Vec<Element> {
    vec![
        Element::text("Id", &*invalidation.id),
        Element::text("Status", status(invalidation.is_completed(now), "Completed")),
        time("CreateTime", invalidation.created),
    ]
}

/// `Tags`.
pub(super) fn tags(tags: &BTreeMap<String, String>) -> Element {
    let shape = |(key, value): (&String, &String)| {
        Element::nested("Tag", vec![Element::text("Key", &**key), Element::text("Value", &**value)])
    };
    Element::nested("Tags", vec![Element::nested("Items", tags.iter().map(shape).collect())])
}
