//! Several texts or patterns of one element, of which one must match.

use super::machine::Element;
use super::resource::confined;
use super::{Machine, Pattern, Token, elements, tokens};
use crate::context::Context;
use crate::variables::{Malformed, Template};

/// How the texts of an element are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// Whether `${...}` is a policy variable.
    pub(crate) variables: bool,
    /// Whether `*` and `?` are wildcards.
    pub(crate) wildcards: bool,
    /// Whether the texts are ARNs of a `Resource` element.
    pub(crate) resources: bool,
}

impl Reading {
    /// The elements of a pattern that needs a machine.
    fn steps(self, tokens: &[Token]) -> Option<Vec<Element>> {
        let confined = if self.resources { confined(tokens) } else { None };
        confined.or_else(|| tokens.contains(&Token::One).then(|| elements(tokens, true)))
    }
}

/// Texts and patterns, sorted by how they are compared.
#[derive(Debug, Clone)]
pub(crate) struct Set {
    /// Whether one of them matches everything.
    any: bool,
    /// Texts without wildcards, in order.
    exact: Box<[Box<str>]>,
    patterns: Box<[Pattern]>,
    /// Patterns that a machine compares: with a `?`, or with a wildcard that must not cross a colon.
    singles: Option<Machine>,
    /// Texts with policy variables.
    templates: Box<[Template]>,
    reading: Reading,
}

/// So many are compared one after the other; in a longer list the text is searched for.
const LINEAR_MAX: usize = 6;

impl Set {
    /// Compiles the texts of an element.
    ///
    /// # Errors
    /// The number of the first text with a malformed variable.
    pub(crate) fn new<'a>(
        texts: impl IntoIterator<Item = &'a str>,
        reading: Reading,
    ) -> Result<Self, (usize, Malformed)> {
        let (mut exact, mut patterns, mut templates) = (Vec::new(), Vec::new(), Vec::new());
        let mut singles = Vec::new();
        for (index, text) in texts.into_iter().enumerate() {
            if reading.variables && text.contains("${") {
                let template =
                    Template::parse(text, reading.wildcards).map_err(|malformed| (index, malformed))?;
                templates.push(template);
                continue;
            }
            let tokens = if reading.wildcards { tokens(text) } else { vec![Token::Text(text.to_owned())] };
            if let Some(elements) = reading.steps(&tokens) {
                singles.push(elements);
                continue;
            }
            let pattern = Pattern::of(tokens);
            match pattern.exact() {
                Some(text) => exact.push(Box::from(text)),
                None => patterns.push(pattern),
            }
        }
        exact.sort_unstable();
        exact.dedup();
        Ok(Self {
            any: patterns.iter().any(Pattern::is_any),
            exact: exact.into_boxed_slice(),
            patterns: patterns.into_boxed_slice(),
            singles: (!singles.is_empty()).then(|| Machine::new(singles)),
            templates: templates.into_boxed_slice(),
            reading,
        })
    }

    /// Whether one of them matches. One whose variable has no value matches nothing.
    pub(crate) fn contains(&self, text: &str, context: &Context) -> bool {
        self.any
            || self.has_exact(text)
            || self.patterns.iter().any(|pattern| pattern.matches(text))
            || self.singles.as_ref().is_some_and(|machine| machine.matches(text))
            || self.templates.iter().any(|template| {
                template.resolve(context).is_some_and(|tokens| {
                    shortest(&tokens) <= text.len()
                        && match self.reading.steps(&tokens) {
                            Some(elements) => Machine::new(vec![elements]).matches(text),
                            None => Pattern::of(tokens).matches(text),
                        }
                })
            })
    }

    fn has_exact(&self, text: &str) -> bool {
        if self.exact.len() <= LINEAR_MAX {
            return self.exact.iter().any(|wanted| **wanted == *text);
        }
        self.exact.binary_search_by(|wanted| (**wanted).cmp(text)).is_ok()
    }
}

/// The bytes of the shortest text that could match: what a variable stands for may be long, and compiling it dear.
fn shortest(tokens: &[Token]) -> usize {
    let bytes = tokens.iter().map(|token| match token {
        Token::One => 1,
        Token::Star => 0,
        Token::Text(text) => text.len(),
    });
    bytes.sum()
}
