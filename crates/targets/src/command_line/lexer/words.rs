//! One word: quotation marks, expansions.

use super::{Lexer, RawWord, ScriptError};

impl<'s> Lexer<'s> {
    /// A word. There is at least one letter of it.
    pub(super) fn word(&mut self) -> Result<RawWord, ScriptError> {
        let mut word = RawWord { line: self.line, ..RawWord::default() };
        let start = self.rest;
        if self.begins_process() {
            self.bump();
            self.bump();
            self.nested("<(")?;
            word.word.push_unknown(self.since(start), false);
        }
        while let Some(letter) = self.peek() {
            if self.continues() {
                continue;
            }
            match letter {
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | ')' | '<' | '>' => break,
                '(' if word.word.text().is_some_and(|text| text.ends_with('=')) => self.array(&mut word)?,
                '(' => break,
                '\\' => {
                    self.bump();
                    word.quoted = true;
                    self.known(&mut word);
                }
                '\'' => self.single(&mut word)?,
                '"' => self.double(&mut word)?,
                '$' => self.dollar(&mut word, false)?,
                '`' => self.back_quotes(&mut word, false)?,
                '*' | '?' => {
                    let start = self.rest;
                    self.bump();
                    word.word.push_unknown(self.since(start), true);
                }
                _ => self.known(&mut word),
            }
        }
        if !word.quoted && expands_braces(&self.since(start).replace("${", "")) {
            let source = word.word.to_string();
            word.word = super::Word::default();
            word.word.push_unknown(&source, true);
        }
        Ok(word)
    }

    fn known(&mut self, word: &mut RawWord) {
        let start = self.rest;
        self.bump();
        word.word.push_known(self.since(start));
    }

    /// `NAME=(a b)`: the words of an array are no command.
    fn array(&mut self, word: &mut RawWord) -> Result<(), ScriptError> {
        let (start, line) = (self.rest, self.line);
        self.deeper()?;
        self.bump();
        loop {
            self.blanks();
            match self.peek() {
                None => return Err(ScriptError::Unclosed { line, open: "(" }),
                Some(')') => break,
                Some('\n' | ';' | '&' | '|' | '<' | '>' | '(') => {
                    self.bump();
                }
                Some(_) => {
                    self.word()?;
                }
            }
        }
        self.bump();
        self.shallower();
        word.word.push_unknown(self.since(start), true);
        Ok(())
    }

    /// Everything is itself, but GitHub's expressions, which are put in before bash sees the script.
    fn single(&mut self, word: &mut RawWord) -> Result<(), ScriptError> {
        let line = self.line;
        self.bump();
        word.quoted = true;
        loop {
            match self.peek() {
                None => return Err(ScriptError::Unclosed { line, open: "'" }),
                Some('\'') => {
                    self.bump();
                    return Ok(());
                }
                Some('$') if self.rest.starts_with("${{") => self.expression(word, false)?,
                Some(_) => self.known(word),
            }
        }
    }

    fn double(&mut self, word: &mut RawWord) -> Result<(), ScriptError> {
        let line = self.line;
        self.bump();
        word.quoted = true;
        loop {
            if self.continues() {
                continue;
            }
            match self.peek() {
                None => return Err(ScriptError::Unclosed { line, open: "\"" }),
                Some('"') => {
                    self.bump();
                    return Ok(());
                }
                Some('\\') => {
                    let start = self.rest;
                    self.bump();
                    if !matches!(self.peek(), Some('$' | '`' | '"' | '\\')) {
                        word.word.push_known(self.since(start));
                    }
                    self.known(word);
                }
                Some('$') => self.dollar(word, true)?,
                Some('`') => self.back_quotes(word, true)?,
                Some(_) => self.known(word),
            }
        }
    }

