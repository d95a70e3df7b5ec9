//! A tree of sentences, and the same as text.

/// A line, and the lines below it.
#[derive(Debug, Default)]
pub struct Tree {
    label: String,
    children: Vec<Self>,
}

impl Tree {
    /// A line with nothing below it. What would break it, or move the terminal's cursor, is written as its number.
    #[must_use]
    pub fn new(label: &str) -> Self {
        Self { label: printable(label), children: Vec::new() }
    }

    /// The line.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The lines below it.
    #[must_use]
    pub fn children(&self) -> &[Self] {
        &self.children
    }

    /// Puts something below it.
    pub fn push(&mut self, child: Self) {
        self.children.push(child);
    }

    /// The whole tree, each line with its end.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.label);
        self.write_children("", &mut text);
        text
    }

    fn write_children(&self, indent: &str, text: &mut String) {
        for (index, child) in self.children.iter().enumerate() {
            let (branch, below) =
                if index + 1 == self.children.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            for part in [indent, branch, &child.label, "\n"] {
                text.push_str(part);
            }
            child.write_children(&format!("{indent}{below}"), text);
        }
    }
}

/// A text without control characters and those that turn the direction of writing.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        let turns = matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        );
        if character.is_control() || turns {
            plain.extend(character.escape_unicode());
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_stand_under_their_own_line() {
        let mut first = Tree::new("first");
        first.push(Tree::new("below"));
        let mut tree = Tree::new("root");
        tree.push(first);
        tree.push(Tree::new("last\u{1b}[2J\u{202e}"));
        let expected = "root\n├─ first\n│  └─ below\n└─ last\\u{1b}[2J\\u{202e}\n";
        assert_eq!(tree.text(), expected);
    }
}
