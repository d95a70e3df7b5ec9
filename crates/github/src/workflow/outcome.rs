//! What came of jobs, and what the jobs behind them see of it: `needs`, `jobs`, and whether something failed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::give;
use super::plan::{Plan, PlannedCall, PlannedJob};
use super::settle::SettleError;
use super::words::settled_value;
use crate::expression::{Context, Status, condition, interpolate};

/// What came of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Its result; success where it failed and was allowed to.
    pub result: JobResult,
    /// Its outputs.
    pub outputs: BTreeMap<String, String>,
}

/// The result of a job: `needs.ID.result`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobResult {
    /// It was cancelled.
    Cancelled,
    /// It failed.
    Failure,
    /// It did not run.
    Skipped,
    /// It did what it should.
    Success,
}

impl JobResult {
    /// Its name in an expression.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Failure => "failure",
            Self::Skipped => "skipped",
            Self::Success => "success",
        }
    }

    /// Of several jobs of one id.
    fn of(results: &[Self]) -> Self {
        let has = |result: Self| results.contains(&result);
        if has(Self::Failure) {
            Self::Failure
        } else if has(Self::Cancelled) {
            Self::Cancelled
        } else if has(Self::Success) {
            Self::Success
        } else {
            Self::Skipped
        }
    }
}

/// What came of the jobs that have ended, by their keys.
pub type Outcomes = BTreeMap<String, Outcome>;

/// Whether a call runs.
#[derive(Clone)]
pub(super) enum CallState {
    Runs,
    Skipped(String),
    Waits(Vec<String>),
}

/// The jobs and calls of one id.
#[derive(Default)]
struct Named<'a> {
    jobs: Vec<&'a PlannedJob>,
    calls: Vec<&'a PlannedCall>,
}

/// A plan, and what came of it so far.
pub(super) struct Progress<'a> {
    /// By scope and id, the id in small letters.
    named: HashMap<(String, String), Named<'a>>,
    /// The jobs within a call, by its key.
    within: HashMap<&'a str, Vec<&'a PlannedJob>>,
    plan: &'a Plan,
    /// `github` and `vars`.
    base: &'a Context,
    outcomes: &'a Outcomes,
    /// What was found already: calls that need calls would be asked again and again.
    found: RefCell<Found>,
}

/// What was found of calls, by their keys, and of ids, by their scopes.
#[derive(Default)]
struct Found {
    inputs: HashMap<String, Map<String, Value>>,
    members: HashMap<(String, String), Value>,
    states: HashMap<String, CallState>,
}

impl<'a> Progress<'a> {
    pub(super) fn new(plan: &'a Plan, base: &'a Context, outcomes: &'a Outcomes) -> Self {
        let mut named: HashMap<(String, String), Named<'_>> = HashMap::new();
        let mut within: HashMap<&str, Vec<&PlannedJob>> = HashMap::new();
        for job in &plan.jobs {
            named.entry(name(&job.scope, &job.id)).or_default().jobs.push(job);
            for caller in &job.callers {
                within.entry(caller).or_default().push(job);
            }
        }
        for call in &plan.calls {
            named.entry(name(&call.scope, &call.id)).or_default().calls.push(call);
        }
        Self { named, within, plan, base, outcomes, found: RefCell::default() }
    }

    /// The jobs that have not ended of these ids and of all that they need.
    pub(super) fn waits(&self, scope: &str, ids: &[String]) -> Vec<String> {
        let ids = self.ancestors(scope, ids);
        let jobs = ids.iter().flat_map(|id| self.members(scope, id));
        jobs.filter(|job| !self.outcomes.contains_key(&job.key)).map(|job| job.key.clone()).collect()
    }

