//! From a request body to a file: hashed, held against what the client promised, and durable, or nothing at all.
//!
//! The next block is received while the last one is hashed and written on a blocking thread; no thread waits for the
//! network.

use std::io;
use std::mem;
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt as _;
use md5::{Digest as _, Md5};
use s3s::S3Result;
use s3s::dto::StreamingBlob;
use tokio::task::{JoinHandle, spawn_blocking};

use super::checksum::{Algorithm, Checksum, Hasher};
use super::document::FileId;
use super::error;
use super::files::{Files, Staged};
use super::limits::BLOCK_BYTES;
use super::reception::Reception;

/// Bytes that are durable in a file which nothing refers to yet.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) file: FileId,
    pub(crate) size: u64,
    pub(crate) md5: [u8; 16],
    pub(crate) checksum: Checksum,
}

impl Stored {
    /// The entity tag: the MD5 in hexadecimal, without quotes.
    pub(crate) fn etag(&self) -> String {
        hexadecimal(&self.md5)
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file with the digests of what was written to it.
pub(crate) struct Sink {
    staged: Staged,
    md5: Md5,
    hasher: Hasher,
    size: u64,
}

impl Sink {
    pub(crate) fn new(files: &Files, algorithm: Algorithm) -> io::Result<Self> {
        Ok(Self { staged: files.stage()?, md5: Md5::new(), hasher: Hasher::new(algorithm), size: 0 })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.md5.update(bytes);
        self.hasher.update(bytes);
        self.size = self.size.saturating_add(bytes.len() as u64);
        self.staged.write(bytes)
    }

    fn digests(self) -> (Staged, u64, [u8; 16], Checksum) {
        let algorithm = self.hasher.algorithm();
        let checksum = Checksum { algorithm, value: self.hasher.finish(), composite: false };
        (self.staged, self.size, self.md5.finalize().into(), checksum)
    }

    /// Makes the bytes durable without asking what was promised. For bytes that were ours already.
    pub(crate) fn keep(self, files: &Files) -> io::Result<Stored> {
        let (staged, size, md5, checksum) = self.digests();
        Ok(Stored { file: staged.keep(files)?, size, md5, checksum })
    }

    /// Makes the bytes durable if the client's promises hold; remembers in `reception` what did not.
    fn keep_promised(self, files: &Files, reception: &Reception) -> Result<Stored, Failure> {
        let (staged, size, md5, checksum) = self.digests();
        let given = reception.promised_checksum();
        let promised = &reception.promises;
        promised.kept(Some(md5), Some(checksum.value.clone()), given.as_deref()).map_err(|broken| {
            reception.fail(broken.clone());
            Failure::Body(broken)
        })?;
        Ok(Stored { file: staged.keep(files)?, size, md5, checksum })
    }
}

enum Failure {
    Disk(io::Error),
    Body(crate::body::Integrity),
}

impl From<io::Error> for Failure {
    fn from(cause: io::Error) -> Self {
        Self::Disk(cause)
    }
}

/// Waits until the last block is written; `None` if there was none yet.
async fn written(busy: Option<JoinHandle<io::Result<Sink>>>) -> io::Result<Option<Sink>> {
    match busy {
        None => Ok(None),
        Some(task) => task.await.map_err(io::Error::other)?.map(Some),
    }
}

/// Receives a body into a durable file. On any error nothing is left behind.
pub(crate) async fn receive(
    files: &Arc<Files>,
    reception: &Arc<Reception>,
    body: Option<StreamingBlob>,
    algorithm: Algorithm,
) -> S3Result<Stored> {
    let mut busy = None;
    let mut block = Vec::new();
    let mut held = 0;
    let mut body = body;
    while let Some(chunk) = match &mut body {
        Some(body) => body.next().await,
        None => None,
    } {
        let chunk = chunk.map_err(|cause| error::integrity(&crate::body::Integrity::of(cause.as_ref())))?;
        held += chunk.len();
        block.push(chunk);
        if held >= BLOCK_BYTES {
            let sink = written(busy.take()).await.map_err(|cause| error::disk(&cause))?;
            busy = Some(write(files, sink, mem::take(&mut block), algorithm));
            held = 0;
        }
    }
    let sink = written(busy.take()).await.map_err(|cause| error::disk(&cause))?;
    let (files, reception) = (Arc::clone(files), Arc::clone(reception));
    let finished = spawn_blocking(move || {
        let sink = append(&files, sink, &block, algorithm)?;
        sink.keep_promised(&files, &reception)
    });
    match finished.await {
        Ok(Ok(stored)) => Ok(stored),
        Ok(Err(Failure::Body(broken))) => Err(error::integrity(&broken)),
        Ok(Err(Failure::Disk(cause))) => Err(error::disk(&cause)),
        Err(cause) => Err(error::failed("finish an upload", &cause)),
    }
}

fn write(
    files: &Arc<Files>,
    sink: Option<Sink>,
    block: Vec<Bytes>,
    algorithm: Algorithm,
) -> JoinHandle<io::Result<Sink>> {
    let files = Arc::clone(files);
    spawn_blocking(move || append(&files, sink, &block, algorithm))
}

fn append(files: &Files, sink: Option<Sink>, block: &[Bytes], algorithm: Algorithm) -> io::Result<Sink> {
    let mut sink = match sink {
        Some(sink) => sink,
        None => Sink::new(files, algorithm)?,
    };
    for chunk in block {
        sink.write(chunk)?;
    }
    Ok(sink)
}
