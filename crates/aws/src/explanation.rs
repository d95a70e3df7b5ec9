//! The operator's view of a decision: what the caller of AWS's API is never told.

use daypass_policy::{Evaluation, Mismatch, Outcome, ParseError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The most patterns of one element that are kept with a check.
pub const PATTERNS_KEPT: usize = 32;

/// One question that was put to the policies, and the answer with its reasons.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Check {
    /// The action, e.g. `s3:PutObject`.
    pub action: String,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The answer, statement by statement.
    pub evaluation: Evaluation,
}

impl Check {
    /// The question and its answer. Of a statement with very many patterns, only those that come near are kept: a
    /// managed policy may have thousands, and every call keeps its reasons.
    #[must_use]
    pub fn new(action: &str, resource: &str, mut evaluation: Evaluation) -> Self {
        for report in evaluation.layers.iter_mut().flat_map(|layer| &mut layer.statements) {
            if let Outcome::Failed(mismatch) = &mut report.outcome {
                shorten(mismatch);
            }
        }
        Self { action: action.to_owned(), resource: resource.to_owned(), evaluation }
    }
}

/// Keeps the patterns that a reader can use: those of the same service, and the first ones.
fn shorten(mismatch: &mut Mismatch) {
    let mut nothing = None;
    let (wanted, written, presented) = match mismatch {
        Mismatch::Action { wanted, presented, .. } | Mismatch::Principal { wanted, presented, .. } => {
            (wanted, &mut nothing, presented.as_str())
        }
        Mismatch::Resource { wanted, written, presented, .. } => (wanted, written, presented.as_str()),
        Mismatch::Condition { wanted, written, .. } => (wanted, written, ""),
    };
    if wanted.len() <= PATTERNS_KEPT {
        return;
    }
    let more = wanted.len() - PATTERNS_KEPT;
    let service = |text: &str| text.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let near = service(presented);
    wanted.sort_by_key(|pattern| service(pattern) != near);
    wanted.truncate(PATTERNS_KEPT);
    wanted.push(format!("({more} more)"));
    // It would no longer stand beside the patterns that it belongs to.
    *written = None;
}

/// What it was that refused, where it was not the policies alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reason {
    /// The token's audience is none of the provider's client ids.
    Audience {
        /// What the token says (`azp`, or `aud` where it has none).
        presented: String,
        /// What the provider knows.
        registered: Vec<String>,
    },
    /// The caller's signature, key or session token.
    Authentication {
        /// What was wrong.
        detail: String,
    },
    /// The issuer's keys could not be had, or none of them fits.
    Keys {
        /// What was wrong.
        detail: String,
    },
    /// A policy that was sent is none.
    MalformedPolicy {
        /// Where, e.g. ``line 3, column 5, in `Statement[0].Condition` ``.
        place: String,
        /// What exactly is wrong, or what to do about it, where AWS's words do not tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
    },
    /// The trust policy was written for an earlier role of the caller's name.
    FormerRole {
        /// The ARN that both have.
        trusted: String,
    },
    /// No provider of the account has the token's issuer.
    Provider {
        /// The token's `iss`.
        presented: String,
        /// The issuers that the account trusts.
        registered: Vec<String>,
    },
    /// The account has no such role.
    Role {
        /// The ARN asked for.
        presented: String,
        /// The ARN of a role that differs in case or path only.
        near: Option<String>,
    },
    /// The token's roles claim does not name the role.
    RolesClaim {
        /// The roles it names.
        presented: Vec<String>,
    },
    /// The token itself: its form, signature, claims or times.
    Token {
        /// What was wrong.
        detail: String,
    },
    /// A policy asks about a condition key that the gateway cannot know, since the service behind it alone does.
    UnavailableKey {
        /// The policy's name.
        policy: String,
        /// The key as the policy spells it.
        key: String,
    },
    /// The gateway cannot tell what a call would do at the service behind it.
    UnknownCall {
        /// What was looked at and what was wrong with it.
        detail: String,
    },
    /// A policy that was kept cannot be read, so it allows nothing.
    UnreadablePolicy {
        /// The policy's name.
        policy: String,
        /// What is wrong with it.
        detail: String,
    },
}

impl Reason {
    /// What is wrong with a policy that was sent.
    #[must_use]
    pub fn of_policy(error: &ParseError) -> Self {
        Self::MalformedPolicy { place: place(error), hint: error.hint().map(str::to_owned) }
    }
}

/// What is wrong with a policy, whole: AWS's words, the place and the hint.
#[must_use]
pub fn detail(error: &ParseError) -> String {
    let hint = error.hint().map(|hint| format!(": {hint}")).unwrap_or_default();
    format!("{error} ({}){hint}", place(error))
}

fn place(error: &ParseError) -> String {
    let (span, path) = (error.span(), error.path());
    let element = if path.is_empty() { String::new() } else { format!(", in `{path}`") };
    format!("line {}, column {}{element}", span.line, span.column)
}

/// Everything an operator may know about one call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Explanation {
    /// The operation, e.g. `AssumeRoleWithWebIdentity`.
    pub operation: String,
    /// Whether it was done.
    pub allowed: bool,
    /// Who called: an ARN, or the token's subject for an exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// AWS's words to the caller, where it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What refused, where it was not the policies alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The questions put to the policies, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// The claims of the token behind the exchange, once its signature was found good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Map<String, Value>>,
    /// What would probably mend it, in one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

impl Explanation {
    /// The same with the decisions alone, for one whose reasons are too many to be kept.
    #[must_use]
    pub fn without_reasons(&self) -> Self {
        let mut short = self.clone();
        for check in &mut short.checks {
            check.evaluation.layers.clear();
        }
        short
    }
}