    fn named(&self, scope: &str, id: &str) -> Option<&Named<'a>> {
        self.named.get(&name(scope, id))
    }

    /// The jobs of an id, those of its calls included.
    fn members(&self, scope: &str, id: &str) -> Vec<&'a PlannedJob> {
        let Some(named) = self.named(scope, id) else { return Vec::new() };
        let within = named.calls.iter().filter_map(|call| self.within.get(call.key.as_str())).flatten();
        named.jobs.iter().chain(within).copied().collect()
    }

    /// What is known in a scope: `github`, `vars`, `inputs`, and of these ids `needs`.
    pub(super) fn context(&self, scope: &str, needs: &[String]) -> Result<Context, SettleError> {
        let mut context = self.scope(scope)?;
        let mut needed = Map::new();
        for id in needs {
            needed.insert(id.clone(), self.member(scope, id)?);
        }
        context.values.insert("needs".to_owned(), Value::Object(needed));
        context.status = self.status(scope, needs)?;
        Ok(context)
    }

    /// `github`, `vars` and `inputs` of a scope.
    fn scope(&self, scope: &str) -> Result<Context, SettleError> {
        let mut context = self.base.clone();
        let inputs = match self.plan.call(scope) {
            Some(call) => self.inputs(call)?,
            None => self.plan.inputs.clone(),
        };
        context.values.insert("inputs".to_owned(), Value::Object(inputs));
        Ok(context)
    }

    /// The inputs of what a call calls. The jobs that it needs have ended.
    fn inputs(&self, call: &PlannedCall) -> Result<Map<String, Value>, SettleError> {
        if let Some(inputs) = self.found.borrow().inputs.get(&call.key) {
            return Ok(inputs.clone());
        }
        let inputs = self.find_inputs(call)?;
        self.found.borrow_mut().inputs.insert(call.key.clone(), inputs.clone());
        Ok(inputs)
    }

    fn find_inputs(&self, call: &PlannedCall) -> Result<Map<String, Value>, SettleError> {
        let mut context = self.context(&call.scope, &call.needs)?;
        context.values.insert("matrix".to_owned(), Value::Object(call.matrix.clone()));
        context.values.insert("strategy".to_owned(), Value::Object(call.strategy.clone()));
        let mut given = Map::new();
        for (name, value) in &call.with {
            let settled = settled_value(&value.value, &context)
                .map_err(|error| SettleError::expression(&call.path, value.line, error))?;
            given.insert(name.clone(), settled);
        }
        let mut takes = call.takes.clone();
        for default in takes.iter_mut().filter_map(|input| input.default.as_mut()) {
            default.value = settled_value(&default.value, &context)
                .map_err(|error| SettleError::expression(&call.path, call.uses.line, error))?;
        }
        give::called(&takes, &given).map_err(|error| SettleError::Inputs {
            path: call.path.clone(),
            line: call.uses.line,
            error,
        })
    }

    /// `result` and `outputs` of an id.
    fn member(&self, scope: &str, id: &str) -> Result<Value, SettleError> {
        let key = (scope.to_owned(), id.to_ascii_lowercase());
        if let Some(member) = self.found.borrow().members.get(&key) {
            return Ok(member.clone());
        }
        let member = self.find_member(scope, id)?;
        self.found.borrow_mut().members.insert(key, member.clone());
        Ok(member)
    }

    fn find_member(&self, scope: &str, id: &str) -> Result<Value, SettleError> {
        let mut outputs = BTreeMap::new();
        for job in self.named(scope, id).into_iter().flat_map(|named| &named.jobs) {
            if let Some(outcome) = self.outcomes.get(&job.key) {
                outputs.extend(outcome.outputs.clone());
            }
        }
        for call in self.calls(scope, id) {
            outputs.extend(self.outputs(call)?);
        }
        Ok(json!({ "result": self.result(scope, id)?.name(), "outputs": outputs }))
    }

    fn calls(&self, scope: &str, id: &str) -> Vec<&'a PlannedCall> {
        self.named(scope, id).map(|named| named.calls.clone()).unwrap_or_default()
    }

    fn result(&self, scope: &str, id: &str) -> Result<JobResult, SettleError> {
        let outcomes = self.members(scope, id).into_iter().filter_map(|job| self.outcomes.get(&job.key));
        let mut results: Vec<JobResult> = outcomes.map(|outcome| outcome.result).collect();
        for call in self.calls(scope, id).into_iter().filter(|call| call.problem.is_some()) {
            results.push(match self.call(call)? {
                CallState::Runs => JobResult::Failure,
                CallState::Skipped(_) | CallState::Waits(_) => JobResult::Skipped,
            });
        }
        Ok(JobResult::of(&results))
    }

    /// The outputs of what a call calls; none where it was skipped.
    fn outputs(&self, call: &PlannedCall) -> Result<BTreeMap<String, String>, SettleError> {
        if call.problem.is_some() || !matches!(self.call(call)?, CallState::Runs) {
            return Ok(BTreeMap::new());
        }
        let mut context = self.scope(&call.key)?;
        let jobs = self.plan.jobs.iter().filter(|job| job.scope == call.key).map(|job| &job.id);
        let calls = self.plan.calls.iter().filter(|inner| inner.scope == call.key).map(|inner| &inner.id);
        let mut members = Map::new();
        for id in jobs.chain(calls).collect::<BTreeSet<_>>() {
            members.insert(id.clone(), self.member(&call.key, id)?);
        }
        context.values.insert("jobs".to_owned(), Value::Object(members));
        let mut outputs = BTreeMap::new();
        for (name, text) in &call.outputs {
            let value = interpolate(&text.value, &context)
                .map_err(|error| SettleError::expression(&call.uses.value, text.line, error))?;
            outputs.insert(name.clone(), value);
        }
        Ok(outputs)
    }

    /// Whether a call runs, by its own `if`.
    pub(super) fn call(&self, call: &PlannedCall) -> Result<CallState, SettleError> {
        if let Some(state) = self.found.borrow().states.get(&call.key) {
            return Ok(state.clone());
        }
        let state = self.find_state(call)?;
        self.found.borrow_mut().states.insert(call.key.clone(), state.clone());
        Ok(state)
    }

    fn find_state(&self, call: &PlannedCall) -> Result<CallState, SettleError> {
        let waits = self.waits(&call.scope, &call.needs);
        if !waits.is_empty() {
            return Ok(CallState::Waits(waits));
        }
        let context = self.context(&call.scope, &call.needs)?;
        let (text, line) = call.condition.as_ref().map_or(("", call.line), |text| (&text.value, text.line));
        let runs =
            condition(text, &context).map_err(|error| SettleError::expression(&call.path, line, error))?;
        Ok(if runs { CallState::Runs } else { CallState::Skipped(format!("{}:{line}", call.path)) })
    }

    /// What `success()` and its neighbours answer behind these ids: all that they need counts too.
    fn status(&self, scope: &str, needs: &[String]) -> Result<Status, SettleError> {
        if self.base.status == Status::Cancelled {
            return Ok(Status::Cancelled);
        }
        let mut results = Vec::new();
        for id in self.ancestors(scope, needs) {
            results.push(self.result(scope, &id)?);
        }
        Ok(if results.contains(&JobResult::Failure) {
            Status::Failure
        } else if results.iter().all(|result| *result == JobResult::Success) {
            Status::Success
        } else {
            Status::Skipped
        })
    }

    fn ancestors(&self, scope: &str, needs: &[String]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open: Vec<String> = needs.iter().map(|id| id.to_ascii_lowercase()).collect();
        while let Some(id) = open.pop() {
            let named = self.named(scope, &id);
            let of_jobs = named.into_iter().flat_map(|named| &named.jobs).map(|job| &job.needs);
            let of_calls = named.into_iter().flat_map(|named| &named.calls).map(|call| &call.needs);
            let behind: Vec<String> =
                of_jobs.chain(of_calls).flatten().map(|id| id.to_ascii_lowercase()).collect();
            if found.insert(id) {
                open.extend(behind);
            }
        }
        found
    }
}

/// GitHub compares ids without case.
fn name(scope: &str, id: &str) -> (String, String) {
    (scope.to_owned(), id.to_ascii_lowercase())
}
