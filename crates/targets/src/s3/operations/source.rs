//! An object found and its files pinned, ready to be read: for a download, and for a copy.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use s3s::S3Result;
use tokio::task::spawn_blocking;

use super::Backend;
use super::find::Sought;
use crate::s3::checksum::Algorithm;
use crate::s3::document::{Contents, FileId, Object, Part};
use crate::s3::error;
use crate::s3::limits::BLOCK_BYTES;
use crate::s3::send::{Pin, cut};
use crate::s3::state::Call;
use crate::s3::upload::{Sink, Stored};

/// How often an object may be replaced between finding it and opening it before the read gives up.
const ATTEMPTS: usize = 8;

/// An object whose bytes can be read whatever happens to its key from here on.
pub(super) struct Source {
    pub(super) object: Object,
    /// The files in order, with their sizes.
    pub(super) files: Vec<(FileId, u64)>,
    /// The only file, already open.
    pub(super) open: Option<(FileId, Arc<File>)>,
    pub(super) pin: Option<Arc<Pin>>,
}

impl Backend {
    /// Finds an object and pins its bytes.
    pub(super) async fn source(&self, call: &Call, sought: &Sought<'_>) -> S3Result<Source> {
        for _ in 0..ATTEMPTS {
            let object = self.find(call, sought).await?;
            if let Some(source) = self.pinned(object).await? {
                return Ok(source);
            }
        }
        Err(error::slow_down())
    }

    /// `None` if the object was replaced meanwhile.
    async fn pinned(&self, object: Object) -> S3Result<Option<Source>> {
        match object.contents.clone() {
            Contents::File(file) => {
                // Opening looks up names that are nearly always in memory, as the look-up in the index does before it.
                match self.files.read(file) {
                    Ok(handle) => {
                        let (files, open) = (vec![(file, object.size)], Some((file, Arc::new(handle))));
                        Ok(Some(Source { object, files, open, pin: None }))
                    }
                    Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
                    Err(cause) => Err(error::failed("open object bytes", &cause)),
                }
            }
            Contents::Upload { id, parts } => {
                let pin = self.readers.pin(&self.files, &id);
                let found = self.catalogue.parts(&id).await?;
                if found.len() != usize::try_from(parts).unwrap_or(usize::MAX) {
                    return Ok(None);
                }
                let files = found.iter().map(|part| (part.file, part.size)).collect();
                Ok(Some(Source { object, files, open: None, pin: Some(pin) }))
            }
        }
    }

    /// The range of one part of an object, and how many parts it has. An object that was sent whole has one.
    pub(super) async fn part_range(
        &self,
        object: &Object,
        number: i32,
    ) -> S3Result<(Range<u64>, Option<i32>)> {
        let Contents::Upload { id, parts } = &object.contents else {
            return if number == 1 { Ok((0..object.size, None)) } else { Err(error::invalid_part_number()) };
        };
        let found = self.catalogue.parts(id).await?;
        let mut start = 0;
        // S3 counts the parts of a finished object from one, whatever numbers they were sent under.
        for (position, Part { size, .. }) in (1..).zip(found) {
            if position == number {
                return Ok((start..start + size, i32::try_from(*parts).ok()));
            }
            start += size;
        }
        Err(error::invalid_part_number())
    }

    /// Copies a range of an object into a new durable file.
    pub(super) async fn duplicate(
        &self,
        source: Source,
        range: Range<u64>,
        algorithm: Algorithm,
    ) -> S3Result<Stored> {
        let files = Arc::clone(&self.files);
        let copied = spawn_blocking(move || {
            let mut sink = Sink::new(&files, algorithm)?;
            let mut buffer = vec![0; BLOCK_BYTES];
            for piece in cut(source.files, &range) {
                let handle = match &source.open {
                    Some((id, handle)) if *id == piece.file => Arc::clone(handle),
                    _ => Arc::new(files.read(piece.file)?),
                };
                let mut offset = piece.bytes.start;
                while offset < piece.bytes.end {
                    let wanted =
                        usize::try_from(piece.bytes.end - offset).unwrap_or(BLOCK_BYTES).min(BLOCK_BYTES);
                    let block = buffer.get_mut(..wanted).unwrap_or_default();
                    handle.read_exact_at(block, offset)?;
                    sink.write(block)?;
                    offset += wanted as u64;
                }
            }
            sink.keep(&files)
        });
        let copied: io::Result<Stored> =
            copied.await.map_err(|cause| error::failed("copy an object", &cause))?;
        copied.map_err(|cause| error::disk(&cause))
    }
}
