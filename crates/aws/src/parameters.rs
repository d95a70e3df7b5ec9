//! The parameters of a call of the query protocol, and the checks that AWS's models put on them.
//!
//! AWS collects every broken constraint into one `ValidationError`:
//! `2 validation errors detected: Value 'x' at 'roleName' failed to satisfy constraint: ...; Value null at ...`.
//!
//! Source: STS and IAM API references, "Request Parameters" of each operation; the wording is the one observed.

use std::collections::BTreeMap;

use crate::error::AwsError;

/// Decoded parameters by name, e.g. `RoleArn`, `ClientIDList.member.1`.
///
/// Has no `Debug`: a web identity token may be among them.
#[derive(Clone, Default)]
pub struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// The value of a parameter, if it was sent.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The items of a list: `NAME.member.1`, `NAME.member.2`, ... up to the first gap; `None` where the list was not
    /// sent. An empty list is sent as `NAME=`.
    #[must_use]
    pub fn list(&self, name: &str) -> Option<Vec<&str>> {
        let items: Vec<&str> =
            (1_usize..).map_while(|index| self.text(&format!("{name}.member.{index}"))).collect();
        (!items.is_empty() || self.0.contains_key(name)).then_some(items)
    }

    /// The items of a list of structures, each as a function from member name to value:
    /// `Tags.member.1.Key`, `Tags.member.1.Value`.
    #[must_use]
    pub fn structures(&self, name: &str, members: [&str; 2]) -> Vec<[Option<&str>; 2]> {
        (1_usize..)
            .map(|index| members.map(|member| self.text(&format!("{name}.member.{index}.{member}"))))
            .take_while(|values| values.iter().any(Option::is_some))
            .collect()
    }

    /// Starts checking these parameters.
    #[must_use]
    pub const fn check(&self) -> Check<'_> {
        Check { parameters: self, errors: Vec::new() }
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Whether a character may stand in a text.
pub type Accepts = fn(char) -> bool;

/// What a text may look like.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// The fewest characters.
    pub shortest: usize,
    /// The most characters.
    pub longest: usize,
    /// The pattern as AWS words it, and the same as a predicate on each character.
    pub pattern: Option<(&'static str, Accepts)>,
    /// Never repeat the value in an error.
    pub sensitive: bool,
}

impl Text {
    /// A text of this many characters, of any kind.
    #[must_use]
    pub const fn of(shortest: usize, longest: usize) -> Self {
        Self { shortest, longest, pattern: None, sensitive: false }
    }

    /// The same, each character of the pattern's kind.
    #[must_use]
    pub const fn matching(self, pattern: &'static str, accepts: Accepts) -> Self {
        Self { pattern: Some((pattern, accepts)), ..self }
    }

    /// The same, and never repeated in an error.
    #[must_use]
    pub const fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }
}

/// A character of `[\w+=,.@-]`, the alphabet of role, policy and session names.
#[must_use]
pub const fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '+' | '=' | ',' | '.' | '@' | '-')
}

/// Checks in progress: each broken constraint is kept, and [`Check::finish`] tells them all at once.
pub struct Check<'a> {
    parameters: &'a Parameters,
    errors: Vec<String>,
}

