//! The bucket and key of a request, as every server must take them.

use percent_encoding::percent_decode_str;

use super::super::Unknown;
use super::super::header::cut;
use crate::s3::limits::KEY_BYTES;

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) bucket: Option<String>,
    pub(super) key: Option<String>,
}

impl Address {
    /// Reads the path as it came; the bucket may stand in the host.
    pub(super) fn of(path: &str, bucket_of_host: Option<&str>) -> Result<Self, Unknown> {
        let rest =
            path.strip_prefix('/').ok_or_else(|| Unknown::because("the path does not begin with /"))?;
        let (bucket, key) = match bucket_of_host {
            Some(bucket) => (bucket, rest),
            None => rest.split_once('/').unwrap_or((rest, "")),
        };
        if bucket.is_empty() {
            let is_service = key.is_empty() && rest.is_empty();
            return if is_service {
                Ok(Self { bucket: None, key: None })
            } else {
                Err(Unknown::because("the path has no bucket"))
            };
        }
        let key = (!key.is_empty()).then(|| decoded(key)).transpose()?;
        Ok(Self { bucket: Some(checked_bucket(bucket)?), key })
    }
}

/// Names that are no buckets here: at a service that speaks S3 they are the doors to something else, where a request
/// that is S3's to the letter does what no action of S3's allows. `POST /moto-api/reset` empties moto.
///
/// Sources: moto, "Server mode" (`moto-api`, `latest`, `v20180820`, `favicon.ico`); MinIO, "Healthcheck API" and "Metrics"
/// (`minio`); Ceph, "RADOS Gateway", `rgw admin entry` and `rgw swift url prefix` (`admin`, `auth`, `swift`); `SeaweedFS`'s
/// `healthz` and `status`; `S3Mock`'s `actuator`; and what others call the same.
const RESERVED: [&str; 16] = [
    "actuator",
    "admin",
    "auth",
    "favicon.ico",
    "health",
    "healthcheck",
    "healthz",
    "latest",
    "metrics",
    "minio",
    "moto-api",
    "ready",
    "readyz",
    "status",
    "swift",
    "v20180820",
];
/// moto asks how a path begins, and not for its first part.
const RESERVED_PREFIX: &str = "moto-api";

/// A bucket's name by S3's rules, which leave nothing to decode.
///
/// Source: Amazon S3 user guide, "General purpose bucket naming rules".
pub(super) fn checked_bucket(name: &str) -> Result<String, Unknown> {
    let is_known =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let is_end =
        |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_good = (3..=63).contains(&name.len())
        && name.bytes().all(is_known)
        && is_end(name.bytes().next())
        && is_end(name.bytes().last())
        && !name.contains("..");
    if RESERVED.contains(&name) || name.starts_with(RESERVED_PREFIX) {
        Err(Unknown::because(format!(
            "{} may be another thing than a bucket to the service behind",
            cut(name)
        )))
    } else if is_good {
        Ok(name.to_owned())
    } else {
        Err(Unknown::because(format!("{} is not a bucket", cut(name))))
    }
}

/// A key, decoded once. What some servers would take for another key is refused: parts that mean a folder or the one
/// above it, and empty ones, which some leave out.
pub(super) fn decoded(text: &str) -> Result<String, Unknown> {
    let refused = |why: &str| Unknown::because(format!("the key {} {why}", cut(text)));
    let bytes = text.as_bytes();
    let is_encoded = |at: usize| {
        let digits = bytes.get(at + 1..at + 3);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if bytes.iter().enumerate().any(|(at, byte)| *byte == b'%' && !is_encoded(at)) {
        return Err(refused("is not encoded in one way only"));
    }
    let key = percent_decode_str(text).decode_utf8().map_err(|_| refused("is not UTF-8"))?;
    plain(&key)?;
    Ok(key.into_owned())
}

/// The same of a key that needs no decoding.
pub(super) fn plain(key: &str) -> Result<(), Unknown> {
    let refused = |why: &str| Unknown::because(format!("the key {} {why}", cut(key)));
    if key.is_empty() || key.len() > KEY_BYTES {
        return Err(refused("is empty or longer than S3 takes"));
    }
    if key.chars().any(char::is_control) || key.contains('\\') {
        return Err(refused("has characters that servers take differently"));
    }
    // The last part may be empty: `folder/` is a key that everybody keeps.
    let body = key.strip_suffix('/').unwrap_or(key);
    if body.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(refused("has parts that servers leave out"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_one_way() {
        let address = |path: &str, host: Option<&str>| {
            Address::of(path, host)
                .map(|found| (found.bucket.unwrap_or_default(), found.key.unwrap_or_default()))
        };
        let pair = |bucket: &str, key: &str| Ok((bucket.to_owned(), key.to_owned()));
        assert_eq!(address("/", None), pair("", ""));
        assert_eq!(address("/site", None), pair("site", ""));
        assert_eq!(address("/site/", None), pair("site", ""));
        assert_eq!(address("/site/a/b%20c", None), pair("site", "a/b c"));
        assert_eq!(address("/a/b", Some("site")), pair("site", "a/b"));
        assert_eq!(address("/", Some("site")), pair("site", ""));
        assert_eq!(address("/site/folder/", None), pair("site", "folder/"));
        assert_eq!(address("/site/a%2Fb", None), pair("site", "a/b"));
        for path in [
            "//site/a",
            "/Site/a",
            "/site/a//b",
            "/site/../a",
            "/site/%2e%2e/a",
            "/site/a/./b",
            "/site/%00",
            "/site/%",
            "/site/%zz",
            "/site/%ff",
            "/si/a",
            "/site/a%5Cb",
            "/site//a",
            "/192..1/a",
            "/site/a%0Ab",
        ] {
            assert!(Address::of(path, None).is_err(), "{path}");
        }
    }
}
