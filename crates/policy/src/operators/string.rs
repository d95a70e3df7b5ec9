//! `StringEqualsIgnoreCase` and its negation. The other string operators are sets of texts or patterns.
//!
//! Source: IAM user guide, "Condition operators", string condition operators.

use super::Unreadable;
use crate::context::Context;
use crate::variables::Template;

/// Texts that are compared without regard to case.
#[derive(Debug, Clone)]
pub(crate) struct IgnoringCase {
    texts: Box<[String]>,
    templates: Box<[Template]>,
}

impl IgnoringCase {
    pub(crate) fn read(values: &[String], variables: bool) -> Result<Self, Unreadable> {
        let (mut texts, mut templates) = (Vec::new(), Vec::new());
        for (index, value) in values.iter().enumerate() {
            if variables && value.contains("${") {
                templates.push(Template::parse(value, false).map_err(|malformed| (index, malformed))?);
            } else {
                texts.push(value.clone());
            }
        }
        Ok(Self { texts: texts.into_boxed_slice(), templates: templates.into_boxed_slice() })
    }

    pub(crate) fn have(&self, presented: &str, context: &Context) -> bool {
        self.texts.iter().any(|wanted| same(wanted, presented))
            || self
                .templates
                .iter()
                .any(|template| template.render(context).is_some_and(|wanted| same(&wanted, presented)))
    }
}

/// Whether two texts are the same but for the case of their letters, also of those beyond ASCII.
pub(super) fn same(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    let lower = |text: &'_ str| text.chars().flat_map(char::to_lowercase).collect::<String>();
    lower(one) == lower(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_beyond_ascii_have_a_case_too() {
        for (one, other, expected) in
            [("Main", "mAIN", true), ("É", "é", true), ("a", "é", false), ("", "", true), ("a", "ab", false)]
        {
            assert_eq!(same(one, other), expected, "{one} {other}");
        }
    }
}