impl<'a> Check<'a> {
    /// A text that must be there. Gives `""` after noting the error where it is not, so that checking can go on.
    pub fn required(&mut self, name: &str, text: Text) -> &'a str {
        if self.parameters.text(name).is_none() {
            let member = member_name(name);
            self.errors.push(format!(
                "Value null at '{member}' failed to satisfy constraint: Member must not be null"
            ));
        }
        self.optional(name, text).unwrap_or_default()
    }

    /// A text that may be there.
    pub fn optional(&mut self, name: &str, text: Text) -> Option<&'a str> {
        let value = self.parameters.text(name)?;
        self.value(name, value, text);
        Some(value)
    }

    /// Checks a value that was found elsewhere, e.g. a list's item, under this name.
    pub fn value(&mut self, name: &str, value: &str, text: Text) {
        let length = value.chars().count();
        if length < text.shortest {
            let constraint = format!("Member must have length greater than or equal to {}", text.shortest);
            self.broken(name, value, text, &constraint);
        }
        if length > text.longest {
            let constraint = format!("Member must have length less than or equal to {}", text.longest);
            self.broken(name, value, text, &constraint);
        }
        if let Some((pattern, accepts)) = text.pattern
            && !value.chars().all(accepts)
        {
            let constraint = format!("Member must satisfy regular expression pattern: {pattern}");
            self.broken(name, value, text, &constraint);
        }
    }

    /// A text that may be there and must be one of a few words.
    pub fn one_of(&mut self, name: &str, words: &[&str]) -> Option<&'a str> {
        let value = self.parameters.text(name)?;
        if !words.contains(&value) {
            let constraint = format!("Member must satisfy enum value set: [{}]", words.join(", "));
            self.broken(name, value, Text::of(0, 0), &constraint);
        }
        Some(value)
    }

    /// Notes a pattern that a value breaks and that says more than which characters there may be.
    pub fn pattern(&mut self, name: &str, value: &str, pattern: &str, holds: bool) {
        if !holds {
            let constraint = format!("Member must satisfy regular expression pattern: {pattern}");
            self.broken(name, value, Text::of(0, 0), &constraint);
        }
    }

    /// Notes a list of more items than there may be.
    pub fn at_most(&mut self, name: &str, items: usize, most: usize) {
        if items > most {
            let constraint = format!("Member must have length less than or equal to {most}");
            self.broken(name, "", Text::of(0, 0).sensitive(), &constraint);
        }
    }

    /// `true` or `false`; `false` where it was not sent.
    ///
    /// # Errors
    /// `MalformedInput` for any other word.
    pub fn flag(&mut self, name: &str) -> Result<bool, AwsError> {
        match self.parameters.text(name) {
            None => Ok(false),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(AwsError::bad_request("MalformedInput", "Invalid boolean value in the request")),
        }
    }

    /// A whole number between the two limits; `None` where it was not sent.
    ///
    /// # Errors
    /// `MalformedInput` where it is no 32-bit integer: `0900` and `+900` are, `900.0`, `9e2` and ` 900 ` are not.
    pub fn integer(&mut self, name: &str, least: i64, most: i64) -> Result<Option<i64>, AwsError> {
        let Some(text) = self.parameters.text(name) else { return Ok(None) };
        let value: i32 = text
            .parse()
            .map_err(|_| AwsError::bad_request("MalformedInput", "Invalid integer value in the request"))?;
        let value = i64::from(value);
        let member = member_name(name);
        if value < least {
            self.errors.push(format!(
                "Value '{value}' at '{member}' failed to satisfy constraint: \
                 Member must have value greater than or equal to {least}"
            ));
        }
        if value > most {
            self.errors.push(format!(
                "Value '{value}' at '{member}' failed to satisfy constraint: \
                 Member must have value less than or equal to {most}"
            ));
        }
        Ok(Some(value))
    }

    /// Ends the checks.
    ///
    /// # Errors
    /// One `ValidationError` that names every broken constraint.
    pub fn finish(self) -> Result<(), AwsError> {
        let plural = match self.errors.len() {
            0 => return Ok(()),
            1 => "error",
            _ => "errors",
        };
        let message =
            format!("{} validation {plural} detected: {}", self.errors.len(), self.errors.join("; "));
        Err(AwsError::validation(message))
    }

    fn broken(&mut self, name: &str, value: &str, text: Text, constraint: &str) {
        /// A repeated value is cut here: an error should not echo a whole body.
        const ECHO_CHARACTERS: usize = 256;
        let member = member_name(name);
        let shown = if text.sensitive {
            "Value".to_owned()
        } else {
            format!("Value '{}'", value.chars().take(ECHO_CHARACTERS).collect::<String>())
        };
        self.errors.push(format!("{shown} at '{member}' failed to satisfy constraint: {constraint}"));
    }
}

/// AWS names members in errors with a small first letter: `RoleName` is `roleName`.
fn member_name(parameter: &str) -> String {
    let mut characters = parameter.chars();
    characters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_broken_constraints_are_told_at_once() {
        let parameters = Parameters::from_iter([("RoleSessionName", "a b"), ("DurationSeconds", "899")]);
        let mut check = parameters.check();
        check.required("RoleArn", Text::of(20, 2048));
        check.required("RoleSessionName", Text::of(2, 64).matching("[\\w+=,.@-]*", is_name_character));
        check.integer("DurationSeconds", 900, 43200).unwrap();
        assert_eq!(
            check.finish().unwrap_err().message,
            "3 validation errors detected: \
             Value null at 'roleArn' failed to satisfy constraint: Member must not be null; \
             Value 'a b' at 'roleSessionName' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [\\w+=,.@-]*; \
             Value '899' at 'durationSeconds' failed to satisfy constraint: \
             Member must have value greater than or equal to 900"
        );
    }

    #[test]
    fn integers_are_read_as_observed() {
        for (text, value) in [
            ("0900", Some(900)),
            ("+900", Some(900)),
            ("900.0", None),
            (" 900 ", None),
            ("9e2", None),
            ("2147483648", None),
        ] {
            let parameters = Parameters::from_iter([("DurationSeconds", text)]);
            let read = parameters.check().integer("DurationSeconds", 0, 43200);
            assert_eq!(read.ok().flatten(), value, "{text}");
        }
    }

    #[test]
    fn a_secret_is_not_repeated() {
        let parameters = Parameters::from_iter([("WebIdentityToken", "abc")]);
        let mut check = parameters.check();
        check.required("WebIdentityToken", Text::of(4, 20_000).sensitive());
        assert!(!check.finish().unwrap_err().message.contains("abc"));
    }
}
