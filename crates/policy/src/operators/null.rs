//! `Null`.
//!
//! Source: IAM user guide, "Condition operator to check existence of condition keys": `true` asks that the key is absent,
//! `false` that it is there and has a value.

use super::Unreadable;
use super::boolean::truth;

/// Whether the key's absence is wanted, its presence, or, with two values, either.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Null {
    absent: bool,
    present: bool,
}

impl Null {
    pub(crate) fn read(values: &[String]) -> Result<Self, Unreadable> {
        let mut null = Self { absent: false, present: false };
        for (index, value) in values.iter().enumerate() {
            match truth(value) {
                Some(true) => null.absent = true,
                Some(false) => null.present = true,
                None => {
                    return Err(Unreadable { index, detail: format!("`{value}` is neither true nor false") });
                }
            }
        }
        Ok(null)
    }

    /// Whether the key's absence, or its presence, is what is wanted.
    pub(crate) const fn holds(self, is_absent: bool) -> bool {
        if is_absent { self.absent } else { self.present }
    }
}
