//! Numbers and commits for those who do not care which: the same names always give the same ones.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The numbers made here have between 7 and 9 digits, like those of most accounts and repositories.
const SMALLEST: u64 = 1_000_000;
const COUNT: u64 = 900_000_000;
/// Numbers of runs have 11 digits these days.
const SMALLEST_RUN: u64 = 10_000_000_000;
const COUNT_RUN: u64 = 80_000_000_000;

/// A number for something named. GitHub compares names without case, so the number does not depend on it.
pub(crate) fn number(kind: &str, name: &str) -> String {
    (SMALLEST + hash(kind, name) % COUNT).to_string()
}

/// A number for a run or a check run.
pub(crate) fn run_number(kind: &str, name: &str) -> String {
    (SMALLEST_RUN + hash(kind, name) % COUNT_RUN).to_string()
}

/// A commit's id.
pub(crate) fn commit(name: &str) -> String {
    let parts = ["commit-a", "commit-b", "commit-c"].map(|kind| format!("{:016x}", hash(kind, name)));
    parts.concat().chars().take(40).collect()
}

/// An environment's node id: `EN_` and the MessagePack list of 0, the repository's and the environment's number.
pub(crate) fn environment_node(repository_id: &str, environment: &str) -> String {
    let repository: u64 = repository_id.parse().unwrap_or(u64::MAX);
    packed_node("EN", repository, SMALLEST + hash("environment", environment) % COUNT)
}

/// A node id: the kind's letters and the MessagePack list of 0, the repository's number and the thing's own.
pub(crate) fn packed_node(kind: &str, repository: u64, number: u64) -> String {
    let mut packed = vec![0x93, 0x00];
    for number in [repository, number] {
        match u32::try_from(number) {
            Ok(number) => {
                packed.push(0xce);
                packed.extend(number.to_be_bytes());
            }
            Err(_) => {
                packed.push(0xcf);
                packed.extend(number.to_be_bytes());
            }
        }
    }
    format!("{kind}_{}", URL_SAFE_NO_PAD.encode(packed))
}

/// FNV-1a with 64 bits, and a final mix so that the low digits of similar names differ. Nothing secret rests on it.
fn hash(kind: &str, name: &str) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in kind.bytes().chain([0]).chain(name.bytes().map(|byte| byte.to_ascii_lowercase())) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_stable_and_differ() {
        assert_eq!(number("owner", "your-org"), number("owner", "Your-Org"));
        assert_ne!(number("owner", "your-org"), number("owner", "your-orh"));
        assert_ne!(number("owner", "x"), number("repository", "x"));
        assert!((7..=9).contains(&number("owner", "a").len()));
        assert_eq!(run_number("run", "a/b").len(), 11);
        assert_eq!(commit("a/b refs/heads/main").len(), 40);
        assert!(environment_node("7654321", "production").starts_with("EN_kwDO"));
    }
}
