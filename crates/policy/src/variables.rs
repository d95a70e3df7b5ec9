//! Policy variables: `${aws:username}`, with a default as `${aws:username, 'nobody'}`, and `${*}`, `${?}`, `${$}`.
//!
//! Source: IAM user guide, "IAM policy elements: Variables and tags", "Policy variables with no value", and
//! "Single-valued vs. multivalued context keys" (a multivalued key cannot be a variable).
//!
//! A variable without a value stands for nothing that could be equal or alike: a `Resource` with it matches no resource,
//! a `NotResource` with it excludes none, a positive operator does not match and a negated one does. AWS says each of
//! these in as many words. What a variable stands for is text: a `*` in a tag's value is a star and no wildcard. AWS
//! does not say so; the other reading would let whoever sets a tag widen the policy that reads it.

use crate::context::{Context, Key, Values};
use crate::pattern::Token;

/// A text with variables in it.
#[derive(Debug, Clone)]
pub(crate) struct Template(Box<[Piece]>);

#[derive(Debug, Clone)]
enum Piece {
    Token(Token),
    Variable(Variable),
}

/// A variable.
#[derive(Debug, Clone)]
struct Variable {
    key: Key,
    default: Option<String>,
}

/// Why a text's variables cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("`${{` has no closing brace; write `${{$}}{{` for the two characters")]
    Unclosed,
    #[error("`${{{0}}}` names no condition key such as aws:username")]
    NoKey(String),
    #[error("`${{{0}}}` has a default that is not in single quotes")]
    Default(String),
}

/// A part of a text as it is written.
enum Part<'a> {
    Plain(&'a str),
    /// What stands between the braces.
    Braces(&'a str),
}

impl Template {
    /// Reads a text with variables.
    pub(crate) fn parse(text: &str, wildcards: bool) -> Result<Self, Malformed> {
        let mut pieces = Vec::new();
        for part in parts(text) {
            match part? {
                Part::Plain(plain) if wildcards => {
                    pieces.extend(crate::pattern::tokens(plain).into_iter().map(Piece::Token));
                }
                Part::Plain(plain) => pieces.push(Piece::Token(Token::Text(plain.to_owned()))),
                Part::Braces(inner @ ("*" | "?" | "$")) => {
                    pieces.push(Piece::Token(Token::Text(inner.to_owned())));
                }
                Part::Braces(inner) => pieces.push(Piece::Variable(variable(inner)?)),
            }
        }
        Ok(Self(pieces.into_boxed_slice()))
    }

    /// The text with what its variables stand for; `None` where one has no value.
    pub(crate) fn resolve(&self, context: &Context) -> Option<Vec<Token>> {
        let resolved = self.0.iter().map(|piece| match piece {
            Piece::Token(token) => Some(token.clone()),
            Piece::Variable(variable) => variable.value(context).map(|value| Token::Text(value.to_owned())),
        });
        resolved.collect()
    }

    /// The same as a text.
    pub(crate) fn render(&self, context: &Context) -> Option<String> {
        let mut text = String::new();
        for token in self.resolve(context)? {
            match token {
                Token::One => text.push('?'),
                Token::Star => text.push('*'),
                Token::Text(part) => text.push_str(&part),
            }
        }
        Some(text)
    }
}

impl Variable {
    fn value<'a>(&'a self, context: &'a Context) -> Option<&'a str> {
        match context.find(&self.key) {
            Some(Values::One(value)) => Some(value),
            Some(Values::Many(_)) => None,
            None => self.default.as_deref(),
        }
    }
}

/// Condition keys that the variables of a text name, as they are spelled.
pub(crate) fn keys(text: &str) -> impl Iterator<Item = &str> {
    parts(text).filter_map(|part| match part {
        Ok(Part::Braces(inner)) if !["*", "?", "$"].contains(&inner) => Some(split(inner).0),
        _ => None,
    })
}

fn variable(inner: &str) -> Result<Variable, Malformed> {
    let (name, default) = split(inner);
    if !name.contains(':') || name.contains(['{', '$', '\'']) {
        return Err(Malformed::NoKey(inner.to_owned()));
    }
    let default = default
        .map(|quoted| {
            let text = quoted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            text.map(str::to_owned).ok_or_else(|| Malformed::Default(inner.to_owned()))
        })
        .transpose()?;
    Ok(Variable { key: Key::new(name), default })
}

/// A variable's key and its default, still quoted.
fn split(inner: &str) -> (&str, Option<&str>) {
    match inner.split_once(',') {
        Some((name, default)) => (name.trim(), Some(default.trim())),
        None => (inner.trim(), None),
    }
}

fn parts(text: &str) -> impl Iterator<Item = Result<Part<'_>, Malformed>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(behind) = rest.strip_prefix("${") else {
            let end = rest.find("${").unwrap_or(rest.len());
            let (plain, behind) = rest.split_at_checked(end)?;
            rest = behind;
            return Some(Ok(Part::Plain(plain)));
        };
        match behind.split_once('}') {
            Some((inner, behind)) => {
                rest = behind;
                Some(Ok(Part::Braces(inner)))
            }
            None => {
                rest = "";
                Some(Err(Malformed::Unclosed))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(text: &str) -> Result<Option<String>, Malformed> {
        let mut context = Context::new();
        context.insert("aws:username", "al*ce");
        context.insert("aws:PrincipalTag/team", "");
        context.insert("aws:TagKeys", vec!["one".to_owned()]);
        Template::parse(text, true).map(|template| template.render(&context))
    }

    #[test]
    fn each_form() {
        for (text, expected) in [
            ("${aws:username}", Some("al*ce")),
            ("a/${AWS:UserName}/*", Some("a/al*ce/*")),
            ("${ aws:username , 'x' }", Some("al*ce")),
            ("${aws:userid, 'nobody'}", Some("nobody")),
            ("${aws:userid,''}", Some("")),
            ("${aws:PrincipalTag/team, 'x'}", Some("")),
            ("${aws:userid}", None),
            ("${aws:TagKeys}", None),
            ("${aws:TagKeys, 'x'}", None),
            ("${*}${?}${$}{", Some("*?${")),
            ("$", Some("$")),
            ("$$aws", Some("$$aws")),
        ] {
            assert_eq!(render(text), Ok(expected.map(str::to_owned)), "{text}");
        }
    }

    #[test]
    fn malformed_variables() {
        for text in ["${", "a${aws:username", "${}", "${username}", "${a:b, x}", "${a:b, 'x}", "${${a:b}}"] {
            assert!(render(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_a_variable_stands_for_has_no_wildcards() {
        let mut context = Context::new();
        context.insert("aws:username", "*");
        let template = Template::parse("${aws:username}?", true).unwrap();
        let tokens = template.resolve(&context).unwrap();
        assert_eq!(tokens, [Token::Text("*".to_owned()), Token::One]);
        assert_eq!(keys("${*}${a:B}x${c:d, 'e'}").collect::<Vec<_>>(), ["a:B", "c:d"]);
    }
}
