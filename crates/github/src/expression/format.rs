//! `format`: `{0}` stands for an argument, `{{` and `}}` for brackets.

use super::error::{ExpressionError, shown};
use super::limits::Budget;

/// The text that a format makes. An argument is asked for where it is named, and once only.
pub(super) fn fill(
    format: &str,
    count: usize,
    budget: &Budget,
    mut argument: impl FnMut(usize) -> Result<String, ExpressionError>,
) -> Result<String, ExpressionError> {
    let mut kept: Vec<Option<String>> = vec![None; count];
    let mut whole = String::new();
    for piece in pieces(format)? {
        let (text, index) = match piece {
            Piece::Text(text) => (text, None),
            Piece::Argument(index) => ("", Some(index)),
        };
        whole.push_str(text);
        budget.spend(text.len())?;
        let Some(index) = index else {
            continue;
        };
        let place = kept.get_mut(usize::from(index)).ok_or_else(|| ExpressionError::FormatArgument {
            format: shown(format),
            index,
            count,
        })?;
        let value = match place {
            Some(value) => value,
            None => place.insert(argument(usize::from(index))?),
        };
        budget.spend(value.len())?;
        whole.push_str(value);
    }
    Ok(whole)
}

enum Piece<'a> {
    Text(&'a str),
    Argument(u8),
}

fn pieces(format: &str) -> Result<Vec<Piece<'_>>, ExpressionError> {
    let wrong = || ExpressionError::Format { format: shown(format) };
    let mut found = Vec::new();
    let mut rest = format;
    while let Some((before, bracket, after)) = cut(rest) {
        found.push(Piece::Text(before));
        if let Some(behind) = after.strip_prefix(bracket) {
            found.push(Piece::Text(if bracket == '{' { "{" } else { "}" }));
            rest = behind;
            continue;
        }
        if bracket == '}' {
            return Err(wrong());
        }
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, behind) = after.split_at_checked(digits).ok_or_else(wrong)?;
        let index = digits.parse().map_err(|_| wrong())?;
        if behind.starts_with(':') && behind.contains('}') {
            return Err(ExpressionError::FormatSpecifier { format: shown(format) });
        }
        rest = behind.strip_prefix('}').ok_or_else(wrong)?;
        found.push(Piece::Argument(index));
    }
    found.push(Piece::Text(rest));
    Ok(found)
}

/// At the first bracket of either kind.
fn cut(text: &str) -> Option<(&str, char, &str)> {
    let (place, bracket) = text.char_indices().find(|(_, letter)| matches!(letter, '{' | '}'))?;
    Some((text.get(..place)?, bracket, text.get(place + 1..)?))
}
