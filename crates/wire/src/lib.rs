//! AWS's protocols as bytes: SigV4, query and XML, JSON 1.1, chunked uploads, error rendering.
//!
//! A pure room: bytes, values and a `now` in, values out. It knows no account, no role and no bucket.
//!
//! Entry points that take what a stranger sent, and therefore must never panic: [`sigv4::parse`], [`sigv4::verify`],
//! [`sigv2::parse`], [`sigv2::verify`], [`chunked::Decoder::decode`], [`form::Form::parse`]. HTTP/2 is not offered, so there is no `:authority` to sign.

pub mod checksum;
pub mod chunked;
pub mod form;
mod hex;
pub mod limits;
mod percent;
pub mod refusal;
pub mod sigv2;
pub mod sigv4;
pub mod xml;

pub use hex::sha256_hex;
