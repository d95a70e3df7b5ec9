//! The tokens that lead from one page of LookupEvents to the next.
//!
//! A token is 16 bytes in hexadecimal: a check over question and place, and the place in the trail masked by the
//! question. It is opaque to clients and bound to its question, and it protects nothing: whoever made one up would see
//! no event that the question itself does not show.

use crate::lookup::LookupError;

/// Characters of a token.
const TOKEN_CHARACTERS: usize = 32;

/// The token for the page after the event with this sequence.
pub(crate) fn write(question: &str, sequence: i64) -> String {
    let place = sequence.cast_unsigned() ^ hash(question.as_bytes(), MASK_SEED);
    format!("{:016x}{place:016x}", check(question, sequence))
}

/// The sequence in a token, if it was written for this question.
pub(crate) fn read(question: &str, token: &str) -> Result<i64, LookupError> {
    let plain = token.len() == TOKEN_CHARACTERS && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (presented, place) =
        token.split_at_checked(TOKEN_CHARACTERS / 2).filter(|_| plain).ok_or(LookupError::NextToken)?;
    let number = |text| u64::from_str_radix(text, 16).map_err(|_| LookupError::NextToken);
    let sequence = (number(place)? ^ hash(question.as_bytes(), MASK_SEED)).cast_signed();
    if number(presented)? != check(question, sequence) || sequence < 1 {
        return Err(LookupError::NextToken);
    }
    Ok(sequence)
}

/// FNV-1a's own start.
const CHECK_SEED: u64 = 0xcbf2_9ce4_8422_2325;
/// Another start, so that check and mask differ.
const MASK_SEED: u64 = 0x9e37_79b9_7f4a_7c15;

fn check(question: &str, sequence: i64) -> u64 {
    hash(&sequence.to_be_bytes(), hash(question.as_bytes(), CHECK_SEED))
}

/// FNV-1a from a given start.
fn hash(bytes: &[u8], seed: u64) -> u64 {
    bytes.iter().fold(seed, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
