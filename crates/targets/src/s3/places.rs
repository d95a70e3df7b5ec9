//! Places for the object bodies that are received or copied at the same time: few enough for the memory and files that
//! they take, and never all for one account, whose clients may be as slow as they like.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::limits::{CONCURRENT_UPLOADS, CONCURRENT_UPLOADS_OF_ACCOUNT};

/// How many places each account has taken.
#[derive(Default)]
pub(crate) struct Places(Mutex<BTreeMap<String, usize>>);

/// A place, until it is dropped.
pub(crate) struct Place<'a> {
    places: &'a Places,
    account: String,
}

impl Places {
    fn taken(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for an account; `None` where there is none left for it.
    pub(crate) fn take(&self, account: &str) -> Option<Place<'_>> {
        let mut taken = self.taken();
        let own = taken.get(account).copied().unwrap_or_default();
        let all: usize = taken.values().sum();
        if all >= CONCURRENT_UPLOADS || own >= CONCURRENT_UPLOADS_OF_ACCOUNT {
            return None;
        }
        taken.insert(account.to_owned(), own + 1);
        Some(Place { places: self, account: account.to_owned() })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        match taken.get_mut(&self.account) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(taken.remove(&self.account)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_account_never_takes_all() {
        let places = Places::default();
        let of_one: Vec<Place<'_>> = std::iter::from_fn(|| places.take("1")).collect();
        assert_eq!(of_one.len(), CONCURRENT_UPLOADS_OF_ACCOUNT);
        let of_others: Vec<Place<'_>> =
            (2..).map_while(|account: usize| places.take(&account.to_string())).collect();
        assert_eq!(of_one.len() + of_others.len(), CONCURRENT_UPLOADS);
        drop(of_one);
        assert!(places.take("1").is_some());
        drop(of_others);
        assert!(places.taken().is_empty());
    }
}
