//! What came of jobs, and what the jobs behind them see of it: `needs`, `jobs`, and whether something failed.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::found::{CallState, Found, Sum};
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

/// The jobs and calls of one id.
#[derive(Default)]
struct Named<'a> {
    /// The keys of its jobs. Those that a matrix makes later take the place of the one that had it.
    jobs: Vec<Cow<'a, str>>,
    calls: Vec<&'a PlannedCall>,
    /// The ids that it needs: jobs of one id are written in one place.
    needs: &'a [String],
}

/// A plan, and what came of it so far.
pub(super) struct Progress<'a> {
    /// By scope and id, the id in small letters.
    named: HashMap<(String, String), Named<'a>>,
    /// The keys of the jobs within a call, by its key.
    within: HashMap<&'a str, Vec<Cow<'a, str>>>,
    /// The ids of a scope.
    ids: HashMap<&'a str, BTreeSet<&'a String>>,
    /// The calls by their keys.
    calls: HashMap<&'a str, &'a PlannedCall>,
    plan: &'a Plan,
    /// `github` and `vars`.
    base: &'a Context,
    outcomes: Cow<'a, Outcomes>,
    /// What was found already: what needs much would be asked again and again.
    found: RefCell<Found>,
    /// How many ids were looked at.
    steps: Cell<usize>,
}

impl<'a> Progress<'a> {
    pub(super) fn new(plan: &'a Plan, base: &'a Context, outcomes: Cow<'a, Outcomes>) -> Self {
        let mut named: HashMap<(String, String), Named<'_>> = HashMap::new();
        let mut within: HashMap<&str, Vec<Cow<'_, str>>> = HashMap::new();
        let mut ids: HashMap<&str, BTreeSet<&String>> = HashMap::new();
        for job in &plan.jobs {
            let of_id = named.entry(name(&job.scope, &job.id)).or_default();
            of_id.jobs.push(Cow::Borrowed(&job.key));
            of_id.needs = &job.needs;
            ids.entry(&job.scope).or_default().insert(&job.id);
            for caller in &job.callers {
                within.entry(caller).or_default().push(Cow::Borrowed(&job.key));
            }
        }
        for call in &plan.calls {
            let of_id = named.entry(name(&call.scope, &call.id)).or_default();
            of_id.calls.push(call);
            of_id.needs = &call.needs;
            ids.entry(&call.scope).or_default().insert(&call.id);
        }
        let calls = plan.calls.iter().rev().map(|call| (call.key.as_str(), call)).collect();
        let (found, steps) = (RefCell::default(), Cell::default());
        Self { named, within, ids, calls, plan, base, outcomes, found, steps }
    }

    /// Takes in what came of a job.
    pub(super) fn note(&mut self, key: &str, outcome: Outcome) {
        self.outcomes.to_mut().insert(key.to_owned(), outcome);
    }

