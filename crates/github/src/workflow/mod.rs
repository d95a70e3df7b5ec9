//! Stand-in until the branch is merged.
mod planned;
pub use planned::*;
