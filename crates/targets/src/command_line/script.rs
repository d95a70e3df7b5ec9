//! The `aws` commands of a script.

use super::lexer::{self, KEYWORDS, RawCommand, RawWord, ScriptError};
use super::word::{Part, Word};

/// An `aws` command of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCommand {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// Its words behind `aws`.
    pub words: Vec<Word>,
}

/// The `aws` commands of a bash script in the order of their lines, inner ones before outer ones, also those in `$( )`, in back quotes, behind
/// keywords, assignments and programs that run others (`sudo`, `env`, `timeout`, `xargs`).
///
/// Here-documents, the texts that `eval` and `bash -c` are given, and programs that call `aws` themselves are not read.
///
/// # Errors
///
/// Where a quotation mark, a bracket or a `${{` is not closed, so that bash would not run the script either; and past
/// the limits of this module.
pub fn commands(script: &str) -> Result<Vec<FoundCommand>, ScriptError> {
    let mut found: Vec<FoundCommand> = lexer::read(script)?.into_iter().filter_map(of_aws).collect();
    found.sort_by_key(|command| command.line);
    Ok(found)
}

/// Programs that run the command in their arguments, behind options of their own.
const RUNNERS: [&str; 11] =
    ["builtin", "command", "env", "exec", "ionice", "nice", "nohup", "stdbuf", "sudo", "timeout", "xargs"];

fn of_aws(command: RawCommand) -> Option<FoundCommand> {
    let mut words = command.words.into_iter().peekable();
    let mut runner = None;
    while let Some(word) = words.peek() {
        if is_aws(word) {
            break;
        }
        match word.bare() {
            Some(name) if KEYWORDS.contains(&name) => {}
            Some(name) if RUNNERS.contains(&name) => runner = Some(name.to_owned()),
            // `command -v aws` asks where it is.
            Some("-v" | "-V") if runner.as_deref() == Some("command") => return None,
            _ if runner.is_some() || assigns(&word.word) => {}
            _ => return None,
        }
        words.next();
    }
    let line = words.next()?.line;
    let mut words: Vec<Word> = words.map(|word| word.word).collect();
    if runner.as_deref() == Some("xargs") {
        // It takes the further arguments from its input.
        let mut more = Word::default();
        more.push_unknown("xargs", true);
        words.push(more);
    }
    Some(FoundCommand { line, words })
}

fn is_aws(word: &RawWord) -> bool {
    word.word.text().is_some_and(|text| text == "aws" || text.ends_with("/aws"))
}

/// `NAME=value`.
fn assigns(word: &Word) -> bool {
    let Some(Part::Known(text)) = word.parts().first() else {
        return false;
    };
    text.split_once('=').is_some_and(|(name, _)| {
        let name = name.strip_suffix('+').unwrap_or(name);
        let mut letters = name.bytes();
        letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
            && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
    })
}
