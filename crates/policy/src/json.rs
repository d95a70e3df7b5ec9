//! A strict JSON reader (RFC 8259) that keeps the place of every value, so that a finding can point at it.
//!
//! Numbers are kept as they were written. A member that stands twice in an object is refused: IAM refuses it in a policy
//! too, and whichever of the two was meant, half of the readers would believe the other.

use std::collections::BTreeSet;

use crate::span::{Mark, Span};

/// How deep values may nest. A policy needs six levels; the bound keeps a stranger's text off our stack.
pub const DEPTH_MAX: usize = 32;

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Array(Vec<Node>),
    Boolean(bool),
    Null,
    Number(String),
    Object(Vec<Member>),
    Text(String),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) value: Node,
}

/// Why a text is no JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonError {
    pub(crate) span: Span,
    pub(crate) detail: String,
}

/// Reads a whole text.
pub(crate) fn read(text: &str) -> Result<Node, JsonError> {
    let mut reader = Reader { text, mark: Mark::START };
    reader.skip_space();
    let node = reader.node(0)?;
    reader.skip_space();
    if reader.peek().is_some() {
        return Err(reader.error("something follows the value"));
    }
    Ok(node)
}

struct Reader<'a> {
    text: &'a str,
    mark: Mark,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.mark.offset..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Moves over the character that comes next, if it is one of these.
    fn pass_if(&mut self, wanted: impl FnOnce(char) -> bool) -> bool {
        let next = self.peek().filter(|character| wanted(*character));
        if let Some(character) = next {
            self.mark.pass(character);
        }
        next.is_some()
    }

    /// The place from a point to here.
    const fn since(&self, start: Mark) -> Span {
        start.until(self.mark.offset)
    }

    /// A mistake at the character that comes next, or at the end of the text.
    fn error(&self, detail: &str) -> JsonError {
        let length = self.peek().map_or(0, char::len_utf8);
        JsonError { span: self.mark.until(self.mark.offset + length), detail: detail.to_owned() }
    }

    fn skip_space(&mut self) {
        while self.pass_if(|character| matches!(character, ' ' | '\t' | '\n' | '\r')) {}
    }

    fn take(&mut self, wanted: char, missing: &str) -> Result<(), JsonError> {
        if self.pass_if(|character| character == wanted) { Ok(()) } else { Err(self.error(missing)) }
    }

    fn node(&mut self, depth: usize) -> Result<Node, JsonError> {
        if depth >= DEPTH_MAX {
            return Err(self.error("values nest too deep"));
        }
        let start = self.mark;
        let value = match self.peek() {
            Some('{') => self.object(depth)?,
            Some('[') => self.array(depth)?,
            Some('"') => Value::Text(self.string()?),
            Some('-' | '0'..='9') => self.number()?,
            _ => self.word()?,
        };
        Ok(Node { value, span: self.since(start) })
    }

    fn object(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.take('{', "a brace is missing")?;
        let mut members = Vec::new();
        let mut names = BTreeSet::new();
        self.skip_space();
        if self.pass_if(|character| character == '}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_space();
            let start = self.mark;
            if self.peek() != Some('"') {
                return Err(self.error("a member's name in quotation marks is missing"));
            }
            let name = self.string()?;
            let span = self.since(start);
            if !names.insert(name.clone()) {
                return Err(JsonError { span, detail: format!("the member `{name}` stands twice") });
            }
            self.skip_space();
            self.take(':', "a colon is missing")?;
            self.skip_space();
            let value = self.node(depth + 1)?;
            members.push(Member { name, span, value });
            self.skip_space();
            if self.pass_if(|character| character == '}') {
                return Ok(Value::Object(members));
            }
            self.take(',', "a comma or a closing brace is missing")?;
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.take('[', "a bracket is missing")?;
        let mut items = Vec::new();
        self.skip_space();
        if self.pass_if(|character| character == ']') {
            return Ok(Value::Array(items));
        }
        loop {
            self.skip_space();
            items.push(self.node(depth + 1)?);
            self.skip_space();
            if self.pass_if(|character| character == ']') {
                return Ok(Value::Array(items));
            }
            self.take(',', "a comma or a closing bracket is missing")?;
        }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.take('"', "a quotation mark is missing")?;
        let mut content = String::new();
        loop {
            let Some(character) = self.peek() else {
                return Err(self.error("the text ends within quotation marks"));
            };
            if character.is_ascii_control() && character != '\u{7f}' {
                return Err(self.error("a control character stands within quotation marks"));
            }
            self.mark.pass(character);
            match character {
                '"' => return Ok(content),
                '\\' => content.push(self.escape()?),
                other => content.push(other),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let character = match self.peek() {
            Some(plain @ ('"' | '\\' | '/')) => plain,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                self.mark.pass('u');
                return self.unicode();
            }
            Some(_) => return Err(self.error("an escape that JSON does not have")),
            None => return Err(self.error("the text ends within an escape")),
        };
        self.pass_if(|_| true);
        Ok(character)
    }

    fn unicode(&mut self) -> Result<char, JsonError> {
        let high = self.hexadecimal()?;
        if !(0xd800..0xe000).contains(&high) {
            return char::from_u32(high).ok_or_else(|| self.error("an escape that is no character"));
        }
        if high >= 0xdc00 || !self.rest().starts_with("\\u") {
            return Err(self.error("half of a surrogate pair"));
        }
        self.mark.pass('\\');
        self.mark.pass('u');
        let low = self.hexadecimal()?;
        if !(0xdc00..0xe000).contains(&low) {
            return Err(self.error("half of a surrogate pair"));
        }
        let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        char::from_u32(code).ok_or_else(|| self.error("an escape that is no character"))
    }

    fn hexadecimal(&mut self) -> Result<u32, JsonError> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|character| character.to_digit(16));
            let digit = digit.ok_or_else(|| self.error("an escape without four hexadecimal digits"))?;
            self.pass_if(|_| true);
            code = code * 16 + digit;
        }
        Ok(code)
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let start = self.mark;
        while self.pass_if(|character| matches!(character, '-' | '+' | '.' | 'e' | 'E' | '0'..='9')) {}
        let text = self.text.get(start.offset..self.mark.offset).unwrap_or_default();
        if !is_number(text) {
            return Err(JsonError {
                span: self.since(start),
                detail: "a number that JSON does not have".to_owned(),
            });
        }
        Ok(Value::Number(text.to_owned()))
    }

    fn word(&mut self) -> Result<Value, JsonError> {
        let words = [("true", Value::Boolean(true)), ("false", Value::Boolean(false)), ("null", Value::Null)];
        for (word, value) in words {
            if self.rest().starts_with(word) {
                word.chars().for_each(|character| self.mark.pass(character));
                return Ok(value);
            }
        }
        Err(self.error("a value is missing"))
    }
}

/// Whether a text is a number by RFC 8259, section 6.
fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)))
}
