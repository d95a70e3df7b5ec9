//! Why a description of a job is refused.

use crate::property::Property;

/// What is wrong with the description of a job.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// The first word is no `owner/repository`.
    #[error("a job begins with its repository as `owner/name`, not `{text}`")]
    NotARepository {
        /// What was there.
        text: String,
    },
    /// A later word is no `name=value`.
    #[error("`{word}` is not of the form `name=value`")]
    NotAPair {
        /// What was there.
        word: String,
    },
    /// A quotation mark without its partner.
    #[error("a quotation mark is not closed")]
    UnclosedQuote,
    /// No such property.
    #[error("a job has no property `{name}`")]
    UnknownProperty {
        /// What was there.
        name: String,
    },
    /// The property is given twice.
    #[error("`{property}` is given twice")]
    Repeated {
        /// Which.
        property: Property,
    },
    /// Two properties that say the same thing, such as `ref` and `branch`.
    #[error("`{property}` and `{other}` exclude each other")]
    Excluding {
        /// One.
        property: Property,
        /// The other.
        other: Property,
    },
    /// A value that GitHub would never put into a token.
    #[error("`{property}` cannot be `{value}`: {rule}")]
    Invalid {
        /// Which property.
        property: Property,
        /// Its value, cut to 300 characters.
        value: String,
        /// What a value has to be.
        rule: &'static str,
    },
    /// A value that does not go with the event.
    #[error("a job of event `{event}` {rule}")]
    Event {
        /// The event's name.
        event: &'static str,
        /// What it needs or cannot have.
        rule: &'static str,
    },
    /// The description is longer than [`JOB_TEXT_BYTES_MAX`](crate::JOB_TEXT_BYTES_MAX).
    #[error("the description of the job has {bytes} bytes; at most {max} are read")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The limit.
        max: usize,
    },
}

impl JobError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotARepository { .. } | Self::NotAPair { .. } => Some(
                "write for example `your-org/your-repo environment=production ref=refs/heads/main`"
                    .to_owned(),
            ),
            Self::UnclosedQuote => Some("write a value with spaces as `environment=\"my stage\"`".to_owned()),
            Self::UnknownProperty { .. } => {
                let names: Vec<&str> = Property::ALL.into_iter().map(Property::name).collect();
                Some(format!("the properties are {}, and repo_property_NAME", names.join(", ")))
            }
            _ => None,
        }
    }

    pub(crate) fn invalid(property: Property, value: &str, rule: &'static str) -> Self {
        Self::Invalid { property, value: value.chars().take(300).collect(), rule }
    }
}
