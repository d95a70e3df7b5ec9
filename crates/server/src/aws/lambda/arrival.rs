//! The body of a call that may bring code. Its signature is over all of it, so that nobody is known before it is here.
//!
//! Whoever knows an access key's id can send such bodies: they take no place from anybody while they are on their way,
//! and what lies in memory of them is bounded, in sum and for each access key, so that one in a stranger's hands stops
//! its own calls at the most. What fits into one block is not counted: every other call may have as much.

use std::collections::HashMap;
use std::error::Error;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{Context, SHA256};
use bytes::{Bytes, BytesMut};
use daypass_aws::AwsError;
use daypass_targets::lambda::LambdaError;
use daypass_targets::lambda::limits::{ARRIVING_BYTES, ARRIVING_BYTES_OF_KEY};
use http_body_util::{BodyExt as _, Limited};

use super::super::query::{BODY_TIME_MAX, too_slow, unread};
use crate::random::hexadecimal;

/// What a body is kept in, in bytes: frames may be of one byte, and each would cost thirty.
const BLOCK_BYTES: usize = 256 * 1024;

/// Bytes of bodies in memory, by the access key that they claim to be signed with.
#[derive(Default)]
pub(super) struct Arrivals(Mutex<HashMap<String, usize>>);

impl Arrivals {
    /// Room for one body.
    pub(super) fn room(self: &Arc<Self>, access_key_id: String) -> Room {
        Room { arrivals: Arc::clone(self), access_key_id, bytes: 0 }
    }

    fn by_key(&self) -> std::sync::MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a body holds of the room for all; given back when it is dropped.
pub(super) struct Room {
    arrivals: Arc<Arrivals>,
    access_key_id: String,
    bytes: usize,
}

impl Room {
    /// Takes so many bytes more. Nobody waits for them: bodies that did would wait for each other.
    fn take(&mut self, bytes: usize) -> Result<(), AwsError> {
        let mut by_key = self.arrivals.by_key();
        let all: usize = by_key.values().sum();
        let own = by_key.get(&self.access_key_id).copied().unwrap_or_default();
        if all + bytes > ARRIVING_BYTES || own + bytes > ARRIVING_BYTES_OF_KEY {
            return Err(super::aws_error(LambdaError::too_much_code()));
        }
        by_key.insert(self.access_key_id.clone(), own + bytes);
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut by_key = self.arrivals.by_key();
        if let Some(held) = by_key.get_mut(&self.access_key_id) {
            *held = held.saturating_sub(self.bytes);
            if *held == 0 {
                by_key.remove(&self.access_key_id);
            }
        }
    }
}

/// A body that is here.
pub(super) struct Arrived {
    blocks: Vec<Vec<u8>>,
    /// The hash of it, lower-case hexadecimal.
    pub(super) sha256: String,
    room: Room,
}

impl Arrived {
    /// The bytes in one piece; each block goes when it was copied.
    pub(super) fn whole(self) -> Bytes {
        let Self { blocks, room, .. } = self;
        let mut bytes = BytesMut::with_capacity(blocks.iter().map(Vec::len).sum());
        for block in blocks {
            bytes.extend_from_slice(&block);
        }
        drop(room);
        bytes.freeze()
    }
}

/// Reads a whole body.
///
/// # Errors
/// As [`collect`](super::super::query::collect), and `TooManyRequestsException` where there is no room for it.
pub(super) async fn read<B>(body: B, limit: usize, room: Room) -> Result<Arrived, AwsError>
where
    B: http_body::Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>,
{
    tokio::time::timeout(BODY_TIME_MAX, gather(body, limit, room)).await.unwrap_or_else(|_| Err(too_slow()))
}

async fn gather<B>(body: B, limit: usize, mut room: Room) -> Result<Arrived, AwsError>
where
    B: http_body::Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let mut body = pin!(Limited::new(body, limit));
    let mut context = Context::new(&SHA256);
    let mut blocks = vec![Vec::new()];
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| unread(&*error, limit))?.into_data() else { continue };
        context.update(&data);
        keep(&mut blocks, &data, &mut room)?;
    }
    Ok(Arrived { blocks, sha256: hexadecimal(context.finish().as_ref()), room })
}

