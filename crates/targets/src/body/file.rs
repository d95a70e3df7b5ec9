//! A file as a body: block by block, so that its size does not matter. The file may be unlinked meanwhile.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt as _;
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use tokio::task::spawn_blocking;

use super::{Body, BoxError};

/// What is read at once, in bytes.
const BLOCK_BYTES: usize = 256 * 1024;

/// The bytes of a file from its beginning to its end.
#[must_use]
pub fn of_file(file: File) -> Body {
    let file = Arc::new(file);
    let blocks = futures::stream::try_unfold(0, move |offset| {
        let file = Arc::clone(&file);
        async move {
            let block = spawn_blocking(move || block(&file, offset)).await.map_err(io::Error::other)??;
            let next = offset + block.len() as u64;
            Ok::<_, io::Error>((!block.is_empty()).then(|| (Frame::data(block), next)))
        }
    });
    StreamBody::new(blocks.map_err(BoxError::from)).boxed_unsync()
}

/// What begins at an offset; nothing where the file ends.
fn block(file: &File, offset: u64) -> io::Result<Bytes> {
    let mut block = vec![0; BLOCK_BYTES];
    let read = file.read_at(&mut block, offset)?;
    block.truncate(read);
    Ok(Bytes::from(block))
}
