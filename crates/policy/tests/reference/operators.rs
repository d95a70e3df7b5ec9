//! Condition operators, one value at a time.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or
//! values" and "Multivalued context keys".

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::patterns::{Letter, is_alike_letters, is_like_arn, resolved};
use crate::question::Question;

pub(crate) fn holds(question: &Question, name: &str, key: &str, wanted: &[String], variables: bool) -> bool {
    let (quantifier, name) = name.split_once(':').map_or(("", name), |(quantifier, name)| (quantifier, name));
    let (if_exists, name) = name.strip_suffix("IfExists").map_or((false, name), |name| (true, name));
    let presented = question.context.get(&key.to_lowercase()).filter(|values| !values.is_empty());
    if name == "Null" {
        let is_absent = presented.is_none();
        return wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case("true") == is_absent);
    }
    let negated = name.contains("Not");
    let Some(presented) = presented else {
        return match quantifier {
            "ForAllValues" => true,
            "ForAnyValue" => if_exists,
            _ => if_exists || negated,
        };
    };
    // Wanted values are alternatives, those of a negated operator are all excluded.
    let fits = |value: &String| {
        let is_one = wanted.iter().any(|wanted| compare(question, name, wanted, value, variables));
        is_one != negated
    };
    match quantifier {
        "ForAllValues" => presented.iter().all(fits),
        "ForAnyValue" => presented.iter().any(fits),
        _ if negated => presented.iter().all(fits),
        _ => presented.iter().any(fits),
    }
}

/// The comparison that an operator makes before it is negated.
fn compare(question: &Question, name: &str, wanted: &str, presented: &str, variables: bool) -> bool {
    let read = |wildcards| resolved(question, wanted, wildcards, variables);
    let text = || read(false).map(|letters| plain(&letters));
    match name {
        "StringEquals" | "StringNotEquals" => text().is_some_and(|wanted| wanted == presented),
        "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" => {
            text().is_some_and(|wanted| wanted.to_lowercase() == presented.to_lowercase())
        }
        "StringLike" | "StringNotLike" => {
            read(true).is_some_and(|pattern| is_alike_letters(&pattern, presented))
        }
        "ArnEquals" | "ArnLike" | "ArnNotEquals" | "ArnNotLike" => {
            read(true).is_some_and(|pattern| is_like_arn(&pattern, presented))
        }
        "Bool" => {
            text().and_then(|wanted| truth(&wanted)).is_some_and(|wanted| truth(presented) == Some(wanted))
        }
        // The pools have canonical base64 and texts that are none.
        "BinaryEquals" => wanted == presented,
        "IpAddress" | "NotIpAddress" => is_in(wanted, presented),
        _ => match name.strip_prefix("Numeric") {
            Some(relation) => ordered(relation, number(presented), number(wanted)),
            None => ordered(name.strip_prefix("Date").unwrap(), date(presented), date(wanted)),
        },
    }
}

fn plain(letters: &[Letter]) -> String {
    letters
        .iter()
        .map(|letter| match letter {
            Letter::Itself(letter) => *letter,
            Letter::One => '?',
            Letter::Any => '*',
        })
        .collect()
}

fn truth(text: &str) -> Option<bool> {
    text.to_lowercase().parse().ok()
}

fn ordered(relation: &str, presented: Option<i128>, wanted: Option<i128>) -> bool {
    let Some(presented) = presented else { return false };
    let order = presented.cmp(&wanted.unwrap());
    match relation {
        "Equals" | "NotEquals" => order == Ordering::Equal,
        "LessThan" => order == Ordering::Less,
        "LessThanEquals" => order != Ordering::Greater,
        "GreaterThan" => order == Ordering::Greater,
        "GreaterThanEquals" => order != Ordering::Less,
        other => panic!("{other}"),
    }
}

/// In millionths; the pools have no more than six digits behind the point.
fn number(text: &str) -> Option<i128> {
    let negative = text.starts_with('-');
    let unsigned = text.trim_start_matches(['-', '+']);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    if whole.is_empty()
        || fraction.is_empty()
        || !format!("{whole}{fraction}").chars().all(|c| c.is_ascii_digit())
    {
        return None;
    }
    let value: i128 = format!("{whole}{fraction:0<6}").parse().ok()?;
    Some(if negative { -value } else { value })
}

/// In seconds since 1970, counted year by year and month by month.
fn date(text: &str) -> Option<i128> {
    if text.len() != 4 && !text.is_empty() && text.chars().all(|letter| letter.is_ascii_digit()) {
        return text.parse().ok();
    }
    let (day, time) = text.split_once('T').map_or((text, None), |(day, time)| (day, Some(time)));
    let parts: Vec<i128> = day.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let (year, month, day) = match parts.as_slice() {
        [year] => (*year, 1, 1),
        [year, month] => (*year, *month, 1),
        [year, month, day] => (*year, *month, *day),
        _ => return None,
    };
    let is_leap = |year: i128| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut days: i128 = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
    for past in 1..month {
        days += match past {
            2 if is_leap(year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
    }
    days += day - 1;
    let Some(time) = time else { return Some(days * 86_400) };
    let zone_at = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone_at);
    let hours_and_minutes = |text: &str| -> Option<i128> {
        let parts: Vec<i128> = text.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        Some(parts.iter().zip([3600, 60, 1]).map(|(part, unit)| part * unit).sum())
    };
    let offset = match zone.split_at(1) {
        ("Z", "") => 0,
        ("+", offset) => hours_and_minutes(offset)?,
        ("-", offset) => -hours_and_minutes(offset)?,
        _ => return None,
    };
    Some(days * 86_400 + hours_and_minutes(clock)? - offset)
}

/// Bit by bit.
fn is_in(range: &str, presented: &str) -> bool {
    let (network, length) = range.split_once('/').unwrap_or((range, "128"));
    let bits = |text: &str| -> Option<(bool, String)> {
        Some(match text.parse().ok()? {
            IpAddr::V4(address) => {
                (false, address.octets().iter().map(|byte| format!("{byte:08b}")).collect())
            }
            IpAddr::V6(address) => {
                (true, address.octets().iter().map(|byte| format!("{byte:08b}")).collect())
            }
        })
    };
    let (Some((family, network)), Some((presented_family, presented))) = (bits(network), bits(presented))
    else {
        return false;
    };
    let length = length.parse::<usize>().unwrap().min(network.len());
    family == presented_family && network[..length] == presented[..length]
}