    fn dollar(&mut self, word: &mut RawWord, quoted: bool) -> Result<(), ScriptError> {
        if self.rest.starts_with("${{") {
            return self.expression(word, !quoted);
        }
        let start = self.rest;
        self.bump();
        match self.peek() {
            Some('(') if self.eat("((") => self.arithmetic()?,
            Some('(') => {
                self.bump();
                self.nested("$(")?;
            }
            Some('{') => self.parameter(quoted)?,
            Some('\'') if !quoted => return self.escaped(word),
            // `$"..."` is `"..."` in another language.
            Some('"') if !quoted => return Ok(()),
            Some(letter) if letter.is_ascii_alphabetic() || letter == '_' => {
                while self.peek().is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
                    self.bump();
                }
            }
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!' | '0'..='9') => {
                self.bump();
            }
            _ => {
                word.word.push_known("$");
                return Ok(());
            }
        }
        word.word.push_unknown(self.since(start), !quoted);
        Ok(())
    }

    /// `${{ }}`, to the brackets outside of its own quotation marks.
    fn expression(&mut self, word: &mut RawWord, splits: bool) -> Result<(), ScriptError> {
        let (start, line) = (self.rest, self.line);
        let mut quoted = false;
        while quoted || !self.rest.starts_with("}}") {
            match self.bump() {
                None => return Err(ScriptError::Unclosed { line, open: "${{" }),
                Some('\'') => quoted = !quoted,
                Some(_) => {}
            }
        }
        self.eat("}}");
        word.word.push_unknown(self.since(start), splits);
        Ok(())
    }

    /// `${NAME:-...}`, in which anything may stand that may stand in a word.
    fn parameter(&mut self, quoted: bool) -> Result<(), ScriptError> {
        let line = self.line;
        self.deeper()?;
        let mut unused = RawWord::default();
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                None => return Err(ScriptError::Unclosed { line, open: "${" }),
                Some('{') => depth += 1,
                Some('}') => depth = depth.saturating_sub(1),
                Some('\\') => {
                    self.bump();
                }
                Some('\'') if !quoted => {
                    self.single(&mut unused)?;
                    continue;
                }
                Some('"') => {
                    self.double(&mut unused)?;
                    continue;
                }
                Some('$') if self.rest.starts_with("$(") && !self.rest.starts_with("$((") => {
                    self.eat("$(");
                    self.nested("$(")?;
                    continue;
                }
                Some(_) => {}
            }
            self.bump();
            if depth == 0 {
                self.shallower();
                return Ok(());
            }
        }
    }

    /// `$'...'`: known where nothing in it is escaped.
    fn escaped(&mut self, word: &mut RawWord) -> Result<(), ScriptError> {
        let line = self.line;
        self.bump();
        word.quoted = true;
        let start = self.rest;
        loop {
            match self.peek() {
                None => return Err(ScriptError::Unclosed { line, open: "$'" }),
                Some('\'') => break,
                Some('\\') => {
                    self.bump();
                    self.bump();
                }
                Some(_) => {
                    self.bump();
                }
            }
        }
        let text = self.since(start);
        self.bump();
        if text.contains('\\') {
            word.word.push_unknown(text, false);
        } else {
            word.word.push_known(text);
        }
        Ok(())
    }

    fn back_quotes(&mut self, word: &mut RawWord, quoted: bool) -> Result<(), ScriptError> {
        let (start, line) = (self.rest, self.line);
        self.bump();
        let mut script = String::new();
        loop {
            match self.bump() {
                None => return Err(ScriptError::Unclosed { line, open: "`" }),
                Some('`') => break,
                Some('\\') if matches!(self.peek(), Some('`' | '\\' | '$')) => script.extend(self.bump()),
                Some(letter) => script.push(letter),
            }
        }
        self.quoted_script(&script, line)?;
        word.word.push_unknown(self.since(start), !quoted);
        Ok(())
    }

    /// To the `))` that closes `((`.
    pub(super) fn arithmetic(&mut self) -> Result<(), ScriptError> {
        let line = self.line;
        let mut depth = 2_usize;
        while depth > 0 {
            match self.bump() {
                None => return Err(ScriptError::Unclosed { line, open: "((" }),
                Some('(') => depth += 1,
                Some(')') => depth -= 1,
                Some(_) => {}
            }
        }
        Ok(())
    }
}

/// `{a,b}` and `{1..3}`.
fn expands_braces(source: &str) -> bool {
    source
        .split_once('{')
        .and_then(|(_, rest)| rest.split_once('}'))
        .is_some_and(|(within, _)| within.contains(',') || within.contains(".."))
}
