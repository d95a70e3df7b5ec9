//! A small XML writer: elements and text, in one buffer.
//!
//! Element names are `&'static str`, so that nothing a stranger sent can become markup.

/// Writes XML into one growing buffer.
///
/// ```
/// let mut writer = daypass_wire::xml::Writer::new();
/// writer.root("GetCallerIdentityResponse", "https://sts.amazonaws.com/doc/2011-06-15/", |writer| {
///     writer.nested("ResponseMetadata", |writer| writer.text("RequestId", "a<b"));
/// });
/// assert_eq!(
///     writer.into_string(),
///     "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
///      <ResponseMetadata><RequestId>a&lt;b</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
/// );
/// ```
#[derive(Debug, Default)]
pub struct Writer {
    output: String,
}

/// An element's name; some are a word of ours and an ending, `AssumeRole` and `Result`.
#[derive(Debug, Clone, Copy)]
pub struct Name([&'static str; 2]);

impl From<&'static str> for Name {
    fn from(name: &'static str) -> Self {
        Self([name, ""])
    }
}

impl From<[&'static str; 2]> for Name {
    fn from(parts: [&'static str; 2]) -> Self {
        Self(parts)
    }
}

/// The declaration that S3 puts before its answers, and STS and IAM do not.
pub const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

impl Writer {
    /// A writer without a declaration, with room for an ordinary answer.
    #[must_use]
    pub fn new() -> Self {
        const ANSWER_BYTES: usize = 3072;
        Self { output: String::with_capacity(ANSWER_BYTES) }
    }

    /// A writer that begins with [`DECLARATION`].
    #[must_use]
    pub fn with_declaration() -> Self {
        let mut writer = Self::new();
        writer.output.push_str(DECLARATION);
        writer
    }

    /// An element with a namespace, and what `content` writes into it.
    pub fn root(&mut self, name: impl Into<Name>, namespace: &str, content: impl FnOnce(&mut Self)) {
        let name = name.into();
        self.open(name);
        self.output.push_str(" xmlns=\"");
        escape(&mut self.output, namespace);
        self.output.push_str("\">");
        content(self);
        self.close(name);
    }

    /// An element, and what `content` writes into it.
    pub fn nested(&mut self, name: impl Into<Name>, content: impl FnOnce(&mut Self)) {
        let name = name.into();
        self.open(name);
        self.output.push('>');
        content(self);
        self.close(name);
    }

    /// An element with text in it.
    pub fn text(&mut self, name: &'static str, text: &str) {
        self.nested(name, |writer| escape(&mut writer.output, text));
    }

    /// An element with text in it, where there is one.
    pub fn optional(&mut self, name: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// An element with a number or another value that prints itself. The value is escaped like text.
    pub fn value(&mut self, name: &'static str, value: impl std::fmt::Display) {
        self.text(name, &value.to_string());
    }

    /// An element without content: `<Name/>`.
    pub fn empty(&mut self, name: &'static str) {
        self.output.push('<');
        self.output.push_str(name);
        self.output.push_str("/>");
    }

    /// What was written.
    #[must_use]
    pub fn into_string(self) -> String {
        self.output
    }

    fn open(&mut self, name: Name) {
        self.output.push('<');
        name.0.into_iter().for_each(|part| self.output.push_str(part));
    }

    fn close(&mut self, name: Name) {
        self.output.push_str("</");
        name.0.into_iter().for_each(|part| self.output.push_str(part));
        self.output.push('>');
    }
}

/// Appends text, escaped for element content and for attributes in quotes. Characters that XML 1.0 cannot hold at all
/// become U+FFFD; a carriage return is escaped, since a parser would turn it into a line feed.
pub fn escape(output: &mut String, text: &str) {
    // Nearly every text is plain: this loop without an exit is quick over a token of kilobytes.
    if text.bytes().fold(true, |plain, byte| plain & is_plain(byte)) {
        output.push_str(text);
        return;
    }
    let mut rest = text;
    while let Some(position) = rest.find(is_special) {
        let (plain, special) = rest.split_at(position);
        output.push_str(plain);
        let mut characters = special.chars();
        match characters.next() {
            Some('<') => output.push_str("&lt;"),
            Some('>') => output.push_str("&gt;"),
            Some('&') => output.push_str("&amp;"),
            Some('"') => output.push_str("&quot;"),
            Some('\r') => output.push_str("&#xD;"),
            _ => output.push('\u{FFFD}'),
        }
        rest = characters.as_str();
    }
    output.push_str(rest);
}

/// Whether a byte cannot be of a special character; U+FFFE and U+FFFF begin with 0xEF.
const fn is_plain(byte: u8) -> bool {
    byte >= b' ' && !matches!(byte, b'<' | b'>' | b'&' | b'"' | 0xEF)
}

const fn is_special(character: char) -> bool {
    matches!(
        character,
        '<' | '>' | '&' | '"' | '\r' | '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}'
    )
}
