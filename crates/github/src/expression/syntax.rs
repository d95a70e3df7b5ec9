//! The tree of an expression, and what it names.

use github_actions_expressions::call::{Call, Error as CallError, Function};
use github_actions_expressions::op::{BinExpr, BinOp};
use github_actions_expressions::{Error, Expr, SpannedExpr};

use super::error::{ExpressionError, shown};
use super::limits::{DEPTH_MAX, EXPRESSION_CHARACTERS_MAX, OPERATOR_CHARACTERS_MAX};

/// An expression that was read.
#[derive(Debug)]
pub(super) struct Expression<'a> {
    tree: SpannedExpr<'a>,
}

impl<'a> Expression<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, ExpressionError> {
        if text.is_empty() {
            return Err(ExpressionError::Empty);
        }
        let characters = text.encode_utf16().count();
        if characters > EXPRESSION_CHARACTERS_MAX {
            return Err(ExpressionError::TooLong { characters, max: EXPRESSION_CHARACTERS_MAX });
        }
        if operator_characters(text) > OPERATOR_CHARACTERS_MAX {
            return Err(ExpressionError::TooManyOperators { max: OPERATOR_CHARACTERS_MAX });
        }
        let tree = Expr::parse(text).map_err(|error| refusal(text, error))?;
        if depth(&tree) > DEPTH_MAX {
            return Err(ExpressionError::TooDeep { max: DEPTH_MAX });
        }
        Ok(Self { tree })
    }

    pub(super) const fn tree(&self) -> &SpannedExpr<'a> {
        &self.tree
    }

    /// The contexts that it names, in small letters.
    pub(super) fn contexts(&self) -> Vec<String> {
        let heads = self.nodes().into_iter().filter_map(|node| match &node.inner {
            Expr::Context(context) => context.parts.first(),
            _ => None,
        });
        heads
            .filter_map(|head| match &head.inner {
                Expr::Identifier(name) => Some(name.as_str().to_ascii_lowercase()),
                _ => None,
            })
            .collect()
    }

    /// Whether it calls `success`, `failure`, `cancelled` or `always` anywhere.
    pub(super) fn names_status(&self) -> bool {
        self.nodes().into_iter().any(|node| {
            matches!(
                &node.inner,
                Expr::Call(Call {
                    func: Function::Success | Function::Failure | Function::Cancelled | Function::Always,
                    ..
                })
            )
        })
    }

    fn nodes(&self) -> Vec<&SpannedExpr<'a>> {
        let mut found = Vec::new();
        let mut waiting = vec![&self.tree];
        while let Some(node) = waiting.pop() {
            found.push(node);
            match &node.inner {
                Expr::BinExpr(BinExpr { lhs, rhs, .. }) => waiting.extend([&**lhs, &**rhs]),
                Expr::Call(call) => waiting.extend(&call.args),
                Expr::Context(context) => waiting.extend(&context.parts),
                Expr::Index(inner) => waiting.push(inner),
                Expr::UnExpr { expr, .. } => waiting.push(expr),
                Expr::Identifier(_) | Expr::Literal(_) | Expr::Star => {}
            }
        }
        found
    }
}

/// The operands of `a && b && c`, in their order; of anything else, itself.
pub(super) fn operands<'t, 'a>(tree: &'t SpannedExpr<'a>, operator: &BinOp) -> Vec<&'t SpannedExpr<'a>> {
    let mut found = Vec::new();
    let mut node = tree;
    while let Expr::BinExpr(BinExpr { lhs, op, rhs }) = &node.inner
        && op == operator
    {
        found.push(&**rhs);
        node = lhs;
    }
    found.push(node);
    found.reverse();
    found
}

fn operator_characters(text: &str) -> usize {
    // What is quoted is every second part.
    let unquoted = text.split('\'').step_by(2);
    unquoted.flat_map(str::bytes).filter(|byte| matches!(byte, b'&' | b'|' | b'<' | b'>' | b'=')).count()
}

/// Levels as GitHub counts them: each step into a value is one, and a chain of `&&` or of `||` is one.
fn depth(tree: &SpannedExpr<'_>) -> usize {
    let mut right = Vec::new();
    let mut node = tree;
    while let Expr::BinExpr(BinExpr { lhs, op, rhs }) = &node.inner {
        right.push((op, depth(rhs)));
        node = lhs;
    }
    let mut levels = match &node.inner {
        Expr::Call(call) => 1 + call.args.iter().map(depth).max().unwrap_or(0),
        Expr::Context(context) => {
            let mut parts = context.parts.iter().map(depth);
            let head = parts.next().unwrap_or(0);
            parts.fold(head, |levels, part| 1 + levels.max(part))
        }
        Expr::Index(inner) => depth(inner),
        Expr::UnExpr { expr, .. } => 1 + depth(expr),
        Expr::BinExpr(_) | Expr::Identifier(_) | Expr::Literal(_) | Expr::Star => 1,
    };
    let mut chain = None;
    for (operator, beside) in right.into_iter().rev() {
        let continues = chain == Some(operator) && matches!(operator, BinOp::And | BinOp::Or);
        levels = if continues { levels.max(beside + 1) } else { levels.max(beside) + 1 };
        chain = Some(operator);
    }
    levels
}

fn refusal(text: &str, error: Error) -> ExpressionError {
    match error {
        Error::Syntax(error) => {
            ExpressionError::Syntax { expression: shown(text), offset: error.offset, problem: error.message }
        }
        Error::Depth => ExpressionError::TooDeep { max: DEPTH_MAX },
        Error::Call(CallError::UnknownFunction(name)) => {
            ExpressionError::UnknownFunction { name: shown(&name) }
        }
        Error::Call(CallError::Arity(function, expected)) => {
            ExpressionError::Arguments { function: name(function), expected }
        }
    }
}

const fn name(function: Function) -> &'static str {
    match function {
        Function::Always => "always",
        Function::Cancelled => "cancelled",
        Function::Case => "case",
        Function::Contains => "contains",
        Function::EndsWith => "endsWith",
        Function::Failure => "failure",
        Function::Format => "format",
        Function::FromJSON => "fromJSON",
        Function::HashFiles => "hashFiles",
        Function::Join => "join",
        Function::StartsWith => "startsWith",
        Function::Success => "success",
        Function::ToJSON => "toJSON",
    }
}
