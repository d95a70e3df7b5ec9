//! What is wrong with a text, and where: one finding type for every check of the project, and its renderers.
//!
//! This room is the lowest: it knows nothing of policies, workflows or AWS. Whoever checks something makes
//! [`Finding`]s; whoever shows them picks [`terminal()`] for people or [`json()`] for machines.

mod finding;
mod json;
mod location;
mod severity;
mod terminal;

pub use finding::Finding;
pub use json::json;
pub use location::{Extent, Location, Path, Point, Step};
pub use severity::Severity;
pub use terminal::{Style, summary, terminal};

/// The text that findings are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source<'a> {
    /// What to call it: a file's path, or the path and what was found in it.
    pub name: &'a str,
    /// The whole text.
    pub text: &'a str,
}
