//! The instant a request was signed at.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The instant of a signature, in ISO 8601 basic format: `20150830T123600Z`.
///
/// Source: IAM User Guide, "Elements of an AWS API request signature".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmzDate {
    timestamp: Timestamp,
    text: String,
}

impl AmzDate {
    /// Reads `20150830T123600Z`, and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 16 || bytes.get(8) != Some(&b'T') || bytes.get(15) != Some(&b'Z') {
            return None;
        }
        let number = |from: usize, to: usize| -> Option<i16> {
            let digits = text.get(from..to)?;
            if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            digits.parse().ok()
        };
        let small = |from: usize| number(from, from + 2).and_then(|value| i8::try_from(value).ok());
        let civil =
            DateTime::new(number(0, 4)?, small(4)?, small(6)?, small(9)?, small(11)?, small(13)?, 0).ok()?;
        let timestamp = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
        Some(Self { timestamp, text: text.to_owned() })
    }

    /// Reads a `Date` header, which a request may carry instead of `X-Amz-Date`: the basic format, or RFC 9110's
    /// `Sun, 30 Aug 2015 12:36:00 GMT`.
    #[must_use]
    pub fn parse_date_header(text: &str) -> Option<Self> {
        Self::parse(text).or_else(|| {
            let parser = jiff::fmt::rfc2822::DateTimeParser::new();
            parser.parse_timestamp(text).ok().map(Self::from_timestamp)
        })
    }

    /// The instant, cut to whole seconds.
    #[must_use]
    pub fn from_timestamp(timestamp: Timestamp) -> Self {
        let timestamp = Timestamp::from_second(timestamp.as_second()).unwrap_or(timestamp);
        Self { timestamp, text: timestamp.strftime("%Y%m%dT%H%M%SZ").to_string() }
    }

    /// The instant.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// `20150830T123600Z`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// `20150830`, the first part of a credential scope.
    #[must_use]
    pub fn day(&self) -> &str {
        self.text.get(..8).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_basic_format_is_read() {
        let date = AmzDate::parse("20150830T123600Z").unwrap();
        assert_eq!(date.timestamp().to_string(), "2015-08-30T12:36:00Z");
        assert_eq!(date.day(), "20150830");
        assert_eq!(AmzDate::from_timestamp(date.timestamp()), date);
        for text in [
            "",
            "20150830T123600",
            "2015-08-30T12:36:00Z",
            "20151330T123600Z",
            "+0150830T123600Z",
            "2015083éT12360Z",
        ] {
            assert_eq!(AmzDate::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_header_has_two_forms() {
        let expected = AmzDate::parse("20150830T123600Z");
        assert_eq!(AmzDate::parse_date_header("Sun, 30 Aug 2015 12:36:00 GMT"), expected);
        assert_eq!(AmzDate::parse_date_header("20150830T123600Z"), expected);
        assert_eq!(AmzDate::parse_date_header("yesterday"), None);
    }
}
