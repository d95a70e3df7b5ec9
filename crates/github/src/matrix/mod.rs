//! `strategy.matrix`: the jobs that one job stands for.
//!
//! Source: GitHub docs, "Run job variations in a workflow", and for what the page leaves open GitHub's published
//! workflow parser: values are compared loosely, as by `==` in an expression, and leaf by leaf; keys without regard to
//! case; and what `include` adds to a combination is not part of the job's name.
//!
//! Axes and values are taken in the order in which the JSON object gives them.
//!
//! ```
//! use daypass_github::matrix::combinations;
//! use serde_json::json;
//!
//! let jobs = combinations(&json!({ "os": ["linux", "macos"], "version": [10, 12] }))?;
//! assert_eq!(jobs.len(), 4);
//! assert_eq!(jobs[1].name_suffix(), " (linux, 12)");
//! # Ok::<(), daypass_github::matrix::MatrixError>(())
//! ```

mod entries;
mod error;

use serde_json::{Map, Value};

pub use error::MatrixError;

use crate::expression::leaves;
use entries::{Entries, Include};

/// Jobs of one matrix (GitHub docs: "A matrix will generate a maximum of 256 jobs per workflow run").
pub const JOBS_MAX: usize = 256;

/// Combinations of all axes before `exclude` takes some away. GitHub names no limit; this many are asked quickly.
pub const PRODUCT_MAX: usize = 10_000;

/// Entries of `include` and of `exclude`, each. Every one of them is held against every combination.
pub const ENTRIES_MAX: usize = 1_000;

/// UTF-16 units of a job's name that GitHub makes of a matrix; a longer one ends in `...`.
pub const NAME_CHARACTERS_MAX: usize = 100;

/// One job of a matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Combination {
    /// The context `matrix` of the job.
    pub values: Map<String, Value>,
    suffix: String,
}

impl Combination {
    /// What GitHub puts behind the job's name where its `name:` does not use the matrix: ` (a, b)`, or nothing.
    #[must_use]
    pub fn name_suffix(&self) -> &str {
        &self.suffix
    }

    /// The name with the suffix, cut as GitHub cuts it at [`NAME_CHARACTERS_MAX`].
    #[must_use]
    pub fn job_name(&self, job: &str) -> String {
        cut(format!("{job}{}", self.suffix))
    }
}

/// The name of a job, cut as GitHub cuts it at [`NAME_CHARACTERS_MAX`].
pub(crate) fn cut(whole: String) -> String {
    if whole.encode_utf16().count() <= NAME_CHARACTERS_MAX {
        return whole;
    }
    let mut units = 0;
    let kept = whole.chars().take_while(|letter| {
        units += letter.len_utf16();
        units <= NAME_CHARACTERS_MAX - "...".len()
    });
    kept.chain("...".chars()).collect()
}

/// The values of the jobs of a matrix, in GitHub's order. With [`combinations()`] each has its name too.
///
/// # Errors
///
/// As [`combinations()`].
pub fn expand(matrix: &Value) -> Result<Vec<Map<String, Value>>, MatrixError> {
    Ok(combinations(matrix)?.into_iter().map(|combination| combination.values).collect())
}

/// The jobs of a matrix: the product of its axes without what `exclude` names, with what `include` adds to them, then
/// the entries of `include` that could be added to none.
///
/// There may be none, where `exclude` takes all.
///
/// # Errors
///
/// Where GitHub refuses the matrix: no axis, an axis without values, entries that are no objects, `exclude` with a key
/// that is no axis, more than [`JOBS_MAX`] jobs; and past [`PRODUCT_MAX`] and [`ENTRIES_MAX`].
pub fn combinations(matrix: &Value) -> Result<Vec<Combination>, MatrixError> {
    let Entries { axes, excludes, mut includes } = Entries::read(matrix)?;
    let mut found = Vec::new();
    for original in product(&axes) {
        let value = Value::Object(original);
        if excludes.iter().any(|exclude| leaves::agrees(exclude, &value)) {
            continue;
        }
        let suffix = suffix(&value);
        let mut added = Map::new();
        for include in includes.iter_mut().filter(|include| leaves::agrees(&include.filter, &value)) {
            include.matched = true;
            added.extend(include.extra.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        let Value::Object(mut values) = value else {
            continue;
        };
        values.extend(added);
        push(&mut found, Combination { values, suffix })?;
    }
    for Include { filter, extra, .. } in includes.into_iter().filter(|include| !include.matched) {
        let mut values = Map::new();
        if let Value::Object(filter) = filter {
            values.extend(filter);
        }
        values.extend(extra);
        let suffix = name_suffix(&values);
        push(&mut found, Combination { values, suffix })?;
    }
    Ok(found)
}

/// ` (a, b)` of all values of a combination: what GitHub puts behind a job's name, but where `include` added values to
/// a combination of axes, since those are not in the name. [`Combination::name_suffix`] knows them apart.
#[must_use]
pub fn name_suffix(combination: &Map<String, Value>) -> String {
    suffix_of(&combination.values().flat_map(leaves::texts).collect::<Vec<_>>())
}

fn suffix(value: &Value) -> String {
    suffix_of(&leaves::texts(value))
}

fn suffix_of(texts: &[String]) -> String {
    if texts.is_empty() { String::new() } else { format!(" ({})", texts.join(", ")) }
}

fn push(found: &mut Vec<Combination>, combination: Combination) -> Result<(), MatrixError> {
    if found.len() == JOBS_MAX {
        return Err(MatrixError::TooManyJobs { max: JOBS_MAX });
    }
    found.push(combination);
    Ok(())
}

/// All combinations; the last axis moves first.
fn product(axes: &[(String, Vec<Value>)]) -> Vec<Map<String, Value>> {
    if axes.is_empty() {
        return Vec::new();
    }
    axes.iter().fold(vec![Map::new()], |combinations, (axis, values)| {
        let longer = combinations.iter().flat_map(|combination| {
            values.iter().map(|value| {
                let mut combination = combination.clone();
                combination.insert(axis.clone(), value.clone());
                combination
            })
        });
        longer.collect()
    })
}
