//! A matrix as it is written: axes, `include`, `exclude`.

use serde_json::{Map, Value};

use super::{ENTRIES_MAX, MatrixError, PRODUCT_MAX};
use crate::expression::leaves::same_name;

pub(super) struct Entries {
    pub(super) axes: Vec<(String, Vec<Value>)>,
    /// Objects.
    pub(super) excludes: Vec<Value>,
    pub(super) includes: Vec<Include>,
}

/// An entry of `include`: the part that names axes, and the part that is added.
pub(super) struct Include {
    /// An object.
    pub(super) filter: Value,
    pub(super) extra: Map<String, Value>,
    /// Whether it was added to a combination.
    pub(super) matched: bool,
}

impl Entries {
    pub(super) fn read(matrix: &Value) -> Result<Self, MatrixError> {
        let matrix = matrix.as_object().ok_or(MatrixError::NotAnObject)?;
        let axes = axes(matrix)?;
        let is_axis = |key: &str| axes.iter().any(|(axis, _)| same_name(axis, key));
        let mut excludes = Vec::new();
        for entry in entries(matrix, "exclude")? {
            if let Some(key) = entry.keys().find(|key| !is_axis(key)) {
                return Err(MatrixError::UnknownKey { key: key.clone() });
            }
            excludes.push(Value::Object(entry.clone()));
        }
        let mut includes = Vec::new();
        for entry in entries(matrix, "include")? {
            let members = entry.iter().map(|(key, value)| (key.clone(), value.clone()));
            let (filter, extra): (Map<_, _>, Map<_, _>) = members.partition(|(key, _)| is_axis(key));
            includes.push(Include { filter: Value::Object(filter), extra, matched: false });
        }
        if axes.is_empty() && includes.is_empty() {
            return Err(MatrixError::NoAxis);
        }
        Ok(Self { axes, excludes, includes })
    }
}

fn is_list(key: &str) -> bool {
    matches!(key, "include" | "exclude")
}

fn axes(matrix: &Map<String, Value>) -> Result<Vec<(String, Vec<Value>)>, MatrixError> {
    let mut found = Vec::new();
    let mut product = 1_usize;
    for (axis, values) in matrix.iter().filter(|(key, _)| !is_list(key)) {
        let values = values.as_array().ok_or_else(|| MatrixError::NotAList { key: axis.clone() })?;
        if values.is_empty() {
            return Err(MatrixError::EmptyAxis { axis: axis.clone() });
        }
        product = product.saturating_mul(values.len());
        if product > PRODUCT_MAX {
            return Err(MatrixError::TooManyCombinations { max: PRODUCT_MAX });
        }
        found.push((axis.clone(), values.clone()));
    }
    Ok(found)
}

/// The objects of a list, which may be missing.
fn entries<'m>(
    matrix: &'m Map<String, Value>,
    list: &'static str,
) -> Result<Vec<&'m Map<String, Value>>, MatrixError> {
    let Some(value) = matrix.get(list) else {
        return Ok(Vec::new());
    };
    let items = value.as_array().ok_or_else(|| MatrixError::NotAList { key: list.to_owned() })?;
    if items.len() > ENTRIES_MAX {
        return Err(MatrixError::TooManyEntries { list, max: ENTRIES_MAX });
    }
    let objects = items.iter().map(|item| item.as_object().filter(|entry| !entry.is_empty()));
    objects.collect::<Option<_>>().ok_or(MatrixError::NotAnEntry { list })
}
