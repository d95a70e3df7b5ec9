//! Bash, as far as its words, quotation marks and separators go.
//!
//! Source: POSIX, "Shell Command Language", 2.2 and 2.3; Bash manual, "Shell Expansions" and "Here Documents".

mod words;

use super::word::Word;

/// Bytes of a script. GitHub takes at most 21,000 characters of a script with expressions; scripts without may be
/// longer, and none that somebody wrote is longer than this.
pub const SCRIPT_BYTES_MAX: usize = 262_144;

/// Words of one command. Nobody writes more; a longer one is a list that a program made.
pub const WORDS_MAX: usize = 1_000;

/// Commands of one script.
pub const COMMANDS_MAX: usize = 10_000;

/// Levels of `$( )`, back quotes, `${ }` and arrays. Each is read by a call of its own, and the stack has an end.
pub const NESTING_MAX: usize = 32;

/// Why a script cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScriptError {
    /// Longer than [`SCRIPT_BYTES_MAX`].
    #[error("the script has {bytes} bytes; at most {max} are read")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// A quotation mark, bracket or substitution without its end.
    #[error("what begins in line {line} of the script with `{open}` is not closed")]
    Unclosed {
        /// Where it begins, from 1.
        line: usize,
        /// What was opened.
        open: &'static str,
    },
    /// More than [`NESTING_MAX`], [`WORDS_MAX`] or [`COMMANDS_MAX`].
    #[error("line {line} of the script: more than {max} {what}")]
    TooMany {
        /// Where, from 1.
        line: usize,
        /// Of what.
        what: &'static str,
        /// The limit.
        max: usize,
    },
}

/// A command's words, before it is looked at whose command it is.
#[derive(Debug, Default)]
pub(super) struct RawCommand {
    pub(super) words: Vec<RawWord>,
}

#[derive(Debug, Default, Clone)]
pub(super) struct RawWord {
    pub(super) word: Word,
    /// Whether any of it stands in quotation marks, so that it is no keyword.
    pub(super) quoted: bool,
    pub(super) line: usize,
}

impl RawWord {
    /// Its text where it may be a keyword.
    pub(super) fn bare(&self) -> Option<&str> {
        if self.quoted { None } else { self.word.text() }
    }
}

/// Words behind which a command begins.
pub(super) const KEYWORDS: [&str; 11] =
    ["if", "then", "elif", "else", "while", "until", "do", "!", "{", "}", "time"];

/// One level of substitution, or the script itself.
#[derive(Debug, Default)]
struct Level {
    words: Vec<RawWord>,
    /// Brackets of subshells that are open.
    brackets: usize,
    /// `case` without `esac`: patterns end with a bracket that closes nothing.
    cases: usize,
}

/// All commands of a script, those within substitutions too, in no certain order.
pub(super) fn read(script: &str) -> Result<Vec<RawCommand>, ScriptError> {
    if script.len() > SCRIPT_BYTES_MAX {
        return Err(ScriptError::TooLong { bytes: script.len(), max: SCRIPT_BYTES_MAX });
    }
    let mut lexer =
        Lexer { rest: script, line: 1, depth: 0, commands: Vec::new(), here_documents: Vec::new() };
    lexer.list(None)?;
    Ok(lexer.commands)
}

pub(super) struct Lexer<'s> {
    pub(super) rest: &'s str,
    pub(super) line: usize,
    depth: usize,
    commands: Vec<RawCommand>,
    /// The last line of each document that begins behind this line, and whether tabs before it do not count.
    here_documents: Vec<(String, bool)>,
}

