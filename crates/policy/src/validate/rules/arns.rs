//! ARNs of resources.
//!
//! Source: IAM user guide, "IAM identifiers", ARNs; and the resource types of the catalogue.

use super::{ITEMS_MAX, Report, forms};
use crate::catalogue::{self, ResourceType, nearest};
use crate::validate::arn::{Arn, is_account, is_region, without_variables};
use crate::validate::code::Code;
use crate::validate::draft::{Draft, Item};

const INVALID_ARN_PREFIX: Code = Code::error("INVALID_ARN_PREFIX");
const MISSING_ARN_FIELD: Code = Code::error("MISSING_ARN_FIELD");
const INVALID_PARTITION: Code = Code::error("INVALID_PARTITION");
const INVALID_ARN_SERVICE_CASE: Code = Code::error("INVALID_ARN_SERVICE_CASE");
const INVALID_SERVICE: Code = Code::error("INVALID_SERVICE");
const INVALID_ARN_REGION: Code = Code::error("INVALID_ARN_REGION");
const INVALID_ARN_ACCOUNT: Code = Code::error("INVALID_ARN_ACCOUNT");
const INVALID_ARN_RESOURCE: Code = Code::error("INVALID_ARN_RESOURCE");
const ARN_REGION_NOT_ALLOWED: Code = Code::error("ARN_REGION_NOT_ALLOWED");
const ARN_ACCOUNT_NOT_ALLOWED: Code = Code::error("ARN_ACCOUNT_NOT_ALLOWED");
const MISSING_ARN_REGION: Code = Code::error("MISSING_ARN_REGION");
const MISSING_ARN_ACCOUNT: Code = Code::error("MISSING_ARN_ACCOUNT");

const PARTITIONS: [&str; 8] =
    ["aws", "aws-cn", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-us-gov"];

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for clause in &draft.clauses {
        for item in clause.resources.iter().flat_map(|element| &element.items).take(ITEMS_MAX) {
            if let Some(text) = item.text().filter(|text| *text != "*")
                && let Some((code, message, mend)) = mistake(text, &without_variables(text))
            {
                let location = location(item, report);
                report.add(code, location, message, mend);
            }
        }
    }
}

fn location(item: &Item<'_>, report: &Report<'_>) -> daypass_diagnostic::Location {
    report.location(item.path.clone(), item.node.span)
}

type Mistake = (Code, String, String);

fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// The first thing that is wrong with an ARN; `solid` is the same with `*` for variables.
fn mistake(text: &str, solid: &str) -> Option<Mistake> {
    if !solid.starts_with("arn:") {
        if solid.starts_with(['*', '?']) {
            return None;
        }
        let mend = "write arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE, or \"*\"".to_owned();
        return Some((INVALID_ARN_PREFIX, format!("`{text}` is no ARN"), mend));
    }
    let Some(arn) = Arn::read(solid) else {
        if solid.ends_with('*') {
            return None;
        }
        let missing = 6_usize.saturating_sub(solid.split(':').count());
        let message = format!("{missing} of the six parts of an ARN are missing in `{text}`");
        let mend =
            "write arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE; parts that do not apply are empty".to_owned();
        return Some((MISSING_ARN_FIELD, message, mend));
    };
    if !has_wildcard(arn.partition) && !PARTITIONS.contains(&arn.partition) {
        let near = nearest(arn.partition, PARTITIONS.into_iter()).first().copied().unwrap_or("aws");
        let message = format!("there is no partition `{}`", arn.partition);
        return Some((INVALID_PARTITION, message, format!("write `{near}`")));
    }
    if has_wildcard(arn.service) {
        return None;
    }
    if arn.service.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let message = format!("the service `{}` is written in small letters in an ARN", arn.service);
        let mend = format!("write `{}`", arn.service.to_ascii_lowercase());
        return Some((INVALID_ARN_SERVICE_CASE, message, mend));
    }
    place_mistake(arn).or_else(|| kind_mistake(text, arn))
}

fn place_mistake(arn: Arn<'_>) -> Option<Mistake> {
    if !arn.region.is_empty() && !has_wildcard(arn.region) && !is_region(arn.region) {
        let message = format!("`{}` is no region", arn.region);
        return Some((INVALID_ARN_REGION, message, "write a region such as eu-west-1, or *".to_owned()));
    }
    let is_owner = arn.account.is_empty() || has_wildcard(arn.account) || is_account(arn.account);
    if !is_owner && !["aws", "aws-managed", "cloudfront"].contains(&arn.account) {
        let message = format!("`{}` is no account number", arn.account);
        return Some((INVALID_ARN_ACCOUNT, message, "write its twelve digits".to_owned()));
    }
    None
}

fn kind_mistake(text: &str, arn: Arn<'_>) -> Option<Mistake> {
    let services = catalogue::services_with_arns_of(arn.service);
    if services.is_empty() {
        if catalogue::service(arn.service).is_some() {
            return None;
        }
        let mend = match nearest(arn.service, catalogue::services()).first() {
            Some(near) => format!("did you mean `{near}`?"),
            None => "look the ARN up in the Service Authorization Reference".to_owned(),
        };
        return Some((INVALID_SERVICE, format!("no ARN is of the service `{}`", arn.service), mend));
    }
    let kinds: Vec<&ResourceType> = services
        .iter()
        .flat_map(|service| service.resource_types())
        .filter(|kind| kind.service() == arn.service || kind.service().is_empty())
        .collect();
    let possible: Vec<&&ResourceType> = kinds.iter().filter(|kind| kind.may_be(arn.resource)).collect();
    if possible.is_empty() {
        let forms = forms(kinds.iter().copied());
        let message = format!("`{text}` has the form of no resource of `{}`", arn.service);
        return Some((INVALID_ARN_RESOURCE, message, format!("write it like {forms}")));
    }
    let form = forms(possible.iter().take(1).map(|kind| **kind));
    let all = |has: fn(&ResourceType) -> bool| possible.iter().all(|kind| has(kind));
    let mend = format!("write it like {form}");
    let shown = format!("`{text}`");
    if all(|kind| !kind.has_region()) && !arn.region.is_empty() && !has_wildcard(arn.region) {
        return Some((
            ARN_REGION_NOT_ALLOWED,
            format!("{shown} names a region, and such ARNs have none"),
            mend,
        ));
    }
    if all(|kind| !kind.has_account()) && is_account(arn.account) {
        return Some((
            ARN_ACCOUNT_NOT_ALLOWED,
            format!("{shown} names an account, and such ARNs have none"),
            mend,
        ));
    }
    if all(ResourceType::has_region) && arn.region.is_empty() {
        return Some((
            MISSING_ARN_REGION,
            format!("{shown} does not name a region, and such ARNs have one"),
            mend,
        ));
    }
    if all(ResourceType::has_account) && arn.account.is_empty() {
        return Some((
            MISSING_ARN_ACCOUNT,
            format!("{shown} does not name an account, and such ARNs have one"),
            mend,
        ));
    }
    None
}
