//! How a request names a function: by its name, a part of its ARN, or all of it.
//!
//! Source: Lambda API reference, `FunctionName` and `Qualifier` of GetFunction.

use super::Place;
use super::error::LambdaError;

/// Characters of a function's name.
const NAME_CHARACTERS: usize = 64;
/// Characters of a qualifier.
const QUALIFIER_CHARACTERS: usize = 128;
/// Characters of the whole, as the model has them.
const WHOLE_CHARACTERS: usize = 170;

/// A function, by name, with the version or alias that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The account; the caller's where the request names none.
    pub account: String,
    /// The region; the one that was signed for where the request names none.
    pub region: String,
    /// The name.
    pub name: String,
    /// `$LATEST`, a version's number, or an alias.
    pub qualifier: Option<String>,
}

impl Named {
    /// Reads what stands in the path, decoded, and the `Qualifier` of the query.
    pub(super) fn read(text: &str, qualifier: Option<&str>, place: &Place<'_>) -> Result<Self, LambdaError> {
        let refused = || {
            LambdaError::constraint(
                text,
                "functionName",
                &format!("Member must satisfy regular expression pattern: {PATTERN}"),
            )
        };
        if text.chars().count() > WHOLE_CHARACTERS {
            let constraint = format!("Member must have length less than or equal to {WHOLE_CHARACTERS}");
            return Err(LambdaError::constraint(text, "functionName", &constraint));
        }
        let parts: Vec<&str> = text.split(':').collect();
        let (region, account, rest): (&str, &str, &[&str]) = match parts.as_slice() {
            ["arn", "aws", "lambda", region, account, "function", rest @ ..] => (region, account, rest),
            [account, "function", rest @ ..] if account.len() == 12 => (place.region, account, rest),
            ["function", rest @ ..] if !rest.is_empty() => (place.region, place.account, rest),
            rest => (place.region, place.account, rest),
        };
        let (name, inside) = match rest {
            [name] => (*name, None),
            [name, qualifier] => (*name, Some(*qualifier)),
            _ => return Err(refused()),
        };
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let is_region = !region.is_empty()
            && region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !is_name(name) || !is_account || !is_region {
            return Err(refused());
        }
        let qualifier = match (inside, qualifier) {
            (Some(inside), Some(given)) if inside != given => {
                let message =
                    "The derived qualifier from the function name does not match the specified qualifier.";
                return Err(LambdaError::invalid(message));
            }
            (Some(one), _) | (None, Some(one)) => Some(one),
            (None, None) => None,
        };
        if let Some(qualifier) = qualifier
            && !is_qualifier(qualifier)
        {
            return Err(LambdaError::constraint(
                qualifier,
                "qualifier",
                &format!("Member must satisfy regular expression pattern: {QUALIFIER_PATTERN}"),
            ));
        }
        Ok(Self {
            account: account.to_owned(),
            region: region.to_owned(),
            name: name.to_owned(),
            qualifier: qualifier.map(str::to_owned),
        })
    }

    /// The function's ARN, without a qualifier.
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:lambda:{}:{}:function:{}", self.region, self.account, self.name)
    }

    /// The ARN with the qualifier that was given.
    pub(super) fn qualified(&self) -> String {
        match &self.qualifier {
            Some(qualifier) => format!("{}:{qualifier}", self.arn()),
            None => self.arn(),
        }
    }

    /// The key of its document.
    pub(super) fn key(&self) -> String {
        key(&self.account, &self.region, &self.name)
    }
}

/// The key of a function's document.
pub(super) fn key(account: &str, region: &str, name: &str) -> String {
    format!("{account}/{region}/{name}")
}

const PATTERN: &str = "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?\
                       (\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?";
const QUALIFIER_PATTERN: &str = "(|[a-zA-Z0-9$_-]+)";

fn is_name(text: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=NAME_CHARACTERS).contains(&text.len()) && text.bytes().all(is_known)
}

fn is_qualifier(text: &str) -> bool {
    text == "$LATEST" || is_alias(text) || is_version(text)
}

/// Whether a text can be an alias: not only digits, which are versions.
pub(super) fn is_alias(text: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=QUALIFIER_CHARACTERS).contains(&text.len())
        && text.bytes().all(is_known)
        && !text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a version's number.
pub(super) fn is_version(text: &str) -> bool {
    (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> =
        Place { account: "123456789012", region: "eu-west-1", now: jiff::Timestamp::UNIX_EPOCH };

    #[test]
    fn a_function_is_named_in_every_form() {
        for (text, expected) in [
            ("f", "arn:aws:lambda:eu-west-1:123456789012:function:f"),
            ("f:live", "arn:aws:lambda:eu-west-1:123456789012:function:f:live"),
            ("function:f", "arn:aws:lambda:eu-west-1:123456789012:function:f"),
            ("function:live", "arn:aws:lambda:eu-west-1:123456789012:function:live"),
            ("210987654321:function:f:1", "arn:aws:lambda:eu-west-1:210987654321:function:f:1"),
            (
                "arn:aws:lambda:us-east-2:123456789012:function:f:$LATEST",
                "arn:aws:lambda:us-east-2:123456789012:function:f:$LATEST",
            ),
        ] {
            assert_eq!(
                Named::read(text, None, &PLACE).map(|named| named.qualified()).as_deref(),
                Ok(expected)
            );
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = "a".repeat(65);
        for text in [
            "",
            "a/b",
            "a b",
            "f:1:2",
            "arn:aws:s3:::b",
            "arn:aws:lambda:eu-west-1:12:function:f",
            "ü",
            "arn:aws:lambda:eu_west:123456789012:function:f",
            &long,
            "f:",
            "f:$PREV",
        ] {
            assert!(Named::read(text, None, &PLACE).is_err(), "{text}");
        }
        assert!(Named::read("f:1", Some("2"), &PLACE).is_err());
        assert!(Named::read("f:1", Some("1"), &PLACE).is_ok());
        assert!(Named::read("f", Some("a b"), &PLACE).is_err());
    }
}
