//! Numbers: `NumericEquals`, `NumericLessThan` and their kin.
//!
//! Source: IAM user guide, "Condition operators", numeric condition operators: integers and decimals. They are compared
//! digit by digit, since a binary fraction would take different numbers for the same.

use std::cmp::Ordering;

/// A wanted number.
#[derive(Debug, Clone)]
pub(crate) struct Number {
    is_negative: bool,
    whole: Box<str>,
    fraction: Box<str>,
}

/// A number in a text. Zero is not negative, and no zero stands before the first or behind the last digit that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal<'a> {
    is_negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl Number {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let Decimal { is_negative, whole, fraction } = Decimal::read(text)?;
        Some(Self { is_negative, whole: whole.into(), fraction: fraction.into() })
    }

    /// The order of a presented number to this one.
    pub(crate) fn order(&self, presented: Decimal<'_>) -> Ordering {
        let wanted = Decimal { is_negative: self.is_negative, whole: &self.whole, fraction: &self.fraction };
        presented.order(wanted)
    }
}

impl<'a> Decimal<'a> {
    /// Reads `10`, `-2.5`, `+1` or `007`; neither exponents nor spaces.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let (is_negative, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => (true, unsigned),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match unsigned.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (unsigned, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let is_zero = whole.is_empty() && fraction.is_empty();
        Some(Self { is_negative: is_negative && !is_zero, whole, fraction })
    }

    fn order(self, other: Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.size(other),
            (true, true) => other.size(self),
        }
    }

    /// The order without regard to the sign.
    fn size(self, other: Self) -> Ordering {
        let whole = self.whole.len().cmp(&other.whole.len()).then(self.whole.cmp(other.whole));
        whole.then(self.fraction.cmp(other.fraction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_of_decimals() {
        let rising =
            ["-10.5", "-10", "-9.75", "-0.1", "0", "0.05", "0.5", "1", "9.99", "10", "9007199254740993"];
        for (index, one) in rising.iter().enumerate() {
            for (other_index, other) in rising.iter().enumerate() {
                let presented = Decimal::read(one).unwrap();
                assert_eq!(
                    Number::read(other).unwrap().order(presented),
                    index.cmp(&other_index),
                    "{one} {other}"
                );
            }
        }
        for (one, other) in [("-0", "0"), ("1.0", "+1"), ("007", "7"), ("0.50", "0.5")] {
            assert_eq!(Decimal::read(one), Decimal::read(other));
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in
            ["", "-", "+-1", "1.", ".5", "1e3", " 1", "1 ", "0x1", "1,5", "NaN", "١", "${aws:EpochTime}"]
        {
            assert_eq!(Decimal::read(text), None, "{text}");
        }
    }
}
