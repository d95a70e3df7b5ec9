//! An S3 in a temporary folder, driven as the server drives it, with an authority that a test can tell what to refuse.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "each test file uses its own part of the harness"
)]

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use daypass_store::sqlite::Database;
use daypass_targets::authority::{Authority, Denial, TargetCall};
use daypass_targets::body::{Body, full};
use daypass_targets::s3::{Answer, Invocation, S3, Settings, Storage};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use jiff::Timestamp;

pub const NOW: &str = "2026-11-23T05:00:00Z";

/// Remembers every question, and refuses those whose action and resource begin like one of its rules.
#[derive(Default)]
pub struct Rules {
    pub asked: Mutex<Vec<TargetCall>>,
    pub refused: Mutex<Vec<(&'static str, &'static str)>>,
}

impl Authority for Rules {
    fn authorize(&self, call: &TargetCall) -> Result<(), Denial> {
        self.asked.lock().unwrap().push(call.clone());
        let refused = self.refused.lock().unwrap();
        if refused
            .iter()
            .any(|(action, resource)| call.action == *action && call.resource.starts_with(resource))
        {
            let message =
                format!("not authorized to perform: {} on resource: {}", call.action, call.resource);
            return Err(Denial { message });
        }
        Ok(())
    }
}

pub struct Harness {
    pub s3: S3,
    pub rules: Arc<Rules>,
    pub folder: tempfile::TempDir,
    pub now: Timestamp,
}

/// An answer read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub facts: Facts,
}

#[derive(Debug)]
pub struct Facts {
    pub operation: Option<&'static str>,
    pub bucket: Option<String>,
    pub key: Option<String>,
    pub version: Option<String>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub bytes_in: u64,
    pub bytes_out: u64,
}

impl Reply {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The texts of every element of a name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        self.text().split(&open).skip(1).map(|rest| rest.split_once(&close).unwrap().0).collect()
    }

    pub fn one(&self, name: &str) -> &str {
        self.all(name).first().copied().unwrap_or("")
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert!(self.status.is_success(), "{} {}", self.status, self.text());
        self
    }

    /// Checks status and code, in the body as in the facts.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!(
            (self.status.as_u16(), self.facts.error_code.as_deref()),
            (status, Some(code)),
            "{}",
            self.text()
        );
        if !self.body.is_empty() {
            assert_eq!(self.one("Code"), code);
            assert_eq!(self.one("RequestId"), "REQUEST1");
        }
        self
    }
}

pub fn open(folder: &std::path::Path) -> S3 {
    let database = Arc::new(Database::open(folder, None).unwrap());
    let settings = Settings {
        directory: folder.join("objects"),
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
    };
    let storage = Storage { journal: database.clone(), documents: database.clone(), index: database };
    S3::open(settings, storage).unwrap()
}

impl Harness {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { s3: open(folder.path()), rules: Arc::default(), folder, now: NOW.parse().unwrap() }
    }

    /// With a bucket `bbb`.
    pub async fn with_bucket() -> Self {
        let harness = Self::new();
        harness.send(Method::PUT, "/bbb", &[], "").await.ok();
        harness
    }

    pub fn refuse(&self, action: &'static str, resource: &'static str) {
        self.rules.refused.lock().unwrap().push((action, resource));
    }

    pub fn questions(&self) -> Vec<(&'static str, String)> {
        self.rules.asked.lock().unwrap().drain(..).map(|call| (call.action, call.resource)).collect()
    }

    pub async fn send(
        &self,
        method: Method,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Reply {
        let body = body.into();
        let length = body.len().to_string();
        let mut builder = Request::builder().method(method).uri(target).header("host", "127.0.0.1:4566");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
            builder = builder.header("content-length", length);
        }
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        self.deliver(builder.body(full(body)).unwrap()).await
    }

    pub async fn deliver(&self, request: Request<Body>) -> Reply {
        let authority: Arc<dyn Authority> = self.rules.clone();
        let invocation = Invocation {
            authority,
            account: "123456789012".to_owned(),
            now: self.now,
            request_id: "REQUEST1".to_owned(),
        };
        read(self.s3.call(request, invocation).await).await
    }

    pub async fn get(&self, target: &str) -> Reply {
        self.send(Method::GET, target, &[], "").await
    }

    pub async fn put(&self, target: &str, body: impl Into<Bytes>) -> Reply {
        self.send(Method::PUT, target, &[], body).await
    }

    /// Every file of object bytes, half-written ones included.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for folder in std::fs::read_dir(self.folder.path().join("objects")).unwrap() {
            for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
                found.push(file.unwrap().path());
            }
        }
        found
    }
}

async fn read(answer: Answer) -> Reply {
    let Answer { response, operation, bucket, key, version, error_code, error_message, bytes_in, bytes_out } =
        answer;
    let facts = Facts { operation, bucket, key, version, error_code, error_message, bytes_in, bytes_out };
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Reply { status: parts.status, headers: parts.headers, body, facts }
}
