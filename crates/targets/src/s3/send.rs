//! From files to an answer's body: block by block, one block read ahead, any range of any number of files.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, IoSliceMut};
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::Bytes;
use futures::Stream;
use rustix::io::{ReadWriteFlags, preadv2};
use tokio::task::{JoinHandle, spawn_blocking};

use super::document::FileId;
use super::files::Files;
use super::limits::{BLOCK_BYTES, SMALL_READ_BYTES};

/// A stretch of one file.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) file: FileId,
    pub(crate) bytes: Range<u64>,
}

/// Cuts a range of the whole out of pieces that follow each other, given as files with their sizes.
pub(crate) fn cut(files: impl IntoIterator<Item = (FileId, u64)>, wanted: &Range<u64>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut start = 0u64;
    for (file, size) in files {
        let end = start.saturating_add(size);
        let from = wanted.start.max(start);
        let to = wanted.end.min(end);
        if from < to {
            pieces.push(Piece { file, bytes: from - start..to - start });
        }
        start = end;
    }
    pieces
}

/// Files that downloads are reading. An object whose bytes are many files opens them one after the other; while it is
/// being read its files stay, although the object may be gone.
#[derive(Default)]
pub(crate) struct Readers(Mutex<HashMap<String, Weak<Pin>>>);

/// Keeps an upload's files while it lives.
pub(crate) struct Pin {
    files: Arc<Files>,
    doomed: Mutex<Vec<FileId>>,
}

impl Readers {
    /// Pins an upload's files. What was read of the index before must be read again after.
    pub(crate) fn pin(&self, files: &Arc<Files>, upload: &str) -> Arc<Pin> {
        let mut pins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pins.retain(|_, pin| pin.strong_count() > 0);
        if let Some(pin) = pins.get(upload).and_then(Weak::upgrade) {
            return pin;
        }
        let pin = Arc::new(Pin { files: Arc::clone(files), doomed: Mutex::default() });
        pins.insert(upload.to_owned(), Arc::downgrade(&pin));
        pin
    }

    /// Removes the files of an upload that the index no longer knows: now, or when its last reader is done.
    pub(crate) fn remove(&self, files: &Files, upload: &str, ids: Vec<FileId>) {
        let pinned =
            self.0.lock().unwrap_or_else(PoisonError::into_inner).get(upload).and_then(Weak::upgrade);
        match pinned {
            Some(pin) => pin.doomed.lock().unwrap_or_else(PoisonError::into_inner).extend(ids),
            None => files.remove(&ids),
        }
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        let doomed = std::mem::take(&mut *self.doomed.lock().unwrap_or_else(PoisonError::into_inner));
        if !doomed.is_empty() {
            self.files.remove(&doomed);
        }
    }
}

/// What a download still has to send.
struct Download {
    files: Arc<Files>,
    pieces: VecDeque<Piece>,
    open: Option<(FileId, Arc<File>)>,
    ahead: Option<Reading>,
    _pin: Option<Arc<Pin>>,
}

/// A block that is being read.
enum Reading {
    Done(Block),
    Begun(JoinHandle<io::Result<Block>>),
}

struct Block {
    bytes: Bytes,
    open: (FileId, Arc<File>),
}

/// Streams the pieces. The first file may be given open, so that a file that is missing is found before the answer
/// begins.
pub(crate) fn stream(
    files: Arc<Files>,
    pieces: Vec<Piece>,
    open: Option<(FileId, Arc<File>)>,
    pin: Option<Arc<Pin>>,
) -> impl Stream<Item = io::Result<Bytes>> + Send + Sync + 'static {
    let download = Download { files, pieces: pieces.into(), open, ahead: None, _pin: pin };
    futures::stream::try_unfold(download, |mut download| async move {
        let Some(reading) = download.ahead.take().or_else(|| download.read()) else { return Ok(None) };
        let block = match reading {
            Reading::Done(block) => block,
            Reading::Begun(task) => task.await.map_err(io::Error::other)??,
        };
        download.open = Some(block.open);
        download.ahead = download.read();
        Ok(Some((block.bytes, download)))
    })
}

impl Download {
    /// Begins to read the next block.
    fn read(&mut self) -> Option<Reading> {
        let piece = self.pieces.front_mut()?;
        let file = piece.file;
        let offset = piece.bytes.start;
        let length = (piece.bytes.end - offset).min(BLOCK_BYTES as u64);
        piece.bytes.start += length;
        if piece.bytes.is_empty() {
            self.pieces.pop_front();
        }
        let open = self.open.take().filter(|(id, _)| *id == file);
        // `length` is at most `BLOCK_BYTES`.
        let length = usize::try_from(length).unwrap_or(BLOCK_BYTES);
        if let Some(open) = open.as_ref().filter(|_| length <= SMALL_READ_BYTES)
            && let Some(bytes) = read_from_memory(&open.1, offset, length)
        {
            return Some(Reading::Done(Block { bytes, open: (file, Arc::clone(&open.1)) }));
        }
        let files = Arc::clone(&self.files);
        Some(Reading::Begun(spawn_blocking(move || {
            let handle = match open {
                Some((_, handle)) => handle,
                None => Arc::new(files.read(file)?),
            };
            let mut bytes = vec![0; length];
            handle.read_exact_at(&mut bytes, offset)?;
            Ok(Block { bytes: bytes.into(), open: (file, handle) })
        })))
    }
}

/// Bytes of a file as far as the system has them in memory: all of them, or `None`. Never waits for the disk.
fn read_from_memory(file: &File, offset: u64, length: usize) -> Option<Bytes> {
    let mut bytes = vec![0; length];
    let read = preadv2(file, &mut [IoSliceMut::new(&mut bytes)], offset, ReadWriteFlags::NOWAIT);
    (read == Ok(length)).then(|| bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_cut_out_of_the_files_it_touches() {
        let files = [FileId::random(), FileId::random(), FileId::random()];
        let sized = [(files[0], 5), (files[1], 3), (files[2], 4)];
        let cut = |range: Range<u64>| {
            let pieces = cut(sized, &range);
            pieces
                .iter()
                .map(|p| (files.iter().position(|f| *f == p.file).unwrap(), p.bytes.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(cut(0..12), [(0, 0..5), (1, 0..3), (2, 0..4)]);
        assert_eq!(cut(4..9), [(0, 4..5), (1, 0..3), (2, 0..1)]);
        assert_eq!(cut(5..8), [(1, 0..3)]);
        assert_eq!(cut(12..12), []);
    }
}
