//! The parameters of a request: each known, once, and fitting its operation.

use percent_encoding::percent_decode_str;

use super::super::Unknown;
use super::super::header::cut;
use super::versions;

/// Sub-resources: a request has one of them at the most, without a value.
const SUBRESOURCES: [&str; 36] = [
    "accelerate",
    "acl",
    "analytics",
    "attributes",
    "cors",
    "delete",
    "encryption",
    "intelligent-tiering",
    "inventory",
    "legal-hold",
    "lifecycle",
    "location",
    "logging",
    "metadataTable",
    "metrics",
    "notification",
    "object-lock",
    "ownershipControls",
    "policy",
    "policyStatus",
    "publicAccessBlock",
    "replication",
    "requestPayment",
    "restore",
    "retention",
    "select",
    "session",
    "tagging",
    "torrent",
    "uploads",
    "versioning",
    "versions",
    "website",
    "abac",
    "renameObject",
    "encryptionUpdate",
];

/// Parameters of listings.
const LISTING: [&str; 14] = [
    "continuation-token",
    "delimiter",
    "encoding-type",
    "fetch-owner",
    "key-marker",
    "marker",
    "max-keys",
    "max-uploads",
    "max-buckets",
    "prefix",
    "start-after",
    "upload-id-marker",
    "version-id-marker",
    "bucket-region",
];

/// What a read may ask to be answered otherwise.
const RESPONSES: [&str; 6] = [
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
];

/// The parameters, decoded.
#[derive(Debug)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn of(query: Option<&str>) -> Result<Self, Unknown> {
        let mut read: Vec<(String, String)> = Vec::new();
        // Written so and in no other way, it is a signature of version 2, which was verified as it stands.
        let is_version_2 =
            query.unwrap_or_default().split('&').any(|field| field.starts_with("AWSAccessKeyId="));
        for field in query.unwrap_or_default().split('&').filter(|field| !field.is_empty()) {
            let name = field.split_once('=').map_or(field, |(name, _)| name);
            if is_version_2 && OF_VERSION_2.contains(&name) {
                continue;
            }
            // Some servers take it for a space, and some for itself.
            if field.contains('+') {
                return Err(Unknown::because(
                    "a parameter has a plus sign, which is not the same to every server",
                ));
            }
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            let decode = |text: &str| percent_decode_str(text).decode_utf8().map(|text| text.into_owned());
            let (Ok(name), Ok(value)) = (decode(name), decode(value)) else {
                return Err(Unknown::because("a parameter is not UTF-8"));
            };
            if is_of_signature(&name) {
                continue;
            }
            if read.iter().any(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                return Err(Unknown::because(format!("the parameter {} is there twice", cut(&name))));
            }
            read.push((name, value));
        }
        Ok(Self(read))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The sub-resource that is meant, if any.
    pub(super) fn subresource(&self) -> Result<Option<&'static str>, Unknown> {
        let mut found = SUBRESOURCES.iter().copied().filter(|name| self.has(name));
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(one), None) if self.value(one) == Some("") => Ok(Some(one)),
            (Some(one), None) => Err(Unknown::because(format!("the parameter {one} has a value"))),
            (Some(one), Some(other)) => {
                Err(Unknown::because(format!("both {one} and {other} are asked for")))
            }
        }
    }

    /// Refuses a parameter that is not known, or has no place in this operation.
    pub(super) fn must_fit(&self, operation: &str) -> Result<(), Unknown> {
        let is_listing = operation.starts_with("List");
        let is_read = matches!(operation, "GetObject" | "HeadObject");
        let of_parts = operation.contains("Part") || operation.contains("MultipartUpload") || is_read;
        for (name, value) in &self.0 {
            let name = name.as_str();
            let fits = match name {
                "x-id" => value == operation,
                "versionId" => versions::OPERATIONS.contains(&operation) && versions::is_id(value),
                "list-type" => operation == "ListObjectsV2",
                "uploadId" => of_parts && !is_read,
                "partNumber" => of_parts,
                "max-parts" | "part-number-marker" => {
                    operation == "ListParts" || operation == "GetObjectAttributes"
                }
                "select-type" => operation == "SelectObjectContent",
                "id" => operation.ends_with("Configuration"),
                _ if LISTING.contains(&name) => is_listing,
                _ if RESPONSES.contains(&name) => is_read,
                _ => SUBRESOURCES.contains(&name),
            };
            if !fits {
                return Err(Unknown::because(format!(
                    "the parameter {} has no place in {operation}",
                    cut(name)
                )));
            }
        }
        Ok(())
    }
}

/// The parameters of a signature of version 2.
const OF_VERSION_2: [&str; 4] = ["AWSAccessKeyId", "Expires", "Signature", "x-amz-security-token"];

/// Whether it belongs to a presigned request's signature, which was verified and goes no further.
fn is_of_signature(name: &str) -> bool {
    const NAMES: [&str; 7] = [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-Security-Token",
        "X-Amz-Signature",
        "X-Amz-SignedHeaders",
    ];
    NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(query: &str, operation: &str) -> bool {
        Parameters::of(Some(query))
            .is_ok_and(|read| read.subresource().is_ok() && read.must_fit(operation).is_ok())
    }

    #[test]
    fn parameters_are_known_once_and_fit() {
        for (query, operation) in [
            ("", "GetObject"),
            ("x-id=GetObject", "GetObject"),
            ("versionId=abc&partNumber=1", "GetObject"),
            ("list-type=2&prefix=a%2Fb&max-keys=5", "ListObjectsV2"),
            ("uploads=", "CreateMultipartUpload"),
            ("uploadId=x&partNumber=1", "UploadPart"),
            ("X-Amz-Signature=a&X-Amz-Date=b", "GetObject"),
            ("AWSAccessKeyId=AKIA&Signature=a%2Bb%3D&Expires=1&x-amz-security-token=t", "GetObject"),
        ] {
            assert!(fits(query, operation), "{query}");
        }
        for (query, operation) in [
            ("acl&tagging", "GetObjectAcl"),
            ("acl=x", "GetObjectAcl"),
            ("prefix=a&prefix=b", "ListObjectsV2"),
            ("prefix=a&Prefix=b", "ListObjectsV2"),
            ("prefix=a+b", "ListObjectsV2"),
            ("prefix=%ff", "ListObjectsV2"),
            ("x-id=PutObject", "GetObject"),
            ("unknown=1", "GetObject"),
            ("prefix=a", "GetObject"),
            ("versionId=a", "PutObject"),
            ("response-content-type=text%2Fhtml", "PutObject"),
            ("%41WSAccessKeyId=AKIA&Signature=a", "GetObject"),
            ("Signature=a", "GetObject"),
            ("Expires=1", "GetObject"),
            ("x-amz-acl=public-read", "PutObject"),
        ] {
            assert!(!fits(query, operation), "{query}");
        }
    }
}
