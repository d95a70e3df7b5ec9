//! Distributions and invalidations as answers and records show them.

use daypass_wire::xml::Writer;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::limits::{DEPLOYING_SECONDS, INVALIDATING_SECONDS};
use super::model::{Distribution, Invalidation, Kept};
use super::{NAMESPACE, Place};

/// Whether what happened at `since` is still under way.
fn is_under_way(since: Timestamp, now: Timestamp, seconds: i64) -> bool {
    now.duration_since(since) < SignedDuration::from_secs(seconds)
}

/// `InProgress` or `Deployed`.
pub(super) fn status(distribution: &Distribution, now: Timestamp) -> &'static str {
    let under_way = is_under_way(distribution.changed, now, DEPLOYING_SECONDS);
    if under_way { "InProgress" } else { "Deployed" }
}

/// Whether an invalidation is in progress.
pub(super) fn is_in_progress(invalidation: &Invalidation, now: Timestamp) -> bool {
    is_under_way(invalidation.created, now, INVALIDATING_SECONDS)
}

fn invalidation_status(invalidation: &Invalidation, now: Timestamp) -> &'static str {
    if is_in_progress(invalidation, now) { "InProgress" } else { "Completed" }
}

/// A distribution's ARN.
pub(super) fn arn(account: &str, id: &str) -> String {
    format!("arn:aws:cloudfront::{account}:distribution/{id}")
}

/// `d` and the id in small letters: AWS's names say nothing of the id, and nobody asks here.
fn domain(id: &str) -> String {
    format!("d{}.cloudfront.net", id.to_ascii_lowercase())
}

fn time(timestamp: Timestamp) -> String {
    timestamp.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// A document with one element in CloudFront's namespace.
pub(super) fn document(name: &'static str, content: impl FnOnce(&mut Writer)) -> String {
    let mut writer = Writer::with_declaration();
    writer.root(name, NAMESPACE, content);
    writer.into_string()
}

/// `Distribution`.
pub(super) fn distribution(id: &str, kept: &Kept, place: &Place<'_>) -> String {
    let Kept { distribution, invalidations } = kept;
    let in_progress = invalidations.values().filter(|one| is_in_progress(one, place.now)).count();
    document("Distribution", |xml| {
        xml.text("Id", id);
        xml.text("ARN", &arn(place.account, id));
        xml.text("Status", status(distribution, place.now));
        xml.text("LastModifiedTime", &time(distribution.changed));
        xml.value("InProgressInvalidationBatches", in_progress);
        xml.text("DomainName", &domain(id));
        for signers in ["ActiveTrustedSigners", "ActiveTrustedKeyGroups"] {
            xml.nested(signers, |xml| {
                xml.text("Enabled", "false");
                xml.text("Quantity", "0");
            });
        }
        distribution.config.write(xml);
    })
}

/// `DistributionConfig`.
pub(super) fn config(distribution: &Distribution) -> String {
    document("DistributionConfig", |xml| {
        distribution.config.children.iter().for_each(|child| child.write(xml))
    })
}

/// What of a configuration a list shows.
const SUMMARISED: [&str; 15] = [
    "Aliases",
    "Origins",
    "OriginGroups",
    "DefaultCacheBehavior",
    "CacheBehaviors",
    "CustomErrorResponses",
    "Comment",
    "PriceClass",
    "Enabled",
    "ViewerCertificate",
    "Restrictions",
    "WebACLId",
    "HttpVersion",
    "IsIPV6Enabled",
    "Staging",
];

/// `DistributionSummary`.
pub(super) fn summary(xml: &mut Writer, id: &str, distribution: &Distribution, place: &Place<'_>) {
    xml.nested("DistributionSummary", |xml| {
        xml.text("Id", id);
        xml.text("ARN", &arn(place.account, id));
        xml.text("ETag", &distribution.etag);
        xml.text("Status", status(distribution, place.now));
        xml.text("LastModifiedTime", &time(distribution.changed));
        xml.text("DomainName", &domain(id));
        SUMMARISED
            .iter()
            .filter_map(|name| distribution.config.child(name))
            .for_each(|child| child.write(xml));
    });
}

/// `Invalidation`.
pub(super) fn invalidation(id: &str, invalidation: &Invalidation, now: Timestamp) -> String {
    document("Invalidation", |xml| {
        xml.text("Id", id);
        xml.text("Status", invalidation_status(invalidation, now));
        xml.text("CreateTime", &time(invalidation.created));
        xml.nested("InvalidationBatch", |xml| {
            xml.nested("Paths", |xml| {
                xml.value("Quantity", invalidation.paths.len());
                xml.nested("Items", |xml| invalidation.paths.iter().for_each(|path| xml.text("Path", path)));
            });
            xml.text("CallerReference", &invalidation.reference);
        });
    })
}

/// `InvalidationSummary`.
pub(super) fn invalidation_summary(xml: &mut Writer, id: &str, invalidation: &Invalidation, now: Timestamp) {
    xml.nested("InvalidationSummary", |xml| {
        xml.text("Id", id);
        xml.text("CreateTime", &time(invalidation.created));
        xml.text("Status", invalidation_status(invalidation, now));
    });
}

/// A distribution as its record shows it.
pub(super) fn recorded(id: &str, kept: &Distribution, place: &Place<'_>) -> Value {
    json!({
        "distribution": {
            "id": id,
            "aRN": arn(place.account, id),
            "status": status(kept, place.now),
            "domainName": domain(id),
            "lastModifiedTime": time(kept.changed),
            "distributionConfig": kept.config.to_json(),
        },
        "eTag": kept.etag,
    })
}

/// An invalidation as its record shows it.
pub(super) fn recorded_invalidation(id: &str, invalidation: &Invalidation, now: Timestamp) -> Value {
    json!({
        "invalidation": {
            "id": id,
            "status": invalidation_status(invalidation, now),
            "createTime": time(invalidation.created),
        },
    })
}
