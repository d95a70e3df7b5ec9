//! CloudTrail records, what can be looked up in them, and the join from a call back to the token behind it.
//!
//! This room is pure: it makes and reads records, and keeps none. What is kept beside a record, and never in it, is its
//! [`Annotation`]: the verified claims of the token behind an exchange, and the reasons of the decision. Neither holds a
//! token, a secret key or a session token.

pub mod annotation;
pub mod attributes;
mod element;
pub mod hidden;
pub mod identity;
pub mod lookup;
pub mod page;
pub mod record;
mod token;
pub mod trace;

pub use annotation::{Annotation, BorrowedAnnotation};
pub use attributes::{Attribute, attributes, issued_access_key, username};
pub use hidden::hide_tokens;
pub use identity::{SessionContext, UserIdentity};
pub use lookup::{LookupError, LookupRequest};
pub use page::{event_json, page_json};
pub use record::{Category, Record, Resource, TlsDetails};
pub use trace::{Chain, Events, Link, Origin, StoredEvent, trace};
