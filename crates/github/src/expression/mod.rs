//! GitHub Actions expressions: `${{ github.ref_name == 'main' && needs.build.outputs.version || 'none' }}`.
//!
//! Source: GitHub docs, "Evaluate expressions in workflows and actions", and for what the page leaves open the
//! behaviour of GitHub's published runner. The grammar is read by the crate `github-actions-expressions`; values,
//! coercions, functions and limits are in this module.
//!
//! Three ways in, as a workflow has three kinds of texts: [`condition()`] for `if:`, [`interpolate()`] for what has to be a
//! text (`name:`, `env:`, `run:`), and [`evaluate()`] for what keeps its type (`strategy.matrix:`, `with:`).
//!
//! ```
//! use daypass_github::expression::{Context, condition, interpolate};
//! use serde_json::json;
//!
//! let mut context = Context::default();
//! context.values.insert("github".to_owned(), json!({ "ref_name": "main", "run_number": 7 }));
//! assert!(condition("github.ref_name == 'MAIN'", &context)?);
//! assert_eq!(interpolate("build-${{ github.run_number }}", &context)?, "build-7");
//! # Ok::<(), daypass_github::expression::ExpressionError>(())
//! ```

mod compare;
mod error;
mod fold;
mod format;
mod functions;
mod index;
mod json;
pub(crate) mod leaves;
mod limits;
mod number;
mod operand;
mod syntax;
mod template;
mod walk;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

pub use error::ExpressionError;
pub use limits::{DEPTH_MAX, EXPRESSION_CHARACTERS_MAX, MADE_BYTES_MAX, OPERATOR_CHARACTERS_MAX};

use limits::Budget;
use operand::Operand;
use syntax::Expression;
use template::Segment;
use walk::Walk;

/// What an expression may name.
///
/// An object's members are found without regard to case. A context that is named and not here is
/// [`ExpressionError::Unavailable`]; a member that is missing from a context is null, as on GitHub.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// `github`, `needs`, `inputs`, `vars`, `matrix`, `strategy`, `env`, `steps`, `job`, `runner`, `secrets` as JSON
    /// objects, each only where it is available (GitHub docs, "Contexts reference", "Context availability").
    pub values: Map<String, Value>,
    /// What `success()` and its neighbours answer.
    pub status: Status,
}

/// What came of what ran before: of a step, the steps before it; of a job, the jobs it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// Nothing failed: `success()`.
    #[default]
    Success,
    /// Something failed: `failure()`.
    Failure,
    /// The run was cancelled: `cancelled()`.
    Cancelled,
    /// Nothing failed, but something was skipped: neither of the three.
    Skipped,
}

/// Whether an `if:` holds, with or without `${{ }}` around it.
///
/// Where it names no status function, `success() &&` is implied (GitHub docs, "Status check functions"); an empty text
/// is `success()`. A text beside the `${{ }}`, be it a line's end, makes the whole a text that is not empty, and that
/// is true: so it is on GitHub.
///
/// # Errors
///
/// Where the text is no expression, a context is not available, a function refuses its arguments, or a limit is passed.
pub fn condition(text: &str, context: &Context) -> Result<bool, ExpressionError> {
    if text.trim().is_empty() {
        return Ok(context.status == Status::Success);
    }
    let parts = condition_parts(text)?;
    let expressions = read(&parts)?;
    available(&expressions, context)?;
    let implied = !expressions.iter().any(Expression::names_status);
    if implied && context.status != Status::Success {
        return Ok(false);
    }
    let budget = Budget::new();
    match expressions.as_slice() {
        [one] if parts.len() == 1 => Ok(Walk::new(context, &budget).value(one.tree())?.is_truthy()),
        _ => Ok(!joined(&parts, &expressions, context, &budget)?.is_empty()),
    }
}

