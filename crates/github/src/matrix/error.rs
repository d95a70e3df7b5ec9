//! Why a matrix is refused.

/// What is wrong with a matrix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MatrixError {
    /// The matrix is no object.
    #[error("a matrix has to be an object of axes")]
    NotAnObject,
    /// Neither an axis nor an entry of `include`.
    #[error("a matrix has to define at least one axis")]
    NoAxis,
    /// An axis, `include` or `exclude` that is no array.
    #[error("`{key}` of a matrix has to be a list")]
    NotAList {
        /// Which.
        key: String,
    },
    /// An axis without values.
    #[error("the axis `{axis}` of a matrix has no values")]
    EmptyAxis {
        /// Which.
        axis: String,
    },
    /// An entry of `include` or `exclude` that is no object, or an empty one.
    #[error("each entry of `{list}` in a matrix has to be an object that is not empty")]
    NotAnEntry {
        /// `include` or `exclude`.
        list: &'static str,
    },
    /// `exclude` names what is no axis.
    #[error("`exclude` of a matrix names `{key}`, which is none of its axes")]
    UnknownKey {
        /// Which.
        key: String,
    },
    /// More jobs than [`JOBS_MAX`](super::JOBS_MAX).
    #[error("the matrix makes more than {max} jobs")]
    TooManyJobs {
        /// The limit.
        max: usize,
    },
    /// More combinations than [`PRODUCT_MAX`](super::PRODUCT_MAX).
    #[error("the axes of the matrix have more than {max} combinations")]
    TooManyCombinations {
        /// The limit.
        max: usize,
    },
    /// More entries than [`ENTRIES_MAX`](super::ENTRIES_MAX).
    #[error("`{list}` of the matrix has more than {max} entries")]
    TooManyEntries {
        /// `include` or `exclude`.
        list: &'static str,
        /// The limit.
        max: usize,
    },
}
