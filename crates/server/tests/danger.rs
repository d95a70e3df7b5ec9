//! An address that others may reach, and the host names that it is asked for under.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use daypass_server::config::Config;
use daypass_server::{Options, Sandbox};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The status that `url` answers a request with, which asks for the host `name` on the same port.
async fn ask(url: &str, name: &str, request: &str) -> u16 {
    whole(url, name, request).await.split(' ').nth(1).unwrap().parse().unwrap()
}

/// The whole answer.
async fn whole(url: &str, name: &str, request: &str) -> String {
    let address = url.trim_start_matches("http://");
    let (_, port) = address.rsplit_once(':').unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "{request} HTTP/1.1\r\nHost: {name}:{port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.to_ascii_lowercase()
}

#[tokio::test]
async fn a_listed_host_is_answered_to_where_others_may_reach_it_and_nowhere_else() {
    let directory = TempDir::new().unwrap();
    let enterprise = "[[enterprises]]\nslug = \"octo-ent\"\ninclude_slug_in_issuer = true\n";
    let options = Options {
        directory: directory.path().to_owned(),
        aws_address: "127.0.0.1:0".parse().unwrap(),
        github_address: "127.0.0.1:0".parse().unwrap(),
        account: None,
        config: Config::parse(&directory.path().join("daypass.toml"), enterprise).unwrap(),
        clock: None,
        tls: false,
        danger_listen: vec!["127.0.0.1:0".parse().unwrap()],
        danger_hosts: vec!["Host.Docker.Internal".to_owned()],
        import: None,
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let danger = sandbox.danger_urls().first().unwrap().clone();
    const DISCOVERY: &str = "GET /.well-known/openid-configuration";
    for (url, name, request, status) in [
        (danger.as_str(), "host.docker.internal", DISCOVERY, 200),
        (danger.as_str(), "127.0.0.1", DISCOVERY, 200),
        (danger.as_str(), "127.0.0.1", "GET /octo-ent/.well-known/openid-configuration", 200),
        // Of anybody else's it is an object in S3.
        (danger.as_str(), "127.0.0.1", "GET /other/.well-known/openid-configuration", 403),
        (danger.as_str(), "evil.example", DISCOVERY, 403),
        (danger.as_str(), "host.docker.internal", "POST /_daypass/mint", 401),
        (danger.as_str(), "host.docker.internal", "GET /_daypass/status", 401),
        // The console, and what is signed for a bucket of that name.
        (danger.as_str(), "host.docker.internal", "GET /console/sign-in", 200),
        (danger.as_str(), "host.docker.internal", "GET /console/runs?X-Amz-Signature=0", 400),
        (danger.as_str(), "evil.example", "GET /console/sign-in", 403),
        (sandbox.github_url(), "127.0.0.1", "GET /console/sign-in", 200),
        (sandbox.aws_url(), "127.0.0.1", "GET /console/sign-in", 403),
        (danger.as_str(), "host.docker.internal", "GET /repos/your-org/your-repo/environments", 401),
        (danger.as_str(), "host.docker.internal", "GET /api/v3/user", 401),
        (danger.as_str(), "host.docker.internal", "GET /users?AWSAccessKeyId=x&Signature=y&Expires=1", 403),
        (sandbox.github_url(), "host.docker.internal", "GET /user", 403),
        (sandbox.github_url(), "127.0.0.1", DISCOVERY, 200),
        (sandbox.github_url(), "host.docker.internal", DISCOVERY, 403),
        (sandbox.aws_url(), "host.docker.internal", "GET /", 403),
    ] {
        assert_eq!(ask(url, name, request).await, status, "{name} at {url}: {request}");
    }
    let object = "GET /bucket/page.html";
    for (url, is_beside_console) in [(danger.as_str(), true), (sandbox.aws_url(), false)] {
        let answer = whole(url, "127.0.0.1", object).await;
        assert!(answer.contains("\r\nx-content-type-options: nosniff\r\n"), "{answer}");
        let is_sandboxed = answer.contains("\r\ncontent-security-policy: sandbox\r\n");
        assert_eq!(is_sandboxed, is_beside_console, "{url}: {answer}");
    }
    sandbox.stop().await;
}
