//! Places in S3: `s3://bucket/key`.

use super::resource::{Resource, Site};
use super::unreadable::Why;
use super::word::Word;

/// A bucket and a key, which may be empty.
#[derive(Debug, Clone)]
pub(super) struct Path {
    pub(super) bucket: Word,
    pub(super) key: Word,
}

impl Path {
    /// A word that begins with `s3://`; nothing where it certainly does not.
    pub(super) fn read(word: &Word) -> Result<Option<Self>, Why> {
        match word.without("s3://") {
            Some(path) => Self::of(&path).map(Some),
            None if word.begins_unknown() && !word.is_folder() => {
                Err(Why::UnknownPlace { word: word.to_string() })
            }
            None => Ok(None),
        }
    }

    /// `bucket/key`.
    pub(super) fn of(path: &Word) -> Result<Self, Why> {
        if path.beginning().starts_with("arn:") {
            return Err(Why::AccessPoint { word: path.to_string() });
        }
        // Without a slash the unknown part may hold one, and what is behind it.
        let (bucket, key) = path.split_once('/').unwrap_or_else(|| (path.clone(), path.unknown_end()));
        if bucket.text() == Some("") {
            return Err(Why::NotInS3 { word: path.to_string() });
        }
        if bucket.to_string().ends_with("--x-s3") {
            return Err(Why::DirectoryBucket { bucket: bucket.to_string() });
        }
        Ok(Self { bucket, key })
    }

    pub(super) fn bucket(&self, site: &Site<'_>) -> Resource {
        Resource::at(site, "s3:::").and(&self.bucket)
    }

    /// The one object.
    pub(super) fn object(&self, site: &Site<'_>) -> Resource {
        self.bucket(site).and_text("/").and(&self.key)
    }

    /// All objects below the key, which the command line takes as a folder.
    pub(super) fn below(&self, site: &Site<'_>) -> Resource {
        let object = self.object(site);
        let is_folder = self.key.text().is_some_and(str::is_empty)
            || self.key.ends_unknown()
            || self.key.to_string().ends_with('/');
        if is_folder { object.and_anything() } else { object.and_text("/").and_anything() }
    }

    /// The object that a copy of a file makes: the key, or in a folder the file's own name.
    pub(super) fn copy_of(&self, name: &Word, site: &Site<'_>) -> Resource {
        let object = self.object(site);
        if self.key.text().is_some_and(str::is_empty) || self.key.to_string().ends_with('/') {
            object.and(name)
        } else {
            object
        }
    }
}
