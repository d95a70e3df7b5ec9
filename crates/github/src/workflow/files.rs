//! Where workflow files come from, and how `uses` names them.

use serde::{Deserialize, Serialize};

use crate::alphabet;
use crate::identifier;
use crate::reference;

/// The files of repositories.
pub trait Files {
    /// The text of a file of a repository `owner/name`, at a ref or commit.
    ///
    /// # Errors
    /// [`Missing`]
    fn text(&self, repository: &str, path: &str, reference: &str) -> Result<String, Missing>;

    /// The whole ref that a short one stands for: `v1` for `refs/tags/v1`. A tag comes before a branch of that name.
    ///
    /// Whoever does not know the repository's refs takes what looks like a version for a tag, and else a branch.
    fn whole_reference(&self, repository: &str, short: &str) -> String {
        let _ = repository;
        let version = short.strip_prefix('v').unwrap_or(short);
        let is_version = version.starts_with(|first: char| first.is_ascii_digit());
        format!("refs/{}/{short}", if is_version { "tags" } else { "heads" })
    }

    /// The commit that a whole ref names; a made one where it is not known.
    fn commit(&self, repository: &str, reference: &str) -> String {
        identifier::commit(&format!("{repository} {reference}"))
    }
}

/// Why a file is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// The repository has no such file.
    #[error("there is no such file")]
    File,
    /// Nobody said where the repository is.
    #[error("the repository is not here")]
    Repository,
}

/// The workflow that a called job is written in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct JobWorkflow {
    /// `owner/name`
    pub repository: String,
    /// `.github/workflows/NAME.yml`
    pub path: String,
    /// A whole ref or a commit.
    pub reference: String,
    /// The commit.
    pub sha: String,
}

impl JobWorkflow {
    /// What `uses` names, said in another workflow; `None` if it is no workflow's name.
    pub(super) fn called(uses: &str, from: &Self, files: &dyn Files) -> Option<Self> {
        if let Some(path) = uses.strip_prefix("./") {
            alphabet::workflow_name(path)?;
            return Some(Self { path: path.to_owned(), ..from.clone() });
        }
        let (file, short) = uses.split_once('@')?;
        let mut parts = file.splitn(3, '/');
        let (owner, name, path) = (parts.next()?, parts.next()?, parts.next()?);
        let is_workflow = alphabet::is_owner(owner)
            && alphabet::is_repository(name)
            && alphabet::workflow_name(path).is_some();
        if !is_workflow {
            return None;
        }
        let repository = format!("{owner}/{name}");
        let is_whole = alphabet::is_commit(short) || short.starts_with("refs/");
        let whole = if is_whole { short.to_owned() } else { files.whole_reference(&repository, short) };
        let is_commit = alphabet::is_commit(&whole);
        if !is_commit && reference::kind(&whole).is_none() {
            return None;
        }
        let sha = if is_commit { whole.clone() } else { files.commit(&repository, &whole) };
        Some(Self { repository, path: path.to_owned(), reference: whole, sha })
    }

    /// `OWNER/REPOSITORY/.github/workflows/NAME.yml@REF`, the claim `job_workflow_ref`.
    #[must_use]
    pub fn workflow_ref(&self) -> String {
        format!("{}/{}@{}", self.repository, self.path, self.reference)
    }
}
