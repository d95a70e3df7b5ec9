//! The value of a tree.

use std::borrow::Cow;
use std::cmp::Ordering;

use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::{BinExpr, BinOp, UnOp};
use github_actions_expressions::{Expr, SpannedExpr};

use super::error::ExpressionError;
use super::index::{self, Step};
use super::limits::Budget;
use super::operand::Operand;
use super::{Context, compare, functions, syntax};

/// One evaluation: what it may name, and what it may still make.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk<'a> {
    pub(super) context: &'a Context,
    pub(super) budget: &'a Budget,
}

impl<'a> Walk<'a> {
    pub(super) const fn new(context: &'a Context, budget: &'a Budget) -> Self {
        Self { context, budget }
    }

    pub(super) fn value<'t: 'a>(&self, tree: &'t SpannedExpr<'t>) -> Result<Operand<'a>, ExpressionError> {
        match &tree.inner {
            Expr::Literal(literal) => Ok(constant(literal)),
            Expr::Identifier(name) => self.named(name.as_str()),
            Expr::Context(context) => self.steps(&context.parts),
            Expr::Call(call) => functions::call(self, call.func, &call.args),
            Expr::UnExpr { op: UnOp::Not, expr } => Ok(Operand::Boolean(!self.value(expr)?.is_truthy())),
            Expr::BinExpr(BinExpr { op: op @ (BinOp::And | BinOp::Or), .. }) => self.chain(tree, op),
            Expr::BinExpr(BinExpr { lhs, op, rhs }) => {
                Ok(Operand::Boolean(compared(&self.value(lhs)?, op, &self.value(rhs)?)))
            }
            Expr::Index(inner) => self.value(inner),
            Expr::Star => Ok(Operand::Null),
        }
    }

    /// `a && b` is the first that is falsy, `a || b` the first that is truthy, either the last where there is none.
    fn chain<'t: 'a>(
        &self,
        tree: &'t SpannedExpr<'t>,
        operator: &BinOp,
    ) -> Result<Operand<'a>, ExpressionError> {
        let mut value = Operand::Null;
        for operand in syntax::operands(tree, operator) {
            value = self.value(operand)?;
            if value.is_truthy() == (*operator == BinOp::Or) {
                break;
            }
        }
        Ok(value)
    }

    fn steps<'t: 'a>(&self, parts: &'t [SpannedExpr<'t>]) -> Result<Operand<'a>, ExpressionError> {
        let Some((head, rest)) = parts.split_first() else {
            return Ok(Operand::Null);
        };
        let mut value = self.value(head)?;
        for part in rest {
            let step = match &part.inner {
                Expr::Identifier(name) => Step::To(Operand::Text(Cow::Borrowed(name.as_str()))),
                Expr::Index(inner) if matches!(inner.inner, Expr::Star) => Step::Every,
                Expr::Star => Step::Every,
                _ => Step::To(self.value(part)?),
            };
            value = index::take(value, &step, self.budget)?;
        }
        Ok(value)
    }

    fn named(&self, name: &str) -> Result<Operand<'a>, ExpressionError> {
        let found = self.context.values.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found
            .map(|(_, value)| Operand::borrowed(value))
            .ok_or_else(|| ExpressionError::Unavailable { context: name.to_ascii_lowercase() })
    }
}

fn constant<'a>(literal: &'a Literal<'_>) -> Operand<'a> {
    match literal {
        Literal::Null => Operand::Null,
        Literal::Boolean(value) => Operand::Boolean(*value),
        Literal::Number(value) => Operand::Number(*value),
        Literal::String(value) => Operand::Text(Cow::Borrowed(value)),
    }
}

fn compared(left: &Operand<'_>, operator: &BinOp, right: &Operand<'_>) -> bool {
    let order = || compare::order(left, right);
    match operator {
        BinOp::Eq => compare::equal(left, right),
        BinOp::Neq => !compare::equal(left, right),
        BinOp::Gt => order() == Some(Ordering::Greater),
        BinOp::Ge => order().is_some_and(Ordering::is_ge),
        BinOp::Lt => order() == Some(Ordering::Less),
        BinOp::Le => order().is_some_and(Ordering::is_le),
        BinOp::And => left.is_truthy() && right.is_truthy(),
        BinOp::Or => left.is_truthy() || right.is_truthy(),
    }
}
