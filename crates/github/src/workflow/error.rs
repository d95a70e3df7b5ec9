//! Why a workflow is refused.

use daypass_diagnostic::Point;

use super::yaml::{DEPTH_MAX, EXPANDED_BYTES_MAX, NODES_MAX, WORKFLOW_BYTES_MAX};
use super::{ENVIRONMENT_CHARACTERS_MAX, IDENTIFIER_CHARACTERS_MAX, JOBS_MAX, STEPS_MAX};

/// A workflow that is refused, where, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{}:{}: {problem}", place.line, place.column)]
pub struct WorkflowError {
    /// The file.
    pub path: String,
    /// Where in it.
    pub place: Point,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a workflow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// There is nothing in it.
    #[error("the file holds no workflow")]
    Empty,
    /// An alias within what its anchor names.
    #[error("the alias stands within what it stands for, and would never end")]
    EndlessAlias,
    /// A name of an environment that is too long.
    #[error(
        "an environment's name has {ENVIRONMENT_CHARACTERS_MAX} characters at the most, not {characters}"
    )]
    EnvironmentName {
        /// How many it has.
        characters: usize,
    },
    /// A bad name of a job or step.
    #[error("`{id}` is no id: {rule}")]
    Identifier {
        /// The name, cut to 100 characters.
        id: String,
        /// What it should be.
        rule: &'static str,
    },
    /// One name twice.
    #[error("the id `{id}` is taken by line {line}")]
    IdentifierTwice {
        /// The name.
        id: String,
        /// Where it was first.
        line: usize,
    },
    /// A job that does nothing.
    #[error("the job `{job}` has neither `steps` nor `uses`")]
    JobWithoutBody {
        /// The job.
        job: String,
    },
    /// A job that does both.
    #[error(
        "the job `{job}` has both `steps` and `uses`; a job that calls a workflow has no steps of its own"
    )]
    JobWithTwoBodies {
        /// The job.
        job: String,
    },
    /// A key that is a list or a map.
    #[error("a key is a text, not a list or a map")]
    KeyIsNoText,
    /// A key twice in one map.
    #[error("`{key}` is already defined at line {line}")]
    KeyTwice {
        /// The key.
        key: String,
        /// Where it was first.
        line: usize,
    },
    /// `<<`.
    #[error("GitHub has anchors and aliases but no merge keys: write out what `<<` would bring in")]
    MergeKey,
    /// Jobs that wait for each other.
    #[error("the jobs wait for each other: {}", circle.join(" -> "))]
    NeedsCircle {
        /// The jobs, the first of them again at the end.
        circle: Vec<String>,
    },
    /// A job that needs one that is not there.
    #[error("the job `{job}` needs `{needed}`, which is no job of this workflow{}", nearest(near.as_deref()))]
    NeedsUnknown {
        /// The job.
        job: String,
        /// What it needs.
        needed: String,
        /// A job with a similar name.
        near: Option<String>,
    },
    /// No jobs.
    #[error("a workflow needs `jobs` with at least one job")]
    NoJobs,
    /// Not a map.
    #[error("{what} is a map, not {found}")]
    NotAMap {
        /// What should be one.
        what: String,
        /// What is there.
        found: &'static str,
    },
    /// The parser does not understand it.
    #[error("it is no YAML: {why}")]
    NotYaml {
        /// The parser's words.
        why: String,
    },
    /// Several documents.
    #[error("a workflow is one document; a second one begins here")]
    SeveralDocuments,
    /// A tag that does not fit.
    #[error("the tag `{tag}` is unknown, or its value does not fit")]
    Tag {
        /// The tag.
        tag: String,
    },
    /// Too deep.
    #[error("values nest deeper than {DEPTH_MAX}")]
    TooDeep,
    /// The file is too long.
    #[error("the file has {bytes} bytes; GitHub starts no run for one over {WORKFLOW_BYTES_MAX}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Too many jobs.
    #[error("the workflow has {jobs} jobs; at most {JOBS_MAX} are read")]
    TooManyJobs {
        /// How many.
        jobs: usize,
    },
    /// Too many steps.
    #[error("the job `{job}` has {steps} steps; at most {STEPS_MAX} are read")]
    TooManySteps {
        /// The job.
        job: String,
        /// How many.
        steps: usize,
    },
    /// Too many values.
    #[error("the file has more than {NODES_MAX} values once its aliases are followed")]
    TooManyValues,
    /// Too much text.
    #[error("the file has more than {EXPANDED_BYTES_MAX} bytes of text once its aliases are followed")]
    TooMuchText,
}

/// What an id is made of.
pub(super) const IDENTIFIER_RULE: &str =
    "it begins with a letter or `_` and has letters, digits, `-` and `_` only";
/// Ids that GitHub keeps for itself.
pub(super) const RESERVED_RULE: &str = "ids that begin with `__` are reserved";
/// How long an id may be.
pub(super) const LENGTH_RULE: &str = "it has fewer than 100 characters";
const _: () = assert!(IDENTIFIER_CHARACTERS_MAX == 99, "the sentence above says it");

fn nearest(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}
