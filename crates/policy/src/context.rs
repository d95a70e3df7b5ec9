//! The condition keys of one request and their values.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Condition": key names are compared without case, values with it.

use std::collections::BTreeMap;

/// The values of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values {
    /// A key that can have several, such as `aws:TagKeys`; it may have none.
    Many(Vec<String>),
    /// A key that has one.
    One(String),
}

impl Values {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[String] {
        match self {
            Self::Many(values) => values,
            Self::One(value) => std::slice::from_ref(value),
        }
    }
}

impl From<&str> for Values {
    fn from(value: &str) -> Self {
        Self::One(value.to_owned())
    }
}

impl From<String> for Values {
    fn from(value: String) -> Self {
        Self::One(value)
    }
}

impl From<Vec<String>> for Values {
    fn from(values: Vec<String>) -> Self {
        Self::Many(values)
    }
}

/// The keys of a request. A key that is not in here is absent, whatever it would have meant.
#[derive(Debug, Clone, Default)]
pub struct Context(BTreeMap<String, Values>);

impl Context {
    /// No keys.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Sets a key, also one that was set before.
    pub fn insert(&mut self, key: impl Into<String>, values: impl Into<Values>) {
        let mut key = key.into();
        key.make_ascii_lowercase();
        self.0.insert(key, values.into());
    }

    /// The values of a key, in any case; `None` where it is absent.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Values> {
        if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.0.get(&key.to_ascii_lowercase());
        }
        self.0.get(key)
    }

    /// All keys in lower case, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Values)> {
        self.0.iter().map(|(key, values)| (key.as_str(), values))
    }
}
