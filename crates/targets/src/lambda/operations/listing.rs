//! Lists, in pages. A marker is the name of the last entry that was shown.

use serde_json::{Map, Value, json};

use super::{All, One, shown};
use crate::lambda::error::LambdaError;
use crate::lambda::limits::PAGE;
use crate::lambda::{Outcome, Request, shown as show};

pub(super) fn functions(all: &All<'_>) -> Result<Outcome, LambdaError> {
    let place = &all.request.place;
    if all.request.parameter("MasterRegion").is_some_and(|region| region != place.region) {
        return Ok(shown(json!({ "Functions": [] })));
    }
    let every_version = match all.request.parameter("FunctionVersion") {
        None => false,
        Some("ALL") => true,
        Some(other) => {
            let constraint = "Member must satisfy enum value set: [ALL]";
            return Err(LambdaError::constraint(other, "functionVersion", constraint));
        }
    };
    let mut entries = Vec::new();
    for (name, kept) in all.functions.of(place.account, place.region) {
        let arn = format!("arn:aws:lambda:{}:{}:function:{name}", place.region, place.account);
        let entry = |configuration, version: &str| {
            Value::Object(show::configuration(
                configuration,
                (name, &format!("{arn}:{version}"), version),
                place,
            ))
        };
        if !every_version {
            let latest = show::configuration(&kept.function.latest, (name, &arn, "$LATEST"), place);
            entries.push((name.to_owned(), Value::Object(latest)));
            continue;
        }
        entries.push((format!("{name}/"), entry(&kept.function.latest, "$LATEST")));
        for (number, version) in &kept.versions {
            entries
                .push((format!("{name}/{number:019}"), entry(&version.configuration, &number.to_string())));
        }
    }
    page(all.request, "Functions", entries)
}

pub(super) fn versions(one: &One<'_>) -> Result<Outcome, LambdaError> {
    let (name, arn) = (&one.named.name, one.named.arn());
    let entry = |configuration, version: &str| {
        let shown = (name.as_str(), &*format!("{arn}:{version}"), version);
        Value::Object(show::configuration(configuration, shown, &one.request.place))
    };
    let mut entries = vec![(String::new(), entry(&one.kept.function.latest, "$LATEST"))];
    for (number, version) in &one.kept.versions {
        entries.push((format!("{number:019}"), entry(&version.configuration, &number.to_string())));
    }
    page(one.request, "Versions", entries)
}

pub(super) fn aliases(one: &One<'_>) -> Result<Outcome, LambdaError> {
    let wanted = one.request.parameter("FunctionVersion");
    let arn = one.named.arn();
    let aliases = one.kept.function.aliases.iter();
    let entries = aliases
        .filter(|(_, alias)| {
            wanted.is_none_or(|wanted| alias.version == wanted || alias.weights.contains_key(wanted))
        })
        .map(|(name, alias)| (name.clone(), show::alias(alias, name, &arn)));
    page(one.request, "Aliases", entries.collect())
}

/// A page of entries that are in the order of their names.
fn page(request: &Request<'_>, member: &str, entries: Vec<(String, Value)>) -> Result<Outcome, LambdaError> {
    let asked = match request.parameter("MaxItems") {
        None => PAGE,
        Some(text) => match text.parse::<usize>() {
            Ok(count @ 1..=10_000) => count.min(PAGE),
            _ => {
                let constraint = "Member must have value greater than or equal to 1";
                return Err(LambdaError::constraint(text, "maxItems", constraint));
            }
        },
    };
    let after = match request.parameter("Marker").filter(|marker| !marker.is_empty()) {
        None => None,
        Some(marker) => {
            Some(marker.strip_prefix("after:").ok_or_else(|| LambdaError::invalid("Invalid Marker"))?)
        }
    };
    let mut left = entries.into_iter().filter(|(name, _)| after.is_none_or(|after| name.as_str() > after));
    let mut shown_entries: Vec<Value> = Vec::new();
    let mut last = String::new();
    for (name, entry) in left.by_ref().take(asked) {
        shown_entries.push(entry);
        last = name;
    }
    let mut body = Map::new();
    if left.next().is_some() {
        body.insert("NextMarker".to_owned(), json!(format!("after:{last}")));
    }
    body.insert(member.to_owned(), Value::Array(shown_entries));
    Ok(shown(Value::Object(body)))
}
