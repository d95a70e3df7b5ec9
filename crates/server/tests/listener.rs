//! Clients that are slow, rude or somebody else's, against a listener with short limits.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "these tests measure how long a client is borne with")]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use daypass_server::guard::{Exposure, Guard};
use daypass_server::listener::{Connection, Limits, Serving, bind};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long a test waits before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);

struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

impl Server {
    fn start(limits: Limits) -> Self {
        let listener = bind("127.0.0.1:0".parse().unwrap(), Exposure::Loopback).unwrap();
        let address = listener.local_addr().unwrap();
        let guard = Guard::new(address, &["Build.Internal".to_owned()], &[4_567]);
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(Serving { listener, guard, tls: None, limits }.run(echo, stopped));
        Self { address, stop, running }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes on a new connection and reads until the server closes it.
    async fn send(&self, bytes: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_bytes()).await.unwrap();
        rest(&mut stream).await
    }

    fn port(&self) -> u16 {
        self.address.port()
    }

    async fn get(&self, headers: &str) -> String {
        self.send(&format!("GET / HTTP/1.1\r\n{headers}Connection: close\r\n\r\n")).await
    }
}

/// Answers with the number of bytes in the body; `/slow` takes half a second, `/refuse` does not look at the body.
async fn echo(request: Request<Incoming>, _: Connection) -> Response<Full<Bytes>> {
    if request.uri().path() == "/refuse" {
        return Response::new(Full::from("no"));
    }
    if request.uri().path() == "/slow" {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let answer = match request.into_body().collect().await {
        Ok(body) => format!("{} bytes", body.to_bytes().len()),
        Err(error) => format!("broken: {error}"),
    };
    Response::new(Full::from(answer))
}

/// Everything until the end of the stream; a reset is an end too.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

fn short() -> Limits {
    Limits {
        header_time: Duration::from_millis(300),
        idle_time: Duration::from_millis(300),
        grace_time: Duration::from_secs(2),
        ..Limits::default()
    }
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

#[tokio::test]
async fn one_connection_carries_many_requests() {
    let server = Server::start(Limits::default());
    let mut stream = server.connect().await;
    for length in [0_usize, 5, 70_000] {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: localhost:{}\r\nContent-Length: {length}\r\n\r\n",
            server.port()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&vec![b'x'; length]).await.unwrap();
        let expected = format!("{length} bytes");
        let mut read = String::new();
        while !read.ends_with(&expected) {
            let mut buffer = [0; 1_024];
            let count = tokio::time::timeout(PATIENCE, stream.read(&mut buffer)).await.unwrap().unwrap();
            assert_ne!(count, 0, "closed after {read}");
            read.push_str(std::str::from_utf8(buffer.get(..count).unwrap()).unwrap());
        }
        assert_eq!(status(&read), "200");
    }
}

#[tokio::test]
async fn headers_that_never_end_close_the_connection() {
    let server = Server::start(short());
    let begun = Instant::now();
    assert_eq!(server.send("GET / HTTP/1.1\r\nHost: local").await, "");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn headers_that_drip_close_the_connection_too() {
    let server = Server::start(short());
    let mut stream = server.connect().await;
    let begun = Instant::now();
    stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    for letter in 0.. {
        assert!(letter < 100, "still open after {:?}", begun.elapsed());
        if stream.write_all(b"a").await.is_err() {
            break;
        }
        let mut buffer = [0; 64];
        let read = tokio::time::timeout(Duration::from_millis(50), stream.read(&mut buffer)).await;
        if matches!(read, Ok(Ok(0) | Err(_))) {
            break;
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_body_that_stops_half_way_ends_in_an_error() {
    let server = Server::start(short());
    let head =
        format!("POST / HTTP/1.1\r\nHost: localhost:{}\r\nContent-Length: 10\r\n\r\nabc", server.port());
    let begun = Instant::now();
    let answer = server.send(&head).await;
    assert!(!answer.contains("3 bytes") && !answer.contains("10 bytes"), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_client_that_is_refused_while_it_sends_reads_the_answer_to_its_end() {
    let server = Server::start(Limits::default());
    let mut stream = server.connect().await;
    let head =
        format!("POST /refuse HTTP/1.1\r\nHost: localhost:{}\r\nContent-Length: 90\r\n\r\n", server.port());
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..9 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        stream.write_all(&[b'x'; 10]).await.unwrap();
    }
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert_eq!((status(&answer), body(&answer)), ("200", "no"));
}

#[tokio::test]
async fn a_client_that_goes_on_sending_after_its_answer_is_cut_off() {
    let server = Server::start(Limits { linger_time: Duration::from_millis(200), ..Limits::default() });
    let mut stream = server.connect().await;
    let head =
        format!("POST /refuse HTTP/1.1\r\nHost: localhost:{}\r\nContent-Length: 9000\r\n\r\n", server.port());
    stream.write_all(head.as_bytes()).await.unwrap();
    let begun = Instant::now();
    while stream.write_all(b"x").await.is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(3), "still open after {:?}", begun.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(begun.elapsed() >= Duration::from_millis(150), "cut off after {:?}", begun.elapsed());
}

#[tokio::test]
async fn a_slow_answer_is_not_an_idle_connection_of_the_client() {
    let limits = Limits { idle_time: Duration::from_secs(2), ..short() };
    let server = Server::start(limits);
    let request =
        format!("GET /slow HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", server.port());
    assert_eq!(body(&server.send(&request).await), "0 bytes");
}

#[tokio::test]
async fn a_half_closed_client_gets_its_answer() {
    let server = Server::start(Limits::default());
    let mut stream = server.connect().await;
    let request = format!("GET /slow HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", server.port());
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let answer = rest(&mut stream).await;
    assert_eq!((status(&answer), body(&answer)), ("200", "0 bytes"));
}

#[tokio::test]
async fn a_client_that_closes_its_half_within_the_body_is_cut_off() {
    let server = Server::start(Limits::default());
    let mut stream = server.connect().await;
    let head =
        format!("POST / HTTP/1.1\r\nHost: localhost:{}\r\nContent-Length: 10\r\n\r\nabc", server.port());
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(!answer.contains("3 bytes") && !answer.contains("10 bytes"), "{answer}");
}

#[tokio::test]
async fn too_many_and_too_long_headers_are_refused() {
    let server = Server::start(Limits::default());
    let host = format!("Host: localhost:{}\r\n", server.port());
    let many = "X-A: b\r\n".repeat(98);
    assert_eq!(status(&server.get(&format!("{host}{many}")).await), "200");
    let more = "X-A: b\r\n".repeat(99);
    assert_eq!(status(&server.get(&format!("{host}{more}")).await), "431");
    let long = format!("X-A: {}\r\n", "b".repeat(70_000));
    assert_eq!(status(&server.get(&format!("{host}{long}")).await), "431");
}

#[tokio::test]
async fn a_rebound_name_is_refused_in_clear_words() {
    let server = Server::start(Limits::default());
    let port = server.port();
    let answer = server.get(&format!("Host: evil.example:{port}\r\n")).await;
    assert_eq!(status(&answer), "403");
    assert_eq!(
        body(&answer),
        format!(
            "the request is for `evil.example:{port}`, and this address answers to `localhost:{port}`, \
             `127.0.0.1:{port}`, `build.internal:{port}` only\n"
        )
    );
    for own in [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "127.0.0.1",
        "127.9.9.9",
        "[::1]",
        "bucket.localhost",
        "build.internal",
    ] {
        assert_eq!(status(&server.get(&format!("Host: {own}:{port}\r\n")).await), "200", "{own}");
    }
    let foreign = [
        format!("localhost:{}", port.wrapping_add(1)),
        "localhost".to_owned(),
        format!("localhost.evil.example:{port}"),
        format!("evillocalhost:{port}"),
        format!("10.0.0.1:{port}"),
        format!("user@localhost:{port}"),
        format!("localhost:{port}:{port}"),
        String::new(),
    ];
    for host in foreign {
        let answer = server.get(&format!("Host: {host}\r\n")).await;
        assert!(matches!(status(&answer), "400" | "403"), "{host}: {answer}");
    }
}

#[tokio::test]
async fn no_host_two_hosts_and_a_hidden_host_are_refused() {
    let server = Server::start(Limits::default());
    let port = server.port();
    let none = server.get("").await;
    assert_eq!((status(&none), body(&none)), ("403", "the request has no single, readable host header\n"));
    let two = server.get(&format!("Host: localhost:{port}\r\nHost: evil.example\r\n")).await;
    assert_eq!(status(&two), "403");
    let hidden = format!(
        "GET http://evil.example:{port}/ HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(status(&server.send(&hidden).await), "403");
    let whole = format!(
        "GET http://localhost:{port}/ HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(status(&server.send(&whole).await), "200");
}

#[tokio::test]
async fn pages_of_others_are_refused_and_our_own_are_not() {
    let server = Server::start(Limits::default());
    let port = server.port();
    let host = format!("Host: localhost:{port}\r\n");
    for own in [
        format!("http://localhost:{port}"),
        "http://localhost:4567".to_owned(),
        format!("http://127.0.0.1:{port}"),
    ] {
        assert_eq!(status(&server.get(&format!("{host}Origin: {own}\r\n")).await), "200", "{own}");
    }
    for other in ["null", "http://localhost:3000", "https://evil.example", "http://localhost", "file://", "x"]
    {
        let answer = server.get(&format!("{host}Origin: {other}\r\n")).await;
        assert_eq!(status(&answer), "403", "{other}");
        let expected = format!("the request comes from the page `{other}`, which is none of the sandbox's\n");
        assert_eq!(body(&answer), expected);
    }
}

#[tokio::test]
async fn a_connection_over_the_limit_waits_for_its_turn() {
    let server = Server::start(Limits { connections: 1, ..Limits::default() });
    let first = server.connect().await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut second = server.connect().await;
    let request = format!("GET / HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", server.port());
    second.write_all(request.as_bytes()).await.unwrap();
    let mut byte = [0; 1];
    assert!(tokio::time::timeout(Duration::from_millis(300), second.read(&mut byte)).await.is_err());
    drop(first);
    assert_eq!(status(&format!("H{}", rest(&mut second).await)), "200");
}

#[tokio::test]
async fn stopping_lets_requests_end_and_closes_the_rest() {
    let server = Server::start(Limits::default());
    let mut resting = server.connect().await;
    let mut busy = server.connect().await;
    let request = format!("GET /slow HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", server.port());
    busy.write_all(request.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.stop.send(true).unwrap();
    assert_eq!(status(&rest(&mut busy).await), "200");
    assert_eq!(rest(&mut resting).await, "");
    tokio::time::timeout(PATIENCE, server.running).await.unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn stopping_does_not_wait_for_ever() {
    let server = Server::start(Limits { grace_time: Duration::from_millis(200), ..Limits::default() });
    let mut stuck = server.connect().await;
    let head =
        format!("POST / HTTP/1.1\r\nHost: localhost:{}\r\nContent-Length: 10\r\n\r\nabc", server.port());
    stuck.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    server.stop.send(true).unwrap();
    tokio::time::timeout(PATIENCE, server.running).await.unwrap().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn only_loopback_is_listened_on_unless_danger_is_asked_for() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:4566", "[::ffff:192.0.2.1]:4566"] {
        let address: SocketAddr = address.parse().unwrap();
        let error = bind(address, Exposure::Loopback).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "`{address}` is not a loopback address: while the sandbox stands in for GitHub's issuer, whoever \
                 reaches it can become any workflow"
            )
        );
        let port = address.port();
        let hint =
            format!("listen on 127.0.0.1:{port}, or add --danger-listen {address} if that is what you want");
        assert_eq!(error.hint(), Some(hint));
    }
    assert!(bind("0.0.0.0:0".parse().unwrap(), Exposure::DangerAny).is_ok());
    let taken = bind("127.0.0.1:0".parse().unwrap(), Exposure::Loopback).unwrap();
    let error = bind(taken.local_addr().unwrap(), Exposure::Loopback).unwrap_err();
    assert!(error.hint().unwrap().starts_with("something else listens there"), "{error}");
}