    /// Puts the jobs that a matrix stands for in the place of the one that had it, which has not ended.
    pub(super) fn replace(&mut self, job: &PlannedJob, by: &[PlannedJob]) {
        let put = |keys: &mut Vec<Cow<'_, str>>| {
            if let Some(place) = keys.iter().position(|key| *key == job.key) {
                keys.splice(place..=place, by.iter().map(|job| Cow::Owned(job.key.clone())));
            }
        };
        if let Some(named) = self.named.get_mut(&name(&job.scope, &job.id)) {
            put(&mut named.jobs);
        }
        for caller in &job.callers {
            if let Some(keys) = self.within.get_mut(caller.as_str()) {
                put(keys);
            }
        }
    }

    /// How many ids were looked at so far.
    pub(super) fn steps(&self) -> usize {
        self.steps.get()
    }

    /// The call of a key.
    pub(super) fn called(&self, key: &str) -> Option<&'a PlannedCall> {
        self.calls.get(key).copied()
    }

    /// The jobs that have not ended of these ids and of all that they need.
    pub(super) fn waits(&self, scope: &str, ids: &[String]) -> Vec<String> {
        let ids = self.ancestors(scope, ids);
        let jobs = ids.iter().flat_map(|id| self.members(scope, id));
        jobs.filter(|key| !self.outcomes.contains_key(*key)).map(str::to_owned).collect()
    }

    /// Whether all jobs of these ids and of all that they need have ended.
    pub(super) fn have_ended(&self, scope: &str, ids: &[String]) -> bool {
        let mut open: Vec<(String, String)> = ids.iter().map(|id| name(scope, id)).collect();
        let mut seen = HashSet::new();
        while let Some(id) = open.pop() {
            if self.found.borrow().ended.contains(&id) || !seen.insert(id.clone()) {
                continue;
            }
            self.step();
            if !self.members(scope, &id.1).all(|key| self.outcomes.contains_key(key)) {
                return false;
            }
            let needs = self.named.get(&id).map(|named| named.needs).unwrap_or_default();
            open.extend(needs.iter().map(|id| name(scope, id)));
        }
        self.found.borrow_mut().ended.extend(seen);
        true
    }

    fn step(&self) {
        self.steps.set(self.steps.get() + 1);
    }

    fn named(&self, scope: &str, id: &str) -> Option<&Named<'a>> {
        self.named.get(&name(scope, id))
    }

    /// The keys of the jobs of an id, those of its calls included.
    fn members(&self, scope: &str, id: &str) -> impl Iterator<Item = &str> {
        let named = self.named(scope, id);
        let calls = named.into_iter().flat_map(|named| &named.calls);
        let within = calls.filter_map(|call| self.within.get(call.key.as_str())).flatten();
        named.into_iter().flat_map(|named| &named.jobs).chain(within).map(AsRef::as_ref)
    }

    /// What is known in a scope: `github`, `vars`, `inputs`, and of these ids `needs`.
    pub(super) fn context(&self, scope: &str, needs: &[String]) -> Result<Context, SettleError> {
        Ok(self.base_and(self.behind(scope, needs)?))
    }

    /// The same without `github` and `vars`, which may be large.
    pub(super) fn behind(&self, scope: &str, needs: &[String]) -> Result<Context, SettleError> {
        let status = self.status(scope, needs);
        let mut context = self.scope(scope)?;
        let mut needed = Map::new();
        for id in needs {
            needed.insert(id.clone(), self.member(scope, id)?);
        }
        context.values.insert("needs".to_owned(), Value::Object(needed));
        context.status = status?;
        Ok(context)
    }

    /// A context with `github` and `vars`.
    pub(super) fn base_and(&self, context: Context) -> Context {
        let mut values = self.base.values.clone();
        values.extend(context.values);
        Context { values, status: context.status }
    }

    /// `inputs` of a scope.
    fn scope(&self, scope: &str) -> Result<Context, SettleError> {
        let inputs = match self.called(scope) {
            Some(call) => self.inputs(call)?,
            None => self.plan.inputs.clone(),
        };
        let mut values = Map::new();
        values.insert("inputs".to_owned(), Value::Object(inputs));
        Ok(Context { values, status: self.base.status })
    }

    /// The inputs of what a call calls. The jobs that it needs have ended.
    fn inputs(&self, call: &PlannedCall) -> Result<Map<String, Value>, SettleError> {
        if let Some(inputs) = self.found.borrow().inputs.get(&call.key) {
            return inputs.clone();
        }
        let inputs = self.find_inputs(call);
        self.found.borrow_mut().inputs.insert(call.key.clone(), inputs.clone());
        inputs
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
            return member.clone();
        }
        let member = self.find_member(scope, id);
        self.found.borrow_mut().members.insert(key, member.clone());
        member
    }

    fn find_member(&self, scope: &str, id: &str) -> Result<Value, SettleError> {
        let mut outputs = BTreeMap::new();
        for key in self.named(scope, id).into_iter().flat_map(|named| &named.jobs) {
            if let Some(outcome) = self.outcomes.get(key.as_ref()) {
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
        let outcomes = self.members(scope, id).filter_map(|key| self.outcomes.get(key));
        let mut results: Vec<JobResult> = outcomes.map(|outcome| outcome.result).collect();
        for call in self.calls(scope, id).into_iter().filter(|call| call.problem.is_some()) {
            results.push(match self.call(call)? {
                CallState::Runs => JobResult::Failure,
                CallState::Skipped(_) | CallState::Waits => JobResult::Skipped,
            });
        }
        Ok(JobResult::of(&results))
    }

    /// The outputs of what a call calls; none where it was skipped.
    fn outputs(&self, call: &PlannedCall) -> Result<BTreeMap<String, String>, SettleError> {
        if call.problem.is_some() || !matches!(self.call(call)?, CallState::Runs) {
            return Ok(BTreeMap::new());
        }
        let mut context = self.base_and(self.scope(&call.key)?);
        let mut members = Map::new();
        for id in self.ids.get(call.key.as_str()).into_iter().flatten() {
            members.insert((*id).clone(), self.member(&call.key, id)?);
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
            return state.clone();
        }
        let state = self.find_state(call);
        if !matches!(state, Ok(CallState::Waits)) {
            self.found.borrow_mut().states.insert(call.key.clone(), state.clone());
        }
        state
    }

    fn find_state(&self, call: &PlannedCall) -> Result<CallState, SettleError> {
        if !self.have_ended(&call.scope, &call.needs) {
            return Ok(CallState::Waits);
        }
        let context = self.context(&call.scope, &call.needs)?;
        let (text, line) = call.condition.as_ref().map_or(("", call.line), |text| (&text.value, text.line));
        let runs =
            condition(text, &context).map_err(|error| SettleError::expression(&call.path, line, error))?;
        Ok(if runs { CallState::Runs } else { CallState::Skipped(format!("{}:{line}", call.path)) })
    }

    /// What `success()` and its neighbours answer behind these ids, which have ended: all that they need counts too.
    fn status(&self, scope: &str, needs: &[String]) -> Result<Status, SettleError> {
        let sum = self.sum(scope, needs);
        if self.base.status == Status::Cancelled {
            return Ok(Status::Cancelled);
        }
        let sum = sum?;
        Ok(if sum.has_failure {
            Status::Failure
        } else if sum.is_all_success {
            Status::Success
        } else {
            Status::Skipped
        })
    }

    /// Each id after those that it needs, and each only once. There may be hundreds in a row, more than the stack is deep: so
    /// what is to be found of an id is found here, where all behind it is known.
    fn sum(&self, scope: &str, needs: &[String]) -> Result<Sum, SettleError> {
        let mut open: Vec<(String, String)> = needs.iter().map(|id| name(scope, id)).collect();
        let mut seen = HashSet::new();
        while let Some(id) = open.last().cloned() {
            if self.found.borrow().sums.contains_key(&id) {
                open.pop();
                continue;
            }
            self.step();
            let behind = self.named.get(&id).map(|named| named.needs).unwrap_or_default();
            if seen.insert(id.clone()) {
                open.extend(behind.iter().map(|id| name(scope, id)));
                continue;
            }
            // What is wrong with it is said to those who ask for it.
            let _ = self.member(scope, &id.1);
            let result = self.result(scope, &id.1)?;
            let own = Sum {
                has_failure: result == JobResult::Failure,
                is_all_success: result == JobResult::Success,
            };
            let sum = own.and(self.known_sum(scope, behind));
            self.found.borrow_mut().sums.insert(id, sum);
            open.pop();
        }
        Ok(self.known_sum(scope, needs))
    }

    fn known_sum(&self, scope: &str, ids: &[String]) -> Sum {
        let found = self.found.borrow();
        let sums = ids.iter().filter_map(|id| found.sums.get(&name(scope, id)));
        sums.fold(Sum { has_failure: false, is_all_success: true }, |sum, other| sum.and(*other))
    }

    fn ancestors(&self, scope: &str, needs: &[String]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open: Vec<String> = needs.iter().map(|id| id.to_ascii_lowercase()).collect();
        while let Some(id) = open.pop() {
            let behind = self.named(scope, &id).map(|named| named.needs).unwrap_or_default();
            if found.insert(id) {
                open.extend(behind.iter().map(|id| id.to_ascii_lowercase()));
            }
        }
        found
    }
}

/// GitHub compares ids without case.
fn name(scope: &str, id: &str) -> (String, String) {
    (scope.to_owned(), id.to_ascii_lowercase())
}
