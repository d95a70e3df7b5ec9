//! `application/x-www-form-urlencoded`, read strictly: what could be read in two ways is refused.
//!
//! Source: the WHATWG URL Standard, "application/x-www-form-urlencoded parsing", without its repairs.

use std::borrow::Cow;
use std::fmt;

use crate::{limits, percent};

/// The fields of a form, each name once. Names and values are borrowed from the body where nothing was escaped.
///
/// Its `Debug` shows names only: a value may be a token.
#[derive(Clone, Default)]
pub struct Form<'a> {
    /// Sorted by name.
    fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// Why a form was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Not UTF-8 once decoded.
    #[error("the form is not UTF-8")]
    NotUtf8,
    /// A `%` without two hexadecimal digits after it.
    #[error("the form has a percent sign without two hexadecimal digits")]
    BadEscape,
    /// A field was sent twice.
    #[error("the form repeats the field `{name}`")]
    Repeated {
        /// The field.
        name: String,
    },
    /// A value without a name.
    #[error("the form has a field without a name")]
    NoName,
    /// More fields than [`limits::FORM_FIELDS`].
    #[error("the form has more than {} fields", limits::FORM_FIELDS)]
    TooManyFields,
    /// A name longer than [`limits::FORM_NAME_BYTES`].
    #[error("the form has a field whose name is longer than {} bytes", limits::FORM_NAME_BYTES)]
    NameTooLong,
}

impl From<percent::DecodeError> for FormError {
    fn from(error: percent::DecodeError) -> Self {
        match error {
            percent::DecodeError::Escape => Self::BadEscape,
            percent::DecodeError::NotUtf8 => Self::NotUtf8,
        }
    }
}

impl<'a> Form<'a> {
    /// Reads a body or a query string. Limiting its length is the caller's task.
    ///
    /// # Errors
    /// [`FormError`].
    pub fn parse(body: &'a [u8]) -> Result<Self, FormError> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        let mut fields = Vec::with_capacity(8);
        for field in body.split(|byte| *byte == b'&').filter(|field| !field.is_empty()) {
            if fields.len() == limits::FORM_FIELDS {
                return Err(FormError::TooManyFields);
            }
            let (name, value) = match field.iter().position(|byte| *byte == b'=') {
                Some(position) => {
                    let (name, value) = field.split_at(position);
                    (name, value.get(1..).unwrap_or_default())
                }
                None => (field, &[][..]),
            };
            let name = percent::decode(name)?;
            if name.is_empty() {
                return Err(FormError::NoName);
            }
            if name.len() > limits::FORM_NAME_BYTES {
                return Err(FormError::NameTooLong);
            }
            fields.push((name, percent::decode(value)?));
        }
        fields.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let repeated = fields.iter().zip(fields.iter().skip(1)).find(|((one, _), (next, _))| one == next);
        match repeated {
            Some(((name, _), _)) => Err(FormError::Repeated { name: name.to_string() }),
            None => Ok(Self { fields }),
        }
    }

    /// The value of a field.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let index = self.fields.binary_search_by(|(field, _)| field.as_ref().cmp(name)).ok()?;
        self.fields.get(index).map(|(_, value)| value.as_ref())
    }

    /// The fields, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

impl<'a> IntoIterator for Form<'a> {
    type Item = (Cow<'a, str>, Cow<'a, str>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.fields.into_iter()
    }
}

impl fmt::Debug for Form<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.fields.iter().map(|(name, _)| name)).finish()
    }
}

/// Writes a form, for clients and tests.
#[must_use]
pub fn encode(fields: &[(&str, &str)]) -> String {
    let mut output = Vec::new();
    for (name, value) in fields {
        if !output.is_empty() {
            output.push(b'&');
        }
        percent::encode(&mut output, name.as_bytes());
        output.push(b'=');
        percent::encode(&mut output, value.as_bytes());
    }
    String::from_utf8(output).unwrap_or_default()
}
