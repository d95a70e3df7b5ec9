//! Names of members.

/// A member's name with a small first letter, as CloudTrail and constraint messages write it: `FunctionName` is
/// `functionName`.
pub(crate) fn with_small_letter(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}
