//! Which headers must be signed.
//!
//! Sources: IAM User Guide, "Create a signed AWS API request", and Amazon S3 API Reference, "Signature Calculations for
//! the Authorization Header": the list must have `host`, every `x-amz-*` header that is present, and `Content-MD5` where
//! S3 gets one. `Content-Type` should be signed as well, but S3 takes presigned uploads to which a browser added one, and
//! clients that leave it out, so it is not demanded. S3's answer to an `x-amz-*` header that is not signed is observed
//! (`HeadersNotSigned`); so is that it lets `x-amz-content-sha256` pass.

use http::request::Parts;

use crate::sigv4::{AuthError, Kind, Presented, is_s3};

/// Checks that everything is signed that an attacker could otherwise add or change.
pub(super) fn check(presented: &Presented, parts: &Parts) -> Result<(), AuthError> {
    let is_signed =
        |name: &str| presented.signed_headers.binary_search_by(|signed| signed.as_str().cmp(name)).is_ok();
    if !is_signed("host") {
        return Err(AuthError::HostNotSigned);
    }
    let must_be_signed = |name: &str| must_be_signed(presented, name) && !is_signed(name);
    let mut names: Vec<String> = parts
        .headers
        .keys()
        .map(|name| name.as_str())
        .filter(|name| must_be_signed(name))
        .map(str::to_owned)
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    names.sort_unstable();
    Err(AuthError::HeadersNotSigned { names })
}

fn must_be_signed(presented: &Presented, name: &str) -> bool {
    match name {
        // The last line of the canonical request is this header's value already, and S3 leaves it at that.
        "x-amz-content-sha256" => !is_s3(&presented.scope.service),
        // The second line of the string to sign is its value.
        "x-amz-date" => matches!(presented.kind, Kind::Query { .. }),
        // S3 wants it signed; other services let a client add it afterwards. The secret belongs to the token, so
        // nobody can exchange it.
        "x-amz-security-token" => {
            is_s3(&presented.scope.service) || matches!(presented.kind, Kind::Query { .. })
        }
        "content-md5" => is_s3(&presented.scope.service) && presented.kind == Kind::Header,
        name => name.starts_with("x-amz-"),
    }
}