impl<'s> Lexer<'s> {
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let mut letters = self.rest.chars();
        let letter = letters.next()?;
        self.rest = letters.as_str();
        self.line += usize::from(letter == '\n');
        Some(letter)
    }

    /// Takes a text without a line's end, where it is next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// What was read since.
    pub(super) fn since(&self, start: &'s str) -> &'s str {
        start.get(..start.len().saturating_sub(self.rest.len())).unwrap_or(start)
    }

    /// Reads one level of `$( )`, behind its opening bracket.
    pub(super) fn nested(&mut self, open: &'static str) -> Result<(), ScriptError> {
        let line = self.line;
        self.deeper()?;
        self.list(Some((line, open)))?;
        self.shallower();
        Ok(())
    }

    /// Reads what stands in back quotes, which is a script of its own.
    pub(super) fn quoted_script(&mut self, script: &str, line: usize) -> Result<(), ScriptError> {
        self.deeper()?;
        let commands = std::mem::take(&mut self.commands);
        let mut inner = Lexer { rest: script, line, depth: self.depth, commands, here_documents: Vec::new() };
        inner.list(None)?;
        self.commands = inner.commands;
        self.shallower();
        Ok(())
    }

    pub(super) const fn shallower(&mut self) {
        self.depth -= 1;
    }

    pub(super) fn deeper(&mut self) -> Result<(), ScriptError> {
        self.depth += 1;
        if self.depth > NESTING_MAX {
            return Err(ScriptError::TooMany {
                line: self.line,
                what: "levels of brackets",
                max: NESTING_MAX,
            });
        }
        Ok(())
    }

    /// Commands to the script's end, or to the bracket that closes a substitution.
    fn list(&mut self, opened: Option<(usize, &'static str)>) -> Result<(), ScriptError> {
        let mut level = Level::default();
        loop {
            self.blanks();
            match self.peek() {
                None => {
                    self.finish(&mut level)?;
                    return opened.map_or(Ok(()), |(line, open)| Err(ScriptError::Unclosed { line, open }));
                }
                Some('\n') => {
                    self.bump();
                    self.finish(&mut level)?;
                    self.skip_here_documents();
                }
                Some('#') => self.comment(),
                Some('(') if level.words.is_empty() && self.eat("((") => self.arithmetic()?,
                Some('(') => {
                    self.bump();
                    self.finish(&mut level)?;
                    level.brackets += 1;
                }
                Some(')') => {
                    self.bump();
                    self.finish(&mut level)?;
                    // A bracket without an opening one ends a pattern of `case`, or the substitution.
                    if level.brackets == 0 && level.cases == 0 && opened.is_some() {
                        return Ok(());
                    }
                    level.brackets = level.brackets.saturating_sub(1);
                }
                Some('&') if self.rest.starts_with("&>") => self.redirection()?,
                Some(';' | '&' | '|') => {
                    self.bump();
                    self.finish(&mut level)?;
                }
                Some('<' | '>') if !self.begins_process() => self.redirection()?,
                Some(_) => self.take_word(&mut level.words)?,
            }
        }
    }

    fn take_word(&mut self, words: &mut Vec<RawWord>) -> Result<(), ScriptError> {
        let word = self.word()?;
        // The number in `2>file`.
        let is_descriptor = matches!(self.peek(), Some('<' | '>'))
            && !word.quoted
            && word.word.text().is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        if is_descriptor {
            return Ok(());
        }
        if words.len() == WORDS_MAX {
            return Err(ScriptError::TooMany { line: self.line, what: "words in a command", max: WORDS_MAX });
        }
        words.push(word);
        Ok(())
    }

    fn finish(&mut self, level: &mut Level) -> Result<(), ScriptError> {
        match level.words.iter().filter_map(RawWord::bare).find(|word| !KEYWORDS.contains(word)) {
            Some("case") => level.cases += 1,
            Some("esac") => level.cases = level.cases.saturating_sub(1),
            _ => {}
        }
        if level.words.is_empty() {
            return Ok(());
        }
        if self.commands.len() == COMMANDS_MAX {
            return Err(ScriptError::TooMany { line: self.line, what: "commands", max: COMMANDS_MAX });
        }
        self.commands.push(RawCommand { words: std::mem::take(&mut level.words) });
        Ok(())
    }

    /// Spaces, and the ends of lines that go on.
    pub(super) fn blanks(&mut self) {
        while self.continues() || matches!(self.peek(), Some(' ' | '\t' | '\r')) && self.bump().is_some() {}
    }

    /// Takes a backslash at a line's end.
    pub(super) fn continues(&mut self) -> bool {
        for end in ["\\\n", "\\\r\n"] {
            if self.eat(end) {
                self.line += 1;
                return true;
            }
        }
        false
    }

    fn comment(&mut self) {
        while self.peek().is_some_and(|letter| letter != '\n') {
            self.bump();
        }
    }

    /// `<(` and `>(`.
    pub(super) fn begins_process(&self) -> bool {
        self.rest.starts_with("<(") || self.rest.starts_with(">(")
    }

    /// `>file`, `2>&1`, `<<END` and their kin: no words of the command.
    fn redirection(&mut self) -> Result<(), ScriptError> {
        const OPERATORS: [&str; 12] =
            ["<<<", "<<-", "<<", "<>", "<&", ">&", ">>", ">|", "&>>", "&>", "<", ">"];
        let operator = OPERATORS.into_iter().find(|operator| self.eat(operator)).unwrap_or_default();
        self.blanks();
        let is_document = matches!(operator, "<<" | "<<-");
        if matches!(self.peek(), None | Some('\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')'))
            && !self.begins_process()
        {
            return Ok(());
        }
        let word = self.word()?.word;
        if is_document {
            self.here_documents.push((word.to_string(), operator == "<<-"));
        }
        Ok(())
    }

    fn skip_here_documents(&mut self) {
        for (end, tabs) in std::mem::take(&mut self.here_documents) {
            while !self.rest.is_empty() {
                let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
                self.rest = rest;
                self.line += 1;
                let line = if tabs { line.trim_start_matches('\t') } else { line };
                if line.trim_end_matches('\r') == end {
                    break;
                }
            }
        }
    }
}
