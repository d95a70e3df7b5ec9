//! Forms that come late: who may answer is asked once all of it is there.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::world::{Push, RUN, World};

/// Time for the server to read the head of a request.
const HEAD_READ: Duration = Duration::from_millis(200);

#[tokio::test]
async fn whoever_loses_the_right_while_the_form_arrives_decides_nothing() {
    let world = World::new(&[Push::new("carol", "staging")]).await;
    let ada = world.visitor("ada", "octo-org/*=admin").await;
    let mut form = ada.form(RUN, "staging").await;
    form.extend([("answer", "bypass".to_owned()), ("comment", "late".to_owned())]);
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let body = daypass_wire::form::encode(&fields);
    let own = world.sandbox.github_url();
    let authority = own.strip_prefix("http://").unwrap();
    let head = format!(
        "POST /console/decide HTTP/1.1\r\nHost: {authority}\r\nOrigin: {own}\r\nCookie: {}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        ada.cookie,
        body.len()
    );
    let (first, rest) = body.split_at(10);
    let mut stream = TcpStream::connect(authority).await.unwrap();
    stream.write_all(format!("{head}{first}").as_bytes()).await.unwrap();
    tokio::time::sleep(HEAD_READ).await;
    world.user_with(json!({ "login": "ada", "token_name": "second", "grants": ["octo-org/*=read"] })).await;
    stream.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    let run = world.sandbox.read_control(&format!("runs/{RUN}")).await;
    assert_eq!(run["status"], "waiting", "{run}");
}
