//! What exists: buckets, objects, uploads and parts, as the store keeps them, changed one key at a time.
//!
//! Buckets live in the store's bucket documents and, for reading, in memory. Everything else lives in the object
//! index, which keeps any number of keys in order. Uploads and parts are kept there too, under names that no bucket
//! can have because of the slash:
//!
//! | kept | index bucket | index key |
//! |---|---|---|
//! | an object | `BUCKET` | `KEY` |
//! | an unfinished upload | `uploads/BUCKET` | `KEY`, NUL, upload id |
//! | a part, also of a finished upload | `parts/UPLOAD` | five digits |
//! | versions that are not current | see `history` | |
//!
//! Every change is flushed before it is answered, unlike the data events of the trail: a file of object bytes is
//! removed after the commit that drops it, so that commit must outlive a power failure, or an object would be left
//! without its bytes.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use s3s::{S3Error, S3Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::task::spawn_blocking;

use daypass_store::{Change, Collection, Commit, Durability, ObjectChange, StoreError};

use super::document::{Bucket, Contents, FileId, Identity, Object, Part, Upload};
use super::error;
use super::limits::{BUCKETS, INDEX_PAGE, RECENT_DOCUMENT_BYTES};
use super::locks::Locks;
use super::recent::Recent;
use super::state::Call;
use super::{BucketFacts, OpenError, Storage};

/// The catalogue, with the locks that keep a change and what it was decided on together.
///
/// Locks are always taken in the order bucket, upload, key.
pub(crate) struct Catalogue {
    storage: Storage,
    buckets: RwLock<BTreeMap<String, Bucket>>,
    recent: Recent,
    pub(crate) bucket_locks: Locks,
    pub(crate) upload_locks: Locks,
    pub(crate) key_locks: Locks,
}

/// The index bucket of a bucket's unfinished uploads.
pub(crate) fn uploads_of(bucket: &str) -> String {
    format!("uploads/{bucket}")
}

/// The index bucket of an upload's parts.
pub(crate) fn parts_of(upload: &str) -> String {
    format!("parts/{upload}")
}

/// The index key of an unfinished upload. Upload ids have a fixed length, so a key with a NUL in it does no harm.
pub(crate) fn upload_key(key: &str, upload: &str) -> String {
    format!("{key}\0{upload}")
}

/// The index key of a part, in order.
pub(crate) fn part_key(number: i32) -> String {
    format!("{number:05}")
}

/// Puts one document into the index.
pub(crate) fn put(bucket: String, key: String, document: &impl Serialize) -> S3Result<ObjectChange> {
    let document =
        serde_json::to_string(document).map_err(|cause| error::failed("write a document", &cause))?;
    Ok(ObjectChange::Put { bucket, key, document })
}

impl Catalogue {
    /// `account` owns the buckets that name no owner.
    pub(crate) fn open(storage: Storage, account: &str) -> Result<Self, OpenError> {
        let mut buckets = BTreeMap::new();
        for (bucket, document) in storage.documents.all(Collection::Bucket)? {
            let mut kept: Bucket = match serde_json::from_str(&document) {
                Ok(kept) => kept,
                Err(source) => return Err(OpenError::Bucket { bucket, source }),
            };
            kept.owner.get_or_insert_with(|| account.to_owned());
            buckets.insert(bucket, kept);
        }
        Ok(Self {
            storage,
            buckets: RwLock::new(buckets),
            recent: Recent::default(),
            bucket_locks: Locks::new(),
            upload_locks: Locks::new(),
            key_locks: Locks::new(),
        })
    }

    /// The bucket, or `NoSuchBucket`; also where it is another one than the call was decided about, which has come in
    /// its place since.
    pub(crate) fn bucket(&self, call: &Call, name: &str) -> S3Result<Bucket> {
        let buckets = self.buckets.read().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.get(name).ok_or_else(error::no_such_bucket)?;
        if call.is_about(name, &bucket.identity()) {
            Ok(bucket.clone())
        } else {
            Err(error::no_such_bucket())
        }
    }

