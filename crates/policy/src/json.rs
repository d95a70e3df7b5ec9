//! A strict JSON reader (RFC 8259) that keeps the place of every value, so that a finding can point at it.
//!
//! Numbers are kept as they were written. A member that stands twice in an object is refused: IAM refuses it in a policy
//! too, and whichever of the two was meant, half of the readers would believe the other.

use crate::span::Span;

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
    let mut reader = Reader { text, position: 0 };
    reader.skip_space();
    let node = reader.node(0)?;
    reader.skip_space();
    if reader.position < text.len() {
        return Err(reader.error("something follows the value"));
    }
    Ok(node)
}

struct Reader<'a> {
    text: &'a str,
    position: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn error(&self, detail: &str) -> JsonError {
        JsonError { span: Span::of(self.text, self.position, self.position + 1), detail: detail.to_owned() }
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.position += 1;
        }
    }

    fn take(&mut self, byte: u8, missing: &str) -> Result<(), JsonError> {
        if self.peek() == Some(byte) {
            self.position += 1;
            return Ok(());
        }
        Err(self.error(missing))
    }

    fn node(&mut self, depth: usize) -> Result<Node, JsonError> {
        if depth >= DEPTH_MAX {
            return Err(self.error("values nest too deep"));
        }
        let start = self.position;
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(Node { value, span: Span::of(self.text, start, self.position) })
    }

    fn object(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.position += 1;
        let mut members: Vec<Member> = Vec::new();
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.position += 1;
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_space();
            let start = self.position;
            if self.peek() != Some(b'"') {
                return Err(self.error("a member's name in quotation marks is missing"));
            }
            let name = self.string()?;
            let span = Span::of(self.text, start, self.position);
            if members.iter().any(|member| member.name == name) {
                return Err(JsonError { span, detail: format!("the member `{name}` stands twice") });
            }
            self.skip_space();
            self.take(b':', "a colon is missing")?;
            self.skip_space();
            let value = self.node(depth + 1)?;
            members.push(Member { name, span, value });
            self.skip_space();
            if self.peek() == Some(b'}') {
                self.position += 1;
                return Ok(Value::Object(members));
            }
            self.take(b',', "a comma or a closing brace is missing")?;
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.position += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.peek() == Some(b']') {
            self.position += 1;
            return Ok(Value::Array(items));
        }
        loop {
            self.skip_space();
            items.push(self.node(depth + 1)?);
            self.skip_space();
            if self.peek() == Some(b']') {
                self.position += 1;
                return Ok(Value::Array(items));
            }
            self.take(b',', "a comma or a closing bracket is missing")?;
        }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.position += 1;
        let mut content = String::new();
        loop {
            let rest = self.text.get(self.position..).unwrap_or_default();
            let Some(character) = rest.chars().next() else {
                return Err(self.error("the text ends within quotation marks"));
            };
            match character {
                '"' => {
                    self.position += 1;
                    return Ok(content);
                }
                '\\' => content.push(self.escape()?),
                '\u{0}'..='\u{1f}' => return Err(self.error("a control character stands within quotation marks")),
                other => {
                    content.push(other);
                    self.position += other.len_utf8();
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        self.position += 1;
        let Some(byte) = self.peek() else { return Err(self.error("the text ends within an escape")) };
        self.position += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err(self.error("an escape that JSON does not have")),
        })
    }

    fn unicode(&mut self) -> Result<char, JsonError> {
        let high = self.hexadecimal()?;
        if !(0xd800..0xe000).contains(&high) {
            return char::from_u32(high).ok_or_else(|| self.error("an escape that is no character"));
        }
        let rest = self.text.get(self.position..).unwrap_or_default();
        if high >= 0xdc00 || !rest.starts_with("\\u") {
            return Err(self.error("half of a surrogate pair"));
        }
        self.position += 2;
        let low = self.hexadecimal()?;
        if !(0xdc00..0xe000).contains(&low) {
            return Err(self.error("half of a surrogate pair"));
        }
        let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        char::from_u32(code).ok_or_else(|| self.error("an escape that is no character"))
    }

    fn hexadecimal(&mut self) -> Result<u32, JsonError> {
        let digits = self.text.get(self.position..self.position + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let code = code.ok_or_else(|| self.error("an escape without four hexadecimal digits"))?;
        self.position += 4;
        Ok(code)
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let start = self.position;
        while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
            self.position += 1;
        }
        let text = self.text.get(start..self.position).unwrap_or_default();
        if serde_json::from_str::<serde_json::Number>(text).is_err() {
            self.position = start;
            return Err(self.error("a number that JSON does not have"));
        }
        Ok(Value::Number(text.to_owned()))
    }

    fn word(&mut self) -> Result<Value, JsonError> {
        let rest = self.text.get(self.position..).unwrap_or_default();
        let words = [("true", Value::Boolean(true)), ("false", Value::Boolean(false)), ("null", Value::Null)];
        for (word, value) in words {
            if rest.starts_with(word) {
                self.position += word.len();
                return Ok(value);
            }
        }
        Err(self.error("a value is missing"))
    }
}
