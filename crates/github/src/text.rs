//! The text form of a job, cut into words.

use crate::error::JobError;

/// The longest description of a job that is read, in bytes. Every property at its longest takes less.
pub const JOB_TEXT_BYTES_MAX: usize = 16 * 1024;

/// Words separated by white space. Within quotation marks white space counts as itself, and a backslash takes the next
/// character as it is.
pub(crate) fn words(text: &str) -> Result<Vec<String>, JobError> {
    if text.len() > JOB_TEXT_BYTES_MAX {
        return Err(JobError::TooLong { bytes: text.len(), max: JOB_TEXT_BYTES_MAX });
    }
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            '\\' if quoted => {
                let escaped = characters.next().ok_or(JobError::UnclosedQuote)?;
                word.get_or_insert_default().push(escaped);
            }
            space if space.is_whitespace() && !quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    if quoted {
        return Err(JobError::UnclosedQuote);
    }
    words.extend(word);
    Ok(words)
}
