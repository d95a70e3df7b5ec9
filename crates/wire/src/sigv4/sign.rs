//! Signing, for clients and tests.

use std::fmt;

use http::HeaderValue;
use http::header::{AUTHORIZATION, HOST};
use http::request::Parts;
use http::uri::PathAndQuery;
use jiff::Timestamp;

use crate::sigv4::canonical::{self, PathRules, Variation};
use crate::sigv4::{ALGORITHM, AmzDate, ChunkChain, PayloadHash, Scope, SigningKey, is_s3, key};
use crate::{hex, limits, percent};

/// A key pair, with its session token where it is temporary. `Debug` shows the id alone.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The access key id.
    pub access_key_id: &'a str,
    /// The secret.
    pub secret_access_key: &'a str,
    /// The session token of temporary credentials.
    pub session_token: Option<&'a str>,
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// What to sign about the body.
#[derive(Debug, Clone, Copy)]
pub enum Payload<'a> {
    /// The body's hash.
    Body(&'a [u8]),
    /// One of the words for `x-amz-content-sha256` (S3 only).
    Word(&'a PayloadHash),
}

/// Why a request could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// There is no host to sign.
    #[error("the request has no Host header and its URI no authority")]
    NoHost,
    /// A value cannot stand in a header or a URI.
    #[error("the {what} cannot be written into the request")]
    Unwritable {
        /// Which value.
        what: &'static str,
    },
    /// A presigned request may live for seven days.
    #[error("a presigned request lives at most {} seconds, not {seconds}", limits::PRESIGNED_SECONDS)]
    ExpiresTooLong {
        /// What was asked for.
        seconds: u32,
    },
}

/// Signs requests for one region and service, at one instant.
#[derive(Debug, Clone, Copy)]
pub struct Signer<'a> {
    /// Who signs.
    pub credentials: Credentials<'a>,
    /// The region, e.g. `us-east-1`.
    pub region: &'a str,
    /// The service's signing name, e.g. `sts`.
    pub service: &'a str,
    /// The instant.
    pub now: Timestamp,
}

impl Signer<'_> {
    fn scope(&self, date: &AmzDate) -> Scope {
        Scope {
            date: date.day().to_owned(),
            region: self.region.to_owned(),
            service: self.service.to_owned(),
        }
    }

    fn payload_text(payload: Payload<'_>) -> String {
        match payload {
            Payload::Body(body) => hex::sha256_hex(body),
            Payload::Word(word) => word.text().map_or_else(|| hex::sha256_hex(b""), str::to_owned),
        }
    }

    /// Signs in the `Authorization` header. Adds `Host` where only the URI has it, `X-Amz-Date`, the session token, and
    /// for S3 `X-Amz-Content-Sha256`; signs every header that is there.
    ///
    /// Gives the chain for the chunks of a streamed body.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn sign(&self, parts: &mut Parts, payload: Payload<'_>) -> Result<ChunkChain, SignError> {
        let date = AmzDate::from_timestamp(self.now);
        let payload_hash = Self::payload_text(payload);
        add_host(parts)?;
        set(parts, "x-amz-date", "date", date.text())?;
        if is_s3(self.service) {
            set(parts, "x-amz-content-sha256", "payload hash", &payload_hash)?;
        }
        if let Some(token) = self.credentials.session_token {
            set(parts, "x-amz-security-token", "session token", token)?;
        }
        parts.headers.remove(AUTHORIZATION);
        let names = signable(parts);
        let (signature, key, scope) = self.signature(parts, &names, &payload_hash, &date)?;
        let header = format!(
            "{ALGORITHM} Credential={}/{scope}, SignedHeaders={}, Signature={signature}",
            self.credentials.access_key_id,
            names.join(";")
        );
        set(parts, "authorization", "access key id", &header)?;
        Ok(ChunkChain::new(key, date.text(), &scope, &signature))
    }

    /// Signs in the query string, for `expires_seconds` from `now`. Signs every header that is there, so a request that
    /// shall work in a browser has only `Host`.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn presign(
        &self,
        parts: &mut Parts,
        expires_seconds: u32,
        payload: Payload<'_>,
    ) -> Result<(), SignError> {
        if expires_seconds > limits::PRESIGNED_SECONDS {
            return Err(SignError::ExpiresTooLong { seconds: expires_seconds });
        }
        let date = AmzDate::from_timestamp(self.now);
        add_host(parts)?;
        let names = signable(parts);
        let mut target: Vec<u8> = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str).into();
        let credential = format!("{}/{}", self.credentials.access_key_id, self.scope(&date));
        let expires = expires_seconds.to_string();
        let names_text = names.join(";");
        let mut parameters = vec![
            ("X-Amz-Algorithm", ALGORITHM),
            ("X-Amz-Credential", credential.as_str()),
            ("X-Amz-Date", date.text()),
            ("X-Amz-Expires", expires.as_str()),
            ("X-Amz-SignedHeaders", names_text.as_str()),
        ];
        parameters.extend(self.credentials.session_token.map(|token| ("X-Amz-Security-Token", token)));
        for (name, value) in parameters {
            append(&mut target, name, value);
        }
        set_target(parts, &target)?;
        let payload_hash = match payload {
            // What S3 assumes of a presigned request that says nothing.
            Payload::Body(_) if is_s3(self.service) => "UNSIGNED-PAYLOAD".to_owned(),
            payload => Self::payload_text(payload),
        };
        let (signature, ..) = self.signature(parts, &names, &payload_hash, &date)?;
        append(&mut target, "X-Amz-Signature", &signature);
        set_target(parts, &target)
    }

    fn signature(
        &self,
        parts: &Parts,
        names: &[String],
        payload_hash: &str,
        date: &AmzDate,
    ) -> Result<(String, SigningKey, Scope), SignError> {
        let scope = self.scope(date);
        let rules = PathRules::of_service(self.service);
        let canonical = canonical::request(parts, names, payload_hash, rules, Variation::default())
            .ok_or(SignError::NoHost)?;
        let key = SigningKey::derive(self.credentials.secret_access_key, &scope);
        let signature = key.sign(&key::string_to_sign(date.text(), &scope, &canonical));
        Ok((signature, key, scope))
    }
}

