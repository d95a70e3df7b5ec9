//! An object's description: what may be asked for, how much of it, and how it comes back.

use std::time::{Duration, SystemTime};

use http::HeaderValue;
use jiff::Timestamp;
use s3s::S3Result;
use s3s::dto::{self, ETag, Metadata, TimestampFormat};

use super::checksum::{Algorithm, Checksum};
use super::document::Description;
use super::error;
use super::limits::{STORED_HEADER_BYTES, USER_METADATA_BYTES};

/// Storage classes that are kept as a label. The archive classes would need `RestoreObject`.
const STORAGE_CLASSES: [&str; 6] =
    ["STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "REDUCED_REDUNDANCY", "GLACIER_IR"];

/// The headers of a write, as the three operations that describe an object carry them.
pub(crate) struct Given<'a> {
    pub(crate) content_type: Option<&'a str>,
    pub(crate) cache_control: Option<&'a str>,
    pub(crate) content_disposition: Option<&'a str>,
    pub(crate) content_encoding: Option<&'a str>,
    pub(crate) content_language: Option<&'a str>,
    pub(crate) expires: Option<dto::Timestamp>,
    pub(crate) metadata: Option<&'a Metadata>,
    pub(crate) storage_class: Option<&'a str>,
    pub(crate) encryption: Option<&'a str>,
    pub(crate) acl: Option<&'a str>,
    /// Whether a header is there that asks for something not offered.
    pub(crate) unsupported: bool,
}

/// Collects the headers from one of `s3s`'s inputs; the three have the same fields under the same names.
macro_rules! given {
    ($input:expr) => {
        $crate::s3::metadata::Given {
            content_type: $input.content_type.as_deref(),
            cache_control: $input.cache_control.as_deref(),
            content_disposition: $input.content_disposition.as_deref(),
            content_encoding: $input.content_encoding.as_deref(),
            content_language: $input.content_language.as_deref(),
            expires: $input.expires.clone(),
            metadata: $input.metadata.as_ref(),
            storage_class: $input.storage_class.as_ref().map(|class| class.as_str()),
            encryption: $input.server_side_encryption.as_ref().map(|encryption| encryption.as_str()),
            acl: $input.acl.as_ref().map(|acl| acl.as_str()),
            unsupported: $input.website_redirect_location.is_some()
                || $input.object_lock_mode.is_some()
                || $input.object_lock_legal_hold_status.is_some()
                || $input.object_lock_retain_until_date.is_some()
                || $input.sse_customer_algorithm.is_some()
                || $input.sse_customer_key.is_some()
                || $input.ssekms_key_id.is_some()
                || $input.ssekms_encryption_context.is_some()
                || $input.grant_full_control.is_some()
                || $input.grant_read.is_some()
                || $input.grant_read_acp.is_some()
                || $input.grant_write_acp.is_some(),
        }
    };
}
pub(crate) use given;

impl Given<'_> {
    /// Checks the headers and makes the description that is stored.
    pub(crate) fn describe(self) -> S3Result<Description> {
        if self.unsupported {
            return Err(error::not_implemented());
        }
        check_acl(self.acl)?;
        let headers = [
            self.content_type,
            self.cache_control,
            self.content_disposition,
            self.content_encoding,
            self.content_language,
        ];
        if headers.iter().flatten().any(|value| value.len() > STORED_HEADER_BYTES) {
            return Err(error::metadata_too_large());
        }
        let metadata: std::collections::BTreeMap<String, String> = self
            .metadata
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
            .collect();
        if metadata.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > USER_METADATA_BYTES
        {
            return Err(error::metadata_too_large());
        }
        let own = |value: Option<&str>| value.filter(|value| !value.is_empty()).map(str::to_owned);
        Ok(Description {
            content_type: own(self.content_type),
            cache_control: own(self.cache_control),
            content_disposition: own(self.content_disposition),
            content_encoding: own(self.content_encoding),
            content_language: own(self.content_language),
            expires: self.expires.as_ref().map(seconds),
            metadata,
            storage_class: storage_class(self.storage_class)?,
            encryption: encryption(self.encryption)?,
        })
    }
}

/// A bucket whose owner owns every object takes no other canned ACL.
/// See "Controlling ownership of objects and disabling ACLs for your bucket".
fn check_acl(acl: Option<&str>) -> S3Result<()> {
    match acl {
        None | Some("private" | "bucket-owner-full-control") => Ok(()),
        Some(_) => Err(error::acl_not_supported()),
    }
}

fn storage_class(class: Option<&str>) -> S3Result<Option<String>> {
    match class {
        None | Some("STANDARD") => Ok(None),
        Some(class) if STORAGE_CLASSES.contains(&class) => Ok(Some(class.to_owned())),
        Some(_) => Err(error::not_implemented()),
    }
}

