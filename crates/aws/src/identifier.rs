//! Unique identifiers as AWS forms them: a prefix that tells the kind, and characters of base 32.
//!
//! Source: IAM user guide, "IAM identifiers", unique ID prefixes.

/// Where random bytes come from; the edges hand one in, tests a counter.
pub trait Random {
    /// Fills the whole buffer.
    fn fill(&mut self, buffer: &mut [u8]);
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Characters after the prefix of a role or a policy; 21 in all.
const ROLE_CHARACTERS: usize = 17;
/// Characters after an access key's prefix; 20 in all.
const ACCESS_KEY_CHARACTERS: usize = 16;

/// A new role id, `AROA` and 17 characters (85 random bits).
pub fn role(random: &mut dyn Random) -> String {
    identifier("AROA", ROLE_CHARACTERS, random)
}

/// A new id of a managed policy, `ANPA` and 17 characters (85 random bits).
pub fn policy(random: &mut dyn Random) -> String {
    identifier("ANPA", ROLE_CHARACTERS, random)
}

/// A new access key id of a session, `ASIA` and 16 characters (80 random bits).
pub fn session_access_key(random: &mut dyn Random) -> String {
    identifier("ASIA", ACCESS_KEY_CHARACTERS, random)
}

/// A new long-lived access key id, `AKIA` and 16 characters: the administrator's.
pub fn access_key(random: &mut dyn Random) -> String {
    identifier("AKIA", ACCESS_KEY_CHARACTERS, random)
}

fn identifier(prefix: &str, characters: usize, random: &mut dyn Random) -> String {
    let mut bytes = [0_u8; ROLE_CHARACTERS];
    random.fill(&mut bytes);
    let tail = bytes
        .iter()
        .take(characters)
        .map(|byte| ALPHABET.get(usize::from(byte & 31)).map_or('A', |letter| char::from(*letter)));
    prefix.chars().chain(tail).collect()
}
