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

/// The declaration that S3 puts before its answers, and STS and IAM do not.
pub const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

impl Writer {
    /// A writer without a declaration, with room for an ordinary answer.
    #[must_use]
    pub fn new() -> Self {
        const ANSWER_BYTES: usize = 2048;
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
    pub fn root(&mut self, name: &'static str, namespace: &str, content: impl FnOnce(&mut Self)) {
        self.output.push('<');
        self.output.push_str(name);
        self.output.push_str(" xmlns=\"");
        escape(&mut self.output, namespace);
        self.output.push_str("\">");
        content(self);
        self.close(name);
    }

    /// An element, and what `content` writes into it.
    pub fn nested(&mut self, name: &'static str, content: impl FnOnce(&mut Self)) {
        self.output.push('<');
        self.output.push_str(name);
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

    fn close(&mut self, name: &'static str) {
        self.output.push_str("</");
        self.output.push_str(name);
        self.output.push('>');
    }
}

/// Appends text, escaped for element content and for attributes in quotes. Characters that XML 1.0 cannot hold at all
/// become U+FFFD; a carriage return is escaped, since a parser would turn it into a line feed.
pub fn escape(output: &mut String, text: &str) {
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

const fn is_special(character: char) -> bool {
    matches!(
        character,
        '<' | '>' | '&' | '"' | '\r' | '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}'
    )
}
