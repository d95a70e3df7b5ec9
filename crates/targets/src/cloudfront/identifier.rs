//! Identifiers as CloudFront forms them.

/// Characters of an id after its first letter: 13 in all, as AWS's newer ones have 13 or 14.
const CHARACTERS: usize = 13;
const UPPER: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LOWER: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A new id of a distribution or an entity tag, `E` and 13 characters (65 random bits).
pub(super) fn distribution(random: &mut dyn FnMut(&mut [u8])) -> String {
    draw("E", UPPER, random)
}

/// A new id of an invalidation, `I` and 13 characters (65 random bits).
pub(super) fn invalidation(random: &mut dyn FnMut(&mut [u8])) -> String {
    draw("I", UPPER, random)
}

/// A new domain name, `d`, 13 characters and `.cloudfront.net`.
pub(super) fn domain(random: &mut dyn FnMut(&mut [u8])) -> String {
    draw("d", LOWER, random) + ".cloudfront.net"
}

fn draw(first: &str, alphabet: &[u8; 32], random: &mut dyn FnMut(&mut [u8])) -> String {
    let mut bytes = [0_u8; CHARACTERS];
    random(&mut bytes);
    let letter = |byte: &u8| alphabet.get(usize::from(byte & 31)).map_or('A', |letter| char::from(*letter));
    first.chars().chain(bytes.iter().map(letter)).collect()
}
