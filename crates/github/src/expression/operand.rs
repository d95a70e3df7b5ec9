//! A value while an expression is evaluated.

use std::borrow::Cow;

use serde_json::Value;

use super::error::ExpressionError;
use super::number;

/// A value, taken from the contexts where it can be, so that two of the same origin can be known as the same.
#[derive(Debug, Clone)]
pub(super) enum Operand<'a> {
    Null,
    Boolean(bool),
    Number(f64),
    Text(Cow<'a, str>),
    /// An array or an object, never anything else.
    Collection(Cow<'a, Value>),
    /// What `.*` gives: an array, of which a further step takes from every item.
    Filtered(Vec<Self>),
}

impl<'a> Operand<'a> {
    pub(super) fn borrowed(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Boolean(*value),
            Value::Number(value) => Self::Number(value.as_f64().unwrap_or(f64::NAN)),
            Value::String(value) => Self::Text(Cow::Borrowed(value)),
            Value::Array(_) | Value::Object(_) => Self::Collection(Cow::Borrowed(value)),
        }
    }

    pub(super) fn owned(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Boolean(value),
            Value::Number(value) => Self::Number(value.as_f64().unwrap_or(f64::NAN)),
            Value::String(value) => Self::Text(Cow::Owned(value)),
            Value::Array(_) | Value::Object(_) => Self::Collection(Cow::Owned(value)),
        }
    }

    /// The items of an array.
    pub(super) fn items(&self) -> Option<Vec<Operand<'_>>> {
        match self {
            Self::Filtered(items) => Some(items.clone()),
            Self::Collection(value) => {
                value.as_array().map(|items| items.iter().map(Operand::borrowed).collect())
            }
            _ => None,
        }
    }

    pub(super) const fn is_primitive(&self) -> bool {
        !matches!(self, Self::Collection(_) | Self::Filtered(_))
    }

    /// `false`, `0`, `NaN`, an empty text and null are not.
    pub(super) fn is_truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Boolean(value) => *value,
            Self::Number(value) => *value != 0.0 && !value.is_nan(),
            Self::Text(value) => !value.is_empty(),
            Self::Collection(_) | Self::Filtered(_) => true,
        }
    }

    pub(super) fn number(&self) -> f64 {
        match self {
            Self::Null => 0.0,
            Self::Boolean(value) => f64::from(u8::from(*value)),
            Self::Number(value) => *value,
            Self::Text(value) => number::parse(value),
            Self::Collection(_) | Self::Filtered(_) => f64::NAN,
        }
    }

    /// GitHub writes `Array` and `Object` for what is no text.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Boolean(true) => Cow::Borrowed("true"),
            Self::Boolean(false) => Cow::Borrowed("false"),
            Self::Number(value) => Cow::Owned(number::text(*value)),
            Self::Text(value) => Cow::Borrowed(value),
            Self::Collection(value) if value.is_object() => Cow::Borrowed("Object"),
            Self::Collection(_) | Self::Filtered(_) => Cow::Borrowed("Array"),
        }
    }

    /// For errors.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Collection(value) if value.is_object() => "an object",
            Self::Collection(_) | Self::Filtered(_) => "an array",
        }
    }

    pub(super) fn into_json(self) -> Result<Value, ExpressionError> {
        Ok(match self {
            Self::Null => Value::Null,
            Self::Boolean(value) => Value::Bool(value),
            Self::Number(value) => json_number(value)?,
            Self::Text(value) => Value::String(value.into_owned()),
            Self::Collection(value) => value.into_owned(),
            Self::Filtered(items) => {
                Value::Array(items.into_iter().map(Self::into_json).collect::<Result<_, _>>()?)
            }
        })
    }
}

/// Whole numbers up to here are exact in a double, and are JSON without a point.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

fn json_number(number: f64) -> Result<Value, ExpressionError> {
    if number.fract() == 0.0 && number.abs() <= EXACT_MAX {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and within 2^53")]
        return Ok(Value::from(number as i64));
    }
    serde_json::Number::from_f64(number)
        .map(Value::Number)
        .ok_or_else(|| ExpressionError::NotFinite { number: number::text(number) })
}
