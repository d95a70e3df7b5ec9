//! Dates: `DateEquals`, `DateLessThan` and their kin.
//!
//! Source: IAM user guide, "Condition operators", date condition operators: one of W3C's forms of ISO 8601
//! (<https://www.w3.org/TR/NOTE-datetime>), or seconds since 1970. Four digits are a year, the first of W3C's forms.

/// A point in time: seconds since 1970 in UTC, then nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant {
    seconds: i64,
    nanoseconds: u32,
}

impl Instant {
    /// Reads a date.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && (text != digits || text.len() != 4)
        {
            return text.parse().ok().map(|seconds| Self { seconds, nanoseconds: 0 });
        }
        let mut reader = Reader(text);
        let year = reader.number(4)?;
        let (mut month, mut day) = (1, 1);
        if reader.pass("-") {
            month = reader.number(2)?;
            if reader.pass("-") {
                day = reader.number(2)?;
                if reader.pass("T") {
                    let midnight = days(year, month, day)? * 86_400;
                    return reader.time(midnight);
                }
            }
        }
        let seconds = days(year, month, day)? * 86_400;
        reader.0.is_empty().then_some(Self { seconds, nanoseconds: 0 })
    }
}

struct Reader<'a>(&'a str);

impl Reader<'_> {
    /// So many digits as a number.
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        if number.bytes().all(|byte| byte.is_ascii_digit()) { number.parse().ok() } else { None }
    }

    fn pass(&mut self, wanted: &str) -> bool {
        let rest = self.0.strip_prefix(wanted);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// The time of day with its zone, to the end of the text.
    fn time(mut self, midnight: i64) -> Option<Instant> {
        let hour = self.number(2).filter(|hour| *hour < 24)?;
        let minute = self.pass(":").then(|| self.number(2)).flatten().filter(|minute| *minute < 60)?;
        let (mut second, mut nanoseconds) = (0, 0);
        if self.pass(":") {
            second = self.number(2).filter(|second| *second < 60)?;
            if self.pass(".") {
                nanoseconds = self.fraction()?;
            }
        }
        let offset = self.zone()?;
        let seconds = midnight + hour * 3_600 + minute * 60 + second - offset;
        self.0.is_empty().then_some(Instant { seconds, nanoseconds })
    }

    /// A fraction of a second in nanoseconds; digits beyond the ninth are left out.
    fn fraction(&mut self) -> Option<u32> {
        let end = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        let padded = digits.bytes().chain(std::iter::repeat(b'0')).take(9);
        (!digits.is_empty()).then(|| padded.fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
    }

    /// The zone's offset from UTC in seconds.
    fn zone(&mut self) -> Option<i64> {
        if self.pass("Z") {
            return Some(0);
        }
        let sign = if self.pass("+") {
            1
        } else if self.pass("-") {
            -1
        } else {
            return None;
        };
        let hours = self.number(2).filter(|hours| *hours < 24)?;
        let minutes = self.pass(":").then(|| self.number(2)).flatten().filter(|minutes| *minutes < 60)?;
        Some(sign * (hours * 3_600 + minutes * 60))
    }
}

/// Days from 1970 to a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = usize::try_from(month - 1).ok()?;
    let length = *lengths.get(before)?;
    if !(1..=length).contains(&day) {
        return None;
    }
    let past = year - 1;
    let leap_days = past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400);
    let to_year = past * 365 + leap_days - 719_162;
    Some(to_year + lengths.iter().take(before).sum::<i64>() + day - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_w3c_and_seconds() {
        for (text, seconds, nanoseconds) in [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("1970", 0, 0),
            ("2026", 1_767_225_600, 0),
            ("2026-02", 1_769_904_000, 0),
            ("2024-02-29", 1_709_164_800, 0),
            ("2026-01-31T12:30Z", 1_769_862_600, 0),
            ("2026-01-31T12:30:15Z", 1_769_862_615, 0),
            ("2026-01-31T12:30:15.5Z", 1_769_862_615, 500_000_000),
            ("2026-01-31T14:30:15+02:00", 1_769_862_615, 0),
            ("2026-01-31T07:00:15-05:30", 1_769_862_615, 0),
            ("1969-12-31T23:59:59Z", -1, 0),
            ("0001-01-01", -62_135_596_800, 0),
            ("1769862615", 1_769_862_615, 0),
            ("-1", -1, 0),
            ("0", 0, 0),
        ] {
            assert_eq!(Instant::read(text), Some(Instant { seconds, nanoseconds }), "{text}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "-",
            "2026-13-01",
            "2026-00-01",
            "2025-02-29",
            "1900-02-29",
            "2026-01-31T24:00Z",
            "2026-01-31T12:30",
            "2026-01-31T12:30:15",
            "2026-01-31 12:30Z",
            "2026-01-31T12:30:60Z",
            "2026-01-31T12:30:15.Z",
            "2026-01-31T12:30Zx",
            "2026-1-31",
            "today",
            "99999999999999999999",
            "é026",
            "2026-01-31T12:30:15+0200",
        ] {
            assert_eq!(Instant::read(text), None, "{text}");
        }
    }
}
