//! What a command says when it fails: one sentence, and a hint where there is a mend.

use std::fmt::Display;

/// A command's failure, for a person to read.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    hint: Option<String>,
    status: u8,
}

impl Failure {
    /// A failure in one sentence, lower case, no full stop.
    pub(crate) fn new(message: impl Display) -> Self {
        Self { message: message.to_string(), hint: None, status: 1 }
    }

    /// The same with what to do about it.
    pub(crate) fn hint(self, hint: impl Display) -> Self {
        Self { hint: Some(hint.to_string()), ..self }
    }

    /// The same with what to do about it, unless that was said.
    pub(crate) fn or_hint(self, hint: impl Display) -> Self {
        if self.hint.is_some() { self } else { self.hint(hint) }
    }

    /// The same with another exit status than 1.
    pub(crate) fn status(self, status: u8) -> Self {
        Self { status, ..self }
    }

    /// The sentence.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Its exit status.
    pub(crate) const fn exit_code(&self) -> u8 {
        self.status
    }

    /// Prints it to standard error.
    pub(crate) fn print(&self) {
        eprintln!("error: {}", self.message);
        if let Some(hint) = &self.hint {
            eprintln!("hint: {hint}");
        }
    }
}
