//! The `Authorization` header: `AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...`.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::request::Parts;

use crate::limits;
use crate::sigv4::{ALGORITHM, AmzDate, AuthError, Kind, Presented, parse};

/// AWS names a header that it cannot read by its hash, never by its value.
fn named_by_hash(header: &HeaderValue) -> String {
    STANDARD.encode(digest::digest(&digest::SHA256, header.as_bytes()).as_ref())
}

/// Reads a request that is signed in this header.
pub(super) fn read(parts: &Parts, header: &HeaderValue) -> Result<Presented, AuthError> {
    if header.len() > limits::AUTHORIZATION_BYTES {
        return Err(AuthError::TooLong {
            what: "the Authorization header",
            limit: limits::AUTHORIZATION_BYTES,
        });
    }
    let text = header
        .to_str()
        .map_err(|_| AuthError::PartWithoutEqualSign { header_sha256: named_by_hash(header) })?;
    let text = text.trim();
    let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
    if scheme != ALGORITHM {
        let scheme = scheme.to_owned();
        return Err(if scheme.starts_with("AWS4-") {
            AuthError::UnsupportedAlgorithm { algorithm: scheme, kind: Kind::Header }
        } else {
            AuthError::UnsupportedScheme { scheme }
        });
    }
    let written = Written::read(rest, header)?;
    let amz_date = date(parts)?;
    let kind = Kind::Header;
    let (access_key_id, scope) = parse::credential(written.credential, &amz_date, kind)?;
    let payload = parse::payload(parts, &scope.service, kind, None)?;
    let session_token =
        parse::single_header(parts, "x-amz-security-token", |_| AuthError::SessionTokenInvalid)?;
    Ok(Presented {
        access_key_id,
        scope,
        signed_headers: parse::signed_headers(written.signed_headers)?,
        signature: written.signature.to_owned(),
        session_token: session_token.map(str::to_owned),
        kind,
        payload,
        amz_date,
    })
}

/// The three parts of the header.
struct Written<'a> {
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Written<'a> {
    fn read(text: &'a str, header: &HeaderValue) -> Result<Self, AuthError> {
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let Some((name, value)) = part.split_once('=') else {
                return Err(AuthError::PartWithoutEqualSign { header_sha256: named_by_hash(header) });
            };
            let place = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return Err(AuthError::UnexpectedPart { name: name.to_owned() }),
            };
            if place.replace(value).is_some() {
                return Err(AuthError::UnexpectedPart { name: name.to_owned() });
            }
        }
        let all = (credential, signed_headers, signature);
        let (Some(credential), Some(signed_headers), Some(signature)) = all else {
            let named =
                [("Credential", credential), ("Signature", signature), ("SignedHeaders", signed_headers)];
            let missing =
                named.into_iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
            return Err(AuthError::MissingParts { missing, header_sha256: named_by_hash(header) });
        };
        Ok(Self { credential, signed_headers, signature })
    }
}

/// `X-Amz-Date`, or else `Date`.
fn date(parts: &Parts) -> Result<AmzDate, AuthError> {
    let malformed = |date| AuthError::MalformedDate { date, kind: Kind::Header };
    if let Some(text) = parse::single_header(parts, "x-amz-date", malformed)? {
        return AmzDate::parse(text).ok_or_else(|| malformed(text.to_owned()));
    }
    let text = parse::single_header(parts, "date", malformed)?.ok_or(AuthError::MissingDate)?;
    AmzDate::parse_date_header(text).ok_or_else(|| malformed(text.to_owned()))
}
