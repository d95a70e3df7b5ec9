//! The value of an answer, free of any protocol: the query protocol writes it as XML, the JSON protocol as JSON.

use zeroize::Zeroizing;

/// A tree of named values in the order AWS sends them.
#[derive(Clone)]
pub enum Shape {
    /// A list; in XML its items are `<member>` elements.
    List(Vec<Self>),
    /// Text that must never be printed: secret keys and session tokens.
    Secret(Zeroizing<String>),
    /// Named members in order.
    Structure(Vec<(&'static str, Self)>),
    /// Text, a number or a time, as it is written on the wire.
    Text(String),
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::List(items) => formatter.debug_list().entries(items).finish(),
            Self::Secret(_) => formatter.write_str("(secret)"),
            Self::Structure(members) => {
                formatter.debug_map().entries(members.iter().map(|(name, value)| (name, value))).finish()
            }
            Self::Text(text) => write!(formatter, "{text:?}"),
        }
    }
}

impl Shape {
    /// A structure.
    #[must_use]
    pub fn structure<const N: usize>(members: [(&'static str, Self); N]) -> Self {
        Self::Structure(Vec::from(members))
    }

    /// Text of anything that displays.
    pub fn text(value: impl ToString) -> Self {
        Self::Text(value.to_string())
    }

    /// A time to the second, `2026-09-11T12:24:20Z`.
    #[must_use]
    pub fn time(value: jiff::Timestamp) -> Self {
        Self::Text(seconds(value))
    }

    /// An empty result.
    #[must_use]
    pub const fn empty() -> Self {
        Self::Structure(Vec::new())
    }
}

/// A time as AWS writes it in query answers and records: UTC, whole seconds, `Z`.
#[must_use]
pub fn seconds(value: jiff::Timestamp) -> String {
    format!("{value:.0}")
}
