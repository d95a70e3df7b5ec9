//! `aws s3`: the commands for files.
//!
//! Source: AWS CLI command reference, "s3", and what each command asks of the API: a single file in S3 is first looked
//! at with HeadObject, which is `s3:GetObject`; a folder in S3 is listed; `sync` lists both of its sides.

use super::calls::{Asked, NeededCall};
use super::options::{self, Takes};
use super::resource::Resource;
use super::s3_path::Path;
use super::unreadable::Why;
use super::word::Word;

const FLAGS: [&str; 19] = [
    "delete",
    "dryrun",
    "exact-timestamps",
    "follow-symlinks",
    "force",
    "force-glacier-transfer",
    "human-readable",
    "ignore-glacier-warnings",
    "no-follow-symlinks",
    "no-guess-mime-type",
    "no-overwrite",
    "no-progress",
    "only-show-errors",
    "progress-multiline",
    "quiet",
    "recursive",
    "size-only",
    "summarize",
    "validate-same-s3-paths",
];
const VALUES: [&str; 29] = [
    "acl",
    "bucket-name-prefix",
    "bucket-region",
    "cache-control",
    "case-conflict",
    "checksum-algorithm",
    "checksum-mode",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "copy-props",
    "error-document",
    "exclude",
    "expected-size",
    "expires",
    "expires-in",
    "include",
    "index-document",
    "metadata",
    "metadata-directive",
    "page-size",
    "progress-frequency",
    "source-region",
    "sse-c-copy-source-key",
    "sse-c-key",
    "sse-kms-key-id",
    "storage-class",
    "website-redirect",
];

/// How many words an option has.
pub(super) fn takes(name: &str) -> Option<Takes> {
    match name {
        "grants" => Some(Takes::Many),
        "request-payer" | "sse" | "sse-c" | "sse-c-copy-source" => Some(Takes::Perhaps),
        _ if FLAGS.contains(&name) => Some(Takes::Nothing),
        _ if VALUES.contains(&name) => Some(Takes::One),
        _ => options::global(name),
    }
}

pub(super) fn calls(asked: &Asked<'_>, places: &[&Word]) -> Result<Vec<NeededCall>, Why> {
    let command = Command { asked, recursive: asked.options.has("recursive"), calls: Vec::new() };
    let mut calls = match (asked.operation, places) {
        ("cp" | "mv", [from, to]) => command.copy(from, to)?,
        ("sync", [from, to]) => command.sync(from, to)?,
        ("rm", [path]) => command.remove(&in_s3(path)?),
        ("ls", []) => command.list(None)?,
        ("ls", [path]) => command.list(Some(path))?,
        ("mb", [path]) => command.bucket("s3:CreateBucket", &in_s3(path)?),
        ("website", [path]) => command.bucket("s3:PutBucketWebsite", &perhaps_bare(path)?),
        ("rb", [path]) => command.remove_bucket(path)?,
        ("presign", [path]) => command.presign(path)?,
        ("cp" | "mv" | "sync", _) => return Err(wrong_places(asked, "a source and a destination", places)),
        ("ls", _) => return Err(wrong_places(asked, "one place at the most", places)),
        ("rm" | "mb" | "rb" | "website" | "presign", _) => {
            return Err(wrong_places(asked, "one place", places));
        }
        _ => return Err(asked.unknown_operation()),
    };
    if asked.options.has("dryrun") {
        // Folders are listed and a single file is looked at; nothing is read or changed.
        let looks = asked.operation != "sync" && !asked.options.has("recursive");
        calls.retain(|call| call.action == "s3:ListBucket" || looks && call.action == "s3:GetObject");
    }
    Ok(calls)
}

fn wrong_places(asked: &Asked<'_>, takes: &'static str, places: &[&Word]) -> Why {
    Why::Places { operation: asked.operation.to_owned(), takes, given: places.len() }
}

fn in_s3(word: &Word) -> Result<Path, Why> {
    Path::read(word)?.ok_or_else(|| Why::NotInS3 { word: word.to_string() })
}

/// Of some commands `s3://` may be left out.
fn perhaps_bare(word: &Word) -> Result<Path, Why> {
    Path::read(word)?.map_or_else(|| Path::of(word), Ok)
}

struct Command<'a> {
    asked: &'a Asked<'a>,
    recursive: bool,
    calls: Vec<NeededCall>,
}

