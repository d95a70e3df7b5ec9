//! A text with `${{ }}` in it, cut into what is text and what is expression.

use super::error::ExpressionError;
use super::limits::EXPRESSION_CHARACTERS_MAX;

pub(super) const OPEN: &str = "${{";

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    Literal(&'a str),
    /// What stands between `${{` and `}}`, without the spaces at its ends.
    Expression(&'a str),
}

impl<'a> Segment<'a> {
    pub(super) const fn expression(self) -> Option<&'a str> {
        match self {
            Self::Expression(text) => Some(text),
            Self::Literal(_) => None,
        }
    }
}

/// The parts of a text, none of them empty but an expression.
pub(super) fn segments(text: &str) -> Result<Vec<Segment<'_>>, ExpressionError> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        if !before.is_empty() {
            found.push(Segment::Literal(before));
        }
        let (expression, behind) = close(after).ok_or(ExpressionError::Unclosed)?;
        found.push(Segment::Expression(expression.trim()));
        rest = behind;
    }
    if !rest.is_empty() {
        found.push(Segment::Literal(rest));
    }
    Ok(found)
}

/// What stands before the first `}}` outside of single quotation marks, and what behind it.
fn close(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let mut previous = b' ';
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && previous == b'}' => {
                return Some((text.get(..index - 1)?, text.get(index + 1..)?));
            }
            _ => {}
        }
        previous = byte;
    }
    None
}

/// GitHub makes of a text around expressions one call, `format('...{0}...', ...)`, and measures that.
pub(super) fn check_length(parts: &[Segment<'_>]) -> Result<(), ExpressionError> {
    let units = |text: &str| text.encode_utf16().count();
    let characters = match parts {
        [] | [Segment::Literal(_)] => 0,
        [Segment::Expression(text)] => units(text),
        _ => parts.iter().enumerate().fold("format('')".len(), |sum, (index, part)| {
            sum + match part {
                Segment::Literal(text) => {
                    units(text) + text.bytes().filter(|byte| matches!(byte, b'\'' | b'{' | b'}')).count()
                }
                Segment::Expression(text) => {
                    units(text) + ", {}".len() + index.checked_ilog10().map_or(1, |log| log as usize + 1)
                }
            }
        }),
    };
    if characters > EXPRESSION_CHARACTERS_MAX {
        return Err(ExpressionError::TooLong { characters, max: EXPRESSION_CHARACTERS_MAX });
    }
    Ok(())
}
