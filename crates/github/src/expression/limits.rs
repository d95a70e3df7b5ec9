//! How long, how deep and how large.

use std::cell::Cell;

use super::error::ExpressionError;

/// Characters (UTF-16 units, as GitHub counts) of one expression. GitHub refuses more with "Exceeded max expression
/// length 21000". A text around several `${{ }}` counts as the `format` call into which GitHub turns it.
pub const EXPRESSION_CHARACTERS_MAX: usize = 21_000;

/// Levels of nesting. GitHub refuses more with "Exceeded max expression depth 50".
pub const DEPTH_MAX: usize = 50;

/// Characters of `&`, `|`, `<`, `>`, `=` outside of quotation marks. A chain of comparisons nests once for each; the
/// limit keeps the tree that is read far from the end of the stack. GitHub has no such limit; nobody writes so many.
pub const OPERATOR_CHARACTERS_MAX: usize = 1_000;

/// Bytes that the evaluation of one text may make in all. `format('{0}{0}', ...)` in itself doubles with each level;
/// GitHub counts the memory of an evaluation likewise.
pub const MADE_BYTES_MAX: usize = 10 * 1024 * 1024;

/// What an evaluation may still make.
#[derive(Debug)]
pub(super) struct Budget {
    left: Cell<usize>,
}

impl Budget {
    pub(super) const fn new() -> Self {
        Self { left: Cell::new(MADE_BYTES_MAX) }
    }

    pub(super) fn spend(&self, bytes: usize) -> Result<(), ExpressionError> {
        match self.left.get().checked_sub(bytes) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(ExpressionError::TooLarge { max: MADE_BYTES_MAX }),
        }
    }
}