impl Command<'_> {
    fn need(&mut self, action: &str, resource: Resource) {
        self.calls.push(NeededCall::new(action, resource));
    }

    fn list_bucket(&mut self, path: &Path) {
        self.need("s3:ListBucket", path.bucket(self.asked.site));
    }

    fn copy(mut self, from: &Word, to: &Word) -> Result<Vec<NeededCall>, Why> {
        let site = self.asked.site;
        let (source, target) = (Path::read(from)?, Path::read(to)?);
        if source.is_none() && target.is_none() {
            return Err(Why::NotInS3 { word: to.to_string() });
        }
        let objects = |path: &Path| if self.recursive { path.below(site) } else { path.object(site) };
        let read = source.as_ref().map(objects);
        if let Some(source) = source.as_ref().filter(|_| self.recursive) {
            self.list_bucket(source);
        }
        if let Some(read) = &read {
            self.need("s3:GetObject", read.clone());
        }
        if let Some(target) = target {
            let written = if self.recursive {
                target.below(site)
            } else {
                let file = source.as_ref().map_or(from, |source| &source.key);
                target.copy_of(&file.behind_last('/'), site)
            };
            self.write(&written);
        }
        if let Some(read) = read.filter(|_| self.asked.operation == "mv") {
            self.need("s3:DeleteObject", read);
        }
        Ok(self.calls)
    }

    fn sync(mut self, from: &Word, to: &Word) -> Result<Vec<NeededCall>, Why> {
        let site = self.asked.site;
        let (source, target) = (Path::read(from)?, Path::read(to)?);
        for path in [&source, &target].into_iter().flatten() {
            self.list_bucket(path);
        }
        if let Some(source) = &source {
            self.need("s3:GetObject", source.below(site));
        }
        if let Some(target) = &target {
            self.write(&target.below(site));
            if self.asked.options.has("delete") {
                self.need("s3:DeleteObject", target.below(site));
            }
        }
        if self.calls.is_empty() {
            return Err(Why::NotInS3 { word: to.to_string() });
        }
        Ok(self.calls)
    }

    /// What writing an object needs beside `s3:PutObject` follows from the options.
    fn write(&mut self, object: &Resource) {
        let options = self.asked.options;
        self.need("s3:PutObject", object.clone());
        if options.has("acl") || options.has("grants") {
            self.need("s3:PutObjectAcl", object.clone());
        }
        if let Some(key) = options.value("sse-kms-key-id") {
            self.need("kms:GenerateDataKey", kms_key(key, self.asked));
        }
    }

    fn remove(mut self, path: &Path) -> Vec<NeededCall> {
        let site = self.asked.site;
        if self.recursive {
            self.list_bucket(path);
            self.need("s3:DeleteObject", path.below(site));
        } else {
            self.need("s3:DeleteObject", path.object(site));
        }
        self.calls
    }

    fn list(mut self, path: Option<&Word>) -> Result<Vec<NeededCall>, Why> {
        match path.filter(|path| path.text() != Some("s3://")) {
            Some(path) => {
                self.list_bucket(&perhaps_bare(path)?);
            }
            None => self.need("s3:ListAllMyBuckets", Resource::none()),
        }
        Ok(self.calls)
    }

    fn bucket(mut self, action: &str, path: &Path) -> Vec<NeededCall> {
        self.need(action, path.bucket(self.asked.site));
        self.calls
    }

    /// `--force` empties the bucket before.
    fn remove_bucket(mut self, path: &Word) -> Result<Vec<NeededCall>, Why> {
        let path = in_s3(path)?;
        if self.asked.options.has("force") {
            self.list_bucket(&path);
            self.need("s3:DeleteObject", path.below(self.asked.site));
        }
        self.need("s3:DeleteBucket", path.bucket(self.asked.site));
        Ok(self.calls)
    }

    /// It calls nothing; whoever follows the address reads with the rights of the signer.
    fn presign(mut self, path: &Word) -> Result<Vec<NeededCall>, Why> {
        let path = perhaps_bare(path)?;
        self.need("s3:GetObject", path.object(self.asked.site));
        Ok(self.calls)
    }
}

/// A key by its ARN or its id; an alias is a name for a key that is not in the command.
fn kms_key(key: &Word, asked: &Asked<'_>) -> Resource {
    let keys = || Resource::at(asked.site, "kms:{region}:{account}:key/");
    match key.text() {
        Some(text) if text.contains("alias/") => keys().and_anything(),
        Some(text) if text.starts_with("arn:") => Resource::word(key),
        Some(_) => keys().and(key),
        None => Resource::at(asked.site, "kms:*:*:key/").and_anything(),
    }
}
