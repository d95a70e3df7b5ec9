//! Condition keys.

/// What the values of a condition key are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyType {
    /// An ARN.
    Arn,
    /// Several ARNs.
    ArrayOfArn,
    /// Several truths.
    ArrayOfBool,
    /// Several texts.
    ArrayOfString,
    /// `true` or `false`.
    Bool,
    /// A date and time.
    Date,
    /// An IP address.
    IpAddress,
    /// A number.
    Numeric,
    /// A text.
    String,
}

impl KeyType {
    pub(super) fn of(letter: &str) -> Self {
        match letter {
            "A" => Self::Arn,
            "B" => Self::Bool,
            "D" => Self::Date,
            "I" => Self::IpAddress,
            "N" => Self::Numeric,
            "a" => Self::ArrayOfArn,
            "b" => Self::ArrayOfBool,
            "s" => Self::ArrayOfString,
            _ => Self::String,
        }
    }

    /// Whether a request may hold several values.
    #[must_use]
    pub const fn is_multivalued(self) -> bool {
        matches!(self, Self::ArrayOfArn | Self::ArrayOfBool | Self::ArrayOfString)
    }

    /// Its name in the Service Authorization Reference.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Arn => "ARN",
            Self::ArrayOfArn => "ArrayOfARN",
            Self::ArrayOfBool => "ArrayOfBool",
            Self::ArrayOfString => "ArrayOfString",
            Self::Bool => "Bool",
            Self::Date => "Date",
            Self::IpAddress => "IPAddress",
            Self::Numeric => "Numeric",
            Self::String => "String",
        }
    }
}

/// A condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionKey {
    /// Its name; `${TagKey}` and the like stand for what the reader fills in.
    pub name: &'static str,
    /// What its values are.
    pub kind: KeyType,
}

impl ConditionKey {
    /// Whether a name is this key's, in any case, with something in place of what is to be filled in.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        fits(self.name, name)
    }

    /// What stands before the part to be filled in, `aws:ResourceTag/`; the whole name where there is none.
    #[must_use]
    pub fn stem(&self) -> &'static str {
        self.name.split_once("${").map_or(self.name, |(stem, _)| stem)
    }

    /// Whether a part is to be filled in.
    #[must_use]
    pub fn is_template(&self) -> bool {
        self.name.contains("${")
    }
}

/// Whether a text has the form of a template, in which `${...}` stands for one character or more.
pub(super) fn fits(template: &str, text: &str) -> bool {
    let Some((stem, rest)) = template.split_once("${") else { return template.eq_ignore_ascii_case(text) };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    let Some((head, tail)) = text.split_at_checked(stem.len()) else { return false };
    if !head.eq_ignore_ascii_case(stem) {
        return false;
    }
    tail.char_indices()
        .skip(1)
        .map(|(at, _)| at)
        .chain([tail.len()])
        .any(|at| at > 0 && tail.get(at..).is_some_and(|remainder| fits(after, remainder)))
}
