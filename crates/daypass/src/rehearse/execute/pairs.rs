//! The files in which a step tells the runner something: `GITHUB_OUTPUT`, `GITHUB_ENV`, `GITHUB_PATH`.
//!
//! Source: GitHub docs, "Workflow commands for GitHub Actions", and for what is no pair the sentences of GitHub's
//! published runner.

/// Bytes of one such file: GitHub's limit for outputs and for a step's summary.
pub(super) const FILE_BYTES_MAX: u64 = 1 << 20;

/// Why such a file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum PairError {
    /// A line that is no pair.
    #[error("invalid format `{0}`")]
    Format(String),
    /// A pair of nothing.
    #[error("invalid format `{0}`: the name must not be empty")]
    Name(String),
    /// A long value without its end.
    #[error("invalid value of `{name}`: the matching delimiter `{delimiter}` was not found")]
    Delimiter {
        /// The name.
        name: String,
        /// What should have ended the value.
        delimiter: String,
    },
}

/// The pairs of a file, in its order: `NAME=VALUE`, or `NAME<<DELIMITER`, lines, and the delimiter.
pub(super) fn pairs(text: &str) -> Result<Vec<(String, String)>, PairError> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let format = || PairError::Format(line.chars().take(100).collect());
        let empty = || PairError::Name(line.chars().take(100).collect());
        match (line.split_once('='), line.split_once("<<")) {
            (Some((name, _)), Some((before, delimiter))) if before.len() < name.len() => {
                found.push(long(before, delimiter, &mut lines, empty)?);
            }
            (None, Some((before, delimiter))) => found.push(long(before, delimiter, &mut lines, empty)?),
            (Some((name, value)), _) if !name.is_empty() => found.push((name.to_owned(), value.to_owned())),
            (Some(_), _) => return Err(empty()),
            (None, None) => return Err(format()),
        }
    }
    Ok(found)
}

fn long<'a>(
    name: &str,
    delimiter: &str,
    lines: &mut impl Iterator<Item = &'a str>,
    empty: impl Fn() -> PairError,
) -> Result<(String, String), PairError> {
    if name.is_empty() || delimiter.is_empty() {
        return Err(empty());
    }
    let mut value: Vec<&str> = Vec::new();
    for line in lines {
        if line == delimiter {
            return Ok((name.to_owned(), value.join("\n")));
        }
        value.push(line);
    }
    Err(PairError::Delimiter { name: name.to_owned(), delimiter: delimiter.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let text = "a=1\n\nb=x=y<<z\nlong<<END\none\n\ntwo=2\nEND\nempty=\nnone<<E\nE\n";
        let expected = [("a", "1"), ("b", "x=y<<z"), ("long", "one\n\ntwo=2"), ("empty", ""), ("none", "")];
        let expected: Vec<(String, String)> =
            expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(pairs(text), Ok(expected));
    }

    #[test]
    fn what_is_no_pair_is_refused() {
        for (text, expected) in [
            ("word", "invalid format `word`"),
            ("=1", "invalid format `=1`: the name must not be empty"),
            ("<<E", "invalid format `<<E`: the name must not be empty"),
            ("a<<E\nb\n", "invalid value of `a`: the matching delimiter `E` was not found"),
        ] {
            assert_eq!(pairs(text).unwrap_err().to_string(), expected, "{text}");
        }
    }
}
