//! Versions against a model: whatever is written, deleted, enabled and suspended, listings and reads say what a plain
//! list of versions says, in pages of any size and after a restart.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod harness;

use std::collections::BTreeMap;

use harness::{Harness, open};
use http::Method;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const KEYS: [&str; 5] = ["a", "a/x", "a/y", "b", "c/%C3%BC"];

#[derive(Debug, Clone)]
enum Act {
    Put(&'static str),
    /// Puts two keys' objects together into one of the first, part by part.
    Join(&'static str, &'static str),
    Delete(&'static str),
    /// Deletes one of a key's versions: the one at this place, counted modulo how many there are.
    Erase(&'static str, usize),
    Versioning(bool),
    Restart,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let key = prop::sample::select(KEYS.as_slice());
    let act = prop_oneof![
        5 => key.clone().prop_map(Act::Put),
        2 => (key.clone(), key.clone()).prop_map(|(key, other)| Act::Join(key, other)),
        3 => key.clone().prop_map(Act::Delete),
        4 => (key, 0..6_usize).prop_map(|(key, place)| Act::Erase(key, place)),
        2 => any::<bool>().prop_map(Act::Versioning),
        1 => Just(Act::Restart),
    ];
    prop::collection::vec(act, 1..40)
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    id: String,
    /// `None` is a delete marker.
    text: Option<String>,
}

/// Every key's versions, the newest first.
#[derive(Default)]
struct Model {
    versioning: Option<bool>,
    keys: BTreeMap<&'static str, Vec<Kept>>,
}

impl Model {
    fn add(&mut self, key: &'static str, id: String, text: Option<String>) {
        let kept = self.keys.entry(key).or_default();
        kept.retain(|other| other.id != id);
        kept.insert(0, Kept { id, text });
    }

    /// What a listing shows: key, version, whether a marker, whether the latest.
    fn rows(&self) -> Vec<(String, String, bool, bool)> {
        let rows = self.keys.iter().flat_map(|(key, kept)| {
            kept.iter().enumerate().map(|(place, kept)| {
                let name = key.replace("%C3%BC", "ü");
                (name, kept.id.clone(), kept.text.is_none(), place == 0)
            })
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        rows
    }

    fn current(&self, key: &str) -> Option<String> {
        self.keys.get(key)?.first()?.text.clone()
    }

    fn files(&self) -> usize {
        self.keys.values().flatten().filter(|kept| kept.text.is_some()).count()
    }
}

/// Copies an object in an upload of one part; the version that it made, and the upload.
async fn join(s3: &Harness, key: &str, other: &str) -> (String, String) {
    let begun = s3.send(Method::POST, &format!("/bbb/{key}?uploads"), &[], "").await.ok();
    let upload = begun.one("UploadId").to_owned();
    let part = format!("/bbb/{key}?partNumber=1&uploadId={upload}");
    let source = [("x-amz-copy-source", format!("bbb/{other}"))];
    let source = source.each_ref().map(|(name, value)| (*name, value.as_str()));
    let part = s3.send(Method::PUT, &part, &source, "").await.ok();
    let list = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part></CompleteMultipartUpload>",
        part.one("ETag")
    );
    let done = s3.send(Method::POST, &format!("/bbb/{key}?uploadId={upload}"), &[], list).await.ok();
    (done.header("x-amz-version-id").to_owned(), upload)
}

async fn act(s3: Harness, model: &mut Model, step: usize, act: &Act) -> Harness {
    match *act {
        Act::Put(key) => {
            let text = format!("text {step}");
            let put = s3.put(&format!("/bbb/{key}"), text.clone()).await.ok();
            let id = put.header("x-amz-version-id").to_owned();
            assert_eq!(id.is_empty(), model.versioning.is_none());
            assert_eq!(id == "null", model.versioning == Some(false));
            model.add(key, if id.is_empty() { "null".to_owned() } else { id }, Some(text));
        }
        Act::Join(key, other) => {
            let Some(text) = model.current(other) else { return s3 };
            let (id, upload) = join(&s3, key, other).await;
            s3.get(&format!("/bbb/{key}?uploadId={upload}")).await.refused(404, "NoSuchUpload");
            model.add(key, if id.is_empty() { "null".to_owned() } else { id }, Some(text));
        }
        Act::Delete(key) => {
            let gone = s3.send(Method::DELETE, &format!("/bbb/{key}"), &[], "").await.ok();
            let id = gone.header("x-amz-version-id").to_owned();
            if model.versioning.is_none() {
                model.keys.remove(&key);
                assert_eq!(id, "");
            } else {
                assert_eq!(id == "null", model.versioning == Some(false));
                model.add(key, id, None);
            }
        }
        Act::Erase(key, place) => {
            let Some(kept) = model.keys.get_mut(&key).filter(|kept| !kept.is_empty()) else { return s3 };
            let place = place % kept.len();
            let id = kept.remove(place).id;
            s3.send(Method::DELETE, &format!("/bbb/{key}?versionId={id}"), &[], "").await.ok();
        }
        Act::Versioning(enabled) => {
            let status = if enabled { "Enabled" } else { "Suspended" };
            let body =
                format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
            s3.put("/bbb?versioning", body).await.ok();
            model.versioning = Some(enabled);
        }
        Act::Restart => {
            let Harness { s3, rules, folder, now } = s3;
            drop(s3);
            let s3 = Harness { s3: open(folder.path()), rules, folder, now };
            assert_eq!(s3.s3.sweep().await.unwrap(), 0);
            return s3;
        }
    }
    s3
}

/// One page after the other. Versions and markers stand apart in a page, so they are put in order again.
async fn listed(s3: &Harness, query: &str, page: usize) -> Vec<(String, String, bool, bool)> {
    let mut rows = Vec::new();
    let mut marker = String::new();
    loop {
        let listed = s3.get(&format!("/bbb?versions&max-keys={page}{query}{marker}")).await.ok();
        let mut found = 0;
        for (element, is_marker) in [("Version", false), ("DeleteMarker", true)] {
            for row in listed.all(element) {
                let field = |name: &str| {
                    let rest = row.split_once(&format!("<{name}>")).unwrap().1;
                    rest.split_once('<').unwrap().0.to_owned()
                };
                rows.push((field("Key"), field("VersionId"), is_marker, field("IsLatest") == "true"));
                found += 1;
            }
        }
        assert!(found <= page);
        if listed.one("IsTruncated") == "false" {
            return rows;
        }
        assert_eq!(found, page);
        let key = listed.one("NextKeyMarker").replace('ü', "%C3%BC");
        marker = format!("&key-marker={key}&version-id-marker={}", listed.one("NextVersionIdMarker"));
    }
}

async fn compare(s3: &Harness, model: &Model) {
    let mut expected = model.rows();
    let in_one_page = listed(s3, "", 1000).await;
    // Within one page each of the two kinds is in order.
    for is_marker in [false, true] {
        let of_kind = |rows: &[(String, String, bool, bool)]| -> Vec<_> {
            rows.iter().filter(|row| row.2 == is_marker).cloned().collect()
        };
        assert_eq!(of_kind(&in_one_page), of_kind(&expected));
    }
    assert_eq!(listed(s3, "", 1).await, expected);
    let mut in_threes = listed(s3, "", 3).await;
    in_threes.sort();
    expected.sort();
    assert_eq!(in_threes, expected);
    let mut below = listed(s3, "&prefix=a/", 2).await;
    below.sort();
    expected.retain(|row| row.0.starts_with("a/"));
    assert_eq!(below, expected);
    for (key, kept) in &model.keys {
        for version in kept {
            let got = s3.get(&format!("/bbb/{key}?versionId={}", version.id)).await;
            match &version.text {
                Some(text) => assert_eq!(got.ok().text(), text),
                None => drop(got.refused(405, "MethodNotAllowed")),
            }
        }
        let got = s3.get(&format!("/bbb/{key}")).await;
        match kept.first().and_then(|kept| kept.text.as_ref()) {
            Some(text) => assert_eq!(got.ok().text(), text),
            None => drop(got.refused(404, "NoSuchKey")),
        }
    }
    assert_eq!(s3.files().len(), model.files());
}

#[test]
fn histories_are_what_a_plain_list_says() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&acts(), |acts| {
        runtime.block_on(async {
            let mut s3 = Harness::with_bucket().await;
            let mut model = Model::default();
            for (step, next) in acts.iter().enumerate() {
                s3 = act(s3, &mut model, step, next).await;
            }
            compare(&s3, &model).await;
        });
        Ok(())
    });
    outcome.unwrap();
}
