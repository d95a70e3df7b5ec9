//! 100 MiB in signed chunks, made as they are sent: broken in the middle, cut in the middle, and whole. Alone in its
//! process, since it measures the memory that the whole of it takes.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, signs with the wall clock and looks into the data directory"
)]

use std::time::{Duration, Instant};

use daypass_testkit::{Refused, Sandbox};
use daypass_wire::checksum::{Algorithm, Checksum};
use daypass_wire::sigv4::{ChunkChain, ChunkEncoder, Payload, PayloadHash};
use http::Request;
use jiff::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const CHUNK: usize = 64 << 10;
const CHUNKS: usize = 1_600;
/// What sandbox and client together may take besides what they had: far less than the upload.
const MEMORY_KIB: u64 = 40 << 10;
const PATIENCE: Duration = Duration::from_secs(60);
/// `10000;chunk-signature=` and 64 digits, and two ends of lines.
const FRAME: usize = 5 + 17 + 64 + 4;
/// `0;chunk-signature=` and 64 digits, and two ends of lines.
const LAST_FRAME: usize = 1 + 17 + 64 + 4;

fn chunk(number: usize) -> Vec<u8> {
    let mut state = number as u64 + 1;
    let mut bytes = Vec::with_capacity(CHUNK);
    while bytes.len() < CHUNK {
        // An xorshift; quick enough for a build that is not optimised.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes
}

fn address(sandbox: &Sandbox) -> &str {
    sandbox.aws.endpoint().trim_start_matches("http://")
}

fn head(sandbox: &Sandbox, method: &str, payload: Payload<'_>, length: usize) -> (Vec<u8>, ChunkChain) {
    let mut request = Request::builder().method(method).uri("/site/large").header("host", address(sandbox));
    if length > 0 {
        request = request
            .header("content-encoding", "aws-chunked")
            .header("x-amz-decoded-content-length", CHUNK * CHUNKS);
    }
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    let signer = sandbox.aws.signer("s3", &sandbox.administrator, Timestamp::now());
    let chain = signer.sign(&mut parts, payload).unwrap();
    let mut head =
        format!("{method} /site/large HTTP/1.1\r\ncontent-length: {length}\r\nconnection: close\r\n");
    for (name, value) in &parts.headers {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    head.push_str("\r\n");
    (head.into_bytes(), chain)
}

/// What happens to the chunk in the middle.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Whole,
    /// A digit of its signature is another.
    Broken,
    /// A byte of it is another.
    Changed,
    /// The client goes away.
    Cut,
}

/// Sends the upload; the server's answer, and how many chunks were taken before it came.
async fn upload(sandbox: &Sandbox, fate: Fate) -> (String, usize) {
    let length = CHUNKS * (FRAME + CHUNK) + LAST_FRAME;
    let (head, chain) = head(sandbox, "PUT", Payload::Word(&PayloadHash::StreamingSigned), length);
    let mut encoder = ChunkEncoder::signed(chain);
    let mut stream = TcpStream::connect(address(sandbox)).await.unwrap();
    stream.write_all(&head).await.unwrap();
    let mut sent = 0;
    for number in 0..CHUNKS {
        let mut framed = encoder.chunk(&chunk(number));
        if number == CHUNKS / 2 {
            let place = match fate {
                Fate::Whole => None,
                Fate::Cut => return (String::new(), sent),
                Fate::Broken => Some(5 + 17 + 40),
                Fate::Changed => Some(FRAME + CHUNK / 2),
            };
            if let Some(byte) = place.and_then(|place| framed.get_mut(place)) {
                *byte = if *byte == b'0' { b'1' } else { b'0' };
            }
        }
        // The server need not read what follows a chunk that it refuses.
        if stream.write_all(&framed).await.is_err() {
            break;
        }
        sent += 1;
    }
    let _ = stream.write_all(&encoder.finish(&[])).await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the server closes");
    (String::from_utf8(answer).unwrap(), sent)
}

/// Reads the object and compares it while it comes.
async fn read_back(sandbox: &Sandbox) {
    let (head, _) = head(sandbox, "GET", Payload::Body(b""), 0);
    let mut stream = TcpStream::connect(address(sandbox)).await.unwrap();
    stream.write_all(&head).await.unwrap();
    let mut before = Vec::new();
    while !before.ends_with(b"\r\n\r\n") {
        before.push(stream.read_u8().await.unwrap());
    }
    assert!(before.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&before));
    let mut block = vec![0; CHUNK];
    for number in 0..CHUNKS {
        stream.read_exact(&mut block).await.unwrap();
        assert!(block == chunk(number), "chunk {number} differs");
    }
    assert_eq!(stream.read(&mut block).await.unwrap(), 0);
}

/// The most memory that this process has had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn files(sandbox: &Sandbox) -> usize {
    let objects = std::fs::read_dir(sandbox.data().join("objects")).unwrap();
    objects.map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count()).sum()
}

async fn expect_files(sandbox: &Sandbox, count: usize, what: &str) {
    let begun = Instant::now();
    while files(sandbox) != count {
        assert!(begun.elapsed() < PATIENCE, "{what}: {} files", files(sandbox));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn size(sandbox: &Sandbox) -> Result<String, Refused> {
    let request = Request::head("/site/large").body(Vec::new()).unwrap();
    let found = sandbox.s3(Some(&sandbox.administrator), request).await?;
    Ok(found.headers.get("content-length").unwrap().to_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_upload_is_whole_or_nothing_and_takes_little_memory() {
    let sandbox = Sandbox::start().await;
    sandbox.create_bucket("site").await;
    let before = peak();
    for fate in [Fate::Broken, Fate::Changed, Fate::Cut] {
        let (answer, sent) = upload(&sandbox, fate).await;
        if fate != Fate::Cut {
            assert!(answer.starts_with("HTTP/1.1 403"), "{fate:?}: {answer}");
            assert!(answer.contains("<Code>SignatureDoesNotMatch</Code>"), "{fate:?}: {answer}");
            assert!(sent >= CHUNKS / 2, "{fate:?}: refused after {sent} chunks, before there was a reason");
        }
        expect_files(&sandbox, 0, &format!("{fate:?}")).await;
        assert_eq!(size(&sandbox).await.unwrap_err().status, 404, "{fate:?}");
    }
    let (answer, sent) = upload(&sandbox, Fate::Whole).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(sent, CHUNKS);
    // What comes afterwards and is broken takes nothing away.
    assert!(upload(&sandbox, Fate::Broken).await.0.starts_with("HTTP/1.1 403"));
    expect_files(&sandbox, 1, "the whole one").await;
    assert_eq!(size(&sandbox).await.unwrap(), (CHUNK * CHUNKS).to_string());
    let mut checksum = Checksum::new(Algorithm::Crc64Nvme);
    (0..CHUNKS).for_each(|number| checksum.update(&chunk(number)));
    assert!(answer.contains(&format!("x-amz-checksum-crc64nvme: {}", checksum.finish())), "{answer}");
    read_back(&sandbox).await;
    let grown = peak() - before;
    println!("{grown} KiB more");
    assert!(grown < MEMORY_KIB, "{grown} KiB for an upload of {} KiB", CHUNK * CHUNKS / 1_024);
}