    /// What tells a bucket from others of its name; `None` where there is none.
    pub(crate) fn identity(&self, name: &str) -> Option<Identity> {
        let buckets = self.buckets.read().unwrap_or_else(PoisonError::into_inner);
        buckets.get(name).map(Bucket::identity)
    }

    /// The account that owns a bucket; `None` where there is no such bucket.
    pub(crate) fn owner(&self, name: &str) -> Option<String> {
        let buckets = self.buckets.read().unwrap_or_else(PoisonError::into_inner);
        buckets.get(name).and_then(|bucket| bucket.owner.clone())
    }

    /// The region of a bucket, if there is one.
    pub(crate) fn region(&self, name: &str) -> Option<String> {
        let buckets = self.buckets.read().unwrap_or_else(PoisonError::into_inner);
        buckets.get(name).map(|bucket| bucket.region.clone())
    }

    /// What a decision about a bucket needs to know of it.
    pub(crate) fn decisive(&self, name: &str) -> Option<BucketFacts> {
        let buckets = self.buckets.read().unwrap_or_else(PoisonError::into_inner);
        buckets.get(name).map(|bucket| BucketFacts {
            owner: bucket.owner.clone(),
            region: bucket.region.clone(),
            policy: bucket.policy.clone(),
        })
    }

    /// Every bucket in order.
    pub(crate) fn buckets(&self) -> Vec<(String, Bucket)> {
        let buckets = self.buckets.read().unwrap_or_else(PoisonError::into_inner);
        buckets.iter().map(|(name, bucket)| (name.clone(), bucket.clone())).collect()
    }