fn keep(blocks: &mut Vec<Vec<u8>>, data: &[u8], room: &mut Room) -> Result<(), AwsError> {
    let mut rest = data;
    loop {
        let left = blocks.last().map_or(0, |block| BLOCK_BYTES.saturating_sub(block.len()));
        let (now, later) = rest.split_at(rest.len().min(left));
        if let Some(block) = blocks.last_mut() {
            block.extend_from_slice(now);
        }
        if later.is_empty() {
            return Ok(());
        }
        room.take(BLOCK_BYTES)?;
        blocks.push(Vec::with_capacity(BLOCK_BYTES));
        rest = later;
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use daypass_targets::lambda::limits::BODY_BYTES;
    use futures::{StreamExt as _, stream};
    use http_body::Frame;
    use http_body_util::StreamBody;

    use super::*;

    fn frames(sizes: Vec<usize>) -> impl http_body::Body<Data = Bytes, Error = Infallible> {
        StreamBody::new(stream::iter(sizes).map(|size| Ok(Frame::data(Bytes::from(vec![b'a'; size])))))
    }

    async fn arrive(arrivals: &Arc<Arrivals>, key: &str, sizes: Vec<usize>) -> Result<Arrived, AwsError> {
        read(frames(sizes), BODY_BYTES, arrivals.room(key.to_owned())).await
    }

    fn said<T>(read: Result<T, AwsError>) -> Option<(&'static str, u16)> {
        read.err().map(|error| (error.code, error.status))
    }

    #[tokio::test]
    async fn a_body_is_what_was_sent() {
        let arrivals: Arc<Arrivals> = Arc::default();
        for sizes in
            [vec![], vec![0], vec![1; 1_000], vec![BLOCK_BYTES], vec![BLOCK_BYTES - 1, 2, 3 * BLOCK_BYTES]]
        {
            let sent = vec![b'a'; sizes.iter().sum()];
            let arrived = arrive(&arrivals, "key", sizes).await.unwrap();
            assert_eq!(arrived.sha256, daypass_wire::sha256_hex(&sent));
            assert!(arrived.blocks.iter().all(|block| block.len() <= BLOCK_BYTES));
            assert_eq!(arrived.whole(), sent);
        }
        let over = arrive(&arrivals, "key", vec![BODY_BYTES, 1]).await;
        assert_eq!(said(over), Some(("RequestEntityTooLarge", 413)));
        assert!(arrivals.by_key().is_empty());
    }

    #[tokio::test]
    async fn one_key_does_not_hold_all_of_the_room() {
        let arrivals: Arc<Arrivals> = Arc::default();
        let largest = || vec![BLOCK_BYTES; BODY_BYTES / BLOCK_BYTES];
        let mut held = Vec::new();
        for key in ["one", "one", "two", "two"] {
            held.push(arrive(&arrivals, key, largest()).await.unwrap());
            // What one of them holds is never more than its share.
            let full = arrive(&arrivals, "one", vec![BODY_BYTES, 1]).await;
            assert!(said(full).is_some());
        }
        for key in ["one", "two", "three"] {
            let refused = arrive(&arrivals, key, largest()).await;
            assert_eq!(said(refused), Some(("TooManyRequestsException", 429)), "{key}");
            // A call like any other has room.
            arrive(&arrivals, key, vec![BLOCK_BYTES]).await.unwrap();
        }
        drop(held.pop().unwrap().whole());
        arrive(&arrivals, "three", largest()).await.unwrap();
        let still = arrive(&arrivals, "one", largest()).await;
        assert_eq!(said(still), Some(("TooManyRequestsException", 429)));
        drop(held);
        assert!(arrivals.by_key().is_empty());
    }

    /// It holds what it has sent, and that no longer than half a minute.
    #[tokio::test(start_paused = true)]
    async fn a_body_that_stops_holds_what_it_has_sent() {
        let arrivals: Arc<Arrivals> = Arc::default();
        let begun =
            stream::iter([Ok::<_, Infallible>(Frame::data(Bytes::from(vec![b'a'; BLOCK_BYTES + 1])))]);
        let stopped = StreamBody::new(begun.chain(stream::pending()));
        let reading = read(stopped, BODY_BYTES, arrivals.room("key".to_owned()));
        let others = async {
            tokio::task::yield_now().await;
            assert_eq!(arrivals.by_key().get("key"), Some(&BLOCK_BYTES));
            arrive(&arrivals, "key", vec![BODY_BYTES]).await.unwrap();
        };
        let (stopped, ()) = tokio::join!(reading, others);
        assert_eq!(said(stopped), Some(("RequestTimeout", 408)));
        assert!(arrivals.by_key().is_empty());
    }
}
