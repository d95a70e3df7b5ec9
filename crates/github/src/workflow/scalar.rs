//! What a plain word of YAML is: YAML 1.2's core schema, as GitHub reads it. `on`, `yes` and `no` are texts.

use saphyr_parser::Tag;

use super::error::Problem;
use super::yaml::Value;

/// Below this a number has all its digits written.
const PLAIN_BELOW: f64 = 1e15;
/// From this on downwards a number is written with an exponent.
const PLAIN_ABOVE: f64 = 1e-5;

/// The value that a scalar stands for.
pub(super) fn typed(text: &str, is_plain: bool, tag: Option<&Tag>) -> Result<Value, Problem> {
    let plain = || null(text).or_else(|| boolean(text)).or_else(|| integer(text)).or_else(|| float(text));
    let Some(tag) = tag else {
        return Ok(is_plain.then(plain).flatten().unwrap_or_else(|| Value::Text(text.to_owned())));
    };
    let unfit = || Problem::Tag { tag: tag.suffix.chars().take(50).collect() };
    if !tag.is_yaml_core_schema() {
        return Err(unfit());
    }
    let value = match tag.suffix.as_str() {
        "str" => return Ok(Value::Text(text.to_owned())),
        "bool" => boolean(text),
        "float" => float(text),
        "int" => integer(text),
        "null" => null(text),
        _ => None,
    };
    value.filter(|_| is_plain).ok_or_else(unfit)
}

fn null(text: &str) -> Option<Value> {
    matches!(text, "" | "null" | "Null" | "NULL" | "~").then_some(Value::Null)
}

fn boolean(text: &str) -> Option<Value> {
    match text {
        "true" | "True" | "TRUE" => Some(Value::Boolean(true)),
        "false" | "False" | "FALSE" => Some(Value::Boolean(false)),
        _ => None,
    }
}

fn integer(text: &str) -> Option<Value> {
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten().map(Value::Number)
}

/// GitHub takes 32 bits of a hexadecimal or octal number.
fn radix(digits: &str, radix: u32) -> Option<Value> {
    let is_number = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    let value = is_number.then(|| u32::from_str_radix(digits, radix).ok()).flatten()?;
    Some(Value::Number(f64::from(value.cast_signed())))
}

fn float(text: &str) -> Option<Value> {
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Some(Value::Number(f64::INFINITY));
        }
        "-.inf" | "-.Inf" | "-.INF" => return Some(Value::Number(f64::NEG_INFINITY)),
        ".nan" | ".NaN" | ".NAN" => return Some(Value::Number(f64::NAN)),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digits = !(whole.is_empty() && part.is_empty());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !unsigned.is_empty() && digits(unsigned)
    });
    let is_number = has_digits && digits(whole) && digits(part) && exponent_fits;
    is_number.then(|| text.parse().ok()).flatten().map(Value::Number)
}

/// A number as GitHub writes it into a text: 15 digits at the most, so that `1.10` becomes `1.1`.
pub(super) fn number_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    if rounded == 0.0 {
        return "0".to_owned();
    }
    if (PLAIN_ABOVE..PLAIN_BELOW).contains(&rounded.abs()) {
        return rounded.to_string();
    }
    let text = format!("{rounded:e}");
    match text.split_once("e-") {
        Some((mantissa, exponent)) => format!("{mantissa}E-{exponent:0>2}"),
        None => text
            .split_once('e')
            .map_or_else(|| text.clone(), |(mantissa, exponent)| format!("{mantissa}E+{exponent:0>2}")),
    }
}

/// A number as JSON: whole where it is whole.
pub(super) fn number_json(value: f64) -> serde_json::Value {
    if value.fract() == 0.0 && value.abs() < PLAIN_BELOW {
        return number_text(value).parse::<i64>().map_or(serde_json::Value::Null, serde_json::Value::from);
    }
    serde_json::Number::from_f64(value)
        .map_or_else(|| serde_json::Value::String(number_text(value)), serde_json::Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match typed(text, true, None) {
            Ok(Value::Boolean(value)) => format!("boolean {value}"),
            Ok(Value::Null) => "null".to_owned(),
            Ok(Value::Number(value)) => format!("number {}", number_text(value)),
            Ok(Value::Text(text)) => format!("text {text}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn words_are_typed_as_github_types_them() {
        for (text, expected) in [
            ("on", "text on"),
            ("yes", "text yes"),
            ("No", "text No"),
            ("true", "boolean true"),
            ("FALSE", "boolean false"),
            ("tRue", "text tRue"),
            ("", "null"),
            ("~", "null"),
            ("nil", "text nil"),
            ("12", "number 12"),
            ("-0", "number 0"),
            ("+7", "number 7"),
            ("012", "number 12"),
            ("0x1F", "number 31"),
            ("0o17", "number 15"),
            ("0o18", "text 0o18"),
            ("1.10", "number 1.1"),
            ("3.", "number 3"),
            (".5", "number 0.5"),
            (".", "text ."),
            ("-", "text -"),
            ("1e3", "number 1000"),
            ("1e", "text 1e"),
            ("1.2.3", "text 1.2.3"),
            ("1e21", "number 1E+21"),
            ("0.000001", "number 1E-06"),
            (".inf", "number Infinity"),
            ("123456789012", "number 123456789012"),
            ("12:30:45", "text 12:30:45"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }
}
