//! `ArnEquals`, `ArnLike` and their negations, which behave alike two by two.
//!
//! Source: IAM user guide, "Condition operators", ARN condition operators: each of the six parts between colons is
//! compared for itself, with wildcards that do not leave it; the last part is all the rest.

use super::Unreadable;
use crate::context::Context;
use crate::pattern::{Element, Machine, Pattern, Token, elements, tokens};
use crate::variables::Template;

/// The parts of an ARN.
const PARTS: usize = 6;

/// The wanted ARNs.
#[derive(Debug, Clone)]
pub(crate) struct Arns {
    patterns: Box<[[Pattern; PARTS]]>,
    /// Those with a `?` in them.
    singles: Option<Machine>,
    templates: Box<[Template]>,
}

impl Arns {
    /// Reads the values. One without six parts could match no ARN, so it is a mistake; where there are variables in it
    /// the parts are those of the text with what the variables stand for.
    pub(crate) fn read(values: &[String], variables: bool) -> Result<Self, Unreadable> {
        let (mut patterns, mut singles, mut templates) = (Vec::new(), Vec::new(), Vec::new());
        for (index, value) in values.iter().enumerate() {
            if variables && value.contains("${") {
                templates.push(Template::parse(value, true).map_err(|malformed| (index, malformed))?);
                continue;
            }
            let parts = parts_of(tokens(value)).ok_or_else(|| Unreadable {
                index,
                detail: format!(
                    "`{value}` is no ARN, which has six parts: arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE"
                ),
            })?;
            if value.contains('?') {
                singles.push(whole(&parts));
            } else {
                patterns.push(parts.map(Pattern::of));
            }
        }
        let singles = (!singles.is_empty()).then(|| Machine::new(singles));
        Ok(Self { patterns: patterns.into_boxed_slice(), singles, templates: templates.into_boxed_slice() })
    }

    pub(crate) fn have(&self, presented: &str, context: &Context) -> bool {
        let mut split = presented.splitn(PARTS, ':');
        let mut parts = [""; PARTS];
        for part in &mut parts {
            let Some(text) = split.next() else { return false };
            *part = text;
        }
        let fit =
            |wanted: &[Pattern; PARTS]| wanted.iter().zip(parts).all(|(pattern, part)| pattern.matches(part));
        self.patterns.iter().any(fit)
            || self.singles.as_ref().is_some_and(|machine| machine.matches(presented))
            || self.templates.iter().any(|template| {
                let wanted = template.resolve(context).and_then(parts_of);
                wanted.is_some_and(|wanted| fit(&wanted.map(Pattern::of)))
            })
    }
}

/// A pattern taken apart at its first five colons; `None` where it has fewer.
fn parts_of(tokens: Vec<Token>) -> Option<[Vec<Token>; PARTS]> {
    let mut parts: Vec<Vec<Token>> = vec![Vec::new()];
    for token in tokens {
        let Token::Text(text) = token else {
            parts.last_mut()?.push(token);
            continue;
        };
        for (number, piece) in text.splitn(PARTS + 1 - parts.len(), ':').enumerate() {
            if number > 0 {
                parts.push(Vec::new());
            }
            if !piece.is_empty() {
                parts.last_mut()?.push(Token::Text(piece.to_owned()));
            }
        }
    }
    parts.try_into().ok()
}

/// The parts as one pattern, in which no wildcard leaves its part.
fn whole(parts: &[Vec<Token>; PARTS]) -> Vec<Element> {
    let mut whole = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        if number > 0 {
            whole.push(Element::Letter(':'));
        }
        whole.extend(elements(part, number + 1 == PARTS));
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(wanted: &str, presented: &str) -> bool {
        let mut context = Context::new();
        context.insert("aws:username", "*");
        context.insert("my:arn", "arn:aws:iam::123456789012:role/r");
        Arns::read(&[wanted.to_owned()], true).unwrap().have(presented, &context)
    }

    #[test]
    fn part_by_part() {
        let presented =
            "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt";
        for (wanted, presented, expected) in [
            ("arn:aws:someservice:*:111122223333:finance/*", presented, false),
            ("arn:aws:someservice:*:*:store/*", presented, true),
            ("arn:*:*:*:*:*", presented, true),
            ("arn:aws:iam::123456789012:role/*", "arn:aws:iam::123456789012:role/a/b:c", true),
            ("arn:aws:iam::12345678901?:role/r", "arn:aws:iam::123456789012:role/r", true),
            ("arn:aws:iam:?*:1:role/r", "arn:aws:iam::1:1:role/r", false),
            ("arn:aws:iam:?:1:role/r", "arn:aws:iam:::1:role/r", false),
            ("arn:aws:iam::1:role?r:?", "arn:aws:iam::1:role:r::", true),
            ("?rn:*:*:*:*:*", "arn:aws:iam", false),
            ("arn:aws:iam::123456789012:role/r", "arn:aws:iam::123456789012:Role/r", false),
            ("arn:aws:iam::123456789012:role/*", "arn:aws:iam::123456789012", false),
            ("arn:aws:sns:*:*:t:*", "arn:aws:sns:eu-west-1:1:t:u", true),
            ("arn:aws:iam::*:role/${aws:username}", "arn:aws:iam::1:role/*", true),
            ("arn:aws:iam::*:role/${aws:username}", "arn:aws:iam::1:role/r", false),
            ("${my:arn}", "arn:aws:iam::123456789012:role/r", true),
            ("${aws:username}", "arn:aws:iam::123456789012:role/r", false),
            ("${my:absent}", "arn:aws:iam::123456789012:role/r", false),
        ] {
            assert_eq!(ask(wanted, presented), expected, "{wanted} {presented}");
        }
    }

    #[test]
    fn what_is_no_arn() {
        for text in ["", "*", "arn:aws:s3:*", "arn:aws:iam::123456789012"] {
            assert!(Arns::read(&[text.to_owned()], true).is_err(), "{text}");
        }
    }
}
