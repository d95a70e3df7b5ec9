//! Times that a list is asked for: `2024-03-01`, `>=2024-03-01T10:00:00Z`, `2024-03-01..2024-03-31`, `*..2024-03-31`.
//!
//! Source: GitHub docs, "Understanding the search syntax", query for dates.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::problem::{Problem, echo};

/// The first and the last instant that are meant.
pub(super) type Range = (Option<Timestamp>, Option<Timestamp>);

/// The smallest step of time.
const TICK: SignedDuration = SignedDuration::from_nanos(1);

/// Reads such a text.
pub(super) fn read(text: &str) -> Result<Range, Problem> {
    let wrong = || {
        Problem::unprocessable(format!(
            "created: \"{}\" is no date: write 2024-03-01, >=2024-03-01T10:00:00Z or 2024-03-01..2024-03-31",
            echo(text)
        ))
    };
    range(text).ok_or_else(wrong)
}

fn range(text: &str) -> Option<Range> {
    if let Some((from, until)) = text.split_once("..") {
        let from = if from == "*" { None } else { Some(span(from)?.0) };
        let until = if until == "*" { None } else { Some(span(until)?.1) };
        return Some((from, until));
    }
    if let Some(rest) = text.strip_prefix(">=") {
        return Some((Some(span(rest)?.0), None));
    }
    if let Some(rest) = text.strip_prefix("<=") {
        return Some((None, Some(span(rest)?.1)));
    }
    if let Some(rest) = text.strip_prefix('>') {
        return Some((span(rest)?.1.checked_add(TICK).ok(), None));
    }
    if let Some(rest) = text.strip_prefix('<') {
        return Some((None, span(rest)?.0.checked_sub(TICK).ok()));
    }
    let (from, until) = span(text)?;
    Some((Some(from), Some(until)))
}

/// The first and the last instant of a day, a second or an instant.
fn span(text: &str) -> Option<(Timestamp, Timestamp)> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        let is_whole = instant.subsec_nanosecond() == 0;
        let last =
            if is_whole { SignedDuration::from_secs(1).checked_sub(TICK)? } else { SignedDuration::ZERO };
        return Some((instant, instant.checked_add(last).ok()?));
    }
    let day: Date = text.parse().ok()?;
    let start = |day: Date| day.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    Some((start(day)?, start(day.tomorrow().ok()?)?.checked_sub(TICK).ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_a_range_or_refused(text in "[-0-9T:Z.<>=*+ ]{0,40}|\\PC{0,40}") {
            if let Ok((Some(from), Some(until))) = read(&text) {
                prop_assert!(from <= until || text.contains(".."), "{text}");
            }
        }
    }

    #[test]
    fn dates_and_ranges() {
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        let cases = [
            ("2024-03-01", (at("2024-03-01T00:00:00Z"), at("2024-03-01T23:59:59.999999999Z"))),
            (">=2024-03-01", (at("2024-03-01T00:00:00Z"), None)),
            (">2024-03-01", (at("2024-03-02T00:00:00Z"), None)),
            ("<2024-03-01", (None, at("2024-02-29T23:59:59.999999999Z"))),
            ("<=2024-03-01", (None, at("2024-03-01T23:59:59.999999999Z"))),
            (">2024-03-01T10:00:00Z", (at("2024-03-01T10:00:01Z"), None)),
            ("<=2024-03-01T10:00:00+02:00", (None, at("2024-03-01T08:00:00.999999999Z"))),
            ("2024-03-01..2024-03-31", (at("2024-03-01T00:00:00Z"), at("2024-03-31T23:59:59.999999999Z"))),
            ("2024-03-01..*", (at("2024-03-01T00:00:00Z"), None)),
            ("*..2024-03-31", (None, at("2024-03-31T23:59:59.999999999Z"))),
        ];
        for (text, range) in cases {
            assert_eq!(read(text), Ok(range), "{text}");
        }
        for text in ["", "yesterday", "2024-13-01", ">", "2024-03-01..", "..", "2024-03-01..x"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
