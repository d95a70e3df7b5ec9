//! Locks by name: few, fixed, shared by every name that falls on the same one.

use std::hash::{BuildHasher as _, RandomState};

use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// How many locks share the names. Two names meet on one with a chance of 1 in 128, which costs a wait, never an error.
const STRIPES: usize = 128;

/// A set of locks addressed by name.
pub(crate) struct Locks {
    hasher: RandomState,
    stripes: Vec<RwLock<()>>,
}

impl Locks {
    pub(crate) fn new() -> Self {
        Self { hasher: RandomState::new(), stripes: (0..STRIPES).map(|_| RwLock::new(())).collect() }
    }

    #[expect(clippy::indexing_slicing, reason = "the number is taken modulo the count, which `new` fixes")]
    fn stripe(&self, name: &(impl std::hash::Hash + ?Sized)) -> &RwLock<()> {
        &self.stripes[self.hasher.hash_one(name) as usize % STRIPES]
    }

    pub(crate) async fn shared(&self, name: &(impl std::hash::Hash + ?Sized)) -> RwLockReadGuard<'_, ()> {
        self.stripe(name).read().await
    }

    pub(crate) async fn alone(&self, name: &(impl std::hash::Hash + ?Sized)) -> RwLockWriteGuard<'_, ()> {
        self.stripe(name).write().await
    }
}
