//! Names of operations as the command line writes them.

/// `ListObjectsV2` as `list-objects-v2`, `CreateOpenIDConnectProvider` as `create-open-id-connect-provider`.
pub(crate) fn kebab(operation: &str) -> String {
    let mut name = String::with_capacity(operation.len() + 6);
    let mut letters = operation.chars().peekable();
    let mut previous: Option<char> = None;
    while let Some(letter) = letters.next() {
        if let Some(previous) = previous
            && letter.is_ascii_uppercase()
        {
            let begins_a_word = letters.peek().is_some_and(char::is_ascii_lowercase);
            if begins_a_word || !previous.is_ascii_uppercase() {
                name.push('-');
            }
        }
        name.push(letter.to_ascii_lowercase());
        previous = Some(letter);
    }
    name
}
