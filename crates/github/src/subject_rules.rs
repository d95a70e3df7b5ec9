//! Which subjects an issuer gives: GitHub's own, customised ones, or forms that are written down by hand.
//!
//! The last are for issuers that are not GitHub, and for forms that GitHub has not, such as
//! `repo:O/R:workflow_dispatch`: a trust policy for such an issuer can be tried too.

use crate::claims;
use crate::customization::SubjectTemplate;
use crate::event::{Event, SubjectContext};
use crate::job::JobContext;
use crate::subject::{context, escaped, repository};

/// The most forms of an issuer: one for each event with and without an environment, and some to spare.
pub const FORMS_MAX: usize = 100;
/// Characters of a form: what a subject may have at the most.
pub const FORM_CHARACTERS_MAX: usize = 1_000;

/// How subjects are made. The default is GitHub's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubjectRules {
    /// The claims that a subject is made of, where somebody has customised it.
    pub template: Option<SubjectTemplate>,
    /// Forms that come before everything else; the first that applies counts.
    pub forms: Vec<SubjectForm>,
    /// Whether a run of `pull_request_target` has the subject of a pull request. GitHub does not say.
    pub target_is_pull_request: bool,
}

/// One form, and when it applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectForm {
    /// The event that it is for; any where there is none.
    pub event: Option<Event>,
    /// Whether the job names an environment; either where it is not said.
    pub environment: Option<bool>,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Claim(String),
}

/// Why a text is no form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// It is empty or too long.
    #[error("a subject has 1 to {FORM_CHARACTERS_MAX} characters")]
    Length,
    /// A brace is not closed, or closed without being opened.
    #[error("the braces at character {0} do not belong together: a claim stands as `{{repository}}`")]
    Braces(usize),
    /// No token has such a claim.
    #[error("there is no claim `{0}`")]
    Unknown(String),
}

impl SubjectForm {
    /// Reads a form: text with claims in braces, `repo:{repository}:{event_name}`; `{context}` and `{repo}` stand for
    /// GitHub's own parts.
    ///
    /// # Errors
    /// [`FormError`]
    pub fn parse(event: Option<Event>, environment: Option<bool>, text: &str) -> Result<Self, FormError> {
        if text.is_empty() || text.chars().count() > FORM_CHARACTERS_MAX {
            return Err(FormError::Length);
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let place = || {
                text.chars().count() - rest.chars().count()
                    + rest.get(..at).map_or(0, |it| it.chars().count())
                    + 1
            };
            let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
            let inner = from.strip_prefix('{').and_then(|inner| inner.split_once('}'));
            let (claim, after) = inner.ok_or_else(|| FormError::Braces(place()))?;
            if !matches!(claim, "context" | "repo") && !claims::is_of_job(claim) {
                return Err(FormError::Unknown(claim.chars().take(100).collect()));
            }
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Claim(claim.to_owned()));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self { event, environment, parts })
    }

    fn applies(&self, job: &JobContext) -> bool {
        self.event.is_none_or(|event| event == job.event)
            && self.environment.is_none_or(|environment| environment == job.environment.is_some())
    }

    fn subject(&self, job: &JobContext) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Claim(claim) => match claim.as_str() {
                "context" => context(job),
                "repo" => repository(job),
                claim => escaped(&claims::of_job(job, claim).unwrap_or_default()),
            },
        };
        self.parts.iter().map(part).collect()
    }
}

impl SubjectRules {
    /// The subject where it is not GitHub's default.
    pub(crate) fn subject(&self, job: &JobContext) -> Option<String> {
        let form = self.forms.iter().find(|form| form.applies(job)).map(|form| form.subject(job));
        form.or_else(|| self.template.as_ref().map(|template| template.subject(job)))
    }

    /// The last part of the subject of a job that names no environment.
    pub(crate) fn context(&self, event: Event) -> SubjectContext {
        if self.target_is_pull_request && event.is_pull_request_target() {
            return SubjectContext::PullRequest;
        }
        event.subject_context()
    }
}
