//! The condition keys that a question brings: `--context KEY=VALUE`.

use std::collections::BTreeMap;

use daypass_policy::Values;

use crate::failure::Failure;

/// Keys in lower case, each with its values. A key that was given once has one value; one that was given again has
/// several, as `aws:TagKeys` may.
pub(super) fn read(arguments: &[String]) -> Result<Vec<(String, Values)>, Failure> {
    let mut keys: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    for argument in arguments {
        let pair = argument.split_once('=').filter(|(key, _)| !key.is_empty());
        let (key, value) = pair.ok_or_else(|| {
            Failure::new(format!("`{argument}` is not a condition key with a value"))
                .hint("write it as in --context aws:SourceIp=192.0.2.1")
        })?;
        let entry = keys.entry(key.to_ascii_lowercase());
        entry.or_insert_with(|| (key.to_owned(), Vec::new())).1.push(value.to_owned());
    }
    let values = |values: Vec<String>| match <[String; 1]>::try_from(values) {
        Ok([only]) => Values::One(only),
        Err(several) => Values::Many(several),
    };
    Ok(keys.into_values().map(|(key, all)| (key, values(all))).collect())
}
