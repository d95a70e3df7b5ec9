//! What was found already on the way through a plan: what needs much would be asked for again and again.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::settle::SettleError;

/// Whether a call runs.
#[derive(Clone)]
pub(super) enum CallState {
    Runs,
    Skipped(String),
    Waits,
}

/// What was found of calls, by their keys, and of ids, by their scopes: only what further outcomes do not change.
#[derive(Default)]
pub(super) struct Found {
    pub(super) ended: HashSet<(String, String)>,
    pub(super) inputs: HashMap<String, Result<Map<String, Value>, SettleError>>,
    pub(super) members: HashMap<(String, String), Result<Value, SettleError>>,
    pub(super) states: HashMap<String, Result<CallState, SettleError>>,
    pub(super) sums: HashMap<(String, String), Sum>,
}

/// What came of an id and of all that it needs.
#[derive(Clone, Copy)]
pub(super) struct Sum {
    pub(super) has_failure: bool,
    pub(super) is_all_success: bool,
}

impl Sum {
    pub(super) const fn and(self, other: Self) -> Self {
        Self {
            has_failure: self.has_failure || other.has_failure,
            is_all_success: self.is_all_success && other.is_all_success,
        }
    }
}
