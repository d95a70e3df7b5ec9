//! A policy document, parsed.
//!
//! Source: IAM user guide, "IAM JSON policy reference" and "Grammar of the IAM JSON policy language".

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::context::Context;
use crate::grammar;
use crate::operators::Operator;
use crate::principal::PrincipalPattern;
use crate::rule::Rule;
use crate::span::Span;
use crate::variables;

/// What a policy is for: each kind has its own grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A permissions boundary.
    Boundary,
    /// A role's permission policy.
    Identity,
    /// A policy on a resource, such as a bucket.
    Resource,
    /// A resource control policy of the organisation.
    ResourceControl,
    /// A service control policy of the organisation.
    ServiceControl,
    /// A session policy.
    Session,
    /// A role's trust policy.
    Trust,
}

/// What a statement does where it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Effect {
    /// Let in.
    Allow,
    /// Keep out, whatever else lets in.
    Deny,
}

/// The principals of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principals {
    /// Everybody but these.
    AllBut(Vec<PrincipalPattern>),
    /// None: the policy's owner is meant.
    Implied,
    /// These.
    These(Vec<PrincipalPattern>),
}

/// Patterns of actions or resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patterns {
    /// All but these.
    AllBut(Vec<String>),
    /// None: the resource that holds the policy is meant.
    Implied,
    /// These.
    These(Vec<String>),
}

impl Patterns {
    /// The patterns as they stand.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        match self {
            Self::AllBut(texts) | Self::These(texts) => texts,
            Self::Implied => &[],
        }
    }
}

/// One condition: an operator, a key and the wanted values. All conditions of a statement must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// How values are compared.
    pub operator: Operator,
    /// The key, as it stands.
    pub key: String,
    /// The wanted values; numbers and booleans as their text.
    pub values: Vec<String>,
    /// Where the key stands.
    pub span: Span,
    /// Where the operator stands.
    pub operator_span: Span,
    /// Where each of the wanted values stands, in their order.
    pub value_spans: Vec<Span>,
}

/// Where the elements of a statement stand, so that a finding can point at them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The value of `Sid`, where there is one.
    pub sid: Option<Span>,
    /// The value of `Effect`.
    pub effect: Span,
    /// Each principal, in the order of the statement's own list.
    pub principals: Vec<Span>,
    /// Each pattern of actions, in their order.
    pub actions: Vec<Span>,
    /// Each pattern of resources, in their order.
    pub resources: Vec<Span>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its name.
    pub sid: Option<String>,
    /// What it does.
    pub effect: Effect,
    /// Whom it is about.
    pub principals: Principals,
    /// The actions.
    pub actions: Patterns,
    /// The resources.
    pub resources: Patterns,
    /// The conditions, in their order.
    pub conditions: Vec<Condition>,
    /// Where it stands.
    pub span: Span,
    /// Where its elements stand.
    pub places: Places,
}

/// The version of the policy language.
///
/// Source: IAM user guide, "IAM JSON policy elements: Version".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// `2008-10-17`, also where the element is missing: `${` means itself.
    V2008,
    /// `2012-10-17`: `${...}` is a policy variable.
    V2012,
}

#[derive(Debug)]
struct Content {
    kind: Kind,
    text: String,
    parts: Parts,
}

/// What a document consists of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) version: Version,
    pub(crate) version_span: Option<Span>,
    pub(crate) id: Option<String>,
    pub(crate) id_span: Option<Span>,
    pub(crate) statements: Vec<Statement>,
    /// What each statement asks, in their order.
    pub(crate) rules: Vec<Rule>,
}

/// A policy document that kept all rules of its kind's grammar. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Document(Arc<Content>);

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// [`ParseError`] with AWS's words where they are known, the place, and a hint where there is a mend.
    pub fn parse(kind: Kind, text: &str) -> Result<Self, ParseError> {
        let parts = grammar::read(kind, text)?;
        Ok(Self(Arc::new(Content { kind, text: text.to_owned(), parts })))
    }

    /// The text it was read from, letter by letter.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The version of the language that it is written in.
    #[must_use]
    pub fn version(&self) -> Version {
        self.0.parts.version
    }

    /// Its `Id`.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.0.parts.id.as_deref()
    }

    /// Where the value of `Version` stands, where there is one.
    #[must_use]
    pub fn version_span(&self) -> Option<Span> {
        self.0.parts.version_span
    }

    /// Where the value of `Id` stands, where there is one.
    #[must_use]
    pub fn id_span(&self) -> Option<Span> {
        self.0.parts.id_span
    }

    /// The condition keys that it reads, in conditions and in policy variables: each once, as it is spelled first, in
    /// the order of the text. Keys are the same in any case.
    ///
    /// Source: IAM API reference, "GetContextKeysForCustomPolicy".
    #[must_use]
    pub fn context_keys(&self) -> Vec<&str> {
        self.keys_read_by(self.statements().iter())
    }

    /// The same of the statements alone that are about an action, whatever their resources: what a decision on it may
    /// turn on.
    #[must_use]
    pub fn context_keys_for(&self, action: &str) -> Vec<&str> {
        let (action, context) = (action.to_ascii_lowercase(), Context::new());
        let about = self.rules().filter(|(_, rule)| rule.actions.fits(&action, &context));
        self.keys_read_by(about.map(|(statement, _)| statement))
    }

    fn keys_read_by<'a>(&'a self, statements: impl Iterator<Item = &'a Statement>) -> Vec<&'a str> {
        let has_variables = self.version() == Version::V2012;
        let mut seen = BTreeSet::new();
        let mut keys = Vec::new();
        let mut note = |key: &'a str| {
            if seen.insert(str::to_ascii_lowercase(key)) {
                keys.push(key);
            }
        };
        for statement in statements {
            if has_variables {
                statement.resources.texts().iter().flat_map(|text| variables::keys(text)).for_each(&mut note);
            }
            for condition in &statement.conditions {
                note(&condition.key);
                if has_variables && condition.operator.comparison.takes_variables() {
                    condition.values.iter().flat_map(|text| variables::keys(text)).for_each(&mut note);
                }
            }
        }
        keys
    }

    /// Its statements with what they ask, in their order.
    pub(crate) fn rules(&self) -> impl Iterator<Item = (&Statement, &Rule)> {
        self.0.parts.statements.iter().zip(&self.0.parts.rules)
    }

    /// Its statements, in their order.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.0.parts.statements
    }
}

/// Why a text is no policy of its kind. Displays AWS's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    message: String,
    path: String,
    span: Span,
    hint: Option<String>,
}

impl ParseError {
    pub(crate) fn new(message: impl Into<String>, path: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), path: path.into(), span, hint: None }
    }

    pub(crate) fn hint_of(self, hint: impl fmt::Display) -> Self {
        Self { hint: Some(hint.to_string()), ..self }
    }

    /// The element at fault, e.g. `Statement[0].Condition.StringEquals`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where it stands.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// What to do about it, or what exactly is wrong where AWS's words do not tell.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
