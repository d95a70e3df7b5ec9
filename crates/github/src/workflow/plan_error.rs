//! Why there is no plan.

use super::error::WorkflowError;
use super::filter::PatternError;
use super::give::InputError;
use super::grant::PermissionsError;
use super::{CALL_DEPTH_MAX, CALLED_WORKFLOWS_MAX, COMPARISONS_MAX, PLAN_BYTES_MAX, PLANNED_JOBS_MAX};
use crate::error::JobError;
use crate::expression::ExpressionError;
use crate::matrix::MatrixError;

/// Why there is no plan of a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// What a call gives is not what the called workflow takes.
    #[error("{path}:{line}: the call of `{uses}`: {error}")]
    Call {
        /// The caller's file.
        path: String,
        /// The line of `uses`.
        line: usize,
        /// What is called.
        uses: String,
        /// What is wrong with it.
        error: InputError,
    },
    /// Calls within calls.
    #[error(
        "{path}:{line}: calls of workflows nest {CALL_DEPTH_MAX} deep at the most, the first workflow counted"
    )]
    CallsTooDeep {
        /// The caller's file.
        path: String,
        /// The line of `uses`.
        line: usize,
    },
    /// An expression that cannot be evaluated.
    #[error("{path}:{line}: {error}")]
    Expression {
        /// The file.
        path: String,
        /// The line.
        line: usize,
        /// Why.
        error: ExpressionError,
    },
    /// The inputs of the dispatch.
    #[error(transparent)]
    Inputs(#[from] InputError),
    /// A matrix that gives no jobs.
    #[error("{path}:{line}: {error}")]
    Matrix {
        /// The file.
        path: String,
        /// The line of `matrix`.
        line: usize,
        /// Why.
        error: MatrixError,
    },
    /// A workflow that cannot be started by hand.
    #[error("Workflow does not have 'workflow_dispatch' trigger")]
    NoDispatch {
        /// Its file.
        path: String,
    },
    /// There is no such file.
    #[error("there is no workflow `{path}` in `{repository}` at `{reference}`")]
    NoWorkflow {
        /// The repository.
        repository: String,
        /// The path that was asked for.
        path: String,
        /// The ref.
        reference: String,
    },
    /// A workflow that is called but takes no calls.
    #[error("{path}:{line}: `{uses}` cannot be called: it has no `workflow_call` in its `on`")]
    NotCallable {
        /// The caller's file.
        path: String,
        /// The line of `uses`.
        line: usize,
        /// What is called.
        uses: String,
    },
    /// What happened does not start the workflow.
    #[error("{path}:{line}: {reason}")]
    NotTriggered {
        /// The file.
        path: String,
        /// The line that decides.
        line: usize,
        /// Why.
        reason: String,
    },
    /// A pattern that cannot be read.
    #[error("{path}:{line}: `{pattern}` is no pattern: {error}")]
    Pattern {
        /// The file.
        path: String,
        /// The line.
        line: usize,
        /// The pattern.
        pattern: String,
        /// Why.
        error: PatternError,
    },
    /// A called workflow asks for more than its caller has.
    #[error(transparent)]
    Permissions(#[from] PermissionsError),
    /// Too much text or too many combinations, once matrices and calls are followed.
    #[error(
        "{path}:{line}: the jobs of a run have {PLAN_BYTES_MAX} bytes at the most, and their matrices take \
         {COMPARISONS_MAX} comparisons, all together"
    )]
    TooLarge {
        /// The file.
        path: String,
        /// The line of the job that is too much.
        line: usize,
    },
    /// Too many jobs, once matrices and calls are followed.
    #[error("{path}:{line}: a run has {PLANNED_JOBS_MAX} jobs at the most")]
    TooManyJobs {
        /// The file.
        path: String,
        /// The line of the job that is too much.
        line: usize,
    },
    /// Too many workflows that call each other.
    #[error("{path}:{line}: a run calls {CALLED_WORKFLOWS_MAX} workflows at the most")]
    TooManyWorkflows {
        /// The caller's file.
        path: String,
        /// The line of `uses`.
        line: usize,
    },
    /// A trigger that cannot be.
    #[error(transparent)]
    Trigger(#[from] JobError),
    /// A `uses` that names no workflow.
    #[error(
        "{path}:{line}: `{uses}` names no workflow: it is `./.github/workflows/NAME.yml` or \
         `OWNER/REPOSITORY/.github/workflows/NAME.yml@REF`"
    )]
    Uses {
        /// The caller's file.
        path: String,
        /// The line.
        line: usize,
        /// What stands there.
        uses: String,
    },
    /// A workflow that is refused.
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl PlanError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Call { error, .. } | Self::Inputs(error) => error.hint(),
            Self::NoDispatch { path } => {
                Some(format!("add `workflow_dispatch:` to the `on` of {path} at the ref that is run"))
            }
            Self::NoWorkflow { .. } => {
                Some("a workflow is a file `.github/workflows/NAME.yml` of the repository".to_owned())
            }
            Self::Permissions(error) => Some(error.hint()),
            Self::Trigger(error) => error.hint(),
            _ => None,
        }
    }
}