fn set(parts: &mut Parts, name: &'static str, what: &'static str, value: &str) -> Result<(), SignError> {
    let value = HeaderValue::from_str(value).map_err(|_| SignError::Unwritable { what })?;
    parts.headers.insert(name, value);
    Ok(())
}

fn add_host(parts: &mut Parts) -> Result<(), SignError> {
    if parts.headers.contains_key(HOST) {
        return Ok(());
    }
    let authority = parts.uri.authority().ok_or(SignError::NoHost)?.as_str().to_owned();
    set(parts, "host", "host", &authority)
}

/// All headers but those that a proxy or library on the way may change.
fn signable(parts: &Parts) -> Vec<String> {
    const UNSIGNED: [&str; 6] =
        ["authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"];
    let mut names: Vec<String> = parts
        .headers
        .keys()
        .map(|name| name.as_str().to_owned())
        .filter(|name| !UNSIGNED.contains(&name.as_str()))
        .collect();
    names.sort_unstable();
    names
}

fn append(target: &mut Vec<u8>, name: &str, value: &str) {
    target.push(if target.contains(&b'?') { b'&' } else { b'?' });
    target.extend_from_slice(name.as_bytes());
    target.push(b'=');
    percent::encode(target, value.as_bytes());
}

fn set_target(parts: &mut Parts, target: &[u8]) -> Result<(), SignError> {
    let unwritable = SignError::Unwritable { what: "query" };
    let target = PathAndQuery::try_from(target).map_err(|_| unwritable.clone())?;
    let mut uri = parts.uri.clone().into_parts();
    uri.path_and_query = Some(target);
    parts.uri = http::Uri::from_parts(uri).map_err(|_| unwritable)?;
    Ok(())
}

/// Writes a body in aws-chunked framing.
pub struct ChunkEncoder {
    chain: Option<ChunkChain>,
}

impl ChunkEncoder {
    /// Signed chunks.
    #[must_use]
    pub const fn signed(chain: ChunkChain) -> Self {
        Self { chain: Some(chain) }
    }

    /// Unsigned chunks.
    #[must_use]
    pub const fn unsigned() -> Self {
        Self { chain: None }
    }

    /// One chunk of data. It must not be empty, since the empty chunk is the last.
    pub fn chunk(&mut self, data: &[u8]) -> Vec<u8> {
        let mut output = self.size_line(data);
        output.extend_from_slice(data);
        output.extend_from_slice(b"\r\n");
        output
    }

    /// The last chunk and the trailers, in the order of their names as they are signed.
    #[must_use]
    pub fn finish(mut self, trailers: &[(&str, &str)]) -> Vec<u8> {
        let mut output = self.size_line(b"");
        let mut canonical = String::new();
        for (name, value) in trailers {
            output.extend_from_slice(format!("{name}:{value}\r\n").as_bytes());
            canonical.push_str(&format!("{name}:{value}\n"));
        }
        if let Some(chain) = self.chain.filter(|_| !trailers.is_empty()) {
            let signature = chain.trailer(&hex::sha256_hex(canonical.as_bytes()));
            output.extend_from_slice(format!("x-amz-trailer-signature:{signature}\r\n").as_bytes());
        }
        output.extend_from_slice(b"\r\n");
        output
    }

    fn size_line(&mut self, data: &[u8]) -> Vec<u8> {
        let size = data.len();
        let line = match &mut self.chain {
            Some(chain) => {
                format!("{size:x};chunk-signature={}\r\n", chain.next_chunk(&hex::sha256_hex(data)))
            }
            None => format!("{size:x}\r\n"),
        };
        line.into_bytes()
    }
}
