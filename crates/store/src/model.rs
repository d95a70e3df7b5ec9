//! What is kept, as values.

use jiff::Timestamp;

pub use daypass_trail::Category;
use daypass_trail::StoredEvent;

/// Bytes of a document: a role with its policies stays far under it.
pub const DOCUMENT_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of a record, which CloudTrail limits, and of what is kept beside it.
pub const RECORD_BYTES_MAX: usize = daypass_trail::record::RECORD_BYTES_MAX;

/// Bytes of a key: S3 allows 1,024 for an object's, and an upload's is longer by its id.
pub const KEY_BYTES_MAX: usize = 4_096;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collection {
    /// Buckets by name.
    Bucket,
    /// CloudFront distributions by account and id.
    Distribution,
    /// Lambda functions by account, region and name.
    Function,
    /// What is kept of GitHub's side: users, teams, organisations, repositories, by kind and number or name.
    Github,
    /// Signing and sealing keys.
    Key,
    /// Managed policies by ARN.
    Policy,
    /// Identity providers by location.
    Provider,
    /// Roles by name.
    Role,
    /// The last use of roles by the role's id.
    RoleUse,
    /// Settings of the store's owner.
    Setting,
    /// Multipart uploads by id.
    Upload,
}

impl Collection {
    /// The number in the database; never changed, only added to.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Bucket => 1,
            Self::Distribution => 11,
            Self::Function => 10,
            Self::Github => 9,
            Self::Key => 2,
            Self::Policy => 7,
            Self::Provider => 3,
            Self::Role => 4,
            Self::RoleUse => 8,
            Self::Setting => 5,
            Self::Upload => 6,
        }
    }
}

/// A change of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is gone.
    Delete {
        /// Its kind.
        collection: Collection,
        /// Its key.
        key: String,
    },
    /// It is new or different.
    Put {
        /// Its kind.
        collection: Collection,
        /// Its key.
        key: String,
        /// Its text.
        document: String,
    },
}

/// A change of the object index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectChange {
    /// It is gone.
    Delete {
        /// Its bucket.
        bucket: String,
        /// Its key.
        key: String,
    },
    /// It is new or different.
    Put {
        /// Its bucket.
        bucket: String,
        /// Its key.
        key: String,
        /// What is known of it.
        document: String,
    },
}

/// An event for the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The event's id.
    pub event_id: String,
    /// The id that the caller was given.
    pub request_id: String,
    /// When.
    pub time: Timestamp,
    /// Management or data.
    pub category: Category,
    /// Whether the call was refused.
    pub error: bool,
    /// The record, one line of JSON.
    pub record: String,
    /// What is kept beside it, JSON.
    pub annotation: Option<String>,
}

/// A workflow run: its document, and what runs are listed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// Its number.
    pub id: i64,
    /// Its repository, in lower case.
    pub repository: String,
    /// The number of its workflow.
    pub workflow: i64,
    /// Where it stands.
    pub status: String,
    /// What came of it, once it is over.
    pub conclusion: Option<String>,
    /// The event that started it.
    pub event: String,
    /// Its branch or tag, without what comes before the name.
    pub branch: String,
    /// The login of who started it, in lower case.
    pub actor: String,
    /// Its commit.
    pub sha: String,
    /// When it began.
    pub created: Timestamp,
    /// Its text.
    pub document: String,
}

/// Which runs; what is not said is any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Of this repository, in lower case.
    pub repository: Option<String>,
    /// Of repositories that one of these means, in lower case: `*`, `owner/*` or `owner/name`.
    pub repositories: Option<Vec<String>>,
    /// Of this workflow.
    pub workflow: Option<i64>,
    /// With this status, or this conclusion.
    pub status: Option<String>,
    /// With this status and no other, whatever the conclusion: found by an index, as a conclusion is.
    pub only_status: Option<String>,
    /// With another status than this.
    pub not_status: Option<String>,
    /// With this conclusion.
    pub conclusion: Option<String>,
    /// That this event started.
    pub event: Option<String>,
    /// Of this branch or tag.
    pub branch: Option<String>,
    /// That this user started, in lower case.
    pub actor: Option<String>,
    /// Of this commit.
    pub sha: Option<String>,
    /// That began at this time or later.
    pub created_from: Option<Timestamp>,
    /// That began at this time or earlier.
    pub created_until: Option<Timestamp>,
    /// With a number below this.
    pub before: Option<i64>,
}

/// What a commit outlives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// The loss of power: the disk confirmed it.
    #[default]
    Flushed,
    /// The end of the process: the system has it.
    Written,
}

/// Things that are kept together or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// Events.
    pub entries: Vec<Entry>,
    /// Documents.
    pub changes: Vec<Change>,
    /// The object index.
    pub objects: Vec<ObjectChange>,
    /// Workflow runs that are new or different.
    pub runs: Vec<RunRow>,
    /// What it must outlive.
    pub durability: Durability,
}

/// A page of events, newest first.
#[derive(Debug, Clone)]
pub struct LookupPage {
    /// The events.
    pub events: Vec<StoredEvent>,
    /// Whether there are more.
    pub more: bool,
}
