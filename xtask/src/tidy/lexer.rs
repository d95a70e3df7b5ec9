//! Rust source with its comments, texts and characters blanked out, so that a rule sees code alone.

/// A copy of the same length in characters and lines, in which comments and the insides of literals are spaces.
pub(crate) fn code_only(source: &str) -> String {
    let mut lexer =
        Lexer { rest: source.chars().collect(), at: 0, output: String::with_capacity(source.len()) };
    while let Some(character) = lexer.peek(0) {
        match character {
            '/' if lexer.peek(1) == Some('/') => lexer.line_comment(),
            '/' if lexer.peek(1) == Some('*') => lexer.block_comment(),
            '"' => lexer.text(),
            '\'' => lexer.quote(),
            _ if character.is_alphanumeric() || character == '_' => lexer.word(),
            _ => lexer.keep(),
        }
    }
    lexer.output
}

struct Lexer {
    rest: Vec<char>,
    at: usize,
    output: String,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at + ahead).copied()
    }

    fn keep(&mut self) {
        self.output.extend(self.peek(0));
        self.at += 1;
    }

    fn blank(&mut self) {
        self.output.extend(self.peek(0).map(|character| if character == '\n' { '\n' } else { ' ' }));
        self.at += 1;
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|character| character != '\n') {
            self.blank();
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while let Some(character) = self.peek(0) {
            match (character, self.peek(1)) {
                ('/', Some('*')) => depth += 1,
                ('*', Some('/')) => depth -= 1,
                _ => {
                    self.blank();
                    continue;
                }
            }
            self.blank();
            self.blank();
            if depth == 0 {
                return;
            }
        }
    }

    fn text(&mut self) {
        self.blank();
        while let Some(character) = self.peek(0) {
            self.blank();
            match character {
                '\\' => self.blank(),
                '"' => return,
                _ => {}
            }
        }
    }

    /// A character literal, or a lifetime.
    fn quote(&mut self) {
        let is_character = self.peek(1) == Some('\\') || self.peek(2) == Some('\'');
        self.blank();
        if !is_character {
            return;
        }
        while let Some(character) = self.peek(0) {
            self.blank();
            match character {
                '\\' => self.blank(),
                '\'' => return,
                _ => {}
            }
        }
    }

    /// An identifier or number, which may turn out to be the prefix of a raw text.
    fn word(&mut self) {
        let start = self.at;
        while self.peek(0).is_some_and(|character| character.is_alphanumeric() || character == '_') {
            self.keep();
        }
        let word: String = self.rest.get(start..self.at).unwrap_or_default().iter().collect();
        if matches!(word.as_str(), "r" | "br" | "cr") {
            let hashes = (0..).take_while(|ahead| self.peek(*ahead) == Some('#')).count();
            if self.peek(hashes) == Some('"') {
                self.raw_text(hashes);
            }
        }
    }

    fn raw_text(&mut self, hashes: usize) {
        for _ in 0..=hashes {
            self.blank();
        }
        while let Some(character) = self.peek(0) {
            self.blank();
            if character == '"' && (0..hashes).all(|ahead| self.peek(ahead) == Some('#')) {
                for _ in 0..hashes {
                    self.blank();
                }
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::code_only;

    #[test]
    fn what_is_not_code_becomes_spaces() {
        assert_eq!(code_only("a /* { /* } */ */ b"), format!("a{}b", " ".repeat(17)));
        assert_eq!(code_only("x // {\ny"), "x     \ny");
        assert_eq!(code_only(r#"f("{\"}", '{', '\'', 'a)"#), "f(      ,    ,     ,  a)");
        assert_eq!(code_only("r#\"{\"#; r##\"a\"#b\"##; br\"{\""), "r     ; r          ; br   ");
        assert_eq!(code_only("fn f<'a>(x: &'a str) {}"), "fn f< a>(x: & a str) {}");
    }
}
