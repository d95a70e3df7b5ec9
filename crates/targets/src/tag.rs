//! What tags of AWS's services may be made of.

/// Letters, digits and separators of any script, and a few signs: `[\p{L}\p{Z}\p{N}_.:/=+\-@]*`, as the models of Lambda
/// and S3 have it.
pub(crate) fn is_plain(text: &str) -> bool {
    text.chars().all(|character| {
        let is_separator = character.is_whitespace() && !character.is_control();
        character.is_alphanumeric() || is_separator || "_.:/=+-@".contains(character)
    })
}
