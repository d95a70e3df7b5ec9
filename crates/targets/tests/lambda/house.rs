//! A Lambda in a temporary folder, driven as the server drives it.

use std::io::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use daypass_store::sqlite::Database;
use daypass_store::{Commit, Journal as _};
use daypass_targets::lambda::{
    Code, Digest, Lambda, LambdaError, Outcome, Place, Request, Source, execute, questions, route, source,
};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/function";
pub(crate) const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:f";

pub(crate) struct House {
    pub(crate) lambda: Lambda,
    database: Arc<Database>,
    folder: tempfile::TempDir,
    pub(crate) now: Timestamp,
}

impl House {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Arc::new(Database::open(folder.path(), None).unwrap());
        let lambda = Lambda::open(folder.path().join("code"), &*database).unwrap();
        Self { lambda, database, folder, now: "2026-11-26T08:00:00Z".parse().unwrap() }
    }

    /// The same folder, read again.
    pub(crate) fn restarted(self) -> Self {
        let lambda = Lambda::open(self.folder.path().join("code"), &*self.database).unwrap();
        Self { lambda, ..self }
    }

    /// How many files of code there are.
    pub(crate) fn files(&self) -> usize {
        let entries = std::fs::read_dir(self.folder.path().join("code")).unwrap();
        entries.filter(|entry| entry.as_ref().unwrap().file_type().unwrap().is_file()).count()
    }

    pub(crate) fn wait(&mut self) {
        self.now += SignedDuration::from_secs(2);
    }

    /// Asks, keeps what is to be kept, and takes it over.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Value) -> Result<Value, LambdaError> {
        self.asked(method, path, body).await.map(|outcome| outcome.body.unwrap_or_default())
    }

    pub(crate) async fn asked(
        &self,
        method: Method,
        target: &str,
        body: Value,
    ) -> Result<Outcome, LambdaError> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let fields = query.split('&').filter(|field| !field.is_empty());
        let query: Vec<(String, String)> = fields
            .map(|field| field.split_once('=').unwrap())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let qualifier = query.iter().find(|(name, _)| name == "Qualifier").map(|(_, value)| value.as_str());
        let place = Place { account: "123456789012", region: "eu-west-1", now: self.now };
        let asked = route(&method, path, qualifier, &place)?;
        let members: Map<String, Value> = body.as_object().cloned().unwrap_or_default();
        let location = |digest: &Digest| format!("https://code.test/{}", digest.as_str());
        let request = Request { place, query: &query, body: &members, location: &location };
        assert!(!questions(&asked, &request, &self.lambda.functions()).is_empty());
        let code = match source(&asked, &request)? {
            Some(Source::Zip(bytes)) => Some(Code::check(bytes)?),
            Some(Source::Object(_)) => panic!("the tests bring their code"),
            None => None,
        };
        let writing = self.lambda.writing().await;
        let mut outcome = execute(&asked, &request, &self.lambda.functions(), code)?;
        if let Some(code) = outcome.code.take() {
            self.lambda.put(code).await.unwrap();
        }
        let commit = Commit { changes: outcome.changes.clone(), ..Commit::default() };
        self.database.commit(commit).await.unwrap();
        self.lambda.apply(&writing, &outcome.changes).unwrap();
        if outcome.leaves_code {
            self.lambda.sweep(&writing).await;
        }
        Ok(outcome)
    }

    /// A function `f` that is settled.
    pub(crate) async fn with_function() -> Self {
        let mut house = Self::new();
        let body = json!({
            "FunctionName": "f", "Runtime": "python3.13", "Handler": "main.handler", "Role": ROLE,
            "Code": { "ZipFile": zip64("one") }, "Environment": { "Variables": { "SECRET": "hush" } },
        });
        house.ask(Method::POST, "/2015-03-31/functions", body).await.unwrap();
        house.wait();
        house
    }
}

/// The code and status of a refusal.
pub(crate) fn refused(answer: Result<Value, LambdaError>) -> (&'static str, u16, String) {
    let error = answer.unwrap_err();
    (error.code, error.status, error.message.into_owned())
}

/// A ZIP file with one file of this text, in base 64.
pub(crate) fn zip64(text: &str) -> String {
    STANDARD.encode(Zip::default().file("main.py", text.as_bytes()).end())
}

/// A ZIP file that is being made, honestly unless it is told otherwise.
#[derive(Default)]
pub(crate) struct Zip {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

impl Zip {
    pub(crate) fn file(self, name: &str, data: &[u8]) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).unwrap();
        let packed = encoder.finish().unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(data);
        self.entry(name, (8, 0), &packed, (data.len() as u32, crc.sum()))
    }

    /// An entry with whatever its figures say: method and flags, bytes, size and checksum.
    pub(crate) fn entry(
        mut self,
        name: &str,
        (method, flags): (u16, u16),
        packed: &[u8],
        (size, crc): (u32, u32),
    ) -> Self {
        let offset = self.bytes.len() as u32;
        let mut common = Vec::new();
        common.extend(20_u16.to_le_bytes());
        common.extend(flags.to_le_bytes());
        common.extend(method.to_le_bytes());
        common.extend([0; 4]);
        common.extend(crc.to_le_bytes());
        common.extend((packed.len() as u32).to_le_bytes());
        common.extend(size.to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0; 2]);
        self.bytes.extend(0x0403_4b50_u32.to_le_bytes());
        self.bytes.extend(&common);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(packed);
        self.directory.extend(0x0201_4b50_u32.to_le_bytes());
        self.directory.extend(20_u16.to_le_bytes());
        self.directory.extend(&common);
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.count += 1;
        self
    }

    /// One more entry of the directory for the file that was the first.
    pub(crate) fn again(mut self) -> Self {
        let first = self.directory.get(..46 + 1).unwrap().to_vec();
        self.directory.extend(first);
        self.count += 1;
        self
    }

    pub(crate) fn end(mut self) -> Vec<u8> {
        let start = self.bytes.len() as u32;
        self.bytes.extend(&self.directory);
        self.bytes.extend(0x0605_4b50_u32.to_le_bytes());
        self.bytes.extend([0; 4]);
        self.bytes.extend(self.count.to_le_bytes());
        self.bytes.extend(self.count.to_le_bytes());
        self.bytes.extend((self.directory.len() as u32).to_le_bytes());
        self.bytes.extend(start.to_le_bytes());
        self.bytes.extend([0; 2]);
        self.bytes
    }
}

/// What the code of a function is found to be.
pub(crate) fn checked(zip: Vec<u8>) -> Result<(), (u16, String)> {
    Code::check(Bytes::from(zip)).map(drop).map_err(|error| (error.status, error.message.into_owned()))
}
