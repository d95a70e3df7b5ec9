//! The rules, one family a file.

use super::draft::Draft;
use super::report::Report;

/// What every rule is.
pub(super) type Rule = fn(&Draft<'_>, &mut Report<'_>);

/// Every rule. Their order does not matter: findings are put into the order of the text.
pub(super) const ALL: &[Rule] = &[];
