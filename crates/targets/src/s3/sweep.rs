//! Files that no object names: found by reading the whole index once after a start, beside the calls, and removed.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use s3s::{S3Error, S3Result};
use tokio::task::spawn_blocking;

use super::catalogue::{parse, uploads_of};
use super::document::{Contents, FileId, Object};
use super::limits::INDEX_PAGE;
use super::operations::Backend;
use super::version::{Entry, versions_of};

/// Why the sweep could not be finished. Nothing is removed then.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The folder of object bytes cannot be read.
    #[error("cannot list the object folder")]
    Folder(#[source] io::Error),
    /// The store does not answer.
    #[error("cannot read the object index")]
    Index(#[source] S3Error),
}

/// Removes what nothing refers to. The files are listed before the index is read: whatever is written meanwhile is
/// not in the list, or is remembered as fresh.
pub(crate) async fn sweep(backend: &Arc<Backend>) -> Result<usize, SweepError> {
    let files = Arc::clone(&backend.files);
    let listed = spawn_blocking(move || files.list()).await.map_err(io::Error::other);
    let listed = listed.and_then(|listed| listed).map_err(SweepError::Folder)?;
    let mut orphans: HashSet<FileId> = listed.into_iter().collect();
    strike(backend, &mut orphans).await.map_err(SweepError::Index)?;
    let files = Arc::clone(&backend.files);
    let removed = spawn_blocking(move || {
        let orphans: Vec<FileId> = orphans.into_iter().filter(|id| !files.is_fresh(*id)).collect();
        files.remove(&orphans);
        files.swept();
        orphans.len()
    });
    removed.await.map_err(|cause| SweepError::Folder(io::Error::other(cause)))
}

/// Strikes every file that the index names off the list. Uploads come before objects, and objects before versions: what
/// moves on meanwhile is found in the later place, and in the other order it would be found in neither. A version that
/// moves back is remembered as fresh.
async fn strike(backend: &Backend, orphans: &mut HashSet<FileId>) -> S3Result<()> {
    for (bucket, _) in backend.catalogue.buckets() {
        let mut uploads = Pages::of(uploads_of(&bucket));
        while let Some(page) = uploads.next(backend).await? {
            for (entry, _) in &page {
                if let Some((_, upload)) = entry.rsplit_once('\0') {
                    strike_parts(backend, upload, orphans).await?;
                }
            }
        }
        let mut versions = Pages::of(versions_of(&bucket));
        let mut objects = Pages::of(bucket);
        while let Some(page) = objects.next(backend).await? {
            for (_, document) in &page {
                strike_object(backend, parse(document)?, orphans).await?;
            }
        }
        while let Some(page) = versions.next(backend).await? {
            for (_, document) in &page {
                if let Some(object) = parse::<Entry>(document)?.into_object() {
                    strike_object(backend, object, orphans).await?;
                }
            }
        }
    }
    Ok(())
}

/// An index bucket, page by page.
struct Pages {
    bucket: String,
    after: Option<String>,
    ended: bool,
}

impl Pages {
    fn of(bucket: String) -> Self {
        Self { bucket, after: None, ended: false }
    }

    async fn next(&mut self, backend: &Backend) -> S3Result<Option<Vec<(String, String)>>> {
        if self.ended {
            return Ok(None);
        }
        let page = backend.catalogue.page(&self.bucket, "", self.after.take(), INDEX_PAGE).await?;
        self.after = page.last().map(|(key, _)| key.clone());
        self.ended = page.len() < INDEX_PAGE;
        Ok(Some(page))
    }
}

async fn strike_object(backend: &Backend, object: Object, orphans: &mut HashSet<FileId>) -> S3Result<()> {
    match object.contents {
        Contents::File(file) => drop(orphans.remove(&file)),
        Contents::Upload { id, .. } => strike_parts(backend, &id, orphans).await?,
    }
    Ok(())
}

async fn strike_parts(backend: &Backend, upload: &str, orphans: &mut HashSet<FileId>) -> S3Result<()> {
    for part in backend.catalogue.parts(upload).await? {
        orphans.remove(&part.file);
    }
    Ok(())
}
