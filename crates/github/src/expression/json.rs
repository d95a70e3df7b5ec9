//! `toJSON`: as GitHub writes it, with two spaces for each level.

use std::fmt::Write as _;

use serde_json::Value;

use super::error::ExpressionError;
use super::limits::Budget;
use super::number;
use super::operand::Operand;

pub(super) fn write(value: &Operand<'_>, budget: &Budget) -> Result<String, ExpressionError> {
    let mut writer = Writer { text: String::new(), level: 0, budget };
    writer.operand(value)?;
    Ok(writer.text)
}

struct Writer<'b> {
    text: String,
    level: usize,
    budget: &'b Budget,
}

impl Writer<'_> {
    fn operand(&mut self, value: &Operand<'_>) -> Result<(), ExpressionError> {
        match value {
            Operand::Null => self.push("null"),
            Operand::Boolean(value) => self.push(if *value { "true" } else { "false" }),
            Operand::Number(value) => self.push(&number::text(*value)),
            Operand::Text(value) => self.quoted(value),
            Operand::Collection(value) => self.json(value),
            Operand::Filtered(items) => self.array(items.len(), items.iter(), Self::operand),
        }
    }

    fn json(&mut self, value: &Value) -> Result<(), ExpressionError> {
        match value {
            Value::Array(items) => self.array(items.len(), items.iter(), Self::json),
            Value::Object(members) if members.is_empty() => self.push("{}"),
            Value::Object(members) => {
                self.push("{")?;
                self.level += 1;
                for (index, (name, value)) in members.iter().enumerate() {
                    self.line(index > 0)?;
                    self.quoted(name)?;
                    self.push(": ")?;
                    self.json(value)?;
                }
                self.level -= 1;
                self.line(false)?;
                self.push("}")
            }
            primitive => self.operand(&Operand::borrowed(primitive)),
        }
    }

    fn array<'v, T: 'v>(
        &mut self,
        count: usize,
        items: impl Iterator<Item = &'v T>,
        write: fn(&mut Self, &T) -> Result<(), ExpressionError>,
    ) -> Result<(), ExpressionError> {
        if count == 0 {
            return self.push("[]");
        }
        self.push("[")?;
        self.level += 1;
        for (index, item) in items.enumerate() {
            self.line(index > 0)?;
            write(self, item)?;
        }
        self.level -= 1;
        self.line(false)?;
        self.push("]")
    }

    fn line(&mut self, comma: bool) -> Result<(), ExpressionError> {
        let level = self.level;
        self.push(if comma { ",\n" } else { "\n" })?;
        self.push(&"  ".repeat(level))
    }

    /// With the escapes of the writer that GitHub uses, which has three more than JSON asks for.
    fn quoted(&mut self, text: &str) -> Result<(), ExpressionError> {
        let mut quoted = String::with_capacity(text.len() + 2);
        quoted.push('"');
        for letter in text.chars() {
            match letter {
                '"' => quoted.push_str("\\\""),
                '\\' => quoted.push_str("\\\\"),
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                '\t' => quoted.push_str("\\t"),
                '\u{8}' => quoted.push_str("\\b"),
                '\u{c}' => quoted.push_str("\\f"),
                '\0'..='\u{1f}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                    let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
                }
                _ => quoted.push(letter),
            }
        }
        quoted.push('"');
        self.push(&quoted)
    }

    fn push(&mut self, text: &str) -> Result<(), ExpressionError> {
        self.budget.spend(text.len())?;
        self.text.push_str(text);
        Ok(())
    }
}
