//! What came of a simulation.

use daypass_aws::explanation::Check;
use daypass_aws::{Explanation, Refusal};
use daypass_server::mend::mend;

use daypass_aws::reasons::{self, Names};
use daypass_aws::tree::printable;

/// A decision with its reasons, as the server keeps them of a real call.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) explanation: Explanation,
    /// What the reader has to know besides.
    pub(super) notes: Vec<String>,
    /// Whether a token was shown, which has more to tell than the policies.
    is_exchange: bool,
}

impl Answer {
    /// Of a call: what its policies say.
    pub(super) fn of_call(operation: &str, check: Check) -> Self {
        Self { explanation: explained(operation, vec![check], None), notes: Vec::new(), is_exchange: false }
    }

    /// Of a token: what the trust policy says, or why it was not even asked.
    pub(super) fn of_exchange(
        subject: Option<&str>,
        asked: Result<Vec<Check>, Refusal>,
        notes: Vec<String>,
    ) -> Self {
        let (checks, refusal) = match asked {
            Ok(checks) => (checks, None),
            Err(refusal) => (refusal.checks.clone(), Some(refusal)),
        };
        let mut explanation = explained("AssumeRoleWithWebIdentity", checks, refusal);
        explanation.caller = subject.map(str::to_owned);
        Self { explanation, notes, is_exchange: true }
    }

    pub(super) fn allowed(&self) -> bool {
        self.explanation.allowed
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let explanation = &self.explanation;
        let mut text = String::new();
        let mut line = |content: &str| {
            text.push_str(&printable(content));
            text.push('\n');
        };
        if self.is_exchange {
            let verdict = if explanation.allowed { "allowed" } else { "denied" };
            line(&format!("{}: {verdict}", explanation.operation));
            if let Some(subject) = &explanation.caller {
                line(&format!("subject: `{subject}`"));
            }
            self.notes.iter().for_each(|note| line(&format!("note: {note}")));
        }
        if let Some(error) = &explanation.error {
            line(&format!("AWS's words: {error}"));
        }
        if let Some(reason) = &explanation.reason {
            line(&format!("because {}", reasons::sentence(reason)));
        }
        for check in &explanation.checks {
            text.push_str(&reasons::tree(check, Names::Files).text());
        }
        if let Some(mend) = &explanation.mend {
            text.push_str(&printable(&format!("likely mend: {mend}")));
            text.push('\n');
        }
        text
    }
}

fn explained(operation: &str, checks: Vec<Check>, refusal: Option<Refusal>) -> Explanation {
    let mut explanation = Explanation {
        operation: operation.to_owned(),
        allowed: refusal.is_none() && checks.iter().all(is_allowed),
        caller: None,
        error: refusal.as_ref().map(|refusal| refusal.error.to_string()),
        reason: refusal.and_then(|refusal| refusal.reason),
        checks,
        claims: None,
        mend: None,
    };
    explanation.mend = mend(&explanation);
    explanation
}

fn is_allowed(check: &Check) -> bool {
    matches!(check.evaluation.decision, daypass_policy::Decision::Allowed)
}
