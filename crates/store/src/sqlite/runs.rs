//! Those who read workflow runs.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, params_from_iter};

use super::Database;
use crate::error::StoreError;
use crate::model::RunFilter;
use crate::traits::RunIndex;

impl RunIndex for Database {
    fn run(&self, id: i64) -> Result<Option<String>, StoreError> {
        self.readers.with(|connection| {
            connection
                .prepare_cached("SELECT document FROM run WHERE id = ?1")?
                .query_row([id], |row| row.get(0))
                .optional()
        })
    }

    fn runs(&self, filter: &RunFilter, skip: usize, limit: usize) -> Result<Vec<String>, StoreError> {
        let (conditions, mut values) = conditions(filter);
        values.extend([limit, skip].map(|number| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))));
        self.readers.with(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT document FROM run{conditions} ORDER BY id DESC LIMIT ? OFFSET ?"
                ))?
                .query_map(params_from_iter(values), |row| row.get(0))?
                .collect()
        })
    }

    fn count_runs(&self, filter: &RunFilter) -> Result<u64, StoreError> {
        let (conditions, values) = conditions(filter);
        self.readers.with(|connection| {
            connection
                .prepare_cached(&format!("SELECT count(*) FROM run{conditions}"))?
                .query_row(params_from_iter(values), |row| row.get::<_, i64>(0))
                .map(|count| u64::try_from(count).unwrap_or_default())
        })
    }

    fn last_run(&self) -> Result<i64, StoreError> {
        self.readers.with(|connection| {
            connection.prepare_cached("SELECT coalesce(max(id), 0) FROM run")?.query_row([], |row| row.get(0))
        })
    }
}

/// The part of a statement that says which runs, and its values in order. Every text of it is ours; what a caller sent is
/// among the values.
fn conditions(filter: &RunFilter) -> (String, Vec<Value>) {
    let text = |value: &Option<String>| value.clone().map(Value::Text);
    let time = |value: Option<jiff::Timestamp>| value.map(|time| Value::Integer(time.as_millisecond()));
    let one = [
        ("repository = ?", text(&filter.repository)),
        ("workflow = ?", filter.workflow.map(Value::Integer)),
        ("status = ?", text(&filter.only_status)),
        ("status <> ?", text(&filter.not_status)),
        ("conclusion = ?", text(&filter.conclusion)),
        ("event = ?", text(&filter.event)),
        ("branch = ?", text(&filter.branch)),
        ("actor = ?", text(&filter.actor)),
        ("sha = ?", text(&filter.sha)),
        ("created >= ?", time(filter.created_from)),
        ("created <= ?", time(filter.created_until)),
        ("id < ?", filter.before.map(Value::Integer)),
    ];
    let (mut conditions, mut values) = (Vec::new(), Vec::new());
    for (condition, value) in one {
        if let Some(value) = value {
            conditions.push(condition);
            values.push(value);
        }
    }
    if let Some(status) = text(&filter.status) {
        conditions.push("(status = ? OR conclusion = ?)");
        values.extend([status.clone(), status]);
    }
    if let Some(patterns) = &filter.repositories {
        // No name of an owner or a repository has a character that would be a pattern.
        conditions.push("EXISTS (SELECT 1 FROM json_each(?) AS meant WHERE repository GLOB meant.value)");
        values.push(Value::Text(serde_json::Value::from(patterns.clone()).to_string()));
    }
    if conditions.is_empty() {
        return (String::new(), values);
    }
    (format!(" WHERE {}", conditions.join(" AND ")), values)
}
