//! Objects that were read lately, so that reading one again asks no database: what a client heads or gets it often gets
//! again, and the look-up took longer than the decision about the call.
//!
//! An object is kept only if nothing was committed between asking the index for it and keeping it. So nothing is ever here
//! that the index no longer says, and whoever was told that a change is made never reads what was before it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use daypass_store::ObjectChange;

use super::document::Object;
use super::limits::RECENT_OBJECTS;

/// The objects, by bucket and key.
#[derive(Default)]
pub(crate) struct Recent(Mutex<State>);

#[derive(Default)]
struct State {
    objects: HashMap<String, HashMap<String, Arc<Object>>>,
    count: usize,
    /// How often a commit began or ended.
    commits: u64,
    /// Commits that are under way. One whose end nobody saw stays so for ever, and nothing is kept from then on.
    under_way: u64,
}

/// The moment at which the index was asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(u64);

impl Recent {
    /// The state is whole after any statement that changes it, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The object, or the moment to give to [`Self::keep`] with what the index says.
    pub(crate) fn find(&self, bucket: &str, key: &str) -> Result<Arc<Object>, Moment> {
        let state = self.lock();
        let found = state.objects.get(bucket).and_then(|objects| objects.get(key));
        found.cloned().ok_or(Moment(state.commits))
    }

    /// Keeps what the index said, unless something was committed since.
    pub(crate) fn keep(&self, bucket: &str, key: &str, object: &Object, asked: Moment) {
        let mut state = self.lock();
        if state.commits != asked.0 || state.under_way > 0 {
            return;
        }
        if state.count >= RECENT_OBJECTS {
            state.objects.clear();
            state.count = 0;
        }
        let objects = state.objects.entry(bucket.to_owned()).or_default();
        if objects.insert(key.to_owned(), Arc::new(object.clone())).is_none() {
            state.count += 1;
        }
    }

    /// Forgets what a commit changes; to be called before it.
    pub(crate) fn begin(&self, changes: &[ObjectChange]) {
        let mut state = self.lock();
        state.commits = state.commits.wrapping_add(1);
        state.under_way = state.under_way.saturating_add(1);
        for change in changes {
            let (ObjectChange::Delete { bucket, key } | ObjectChange::Put { bucket, key, .. }) = change;
            if let Some(objects) = state.objects.get_mut(bucket)
                && objects.remove(key).is_some()
            {
                state.count = state.count.saturating_sub(1);
            }
        }
    }

    /// The commit is made, or will never be; to be called for each that began.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        state.commits = state.commits.wrapping_add(1);
        state.under_way = state.under_way.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::s3::document::{Contents, Description, FileId};

    fn object(size: u64) -> Object {
        Object {
            size,
            etag: String::new(),
            modified: jiff::Timestamp::UNIX_EPOCH,
            contents: Contents::File(FileId::random()),
            checksum: None,
            tags: BTreeMap::new(),
            version: None,
            sequence: 0,
            description: Description::default(),
        }
    }

    fn change(key: &str) -> [ObjectChange; 1] {
        [ObjectChange::Delete { bucket: "b".to_owned(), key: key.to_owned() }]
    }

    fn size(recent: &Recent, key: &str) -> Option<u64> {
        recent.find("b", key).ok().map(|object| object.size)
    }

    #[test]
    fn what_was_kept_is_found_until_it_is_changed() {
        let recent = Recent::default();
        for (key, bytes) in [("k", 1), ("l", 2)] {
            let asked = recent.find("b", key).unwrap_err();
            recent.keep("b", key, &object(bytes), asked);
        }
        assert_eq!((size(&recent, "k"), size(&recent, "l")), (Some(1), Some(2)));
        recent.begin(&change("k"));
        assert_eq!((size(&recent, "k"), size(&recent, "l")), (None, Some(2)));
        recent.end();
        assert_eq!((size(&recent, "k"), size(&recent, "l")), (None, Some(2)));
    }

    #[test]
    fn what_was_read_before_a_commit_ended_is_not_kept() {
        let recent = Recent::default();
        let before = recent.find("b", "k").unwrap_err();
        recent.begin(&change("k"));
        let during = recent.find("b", "k").unwrap_err();
        recent.keep("b", "k", &object(1), before);
        recent.keep("b", "k", &object(1), during);
        assert_eq!(size(&recent, "k"), None);
        recent.end();
        recent.keep("b", "k", &object(1), before);
        recent.keep("b", "k", &object(1), during);
        assert_eq!(size(&recent, "k"), None);
        let after = recent.find("b", "k").unwrap_err();
        recent.keep("b", "k", &object(2), after);
        assert_eq!(size(&recent, "k"), Some(2));
    }

    #[test]
    fn there_are_never_more_than_so_many() {
        let recent = Recent::default();
        for number in 0..=RECENT_OBJECTS {
            let key = number.to_string();
            let asked = recent.find("b", &key).unwrap_err();
            recent.keep("b", &key, &object(1), asked);
            let state = recent.lock();
            let count: usize = state.objects.values().map(HashMap::len).sum();
            assert!(count == state.count && count <= RECENT_OBJECTS, "{count}");
        }
        assert_eq!(size(&recent, "0"), None);
        assert_eq!(size(&recent, &RECENT_OBJECTS.to_string()), Some(1));
    }
}
