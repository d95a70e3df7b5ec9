//! An element of free form in a record, or the note that it was too large to keep.
//!
//! Source: CloudTrail user guide, "CloudTrail record contents": a field over its limit is marked `omitted`.

use std::io;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// `requestParameters` and the like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Element<'a> {
    /// Nothing: written as null.
    Absent,
    /// Too large.
    Omitted {
        /// The element's name.
        name: &'static str,
        /// What it would have taken, in bytes.
        bytes: usize,
    },
    /// As it is.
    Kept(&'a Value),
}

impl<'a> Element<'a> {
    /// The value, of which it is known that it fits or found out later.
    pub(crate) fn whole(value: Option<&'a Value>, _: &'static str, _: usize) -> Self {
        value.map_or(Self::Absent, Self::Kept)
    }

    /// The value where it fits.
    pub(crate) fn within(value: Option<&'a Value>, name: &'static str, limit: usize) -> Self {
        let Some(value) = value else { return Self::Absent };
        let bytes = size(value);
        if bytes <= limit { Self::Kept(value) } else { Self::Omitted { name, bytes } }
    }

    /// Leaves it out after all.
    pub(crate) fn omit(&mut self, name: &'static str) {
        if let Self::Kept(value) = self {
            *self = Self::Omitted { name, bytes: size(value) };
        }
    }

    pub(crate) const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl Serialize for Element<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_unit(),
            Self::Kept(value) => value.serialize(serializer),
            Self::Omitted { name, bytes } => {
                json!({ "omitted": true, "originalSize": bytes, "reason": format!("{name} too large") })
                    .serialize(serializer)
            }
        }
    }
}

/// Bytes of a value's JSON, counted without keeping them.
fn size(value: &Value) -> usize {
    struct Count(usize);

    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.saturating_add(bytes.len());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut count = Count(0);
    // A value's keys are texts and the counter takes everything: nothing can fail. If it did, it would not fit.
    serde_json::to_writer(&mut count, value).map_or(usize::MAX, |()| count.0)
}
