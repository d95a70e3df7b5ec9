//! Just enough of DER (X.690) to read the public key out of a certificate (RFC 5280) or an RSA key (RFC 8017).
//!
//! The certificate is not validated: all that is asked is whether it holds the same key as the JWK around it.

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
/// `[0] EXPLICIT Version`, absent in version 1.
const VERSION: u8 = 0xa0;

/// A run of DER elements.
struct Elements<'a> {
    rest: &'a [u8],
}

impl<'a> Elements<'a> {
    /// The next element, whatever it is: its tag and content.
    fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let (tag, rest) = self.rest.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match *first {
            short @ 0..=0x7f => (usize::from(short), rest),
            // Up to three bytes: 16 MiB, beyond anything that a key set may hold.
            long @ 0x81..=0x83 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
                (bytes.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some((*tag, content))
    }

    /// The next element, which must have the tag.
    fn next(&mut self, wanted: u8) -> Option<&'a [u8]> {
        self.any().filter(|(tag, _)| *tag == wanted).map(|(_, content)| content)
    }

    /// The elements within the next one, which must be a sequence.
    fn sequence(&mut self) -> Option<Self> {
        self.next(SEQUENCE).map(|rest| Self { rest })
    }
}

/// The content of `subjectPublicKey` of a certificate: an RSA key in DER, or a point of an elliptic curve.
pub(crate) fn subject_public_key(certificate: &[u8]) -> Option<&[u8]> {
    let mut to_be_signed = Elements { rest: certificate }.sequence()?.sequence()?;
    if to_be_signed.rest.first() == Some(&VERSION) {
        to_be_signed.any()?;
    }
    to_be_signed.next(INTEGER)?;
    // The signature's algorithm, the issuer, the validity and the subject.
    for _ in 0..4 {
        to_be_signed.next(SEQUENCE)?;
    }
    let mut key = to_be_signed.sequence()?;
    key.next(SEQUENCE)?;
    match key.next(BIT_STRING)?.split_first()? {
        (0, bytes) => Some(bytes),
        _ => None,
    }
}

/// Modulus and exponent of an `RSAPublicKey` (RFC 8017, appendix A.1.1), without leading zeros.
pub(crate) fn rsa_components(key: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut members = Elements { rest: key }.sequence()?;
    let modulus = without_leading_zeros(members.next(INTEGER)?);
    let exponent = without_leading_zeros(members.next(INTEGER)?);
    Some((modulus, exponent))
}

/// An unsigned big-endian number in its shortest form.
pub(crate) fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}