fn encryption(encryption: Option<&str>) -> S3Result<Option<String>> {
    match encryption {
        None => Ok(None),
        Some("AES256") => Ok(Some("AES256".to_owned())),
        Some(_) => Err(error::not_implemented()),
    }
}

impl Description {
    /// The user metadata as `s3s` writes it into headers.
    pub(crate) fn user_metadata(&self) -> Option<Metadata> {
        (!self.metadata.is_empty()).then(|| self.metadata.clone().into_iter().collect())
    }

    pub(crate) fn expires(&self) -> Option<dto::Timestamp> {
        self.expires.map(|seconds| date(Timestamp::from_second(seconds).unwrap_or_default()))
    }

    /// The storage class, as listings show it: the standard one by its name.
    pub(crate) fn listed_class(&self) -> String {
        self.storage_class.clone().unwrap_or_else(|| "STANDARD".to_owned())
    }

    pub(crate) fn storage_class(&self) -> Option<dto::StorageClass> {
        self.storage_class.clone().map(dto::StorageClass::from)
    }

    pub(crate) fn encryption(&self) -> Option<dto::ServerSideEncryption> {
        self.encryption.clone().map(dto::ServerSideEncryption::from)
    }
}

/// `s3s` keeps times in a library we do not use otherwise, so they pass through their text form.
fn seconds(time: &dto::Timestamp) -> i64 {
    let mut text = Vec::new();
    if time.format(TimestampFormat::DateTime, &mut text).is_err() {
        return 0;
    }
    let parsed: Option<Timestamp> = std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok());
    parsed.map_or(0, Timestamp::as_second)
}

/// A time as S3 shows it: whole seconds.
pub(crate) fn date(time: Timestamp) -> dto::Timestamp {
    let seconds = u64::try_from(time.as_second()).unwrap_or_default();
    dto::Timestamp::from(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

/// A time as headers have it.
pub(crate) fn header_date(time: Timestamp) -> Option<HeaderValue> {
    let mut text = Vec::new();
    date(time).format(TimestampFormat::HttpDate, &mut text).ok()?;
    HeaderValue::from_bytes(&text).ok()
}

/// Compares a time from a header with an object's, in whole seconds.
pub(crate) fn header_seconds(time: &dto::Timestamp) -> i64 {
    seconds(time)
}

/// An entity tag for `s3s`, which adds the quotes.
pub(crate) fn tag(etag: &str) -> ETag {
    ETag::Strong(etag.to_owned())
}

/// One field per algorithm: how `s3s`'s outputs carry a checksum.
#[derive(Debug, Default, Clone)]
pub(crate) struct ChecksumFields {
    pub(crate) crc32: Option<String>,
    pub(crate) crc32c: Option<String>,
    pub(crate) crc64nvme: Option<String>,
    pub(crate) sha1: Option<String>,
    pub(crate) sha256: Option<String>,
    pub(crate) kind: Option<dto::ChecksumType>,
}

impl ChecksumFields {
    pub(crate) fn of(checksum: Option<&Checksum>) -> Self {
        let mut fields = Self::default();
        let Some(checksum) = checksum else { return fields };
        let value = Some(checksum.value.clone());
        match checksum.algorithm {
            Algorithm::Crc32 => fields.crc32 = value,
            Algorithm::Crc32c => fields.crc32c = value,
            Algorithm::Crc64Nvme => fields.crc64nvme = value,
            Algorithm::Sha1 => fields.sha1 = value,
            Algorithm::Sha256 => fields.sha256 = value,
        }
        let kind =
            if checksum.composite { dto::ChecksumType::COMPOSITE } else { dto::ChecksumType::FULL_OBJECT };
        fields.kind = Some(dto::ChecksumType::from_static(kind));
        fields
    }

    /// The algorithm, as listings show it.
    pub(crate) fn algorithm(checksum: Option<&Checksum>) -> Option<Vec<dto::ChecksumAlgorithm>> {
        checksum.map(|it| vec![dto::ChecksumAlgorithm::from_static(it.algorithm.name())])
    }

    /// The value for one algorithm.
    pub(crate) fn value(&self, algorithm: Algorithm) -> Option<&str> {
        match algorithm {
            Algorithm::Crc32 => self.crc32.as_deref(),
            Algorithm::Crc32c => self.crc32c.as_deref(),
            Algorithm::Crc64Nvme => self.crc64nvme.as_deref(),
            Algorithm::Sha1 => self.sha1.as_deref(),
            Algorithm::Sha256 => self.sha256.as_deref(),
        }
    }
}
