//! How a request to S3 was signed and came, as policies and the trail call it.
//!
//! Sources: Amazon S3 API reference, "Amazon S3 Signature Version 4 Authentication Specific Policy Keys"; Amazon S3 user
//! guide, "Bucket policy examples using condition keys"; "Identifying Amazon S3 Signature Version 2 requests using
//! CloudTrail".

use daypass_targets::authority::ConditionKey;
use daypass_wire::sigv4::Kind;
use jiff::Timestamp;

use super::super::authenticate::Signature;
use super::super::call::Call;

/// The words for one way of signing.
#[derive(Clone, Copy)]
pub(in crate::aws) struct Manner {
    /// `s3:authType`: `REST-HEADER`, or `REST-QUERY-STRING` for presigned requests.
    authentication_type: &'static str,
    /// `s3:signatureversion`.
    signature_version: &'static str,
    /// `SignatureVersion` in the record.
    pub(in crate::aws) record_version: &'static str,
    /// `AuthenticationMethod` in the record.
    pub(in crate::aws) record_method: &'static str,
}

impl Manner {
    pub(in crate::aws) const fn of(signature: &Signature) -> Self {
        let in_query = Self {
            authentication_type: "REST-QUERY-STRING",
            signature_version: "AWS4-HMAC-SHA256",
            record_version: "SigV4",
            record_method: "QueryString",
        };
        match signature {
            Signature::Version4 { kind: Kind::Query { .. }, .. } => in_query,
            Signature::Version4 { kind: Kind::Header, .. } => {
                Self { authentication_type: "REST-HEADER", record_method: "AuthHeader", ..in_query }
            }
            Signature::Version2(_) => Self { signature_version: "AWS", record_version: "SigV2", ..in_query },
        }
    }

    /// The condition keys that every question of this request has. `s3:signatureAge` is in milliseconds, and only
    /// presigned requests have it; `s3:x-amz-content-sha256` is what was signed about the body.
    pub(in crate::aws) fn condition_keys(&self, signature: &Signature, call: &Call) -> Vec<ConditionKey> {
        let mut keys = vec![
            ConditionKey::one("s3:authType", self.authentication_type),
            ConditionKey::one("s3:signatureversion", self.signature_version),
        ];
        match signature {
            Signature::Version4 { kind, verified } => {
                let payload = verified.payload().text();
                keys.extend(payload.map(|payload| ConditionKey::one("s3:x-amz-content-sha256", payload)));
                if matches!(kind, Kind::Query { .. }) {
                    keys.push(ConditionKey::one("s3:signatureAge", age(verified.signed_at(), call.wall)));
                }
            }
            Signature::Version2(_) => keys.push(ConditionKey::one("s3:signatureAge", "0")),
        }
        let version = call.tls.as_ref().and_then(|tls| tls.version.strip_prefix("TLSv"));
        keys.extend(version.map(|version| ConditionKey::one("s3:TlsVersion", version)));
        keys
    }
}

/// A client's clock may be ahead of ours: such a signature is new.
fn age(signed_at: Timestamp, now: Timestamp) -> String {
    now.duration_since(signed_at).as_millis().max(0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_as_old_as_its_date_says() {
        let signed_at: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let later: Timestamp = "2026-11-23T12:10:00.5Z".parse().unwrap();
        assert_eq!(age(signed_at, later), "600500");
        assert_eq!(age(later, signed_at), "0");
    }
}
