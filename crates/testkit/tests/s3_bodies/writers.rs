//! Several writers of one key: the last whole one wins, and nobody ever sees a mixture.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use daypass_testkit::Sandbox;
use daypass_wire::sigv4::Payload;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::raw::{answer, connect, expect_files, signed};
use crate::{get, put, sandbox};

const SIZE: usize = 1 << 20;

/// A PUT of so many equal bytes, sent half.
async fn begun(sandbox: &Sandbox, byte: u8) -> (TcpStream, Vec<u8>) {
    let body = vec![byte; SIZE];
    let (head, _) = signed(sandbox, ("PUT", "/site/kept"), &[], Payload::Body(&body), SIZE);
    let mut stream = connect(sandbox).await;
    stream.write_all(&[&head, &body[..SIZE / 2]].concat()).await.unwrap();
    (stream, body)
}

async fn ended((mut stream, body): (TcpStream, Vec<u8>), change: u8) -> u16 {
    let mut rest = body[SIZE / 2..].to_vec();
    rest[SIZE / 4] ^= change;
    stream.write_all(&rest).await.unwrap();
    answer(&mut stream).await.unwrap().status
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_one_to_end_wins() {
    let sandbox = sandbox().await;
    let (first, second, broken, last) = (
        begun(&sandbox, b'1').await,
        begun(&sandbox, b'2').await,
        begun(&sandbox, b'3').await,
        begun(&sandbox, b'4').await,
    );
    let seen = async || get(&sandbox, "/site/kept").await.unwrap();
    assert_eq!(seen().await, crate::BEFORE, "halves are not seen");
    assert_eq!(ended(second, 0).await, 200);
    assert!(seen().await == vec![b'2'; SIZE]);
    assert_eq!(ended(first, 0).await, 200);
    assert!(seen().await == vec![b'1'; SIZE], "begun first, ended last");
    assert_eq!(ended(broken, 1).await, 400);
    assert!(seen().await == vec![b'1'; SIZE], "a broken one takes nothing away");
    drop(last);
    expect_files(&sandbox, 1, "of four writers").await;
    assert!(seen().await == vec![b'1'; SIZE], "one that goes away takes nothing away");
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_see_one_writer_at_a_time() {
    const LENGTH: usize = 300_000;
    const WRITERS: u8 = 6;
    const ROUNDS: usize = 10;
    let sandbox = Arc::new(sandbox().await);
    put(&sandbox, "/site/kept", vec![b'z'; LENGTH], &[]).await.unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let (sandbox, done) = (Arc::clone(&sandbox), Arc::clone(&done));
            tokio::spawn(async move {
                let mut reads = 0;
                while !done.load(Ordering::Relaxed) {
                    let body = get(&sandbox, "/site/kept").await.unwrap();
                    assert_eq!(body.len(), LENGTH);
                    assert!(body.iter().all(|byte| *byte == body[0]), "a mixture");
                    reads += 1;
                }
                reads
            })
        })
        .collect();
    let writers: Vec<_> = (b'a'..b'a' + WRITERS)
        .map(|byte| {
            let sandbox = Arc::clone(&sandbox);
            tokio::spawn(async move {
                for _ in 0..ROUNDS {
                    put(&sandbox, "/site/kept", vec![byte; LENGTH], &[]).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, Ordering::Relaxed);
    for reader in readers {
        assert!(reader.await.unwrap() > 0, "nothing was read meanwhile");
    }
    let body = get(&sandbox, "/site/kept").await.unwrap();
    assert!(body.iter().all(|byte| *byte == body[0]) && (b'a'..b'a' + WRITERS).contains(&body[0]));
    expect_files(&sandbox, 1, "after many writers").await;
}
