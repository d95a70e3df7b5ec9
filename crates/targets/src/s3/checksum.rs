//! The five checksums that S3 verifies and keeps, alone and put together from parts.
//!
//! See "Checking object integrity for data uploads in Amazon S3" in the user guide.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
pub(crate) use daypass_wire::checksum::{Algorithm, Checksum as Hasher};
use http::HeaderMap;
use serde::{Deserialize, Serialize};

/// The length of a raw value in bytes.
fn bytes(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::Crc32 | Algorithm::Crc32c => 4,
        Algorithm::Crc64Nvme => 8,
        Algorithm::Sha1 => 20,
        Algorithm::Sha256 => 32,
    }
}

fn crc(algorithm: Algorithm) -> Option<CrcAlgorithm> {
    match algorithm {
        Algorithm::Crc32 => Some(CrcAlgorithm::Crc32IsoHdlc),
        Algorithm::Crc32c => Some(CrcAlgorithm::Crc32Iscsi),
        Algorithm::Crc64Nvme => Some(CrcAlgorithm::Crc64Nvme),
        Algorithm::Sha1 | Algorithm::Sha256 => None,
    }
}

/// Whether the checksum of a whole object can be had from those of its parts.
pub(crate) fn joins(algorithm: Algorithm) -> bool {
    crc(algorithm).is_some()
}

/// The algorithm that a client names, in S3's own spelling.
pub(crate) fn named(name: &str) -> Option<Algorithm> {
    Algorithm::from_name(name).filter(|algorithm| algorithm.name() == name)
}

/// Documents keep an algorithm by its S3 name.
pub(crate) mod by_name {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Algorithm;

    pub(crate) fn serialize<S: Serializer>(algorithm: &Algorithm, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(algorithm.name())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Algorithm, D::Error> {
        let name = String::deserialize(deserializer)?;
        Algorithm::from_name(&name).ok_or_else(|| D::Error::custom("unknown checksum algorithm"))
    }
}

/// The same for an algorithm that may be missing.
pub(crate) mod by_optional_name {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{Algorithm, by_name};

    pub(crate) fn serialize<S: Serializer>(
        algorithm: &Option<Algorithm>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match algorithm {
            Some(algorithm) => by_name::serialize(algorithm, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Algorithm>, D::Error> {
        let name = Option::<String>::deserialize(deserializer)?;
        Ok(name.and_then(|name| Algorithm::from_name(&name)))
    }
}

/// A checksum's value in base64, as headers carry it and documents keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Checksum {
    #[serde(with = "by_name")]
    pub(crate) algorithm: Algorithm,
    pub(crate) value: String,
    /// Set on a multipart object whose value is the checksum of its parts' checksums.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) composite: bool,
}

/// A header that names a checksum cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// Not base64 of the right length.
    Value(Algorithm),
    /// More than one algorithm is given.
    Several,
}

/// What a request promises about its body: a value in a header, or one to come in the trailer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Promise {
    pub(crate) algorithm: Algorithm,
    /// `None` while the trailer has not come.
    pub(crate) value: Option<String>,
}

impl Promise {
    /// Reads the checksum headers and `x-amz-trailer`.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Option<Self>, Malformed> {
        let mut found = None;
        for algorithm in Algorithm::ALL {
            let Some(header) = headers.get(algorithm.header()) else { continue };
            let value = header.to_str().map_err(|_| Malformed::Value(algorithm))?;
            check_value(algorithm, value)?;
            if found.replace(Self { algorithm, value: Some(value.to_owned()) }).is_some() {
                return Err(Malformed::Several);
            }
        }
        let announced =
            headers.get("x-amz-trailer").and_then(|value| value.to_str().ok()).unwrap_or_default();
        for name in announced.split(',').map(str::trim) {
            let Some(algorithm) = Algorithm::from_header(name) else {
                continue;
            };
            if found.replace(Self { algorithm, value: None }).is_some() {
                return Err(Malformed::Several);
            }
        }
        Ok(found)
    }

    /// Fills in the value from the trailing headers.
    pub(crate) fn complete(&self, trailers: &HeaderMap) -> Option<String> {
        self.value.clone().or_else(|| {
            trailers.get(self.algorithm.header()).and_then(|value| value.to_str().ok()).map(str::to_owned)
        })
    }
}

fn check_value(algorithm: Algorithm, value: &str) -> Result<(), Malformed> {
    // The checksum of a multipart object's checksums ends in the number of its parts.
    let whole = value.split_once('-').map_or(value, |(whole, _)| whole);
    match STANDARD.decode(whole) {
        Ok(raw) if raw.len() == bytes(algorithm) => Ok(()),
        _ => Err(Malformed::Value(algorithm)),
    }
}

fn encode_crc(algorithm: Algorithm, value: u64) -> String {
    let raw = value.to_be_bytes();
    let skip = raw.len().saturating_sub(bytes(algorithm));
    STANDARD.encode(raw.get(skip..).unwrap_or_default())
}

fn decode_crc(value: &str) -> Option<u64> {
    let raw = STANDARD.decode(value).ok()?;
    Some(raw.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
}

/// The checksum of a whole object from those of its parts in order, each with its part's length. `None` if a part's
/// value is missing or the algorithm cannot do it.
pub(crate) fn join(algorithm: Algorithm, parts: &[(&str, u64)]) -> Option<Checksum> {
    let crc = crc(algorithm)?;
    let mut total: Option<u64> = None;
    for (value, length) in parts {
        let next = decode_crc(value)?;
        total = Some(match total {
            None => next,
            Some(before) => crc_fast::checksum_combine(crc, before, next, *length),
        });
    }
    Some(Checksum { algorithm, value: encode_crc(algorithm, total?), composite: false })
}

/// The checksum of checksums that S3 calls composite, `BASE64-N`.
pub(crate) fn compose(algorithm: Algorithm, parts: &[&str]) -> Option<Checksum> {
    let mut hasher = Hasher::new(algorithm);
    for value in parts {
        hasher.update(&STANDARD.decode(value).ok()?);
    }
    let value = format!("{}-{}", hasher.finish(), parts.len());
    Some(Checksum { algorithm, value, composite: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    use daypass_wire::checksum::of as checksum;

    #[test]
    fn parts_join_to_the_checksum_of_the_whole() {
        for algorithm in [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme] {
            let parts =
                [checksum(algorithm, b"1234"), checksum(algorithm, b"56"), checksum(algorithm, b"789")];
            let joined = join(algorithm, &[(&parts[0], 4), (&parts[1], 2), (&parts[2], 3)]).unwrap();
            assert_eq!(joined.value, checksum(algorithm, b"123456789"));
        }
        assert_eq!(join(Algorithm::Sha256, &[("x", 1)]), None);
    }

    #[test]
    fn a_promise_is_one_well_formed_value() {
        let mut headers = HeaderMap::new();
        assert_eq!(Promise::of(&headers), Ok(None));
        headers.insert("x-amz-checksum-crc32", "y/Q5Jg==".parse().unwrap());
        assert_eq!(Promise::of(&headers).unwrap().unwrap().value.as_deref(), Some("y/Q5Jg=="));
        headers.insert("x-amz-trailer", "x-amz-checksum-sha1".parse().unwrap());
        assert_eq!(Promise::of(&headers), Err(Malformed::Several));
        headers.clear();
        headers.insert("x-amz-checksum-crc32", "short".parse().unwrap());
        assert_eq!(Promise::of(&headers), Err(Malformed::Value(Algorithm::Crc32)));
    }
}
