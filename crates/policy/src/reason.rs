//! Decisions with all their reasons.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::document::Effect;
use crate::operators::{Comparison, Operator};

/// A kind of policy that takes part in a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Layer {
    /// The permissions boundary.
    Boundary,
    /// The caller's own policies.
    Identity,
    /// The resource's policy.
    Resource,
    /// The resource control policies of the resource's organisation.
    ResourceControl,
    /// The service control policies of the caller's organisation.
    ServiceControl,
    /// The session's policies.
    Session,
    /// The role's trust policy.
    Trust,
}

impl fmt::Display for Layer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Boundary => "permissions boundary",
            Self::Identity => "identity policies",
            Self::Resource => "resource policy",
            Self::ResourceControl => "resource control policies",
            Self::ServiceControl => "service control policies",
            Self::Session => "session policies",
            Self::Trust => "trust policy",
        })
    }
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// Yes.
    Allowed,
    /// No, and nothing can change it: a statement says so.
    ExplicitlyDenied {
        /// The kind of policy it stands in.
        layer: Layer,
        /// The policy's name.
        policy: String,
        /// The statement's number, from 0.
        statement: usize,
    },
    /// No, since nothing of this kind says yes.
    ImplicitlyDenied {
        /// The kind of policy that is silent.
        layer: Layer,
    },
}

impl Decision {
    /// The answer alone.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Allowed => Verdict::Allowed,
            Self::ExplicitlyDenied { layer, .. } => Verdict::ExplicitlyDenied { layer: *layer },
            Self::ImplicitlyDenied { layer } => Verdict::ImplicitlyDenied { layer: *layer },
        }
    }
}

/// The answer without its reasons, for those who ask often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Allowed,
    /// No: a statement of this kind of policy says so.
    ExplicitlyDenied {
        /// The kind.
        layer: Layer,
    },
    /// No, since nothing of this kind says yes.
    ImplicitlyDenied {
        /// The kind.
        layer: Layer,
    },
}

/// A decision and what every statement contributed to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The answer.
    pub decision: Decision,
    /// The kinds of policies that were asked, in their order.
    pub layers: Vec<LayerReport>,
}

/// What the policies of one kind said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerReport {
    /// The kind.
    pub layer: Layer,
    /// The level of the organisation, from 0 for its root; for the control policies only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<usize>,
    /// Every statement of every policy, in order.
    pub statements: Vec<StatementReport>,
}

/// What one statement said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementReport {
    /// The policy's name.
    pub policy: String,
    /// The statement's number in it, from 0.
    pub index: usize,
    /// Its name.
    pub sid: Option<String>,
    /// What it does where it matches.
    pub effect: Effect,
    /// Its line in the policy's text.
    pub line: usize,
    /// Whether it matched.
    pub outcome: Outcome,
}

/// Whether a statement matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// No: the first element that failed.
    Failed(Mismatch),
    /// Yes, in every element.
    Matched,
}

/// The element of a statement that failed, what it wanted and what was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mismatch {
    /// `Action` or `NotAction`.
    Action {
        /// The patterns.
        wanted: Vec<String>,
        /// The action.
        presented: String,
        /// `NotAction`.
        negated: bool,
    },
    /// A condition.
    Condition {
        /// The operator.
        operator: String,
        /// The key.
        key: String,
        /// The wanted values, with what their policy variables stand for.
        wanted: Vec<String>,
        /// The wanted values as the policy has them, where there are variables in them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        written: Option<Vec<String>>,
        /// The request's values; `None` where the key is absent.
        presented: Option<Vec<String>>,
    },
    /// `Principal` or `NotPrincipal`.
    Principal {
        /// The principals.
        wanted: Vec<String>,
        /// The one who asks.
        presented: String,
        /// `NotPrincipal`.
        negated: bool,
    },
    /// `Resource` or `NotResource`.
    Resource {
        /// The patterns, with what their policy variables stand for.
        wanted: Vec<String>,
        /// The patterns as the policy has them, where there are variables in them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        written: Option<Vec<String>>,
        /// The resource.
        presented: String,
        /// `NotResource`.
        negated: bool,
    },
}

/// One line for people.
impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut plain = |element: &str, wanted: String, presented: &str, negated: bool| {
            let presented = quoted(presented);
            if negated {
                return write!(formatter, "Not{element} excludes {wanted}, presented was {presented}");
            }
            write!(formatter, "{element} wants {wanted}, presented was {presented}")
        };
        match self {
            Self::Action { wanted, presented, negated } => {
                plain("Action", list(wanted, None), presented, *negated)
            }
            Self::Principal { wanted, presented, negated } => {
                plain("Principal", list(wanted, None), presented, *negated)
            }
            Self::Resource { wanted, written, presented, negated } => {
                plain("Resource", list(wanted, written.as_deref()), presented, *negated)
            }
            Self::Condition { operator, key, wanted, written, presented } => {
                let key = without_control(key);
                write!(formatter, "{operator} {key} {}, ", demand(operator, wanted, written.as_deref()))?;
                match presented {
                    None => write!(formatter, "the key is absent"),
                    Some(values) if values.is_empty() => write!(formatter, "the key has no value"),
                    Some(values) => {
                        let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
                        write!(formatter, "presented was {}", values.join(" and "))
                    }
                }
            }
        }
    }
}

/// What a condition asks of its key: to be one of these, to be none of them, to be there or not.
fn demand(operator: &str, wanted: &[String], written: Option<&[String]>) -> String {
    match Operator::parse(operator).map(|operator| operator.comparison) {
        Some(Comparison::Null) => match wanted {
            [] => "wants nothing".to_owned(),
            [first, ..] if first.eq_ignore_ascii_case("true") => "wants no value".to_owned(),
            _ => "wants a value".to_owned(),
        },
        Some(comparison) if comparison.is_negated() => format!("excludes {}", list(wanted, written)),
        _ => format!("wants {}", list(wanted, written)),
    }
}

/// Texts as alternatives, and how those are written that have policy variables in them.
fn list(texts: &[String], written: Option<&[String]>) -> String {
    if texts.is_empty() {
        return "nothing".to_owned();
    }
    let Some(written) = written else {
        return texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(" or ");
    };
    let texts = texts.iter().zip(written).map(|(text, written)| {
        if text != written {
            format!("{} (written {})", quoted(text), quoted(written))
        } else if text.contains("${") {
            format!("{} (a variable has no value)", quoted(text))
        } else {
            quoted(text)
        }
    });
    texts.collect::<Vec<_>>().join(" or ")
}

fn quoted(text: &str) -> String {
    format!("`{}`", without_control(text))
}

/// Whether a character breaks a line or turns the direction of writing, so that a text looks like another.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// A stranger's text without what would break the line or move the terminal's cursor.
fn without_control(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_invisible(character) {
            plain.extend(character.escape_unicode());
        } else {
            plain.push(character);
        }
    }
    plain
}
