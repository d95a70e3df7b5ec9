//! What GitHub keeps: users and their tokens, teams, organisations, repositories.
//!
//! | module | what it says |
//! |---|---|
//! | [`access`] | what a user's token may do to a repository |
//! | [`number`] | the numbers of things that nobody gave one |
//! | [`organization`] | what an organisation sets for its repositories, and its teams |
//! | [`protection`] | which branches are protected |
//! | [`references`] | the branches and tags that are known |
//! | [`repository`] | a repository with its environments |
//! | [`room`] | how much of a repository runs and files may fill |
//! | [`user`] | users and tokens |

pub mod access;
pub mod number;
pub mod organization;
pub mod protection;
pub mod references;
pub mod repository;
pub mod room;
pub mod user;

pub use access::{Access, Denied, Need, Permission};
pub use organization::{Organization, Team};
pub use protection::BranchProtection;
pub use repository::{CreateEnvironmentError, Repository, Visibility, WorkflowFile};
pub use room::NoRoom;
pub use user::{AccessToken, Grant, Role, User, UserError};
