//! Wanted values that do not do what they seem to, and keys that say nothing by themselves.

use super::Report;
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft, Test};
use crate::validate::operator::Family;

const WILDCARD_WITHOUT_LIKE_OPERATOR: Code = Code::warning("WILDCARD_WITHOUT_LIKE_OPERATOR");
const REDUNDANT_CONDITION_VALUE_NUM: Code = Code::suggestion("REDUNDANT_CONDITION_VALUE_NUM");
const MISSING_PAIRED_CONDITION_KEYS: Code = Code::security("MISSING_PAIRED_CONDITION_KEYS");
const UNTRUSTWORTHY_CONDITION_KEY: Code = Code::security("UNTRUSTWORTHY_CONDITION_KEY");

/// Keys whose value the caller writes as it likes.
const UNTRUSTWORTHY: [&str; 2] = ["aws:Referer", "aws:UserAgent"];
/// What gives an address within a network its meaning.
const NETWORKS: [&str; 3] = ["aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn"];

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for clause in &draft.clauses {
        for test in &clause.tests {
            check_wildcards(test, report);
            check_numbers(test, report);
            check_key(clause, test, report);
        }
    }
}

fn check_wildcards(test: &Test<'_>, report: &mut Report<'_>) {
    let Some(operator) = test.operator.filter(|operator| operator.family == Family::String) else { return };
    if operator.takes_wildcards() {
        return;
    }
    for item in &test.values {
        let Some(text) = item.text() else { continue };
        // `${*}` is the letter itself.
        let plain = text.replace("${*}", "").replace("${?}", "");
        if plain.contains(['*', '?']) {
            let location = report.location(item.path.clone(), item.node.span);
            let like = if operator.is_negated() { "StringNotLike" } else { "StringLike" };
            report.add(
                WILDCARD_WITHOUT_LIKE_OPERATOR,
                location,
                format!(
                    "`{}` takes `{text}` letter by letter: `*` and `?` are no wildcards here",
                    operator.name
                ),
                format!("write `{like}` if a pattern is meant"),
            );
        }
    }
}

fn check_numbers(test: &Test<'_>, report: &mut Report<'_>) {
    let Some(operator) = test.operator.filter(|operator| operator.family == Family::Numeric) else { return };
    let which = if operator.name.contains("LessThan") {
        "greatest"
    } else if operator.name.contains("GreaterThan") {
        "least"
    } else {
        return;
    };
    if test.values.len() > 1 {
        let location = report.location(test.path.clone(), test.key.value.span);
        let message = format!("of several values of `{}` only the {which} matters", test.key.name);
        report.add(REDUNDANT_CONDITION_VALUE_NUM, location, message, format!("keep the {which}"));
    }
}

fn check_key(clause: &Clause<'_>, test: &Test<'_>, report: &mut Report<'_>) {
    let name = &test.key.name;
    let location = report.location(test.path.clone(), test.key.span);
    if UNTRUSTWORTHY.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        let location = location.clone();
        let message = format!("whoever makes a request writes `{name}` as it likes");
        report.add(UNTRUSTWORTHY_CONDITION_KEY, location, message, "do not let access depend on it");
    }
    let is_alone = !NETWORKS.iter().any(|network| clause.tests_key(network));
    if name.eq_ignore_ascii_case("aws:VpcSourceIp") && is_alone {
        let message = format!("`{name}` alone says nothing: every network may have these addresses");
        report.add(
            MISSING_PAIRED_CONDITION_KEYS,
            location,
            message,
            "add a condition on aws:SourceVpc or aws:SourceVpce",
        );
    }
}
