//! What wildcards mean in the ARN of a `Resource` element.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Resource", using wildcards in resource ARNs: a wildcard stays within
//! its part of the ARN, the text between two colons, but for a `*` at the end of a part, which may run on. The last part
//! has what is left, with all its colons. "IAM identifiers", ARNs with wildcards: AWS completes an ARN that has fewer than
//! six parts with a `*` for each missing one.

use super::Token;
use super::machine::Element;

/// The parts of an ARN.
const PARTS: usize = 6;

/// An ARN with a `*` for each part that is missing; one that ends with a `*` has them already.
pub(crate) fn completed(text: &str) -> String {
    let missing = PARTS.saturating_sub(text.split(':').count());
    if text == "*" || text.ends_with('*') {
        return text.to_owned();
    }
    format!("{text}{}", ":*".repeat(missing))
}

/// The elements of a pattern of which a wildcard must stay within its part; `None` where there is none such.
pub(super) fn confined(tokens: &[Token]) -> Option<Vec<Element>> {
    let (mut elements, mut colons, mut is_confined) = (Vec::new(), 0, false);
    for (index, token) in tokens.iter().enumerate() {
        let behind = tokens.get(index + 1..).unwrap_or_default();
        let is_inside = colons + 1 < PARTS && behind.iter().any(has_colon);
        match token {
            Token::Text(text) => {
                colons += text.matches(':').count();
                elements.extend(text.chars().map(Element::Letter));
            }
            Token::One => {
                is_confined |= is_inside;
                elements.push(Element::One { crosses: !is_inside });
            }
            Token::Star => {
                let next = behind.iter().find(|token| **token != Token::Star);
                let ends_part = matches!(next, Some(Token::Text(text)) if text.starts_with(':'));
                let crosses = !is_inside || ends_part;
                is_confined |= !crosses;
                elements.push(Element::Star { crosses });
            }
        }
    }
    is_confined.then_some(elements)
}

fn has_colon(token: &Token) -> bool {
    matches!(token, Token::Text(text) if text.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::super::{Machine, Pattern, tokens};
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        let tokens = tokens(pattern);
        match confined(&tokens) {
            Some(elements) => Machine::new(vec![elements]).matches(text),
            None => Pattern::of(tokens).matches(text),
        }
    }

    #[test]
    fn a_star_leaves_its_part_at_its_end_only() {
        let instance = "arn:aws:ec2:us-east-1:123456789012:instance/i-1";
        let crafted = "arn:aws:ec2:us-east-9:1:x-1:123456789012:instance/i-1";
        for (pattern, text, expected) in [
            ("arn:aws:ec2:us-*-1:123456789012:instance/*", instance, true),
            ("arn:aws:ec2:us-*-1:123456789012:instance/*", crafted, false),
            ("arn:aws:ec2:us-*:123456789012:instance/*", crafted, true),
            ("arn:aws:ec2:us-????-1:123456789012:instance/*", instance, true),
            ("arn:aws:ec2:us-east-?:?:x-1:123456789012:instance/i-1", crafted, true),
            ("arn:aws:ec2:us-east-1?123456789012:instance/i-1", instance, false),
            ("arn:aws:dynamodb:*:table/prod-*", "arn:aws:dynamodb:us-east-1:1:table/prod-x", true),
            ("arn:aws:dynamodb:*:table/p*d", "arn:aws:dynamodb:us-east-1:1:table/p:d", true),
            ("arn:aws:lambda:*:*:function:a*c", "arn:aws:lambda:eu-west-1:1:function:a:b:c", true),
            ("arn:aws:lambda:*:*:function?a", "arn:aws:lambda:eu-west-1:1:function:a", true),
            ("arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/1///test///object.jpg", true),
            ("arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/test/object.jpg", false),
            ("arn:aws:s3:*", "arn:aws:s3:::b", true),
            ("*", instance, true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn missing_parts_are_completed() {
        for (text, expected) in [
            ("arn:aws:sqs", "arn:aws:sqs:*:*:*"),
            ("arn:aws:sqs:eu-west-1", "arn:aws:sqs:eu-west-1:*:*"),
            ("arn:aws:s3:*", "arn:aws:s3:*"),
            ("arn:aws:s3:::b", "arn:aws:s3:::b"),
            ("*", "*"),
        ] {
            assert_eq!(completed(text), expected);
        }
    }
}
