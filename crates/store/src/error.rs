//! Why the store did not do what it was asked.

/// Why a commit or a read failed. Nothing of a failed commit is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// More commits wait than the engine takes.
    #[error("too many writes are waiting")]
    Busy,
    /// The engine was stopped, or an earlier failure of the disk left it unsure of what is kept.
    #[error("the store no longer takes writes: {0}")]
    Closed(String),
    /// The disk reported a failure, or the database is damaged.
    #[error("the store failed: {0}")]
    Failed(String),
    /// The disk is full. Reads go on, and writes once there is room.
    #[error("the disk is full")]
    Full,
    /// A document or record is larger than the store keeps.
    #[error("{what} of {bytes} bytes is over the limit of {limit}")]
    TooLarge {
        /// What it is.
        what: &'static str,
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
}
