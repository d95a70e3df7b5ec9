//! A key's history: the current object, the versions before it, and the delete markers.
//!
//! | kept | index bucket | index key | sorted |
//! |---|---|---|---|
//! | the current object, if a key has one | `BUCKET` | `KEY` | |
//! | every other version, every delete marker | `versions/BUCKET` | `KEY`, place | newest first |
//! | where the null version is, unless it is current | `nulls/BUCKET` | `KEY` | |
//!
//! So whatever asks for objects alone reads what it would read if there were no versions. If the newest of a history is
//! an object it is the current one; if it is a delete marker there is no current one. All that changes a history holds
//! its key's lock alone, and makes one commit of it.

use daypass_store::ObjectChange;
use s3s::S3Result;

use super::catalogue::{self, Catalogue, Released};
use super::document::{Contents, FileId, Object};
use super::version::{
    Entry, Marker, VersionId, Versioning, Wanted, history_of, nulls_of, place, versions_of,
};

/// What is to be the newest of a history. Its version and place are set on the way.
pub(crate) enum Next<'a> {
    Object(&'a mut Object),
    Marker(&'a mut Marker),
}

/// A change of one history: what to commit, and what may be removed after that.
#[derive(Default)]
pub(crate) struct Step {
    pub(crate) changes: Vec<ObjectChange>,
    pub(crate) released: Vec<Released>,
    /// Files that the sweep may find under no name, since their object moves while it reads.
    pub(crate) moved: Vec<FileId>,
}

/// A key of a bucket.
#[derive(Clone, Copy)]
pub(crate) struct Address<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) key: &'a str,
}

impl Catalogue {
    /// The newest of a history besides the current object, at most `limit` of them.
    async fn kept(&self, at: Address<'_>, limit: usize) -> S3Result<Vec<Entry>> {
        let page = self.page(&versions_of(at.bucket), &history_of(at.key), None, limit).await?;
        page.iter().map(|(_, document)| catalogue::parse(document)).collect()
    }

    /// The delete marker for which a key has no object; `None` if it never had one, or has one.
    pub(crate) async fn top_marker(&self, at: Address<'_>) -> S3Result<Option<Marker>> {
        match self.kept(at, 1).await?.pop() {
            Some(Entry::Marker(marker)) if self.object(at.bucket, at.key)?.is_none() => Ok(Some(marker)),
            _ => Ok(None),
        }
    }

    /// A version, as it is now. The caller holds the key's lock.
    pub(crate) fn version_now(&self, at: Address<'_>, wanted: &Wanted) -> S3Result<Option<Entry>> {
        if let Some(current) = self.object(at.bucket, at.key)?
            && wanted.is(current.version.as_ref())
        {
            return Ok(Some(Entry::Object(Box::new(current))));
        }
        let sequence = match wanted {
            Wanted::Null => self.one(&nulls_of(at.bucket), at.key)?,
            Wanted::Id(id) => Some(id.sequence()),
        };
        let Some(sequence) = sequence else { return Ok(None) };
        let kept: Option<Entry> = self.one(&versions_of(at.bucket), &place(at.key, sequence))?;
        Ok(kept.filter(|entry| wanted.is(entry.version())))
    }

    /// A version, found also if it moves meanwhile. The caller holds no lock on the key.
    pub(crate) async fn version(&self, at: Address<'_>, wanted: &Wanted) -> S3Result<Option<Entry>> {
        if let Some(found) = self.version_now(at, wanted)? {
            return Ok(Some(found));
        }
        let _key = self.key_locks.shared(&(at.bucket, at.key)).await;
        self.version_now(at, wanted)
    }

    /// The place in its key's history of a version that a listing ended with.
    pub(crate) fn sequence_of(&self, at: Address<'_>, wanted: &Wanted) -> S3Result<Option<u64>> {
        match wanted {
            Wanted::Id(id) => Ok(Some(id.sequence())),
            Wanted::Null => Ok(self.version_now(at, wanted)?.map(|entry| entry.sequence())),
        }
    }

    /// Puts `next` on top of a history. What it replaces goes: the object of a bucket that never kept versions, the
    /// null version where they are suspended. The caller holds the key's lock alone, and read `current` under it.
    pub(crate) async fn supersede(
        &self,
        at: Address<'_>,
        versioning: Option<Versioning>,
        current: Option<Object>,
        next: Next<'_>,
    ) -> S3Result<Step> {
        let Some(versioning) = versioning else { return self.overwrite(at, current, next).await };
        let newest = match &current {
            Some(current) => Some(current.sequence),
            None => self.kept(at, 1).await?.first().map(Entry::sequence),
        };
        let sequence = newest.map_or(0, |newest| newest.saturating_add(1));
        let version = (versioning == Versioning::Enabled).then(|| VersionId::new(sequence));
        let null = version.is_none();
        let mut step = Step::default();
        match current {
            Some(current) if null && current.version.is_none() => {
                self.release_into(&mut step, current).await?
            }
            Some(current) => {
                if null {
                    self.drop_kept_null(at, &mut step).await?;
                }
                demote(at, current, &mut step)?;
            }
            None if null => self.drop_kept_null(at, &mut step).await?,
            None => {}
        }
        match next {
            Next::Object(object) => {
                (object.version, object.sequence) = (version, sequence);
                step.changes.push(catalogue::put(at.bucket.to_owned(), at.key.to_owned(), &*object)?);
            }
            Next::Marker(marker) => {
                (marker.version, marker.sequence) = (version, sequence);
                step.changes.push(delete(at.bucket.to_owned(), at.key));
                keep(at, &Entry::Marker(marker.clone()), &mut step)?;
            }
        }
        Ok(step)
    }

