//! Why it cannot be told what a command needs.

/// A command of which it cannot be told what it needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Unreadable {
    /// The line of the script, from 1.
    pub line: usize,
    /// Why.
    pub why: Why,
}

/// What could not be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Why {
    /// The command ends before it says what it does.
    #[error("the command names no service or no operation")]
    Incomplete,
    /// The service or the operation is known only when the script runs.
    #[error("which service and operation `{word}` is, is known only when the script runs")]
    UnknownWord {
        /// The word.
        word: String,
    },
    /// Not one of the services that are known here.
    #[error("the actions of the service `{service}` are not known here")]
    UnknownService {
        /// The service's name on the command line.
        service: String,
    },
    /// The service has no such operation, or one whose actions are not known here.
    #[error("the actions of `{service} {operation}` are not known here")]
    UnknownOperation {
        /// The service's name on the command line.
        service: String,
        /// The operation's.
        operation: String,
    },
    /// An option that changes what the command does, or may do so.
    #[error("the option `{option}` is not known here")]
    UnknownOption {
        /// The option.
        option: String,
    },
    /// A word that bash may make several of, where options may stand.
    #[error("`{word}` may hold options, which are known only when the script runs")]
    MayBeOptions {
        /// The word.
        word: String,
    },
    /// The option that names the resource is not there.
    #[error("the command does not say `--{option}`, which names the resource")]
    MissingOption {
        /// The option, without its dashes.
        option: &'static str,
    },
    /// What the option holds is no ARN, where one has to be.
    #[error("`{word}` is no ARN, and the resource cannot be told without")]
    NotAnArn {
        /// The word.
        word: String,
    },
    /// Not as many places as the command takes.
    #[error("`aws s3 {operation}` takes {takes}, and there are {given}")]
    Places {
        /// The operation.
        operation: String,
        /// What it takes.
        takes: &'static str,
        /// How many words are there.
        given: usize,
    },
    /// Whether a place is a file or in S3 is known only when the script runs.
    #[error("whether `{word}` is a file or begins with `s3://` is known only when the script runs")]
    UnknownPlace {
        /// The word.
        word: String,
    },
    /// A file where a place in S3 has to be, or two files.
    #[error("`{word}` is no place in S3, and the command needs one there")]
    NotInS3 {
        /// The word.
        word: String,
    },
    /// An access point, whose bucket is not in the command.
    #[error("`{word}` is an access point; its bucket cannot be told from it")]
    AccessPoint {
        /// The word.
        word: String,
    },
    /// A directory bucket, which has actions of its own.
    #[error("`{bucket}` is a directory bucket; its actions are not known here")]
    DirectoryBucket {
        /// The bucket.
        bucket: String,
    },
}