    /// Makes a bucket. The caller holds its lock alone.
    pub(crate) async fn create_bucket(&self, name: &str, bucket: Bucket) -> S3Result<()> {
        {
            let buckets = self.buckets.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(other) = buckets.get(name) {
                let is_own = other.owner == bucket.owner;
                return Err(if is_own { error::bucket_exists() } else { error::bucket_taken() });
            }
            if buckets.len() >= BUCKETS {
                return Err(error::too_many_buckets());
            }
        }
        let document =
            serde_json::to_string(&bucket).map_err(|cause| error::failed("write a bucket", &cause))?;
        let change = Change::Put { collection: Collection::Bucket, key: name.to_owned(), document };
        self.commit(vec![change], Vec::new()).await?;
        self.buckets.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), bucket);
        Ok(())
    }

    /// Changes what is kept of a bucket. The caller holds its lock alone.
    pub(crate) async fn change_bucket(
        &self,
        call: &Call,
        name: &str,
        change: impl FnOnce(&mut Bucket),
    ) -> S3Result<()> {
        let mut bucket = self.bucket(call, name)?;
        change(&mut bucket);
        let document =
            serde_json::to_string(&bucket).map_err(|cause| error::failed("write a bucket", &cause))?;
        let kept = Change::Put { collection: Collection::Bucket, key: name.to_owned(), document };
        self.commit(vec![kept], Vec::new()).await?;
        self.buckets.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), bucket);
        Ok(())
    }

    /// Drops a bucket's document. The caller holds its lock alone and knows that it is empty.
    pub(crate) async fn delete_bucket(&self, name: &str) -> S3Result<()> {
        let change = Change::Delete { collection: Collection::Bucket, key: name.to_owned() };
        self.commit(vec![change], Vec::new()).await?;
        self.buckets.write().unwrap_or_else(PoisonError::into_inner).remove(name);
        Ok(())
    }

    /// One object. The read is a single look-up in an index that is nearly always in memory, so it is done in place.
    pub(crate) fn object(&self, bucket: &str, key: &str) -> S3Result<Option<Object>> {
        let asked = match self.recent.find(bucket, key) {
            Ok(object) => return Ok(Some(Object::clone(&object))),
            Err(moment) => moment,
        };
        let Some(document) = self.document(bucket, key)? else { return Ok(None) };
        let object = parse(&document)?;
        if document.len() <= RECENT_DOCUMENT_BYTES {
            self.recent.keep(bucket, key, &object, asked);
        }
        Ok(Some(object))
    }

    /// An unfinished upload, or `NoSuchUpload`.
    pub(crate) fn upload(&self, bucket: &str, key: &str, upload: &str) -> S3Result<Upload> {
        self.one(&uploads_of(bucket), &upload_key(key, upload))?.ok_or_else(error::no_such_upload)
    }

    /// One part of an upload.
    pub(crate) fn part(&self, upload: &str, number: i32) -> S3Result<Option<Part>> {
        self.one(&parts_of(upload), &part_key(number))
    }

    /// Every part of an upload, in order.
    pub(crate) async fn parts(&self, upload: &str) -> S3Result<Vec<Part>> {
        let mut parts: Vec<Part> = Vec::new();
        loop {
            let after = parts.last().map(|part| part_key(part.number));
            let page = self.page(&parts_of(upload), "", after, INDEX_PAGE).await?;
            let full = page.len() == INDEX_PAGE;
            for (_, document) in page {
                parts.push(parse(&document)?);
            }
            if !full {
                return Ok(parts);
            }
        }
    }

    /// One document of the index.
    pub(crate) fn one<T: DeserializeOwned>(&self, bucket: &str, key: &str) -> S3Result<Option<T>> {
        self.document(bucket, key)?.map(|document| parse(&document)).transpose()
    }

    fn document(&self, bucket: &str, key: &str) -> S3Result<Option<String>> {
        self.storage.index.object(bucket, key).map_err(|cause| unreadable(&cause))
    }

    /// A page of the index in byte order of the keys: those that begin with `prefix` and come after `after`.
    pub(crate) async fn page(
        &self,
        bucket: &str,
        prefix: &str,
        after: Option<String>,
        limit: usize,
    ) -> S3Result<Vec<(String, String)>> {
        let index = Arc::clone(&self.storage.index);
        let (bucket, prefix) = (bucket.to_owned(), prefix.to_owned());
        let page = spawn_blocking(move || index.list(&bucket, &prefix, after.as_deref(), limit)).await;
        page.map_err(|cause| error::failed("read the index", &cause))?.map_err(|cause| unreadable(&cause))
    }

    /// Writes changes, all or none, and waits until they are durable.
    pub(crate) async fn commit(&self, changes: Vec<Change>, objects: Vec<ObjectChange>) -> S3Result<()> {
        self.recent.begin(&objects);
        let commit = Commit { changes, objects, durability: Durability::Flushed, ..Commit::default() };
        let done = self.storage.journal.commit(commit).await;
        self.recent.end();
        done.map_err(|cause| error::store("write to the store", &cause))
    }

    /// Changes that drop an object's contents besides its own document, and the files to remove once they are made.
    pub(crate) async fn release(&self, object: Option<Object>) -> S3Result<Released> {
        match object.map(|object| object.contents) {
            None => Ok(Released::default()),
            Some(Contents::File(file)) => Ok(Released { files: vec![file], ..Released::default() }),
            Some(Contents::Upload { id, .. }) => self.release_parts(id).await,
        }
    }

    /// The same for every part of an upload.
    pub(crate) async fn release_parts(&self, upload: String) -> S3Result<Released> {
        let parts = self.parts(&upload).await?;
        let changes = parts
            .iter()
            .map(|part| ObjectChange::Delete { bucket: parts_of(&upload), key: part_key(part.number) })
            .collect();
        let files = parts.iter().map(|part| part.file).collect();
        Ok(Released { changes, files, upload: Some(upload) })
    }
}

/// What goes when an object or upload goes.
#[derive(Debug, Default)]
pub(crate) struct Released {
    pub(crate) changes: Vec<ObjectChange>,
    pub(crate) files: Vec<FileId>,
    pub(crate) upload: Option<String>,
}

/// Reads a stored document.
pub(crate) fn parse<T: DeserializeOwned>(document: &str) -> S3Result<T> {
    serde_json::from_str(document).map_err(|cause| error::failed("read a document", &cause))
}

fn unreadable(cause: &StoreError) -> S3Error {
    error::store("read the store", cause)
}