    /// A bucket that never kept versions: a delete leaves nothing.
    async fn overwrite(&self, at: Address<'_>, current: Option<Object>, next: Next<'_>) -> S3Result<Step> {
        let mut step = Step::default();
        if let Some(current) = current {
            self.release_into(&mut step, current).await?;
        }
        step.changes.push(match next {
            Next::Object(object) => catalogue::put(at.bucket.to_owned(), at.key.to_owned(), &*object)?,
            Next::Marker(_) => delete(at.bucket.to_owned(), at.key),
        });
        Ok(step)
    }

    /// Takes one version out of a history; what comes after it may become the current one. `None` if there is no such
    /// version. The caller holds the key's lock alone.
    pub(crate) async fn erase(&self, at: Address<'_>, wanted: &Wanted) -> S3Result<Option<(Entry, Step)>> {
        let Some(entry) = self.version_now(at, wanted)? else { return Ok(None) };
        let current = self.object(at.bucket, at.key)?;
        let was_current = current.as_ref().is_some_and(|current| current.sequence == entry.sequence());
        let kept = if current.is_none() || was_current { self.kept(at, 2).await? } else { Vec::new() };
        let mut step = Step::default();
        let heir = if was_current {
            step.changes.push(delete(at.bucket.to_owned(), at.key));
            kept.into_iter().next()
        } else {
            forget(at, &entry, &mut step);
            let was_top = kept.first().is_some_and(|top| top.sequence() == entry.sequence());
            kept.into_iter().nth(1).filter(|_| was_top)
        };
        if let Some(heir @ Entry::Object(_)) = heir {
            forget(at, &heir, &mut step);
            if let Entry::Object(object) = heir {
                step.moved = self.files_of(&object.contents).await?;
                step.changes.push(catalogue::put(at.bucket.to_owned(), at.key.to_owned(), &object)?);
            }
        }
        if let Entry::Object(object) = &entry {
            self.release_into(&mut step, Object::clone(object)).await?;
        }
        Ok(Some((entry, step)))
    }

    /// Puts an object back where it was, as it is now. The caller holds the key's lock alone.
    pub(crate) fn rewrite(&self, at: Address<'_>, object: Object) -> S3Result<ObjectChange> {
        let current = self.object(at.bucket, at.key)?;
        if current.is_some_and(|current| current.sequence == object.sequence) {
            return catalogue::put(at.bucket.to_owned(), at.key.to_owned(), &object);
        }
        let place = place(at.key, object.sequence);
        catalogue::put(versions_of(at.bucket), place, &Entry::Object(Box::new(object)))
    }

    async fn release_into(&self, step: &mut Step, object: Object) -> S3Result<()> {
        let mut released = self.release(Some(object)).await?;
        step.changes.append(&mut released.changes);
        step.released.push(released);
        Ok(())
    }

    /// Drops the null version if it is not the current one. There is never more than one.
    async fn drop_kept_null(&self, at: Address<'_>, step: &mut Step) -> S3Result<()> {
        let Some(sequence) = self.one::<u64>(&nulls_of(at.bucket), at.key)? else { return Ok(()) };
        let place = place(at.key, sequence);
        let kept: Option<Entry> = self.one(&versions_of(at.bucket), &place)?;
        step.changes.push(delete(versions_of(at.bucket), &place));
        step.changes.push(delete(nulls_of(at.bucket), at.key));
        match kept.and_then(Entry::into_object) {
            Some(object) => self.release_into(step, object).await,
            None => Ok(()),
        }
    }

    async fn files_of(&self, contents: &Contents) -> S3Result<Vec<FileId>> {
        match contents {
            Contents::File(file) => Ok(vec![*file]),
            Contents::Upload { id, .. } => Ok(self.parts(id).await?.iter().map(|part| part.file).collect()),
        }
    }
}

fn delete(bucket: String, key: &str) -> ObjectChange {
    ObjectChange::Delete { bucket, key: key.to_owned() }
}

/// Keeps an entry among those that are not current.
fn keep(at: Address<'_>, entry: &Entry, step: &mut Step) -> S3Result<()> {
    let sequence = entry.sequence();
    step.changes.push(catalogue::put(versions_of(at.bucket), place(at.key, sequence), entry)?);
    if entry.version().is_none() {
        step.changes.push(catalogue::put(nulls_of(at.bucket), at.key.to_owned(), &sequence)?);
    }
    Ok(())
}

/// The current object becomes one of the versions before.
fn demote(at: Address<'_>, current: Object, step: &mut Step) -> S3Result<()> {
    keep(at, &Entry::Object(Box::new(current)), step)
}

/// The opposite of [`keep`].
fn forget(at: Address<'_>, entry: &Entry, step: &mut Step) {
    step.changes.push(delete(versions_of(at.bucket), &place(at.key, entry.sequence())));
    if entry.version().is_none() {
        step.changes.push(delete(nulls_of(at.bucket), at.key));
    }
}
