//! The condition keys of one request and their values.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Condition": key names are compared without case, values with it.

use std::fmt;
use std::ops::Range;

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
///
/// A key is put into lower case and hashed when it is inserted, so that a policy, which did the same with its own keys
/// when it was read, finds it by comparing numbers.
#[derive(Clone, Default)]
pub struct Context {
    /// In the order of their hashes.
    entries: Vec<Entry>,
    /// The names of all keys, in lower case and one after the other: one piece of memory for all.
    names: String,
}

#[derive(Debug, Clone)]
struct Entry {
    hash: u64,
    /// Where in `names` the key stands.
    name: Range<usize>,
    values: Values,
}

/// Keys that there is room for from the first on, so that the context of a usual request does not grow step by step.
const KEYS_EXPECTED: usize = 16;
/// Bytes of their names.
const NAME_BYTES_EXPECTED: usize = 512;

impl Context {
    /// No keys.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new(), names: String::new() }
    }

    /// Sets a key, also one that was set before.
    pub fn insert(&mut self, key: impl AsRef<str>, values: impl Into<Values>) {
        if self.entries.is_empty() {
            self.entries.reserve(KEYS_EXPECTED);
            self.names.reserve(NAME_BYTES_EXPECTED);
        }
        let start = self.names.len();
        self.names.push_str(key.as_ref());
        let name = start..self.names.len();
        let (before, key) = self.names.split_at_mut(start);
        key.make_ascii_lowercase();
        let (hash, values) = (hash(key), values.into());
        let place = self.entries.partition_point(|entry| entry.hash < hash);
        let mut same = self.entries.iter_mut().skip(place).take_while(|entry| entry.hash == hash);
        match same.find(|entry| before.get(entry.name.clone()) == Some(&*key)) {
            Some(entry) => {
                entry.values = values;
                self.names.truncate(start);
            }
            None => self.entries.insert(place, Entry { hash, name, values }),
        }
    }

    /// The values of a key, in any case; `None` where it is absent.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Values> {
        if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
            let key = key.to_ascii_lowercase();
            return self.look_up(hash(&key), &key);
        }
        self.look_up(hash(key), key)
    }

    /// The values of a key that a policy reads.
    pub(crate) fn find(&self, key: &Key) -> Option<&Values> {
        self.look_up(key.hash, &key.text)
    }

    fn look_up(&self, hash: u64, key: &str) -> Option<&Values> {
        let start = self.entries.partition_point(|entry| entry.hash < hash);
        let mut same = self.entries.iter().skip(start).take_while(|entry| entry.hash == hash);
        same.find(|entry| self.name(entry) == key).map(|entry| &entry.values)
    }

    /// All keys in lower case, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Values)> {
        let mut all: Vec<_> = self.entries.iter().map(|entry| (self.name(entry), &entry.values)).collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        all.into_iter()
    }

    fn name(&self, entry: &Entry) -> &str {
        self.names.get(entry.name.clone()).unwrap_or_default()
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

/// A key that a policy reads: in lower case, with its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    text: Box<str>,
    hash: u64,
}

impl Key {
    pub(crate) fn new(name: &str) -> Self {
        let text = name.to_ascii_lowercase();
        Self { hash: hash(&text), text: text.into_boxed_str() }
    }
}

/// A hash that is quick on short texts. Whoever finds keys with the same hash gains a longer comparison, no answer.
fn hash(text: &str) -> u64 {
    const FACTOR: u64 = 0x517c_c1b7_2722_0a95;
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let hash = words.iter().fold(text.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    mix(hash, rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_same_in_any_case_and_the_last_value_counts() {
        let mut context = Context::new();
        for number in 0..100 {
            context.insert(format!("Key:{number}"), number.to_string());
        }
        context.insert("KEY:7", "seven");
        assert_eq!(context.get("key:7"), Some(&Values::from("seven")));
        assert_eq!(context.get("kEy:99"), Some(&Values::from("99")));
        assert_eq!(context.find(&Key::new("KEY:99")), context.get("key:99"));
        assert_eq!(context.get("key:100"), None);
        let keys: Vec<&str> = context.iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), 100);
        assert!(keys.is_sorted());
    }
}
