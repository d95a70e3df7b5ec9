//! The jobs of a matrix, in the order and with the names that the file's order gives them.

use serde_json::{Map, Value, json};

use super::model::Strategy;
use crate::expression::leaves;
use crate::matrix::{MatrixError, PRODUCT_MAX, combinations};

/// One job of a matrix, or the one job where there is none.
#[derive(Debug, Clone)]
pub(super) struct Variant {
    /// The context `matrix`.
    pub(super) matrix: Map<String, Value>,
    /// The context `strategy`.
    pub(super) strategy: Map<String, Value>,
    /// ` (linux, 18)`, or nothing.
    pub(super) suffix: String,
    /// `[0]`, or nothing where there is no matrix.
    pub(super) index: String,
}

/// Where a combination stands on the axes, if it does, its values, and what it puts behind the name.
type Found = (Option<Vec<usize>>, Map<String, Value>, String);

/// How many comparisons a matrix takes: each combination of its axes with each entry of `include` and `exclude`.
pub(super) fn comparisons(matrix: &Value) -> usize {
    let length = |value: &Value| value.as_array().map_or(1, Vec::len);
    let Value::Object(members) = matrix else { return 1 };
    let (lists, axes): (Vec<_>, Vec<_>) =
        members.iter().partition(|(name, _)| matches!(name.as_str(), "exclude" | "include"));
    let product = axes.iter().fold(1, |product: usize, (_, axis)| product.saturating_mul(length(axis)));
    let entries = lists.iter().fold(1, |sum: usize, (_, list)| sum.saturating_add(length(list)));
    product.min(PRODUCT_MAX).saturating_mul(entries)
}

/// The one job where there is no matrix.
pub(super) fn single(strategy: Option<&Strategy>) -> Variant {
    Variant {
        matrix: Map::new(),
        strategy: context(strategy, 0, 1),
        suffix: String::new(),
        index: String::new(),
    }
}

/// The jobs of a matrix. `axes` says in which order the axes stand in the file; JSON keeps none.
pub(super) fn expand(
    strategy: Option<&Strategy>,
    matrix: &Value,
    axes: &[String],
) -> Result<Vec<Variant>, MatrixError> {
    let place = |values: &Map<String, Value>, axis: &String| -> Option<usize> {
        let value = values.get(axis)?;
        matrix.get(axis)?.as_array()?.iter().position(|listed| listed == value)
    };
    let mut found: Vec<Found> = combinations(matrix)?
        .into_iter()
        .map(|combination| {
            let places: Option<Vec<usize>> =
                axes.iter().map(|axis| place(&combination.values, axis)).collect();
            let of_axes = places.is_some() && !axes.is_empty();
            let suffix = if of_axes {
                let values = axes.iter().filter_map(|axis| combination.values.get(axis));
                let texts: Vec<String> = values.flat_map(leaves::texts).collect();
                format!(" ({})", texts.join(", "))
            } else {
                combination.name_suffix().to_owned()
            };
            (places.filter(|_| of_axes), combination.values, suffix)
        })
        .collect();
    // What `include` brings alone stays behind what the axes make.
    found.sort_by(|(left, ..), (right, ..)| match (left, right) {
        (Some(left), Some(right)) => left.cmp(right),
        (left, right) => right.is_some().cmp(&left.is_some()),
    });
    let total = found.len();
    let variants = found.into_iter().enumerate().map(|(index, (_, matrix, suffix))| Variant {
        matrix,
        strategy: context(strategy, index, total),
        suffix,
        index: format!("[{index}]"),
    });
    Ok(variants.collect())
}

fn context(strategy: Option<&Strategy>, index: usize, total: usize) -> Map<String, Value> {
    let fail_fast = strategy.and_then(|strategy| strategy.fail_fast.as_ref());
    let max_parallel = strategy.and_then(|strategy| strategy.max_parallel.as_ref());
    let max_parallel = max_parallel.and_then(|text| text.value.parse::<u64>().ok());
    let members = [
        ("fail-fast", json!(fail_fast.is_none_or(|text| text.value != "false"))),
        ("job-index", json!(index)),
        ("job-total", json!(total)),
        ("max-parallel", json!(max_parallel.unwrap_or(u64::try_from(total).unwrap_or(u64::MAX)))),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
