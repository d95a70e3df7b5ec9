//! Why there are no figures.

/// Whatever went wrong, for the person at the terminal.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A value or why there is none.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;
