//! Condition keys that do not exist.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::Report;
use crate::catalogue::{self, nearest};
use crate::validate::UNKNOWN;
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft, Test};

const INVALID_CONDITION_KEY_FORMAT: Code = Code::error("INVALID_CONDITION_KEY_FORMAT");
const INVALID_GLOBAL_CONDITION_KEY: Code = Code::error("INVALID_GLOBAL_CONDITION_KEY");
const INVALID_SERVICE_CONDITION_KEY: Code = Code::error("INVALID_SERVICE_CONDITION_KEY");
const INVALID_SERVICE: Code = Code::error("INVALID_SERVICE");
const MISSING_TAG_KEY_IN_CONDITION: Code = Code::error("MISSING_TAG_KEY_IN_CONDITION");
const DEPRECATED_GLOBAL_CONDITION_KEY: Code = Code::warning("DEPRECATED_GLOBAL_CONDITION_KEY");
const DUPLICATE_KEYS_WITH_DIFFERENT_CASE: Code = Code::error("DUPLICATE_KEYS_WITH_DIFFERENT_CASE");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for clause in &draft.clauses {
        for test in &clause.tests {
            let name = test.key.name.as_str();
            if name.contains(UNKNOWN) {
                continue;
            }
            if let Some((code, message, mend)) = mistake(name) {
                let location = report.location(test.path.clone(), test.key.span);
                report.add(code, location, message, mend);
            }
        }
        check_duplicates(clause, report);
    }
}

fn mistake(name: &str) -> Option<(Code, String, String)> {
    let Some((prefix, rest)) = name.split_once(':').filter(|(_, rest)| !rest.is_empty()) else {
        let message = format!("`{name}` does not say whose condition key it is");
        return Some((INVALID_CONDITION_KEY_FORMAT, message, format!("write SERVICE:{name}, or aws:{name}")));
    };
    let is_global = prefix.eq_ignore_ascii_case("aws");
    if name.eq_ignore_ascii_case("aws:arn") {
        let message = format!("`{name}` is an old name, and says not whose ARN is meant");
        let mend =
            "write aws:PrincipalArn for who asks, or aws:SourceArn for the resource that makes a service ask";
        return Some((DEPRECATED_GLOBAL_CONDITION_KEY, message, mend.to_owned()));
    }
    if catalogue::condition_key(name).is_some() {
        return None;
    }
    if let Some(stem) = template_stem(name) {
        let message = format!("`{name}` does not say which tag");
        return Some((MISSING_TAG_KEY_IN_CONDITION, message, format!("write {stem}TAG-KEY")));
    }
    let known = catalogue::is_key_prefix(prefix);
    if !known && prefix.contains('.') {
        // The keys of an identity provider of one's own are named by its host.
        return None;
    }
    if !known {
        let mend = match nearest(prefix, catalogue::services()).first() {
            Some(near) => format!("did you mean `{near}:{rest}`?"),
            None => "look the key up in the Service Authorization Reference".to_owned(),
        };
        return Some((INVALID_SERVICE, format!("no condition key begins with `{prefix}:`"), mend));
    }
    let code = if is_global { INVALID_GLOBAL_CONDITION_KEY } else { INVALID_SERVICE_CONDITION_KEY };
    let message = format!("the condition key `{name}` does not exist, so that no request has it");
    Some((code, message, mend_of(name, prefix)))
}

/// What stands before the tag's name, where the name is that of a key with a tag but the tag itself is missing.
fn template_stem(name: &str) -> Option<String> {
    let with_tag = format!("{}/x", name.trim_end_matches('/'));
    let key = catalogue::condition_key(&with_tag)?;
    (key.is_template() && key.name.contains("Tag/")).then(|| key.stem().to_owned())
}

fn mend_of(name: &str, prefix: &str) -> String {
    let known: Vec<&'static str> = if prefix.eq_ignore_ascii_case("aws") {
        catalogue::global_condition_keys().map(|key| key.name).collect()
    } else {
        let services = catalogue::service(prefix).into_iter().chain(catalogue::service("sts"));
        let keys = services.flat_map(|service| service.condition_keys()).map(|key| key.name);
        keys.filter(|key| key.split_once(':').is_some_and(|(own, _)| own.eq_ignore_ascii_case(prefix)))
            .collect()
    };
    let rest_of = |key: &'static str| key.split_once(':').map_or(key, |(_, rest)| rest);
    let wanted = name.split_once(':').map_or(name, |(_, rest)| rest);
    match nearest(wanted, known.iter().map(|key| rest_of(key))).first() {
        Some(near) if !near.contains("${") => format!("did you mean `{prefix}:{near}`?"),
        _ if (1..=16).contains(&known.len()) => {
            let names: Vec<&str> =
                known.iter().filter_map(|key| key.split_once(':').map(|(_, rest)| rest)).collect();
            format!("the keys that begin with `{prefix}:` are {}", names.join(", "))
        }
        _ => "take it out, or look the key up in the Service Authorization Reference".to_owned(),
    }
}

fn check_duplicates(clause: &Clause<'_>, report: &mut Report<'_>) {
    let mut before: BTreeMap<(&str, String), &Test<'_>> = BTreeMap::new();
    for test in &clause.tests {
        match before.entry((&test.block.name, test.key.name.to_ascii_lowercase())) {
            Entry::Vacant(entry) => {
                entry.insert(test);
            }
            Entry::Occupied(entry) => {
                let first = entry.get();
                let locations = vec![
                    report.location(test.path.clone(), test.key.span),
                    report.location(first.path.clone(), first.key.span),
                ];
                let message = format!("`{}` and `{}` are the same key", test.key.name, first.key.name);
                let mend = "put the values into one list";
                report.add_at(DUPLICATE_KEYS_WITH_DIFFERENT_CASE, locations, message, mend);
            }
        }
    }
}
