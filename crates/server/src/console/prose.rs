//! A sentence whose backticks stand around what somebody wrote.

use askama::Template;

/// A sentence as pages show it.
#[derive(Debug, Clone, Template)]
#[template(
    source = "{% for (is_code, text) in parts %}{% if *is_code %}<code>{{ text }}</code>{% else %}{{ text }}{% endif %}{% endfor %}",
    ext = "html"
)]
pub(super) struct Prose {
    /// Parts, and whether they stood between backticks.
    parts: Vec<(bool, String)>,
}

impl Prose {
    /// Reads a message. A backtick without its other one is itself.
    pub(super) fn new(message: &str) -> Self {
        let mut parts: Vec<(bool, String)> =
            message.split('`').enumerate().map(|(index, text)| (index % 2 == 1, text.to_owned())).collect();
        if parts.len().is_multiple_of(2)
            && let Some((is_code, text)) = parts.last_mut()
        {
            *is_code = false;
            text.insert(0, '`');
        }
        parts.retain(|(_, text)| !text.is_empty());
        Self { parts }
    }
}

#[cfg(test)]
mod tests {
    use askama::Template as _;

    use super::Prose;

    #[test]
    fn what_stands_between_backticks_is_code() {
        for (message, expected) in [
            ("no `<a>` here", "no <code>&#60;a&#62;</code> here"),
            ("`a` and `b`", "<code>a</code> and <code>b</code>"),
            ("one ` alone", "one ` alone"),
            ("", ""),
        ] {
            assert_eq!(Prose::new(message).render().unwrap(), expected);
        }
    }
}
