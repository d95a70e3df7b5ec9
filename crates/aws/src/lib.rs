//! The account: its OpenID Connect providers, roles, policies and sessions, and the STS and IAM operations on them.
//!
//! This room is pure. An operation takes a snapshot of the [`Account`], typed parameters and a `now`, and gives back an
//! [`Outcome`] (what to answer, what to change, what to write in the trail) or a [`Refusal`] (AWS's words for the
//! caller, the reason for the operator). It opens no socket, reads no clock and keeps nothing.
//!
//! The cast: *octo-org/octo-repo* has a workflow whose job shows a token; the account `123456789012` has a provider for
//! the token's issuer and a role whose trust policy names the job's subject; the job becomes a [`Session`] of that role.
//!
//! | module | what it holds |
//! |---|---|
//! | [`account`] | the snapshot: providers, roles, and the changes that lead from one snapshot to the next |
//! | [`account_settings`] | what belongs to the account as a whole |
//! | [`managed_policy`], [`aws_managed`], [`stored_policy`] | policies that stand by themselves, and how a text is kept |
//! | [`last_use`] | when a role was last used |
//! | [`arn`] | the names AWS gives to things |
//! | [`caller`] | who is calling: the administrator or a session |
//! | [`authorize`], [`effective`] | may this caller do this action on this resource |
//! | [`session`], [`seal`] | what a session is, and how it travels inside its own token |
//! | [`sts`], [`iam`] | the operations |
//! | [`import`] | an account from the output of `get-account-authorization-details` |
//! | [`parameters`], [`shape`], [`error`] | what comes in, what goes out, and how AWS refuses |
//! | [`explanation`], [`reasons`], [`tree`] | the operator's view of a decision, and the same in words |

pub mod account;
pub mod account_settings;
pub mod arn;
pub mod authorize;
pub mod aws_managed;
pub mod caller;
pub mod effective;
pub mod error;
pub mod explanation;
pub mod iam;
pub mod identifier;
pub mod import;
pub mod last_use;
pub mod managed_policy;
pub mod outcome;
pub mod parameters;
pub mod reasons;
pub mod seal;
pub mod service_role;
pub mod session;
pub mod shape;
pub mod stored_policy;
pub mod sts;
pub mod tree;

pub use account::{
    Account, AccountId, AccountSettings, Change, ManagedPolicy, PolicyVersion, Provider, Role, StoredPolicy,
};
pub use caller::Caller;
pub use error::AwsError;
pub use explanation::{Explanation, Reason};
pub use outcome::{Event, Outcome, Refusal};
pub use parameters::Parameters;
pub use seal::SealingKeys;
pub use session::{Credentials, Session};
pub use shape::Shape;
