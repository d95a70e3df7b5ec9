//! What GitHub means: the events, claims and subjects of a workflow job's identity token.
//!
//! A [`JobContext`] says which job of which workflow run asks for a token. From it follow the token's [`subject()`] and
//! all its [`claims()`]. Source: GitHub docs, "OpenID Connect reference", and captured tokens of October 2026 where they
//! differ from it.
//!
//! ```
//! use daypass_github::{JobContext, subject};
//!
//! let job = JobContext::parse("your-org/your-repo environment=production ref=refs/heads/main")?;
//! assert_eq!(subject(&job), "repo:your-org/your-repo:environment:production");
//! # Ok::<(), daypass_github::JobError>(())
//! ```

mod alphabet;
mod builder;
mod claims;
mod customization;
pub mod discovery;
mod error;
mod event;
pub mod expression;
pub mod gate;
pub mod hosting;
mod identifier;
mod job;
pub mod matrix;
mod mend;
mod property;
mod reference;
pub mod run;
mod subject;
mod subject_rules;
mod text;
pub mod workflow;

pub use builder::JobBuilder;
pub use claims::{NOT_BEFORE_SECONDS, TOKEN_LIFETIME_SECONDS, TokenRequest, claims, default_audience};
pub use customization::{
    CLAIM_KEYS_MAX, OrganizationSubject, RepositorySubject, SubjectTemplate, TemplateError,
};
pub use error::JobError;
pub use event::{Event, Evidence, RunsOf, SubjectContext};
pub use job::JobContext;
pub use mend::mend;
pub use property::Property;
pub use subject::subject;
pub use subject_rules::{FORM_CHARACTERS_MAX, FORMS_MAX, FormError, SubjectForm, SubjectRules};
pub use text::JOB_TEXT_BYTES_MAX;
