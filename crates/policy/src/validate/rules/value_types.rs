//! Wanted values that their operator cannot compare.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::Report;
use crate::json::Value;
use crate::validate::UNKNOWN;
use crate::validate::code::Code;
use crate::validate::draft::{Draft, Item, Test};
use crate::validate::operator::{Family, Named};

const TYPE_MISMATCH_BOOLEAN: Code = Code::warning("TYPE_MISMATCH_BOOLEAN");
const TYPE_MISMATCH_DATE: Code = Code::warning("TYPE_MISMATCH_DATE");
const TYPE_MISMATCH_NUMBER: Code = Code::warning("TYPE_MISMATCH_NUMBER");
const TYPE_MISMATCH_STRING: Code = Code::warning("TYPE_MISMATCH_STRING");
const TYPE_MISMATCH_IP_RANGE: Code = Code::error("TYPE_MISMATCH_IP_RANGE");
const INVALID_DATE_VALUE: Code = Code::warning("INVALID_DATE_VALUE");
const INVALID_CONDITION_DATA_TYPE: Code = Code::error("INVALID_CONDITION_DATA_TYPE");
const INVALID_CONDITION_MULTIPLE_BOOLEAN: Code = Code::error("INVALID_CONDITION_MULTIPLE_BOOLEAN");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for test in draft.clauses.iter().flat_map(|clause| &clause.tests) {
        check_mixture(test, report);
        let Some(operator) = test.operator else { continue };
        for item in &test.values {
            let Some(value) = item.scalar().filter(|value| !value.contains("${")) else { continue };
            if let Some((code, message, mend)) = mistake(operator, &value) {
                let location = report.location(item.path.clone(), item.node.span);
                report.add(code, location, message, mend);
            }
        }
    }
}

type Mistake = (Code, String, &'static str);

fn mistake(operator: Named, value: &str) -> Option<Mistake> {
    match operator.family {
        Family::Bool | Family::Null => {
            let is_boolean = ["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word));
            let message = format!("`{value}` is neither true nor false");
            (!is_boolean).then_some((TYPE_MISMATCH_BOOLEAN, message, "write \"true\" or \"false\""))
        }
        Family::Numeric => value.trim().parse::<f64>().is_err().then(|| {
            (TYPE_MISMATCH_NUMBER, format!("`{value}` is no number"), "write a number such as 3600")
        }),
        Family::Date => date_mistake(value),
        Family::Binary => (!is_base64(value)).then(|| {
            (
                TYPE_MISMATCH_STRING,
                format!("`{value}` is no Base64"),
                "write the bytes in Base64, with its padding",
            )
        }),
        Family::Ip => (!is_range(value)).then(|| {
            let message = format!("`{value}` is no IP address or range");
            (TYPE_MISMATCH_IP_RANGE, message, "write it like 203.0.113.0/24 or 2001:db8::/32")
        }),
        Family::Arn | Family::String => None,
    }
}

/// A date of ISO 8601, or a number of seconds since 1970, which AWS takes and advises against.
fn date_mistake(value: &str) -> Option<Mistake> {
    let mend = "write it like 2026-11-23T10:00:00Z";
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        let message = format!("`{value}` is taken as seconds since 1970");
        return Some((INVALID_DATE_VALUE, message, mend));
    }
    (!is_date(value)).then(|| (TYPE_MISMATCH_DATE, format!("`{value}` is no date"), mend))
}

/// Whether a text has the form of W3C's profile of ISO 8601, from `2026-11-23` on.
fn is_date(text: &str) -> bool {
    let (date, time) = text.split_once(['T', 't']).map_or((text, None), |(date, time)| (date, Some(time)));
    let number = |part: &str, length: usize, most: u32| {
        part.len() == length && part.parse::<u32>().is_ok_and(|number| number <= most)
    };
    let mut parts = date.split('-');
    let is_day = parts.next().is_some_and(|year| number(year, 4, 9_999))
        && parts.next().is_some_and(|month| number(month, 2, 12) && month != "00")
        && parts.next().is_some_and(|day| number(day, 2, 31) && day != "00")
        && parts.next().is_none();
    let is_time = time.is_none_or(|time| {
        let clock = time.strip_suffix(['Z', 'z']).or_else(|| {
            let at = time.rfind(['+', '-'])?;
            let (clock, zone) = time.split_at_checked(at)?;
            let zone = zone.get(1..)?;
            let (hours, minutes) = zone.split_once(':').unwrap_or((zone.get(..2)?, zone.get(2..)?));
            (number(hours, 2, 23) && number(minutes, 2, 59)).then_some(clock)
        });
        let clock = clock.unwrap_or(time);
        let mut parts = clock.split(':');
        let hours = parts.next().is_some_and(|hours| number(hours, 2, 24));
        let minutes = parts.next().is_some_and(|minutes| number(minutes, 2, 59));
        let seconds = parts.next().is_none_or(|seconds| {
            let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
            number(whole, 2, 60) && !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit())
        });
        hours && minutes && seconds && parts.next().is_none()
    });
    is_day && is_time
}

fn is_base64(text: &str) -> bool {
    let solid = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - solid.len() <= 2
        && solid.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

fn is_range(text: &str) -> bool {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let most = if address.is_ipv4() { 32 } else { 128 };
    bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= most))
}

fn check_mixture(test: &Test<'_>, report: &mut Report<'_>) {
    let kind = |item: &Item<'_>| match &item.node.value {
        Value::Boolean(_) => Some("boolean"),
        Value::Number(_) => Some("number"),
        Value::Text(text) if !text.contains(UNKNOWN) => Some("text"),
        _ => None,
    };
    let kinds: BTreeSet<&str> = test.values.iter().filter_map(kind).collect();
    if kinds.len() > 1 {
        let location = report.location(test.path.clone(), test.key.value.span);
        let kinds: Vec<&str> = kinds.into_iter().collect();
        let message = format!("the values of `{}` are of several types: {}", test.key.name, kinds.join(", "));
        report.add(INVALID_CONDITION_DATA_TYPE, location, message, "write all of them as texts");
    }
    let is_bool = test.operator.is_some_and(|operator| operator.family == Family::Bool);
    if is_bool && test.operator.is_some_and(|operator| operator.quantifier.is_none()) && test.values.len() > 1
    {
        let location = report.location(test.path.clone(), test.key.value.span);
        let message = format!("`{}` is wanted to be several booleans", test.key.name);
        report.add(
            INVALID_CONDITION_MULTIPLE_BOOLEAN,
            location,
            message,
            "write one of them, or take the condition out",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_by_their_form() {
        for date in [
            "2026-11-23",
            "2026-11-23T10:00Z",
            "2026-11-23T10:00:00Z",
            "2026-11-23T10:00:00.5+01:00",
            "2026-11-23T10:00:00",
            "2026-11-23T10:00:00-0500",
        ] {
            assert!(is_date(date), "{date}");
        }
        for other in [
            "",
            "2026",
            "2026-13-01",
            "2026-00-01",
            "23.11.2026",
            "2026-11-23T",
            "2026-11-23T10",
            "é-11-23T+é",
        ] {
            assert!(!is_date(other), "{other}");
        }
    }

    #[test]
    fn ranges_have_no_more_bits_than_their_addresses() {
        for (range, expected) in [
            ("203.0.113.0/24", true),
            ("203.0.113.7", true),
            ("2001:db8::/32", true),
            ("203.0.113.0/33", false),
            ("203.0.113", false),
            ("2001:db8::/129", false),
            ("", false),
        ] {
            assert_eq!(is_range(range), expected, "{range}");
        }
    }
}