/// A text with `${{ }}` in it, as the text it becomes. A text without is given back as it is.
///
/// # Errors
///
/// As [`condition()`]; where the whole is one `${{ }}` that gives an array or an object, which GitHub refuses where it
/// wants a text; and where a status function is named, since those are for `if:` alone.
pub fn interpolate(text: &str, context: &Context) -> Result<String, ExpressionError> {
    let parts = template::segments(text)?;
    let expressions = read(&parts)?;
    no_status(&expressions)?;
    available(&expressions, context)?;
    let budget = Budget::new();
    match (parts.as_slice(), expressions.as_slice()) {
        ([_], [one]) => {
            let value = Walk::new(context, &budget).value(one.tree())?;
            if value.is_primitive() {
                Ok(value.text().into_owned())
            } else {
                Err(ExpressionError::NotAText { kind: value.kind() })
            }
        }
        _ => joined(&parts, &expressions, context, &budget),
    }
}

/// A whole value: a text that is exactly one `${{ }}` keeps its type, any other is read as by [`interpolate()`].
///
/// # Errors
///
/// As [`interpolate()`]; and where the value is a number that JSON cannot hold.
pub fn evaluate(text: &str, context: &Context) -> Result<Value, ExpressionError> {
    let parts = template::segments(text)?;
    let expressions = read(&parts)?;
    no_status(&expressions)?;
    available(&expressions, context)?;
    let budget = Budget::new();
    match (parts.as_slice(), expressions.as_slice()) {
        ([_], [one]) => Walk::new(context, &budget).value(one.tree())?.into_json(),
        _ => joined(&parts, &expressions, context, &budget).map(Value::String),
    }
}

/// The contexts that the `${{ }}` of a text name (`needs`, `steps`, ...) in small letters, so that a caller can tell
/// whether the text can be known yet. For the text of an `if:` there is [`condition_contexts()`].
///
/// # Errors
///
/// Where an expression cannot be read or passes a limit.
pub fn contexts(text: &str) -> Result<BTreeSet<String>, ExpressionError> {
    named(&template::segments(text)?)
}

/// The contexts that the text of an `if:` names, with or without `${{ }}` around it.
///
/// # Errors
///
/// As [`contexts()`].
pub fn condition_contexts(text: &str) -> Result<BTreeSet<String>, ExpressionError> {
    if text.trim().is_empty() { Ok(BTreeSet::new()) } else { named(&condition_parts(text)?) }
}

fn named(parts: &[Segment<'_>]) -> Result<BTreeSet<String>, ExpressionError> {
    Ok(read(parts)?.iter().flat_map(Expression::contexts).collect())
}

/// Without `${{`, the text of an `if:` is all expression.
fn condition_parts(text: &str) -> Result<Vec<Segment<'_>>, ExpressionError> {
    if text.contains(template::OPEN) {
        template::segments(text)
    } else {
        Ok(vec![Segment::Expression(text.trim())])
    }
}

fn read<'a>(parts: &[Segment<'a>]) -> Result<Vec<Expression<'a>>, ExpressionError> {
    template::check_length(parts)?;
    parts.iter().filter_map(|part| part.expression()).map(Expression::read).collect()
}

/// GitHub refuses a name it does not know where it reads the expression, not where it evaluates it.
fn available(expressions: &[Expression<'_>], context: &Context) -> Result<(), ExpressionError> {
    let missing = expressions
        .iter()
        .flat_map(Expression::contexts)
        .find(|name| !context.values.keys().any(|known| known.eq_ignore_ascii_case(name)));
    missing.map_or(Ok(()), |context| Err(ExpressionError::Unavailable { context }))
}

fn no_status(expressions: &[Expression<'_>]) -> Result<(), ExpressionError> {
    if expressions.iter().any(Expression::names_status) {
        return Err(ExpressionError::StatusOutsideCondition);
    }
    Ok(())
}

/// The text that literal parts and expressions make together.
fn joined(
    parts: &[Segment<'_>],
    expressions: &[Expression<'_>],
    context: &Context,
    budget: &Budget,
) -> Result<String, ExpressionError> {
    let walk = Walk::new(context, budget);
    let mut values = expressions.iter();
    let mut whole = String::new();
    for part in parts {
        let piece = match part {
            Segment::Literal(text) => Operand::Text((*text).into()),
            Segment::Expression(_) => match values.next() {
                Some(expression) => walk.value(expression.tree())?,
                None => Operand::Null,
            },
        };
        let piece = piece.text();
        budget.spend(piece.len())?;
        whole.push_str(&piece);
    }
    Ok(whole)
}
