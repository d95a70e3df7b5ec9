//! From the tree to a [`Workflow`].

use std::collections::HashMap;

use daypass_diagnostic::{Finding, Path, Severity};

use super::error::{IDENTIFIER_RULE, LENGTH_RULE, Problem, RESERVED_RULE, WorkflowError};
use super::model::{
    Body, Call, Concurrency, Defaults, EnvironmentReference, Job, Secrets, Step, Strategy, Text, Workflow,
};
use super::reading::{Reading, UNEXPECTED_VALUE};
use super::yaml::{Entry, Node, Value};
use super::{
    ENVIRONMENT_CHARACTERS_MAX, IDENTIFIER_CHARACTERS_MAX, JOBS_MAX, STEPS_MAX, graph, keys, on, permissions,
    yaml,
};

impl Workflow {
    /// Reads a workflow file. What GitHub would not understand but nobody is in danger from becomes a finding; what makes
    /// the whole file meaningless is an error.
    ///
    /// # Errors
    /// [`WorkflowError`] with the line and the column.
    pub fn parse(path: &str, text: &str) -> Result<Self, WorkflowError> {
        let mut reading = Reading::new(path);
        let root = yaml::read(text).map_err(|(place, problem)| WorkflowError {
            path: path.to_owned(),
            place,
            problem,
        })?;
        if !matches!(root.value, Value::Map(_)) {
            let problem = match root.value {
                Value::Null => Problem::Empty,
                _ => Problem::NotAMap { what: "a workflow".to_owned(), found: root.kind() },
            };
            return Err(reading.refuse(root.extent, problem));
        }
        let top = Path::default();
        reading.keys(&root, &top, "a workflow", keys::WORKFLOW);
        let jobs = jobs(&mut reading, &root)?;
        let mut workflow = Self {
            path: path.to_owned(),
            name: reading.text(&root, &top, "name"),
            run_name: reading.text(&root, &top, "run-name"),
            events: on::read(&mut reading, &root),
            permissions: permissions::read(&mut reading, &root, &top),
            env: reading.texts(&root, &top, "env"),
            defaults: defaults(&mut reading, &root, &top),
            concurrency: concurrency(&mut reading, &root, &top),
            jobs,
            findings: Vec::new(),
        };
        graph::check(&workflow)?;
        Finding::sort(&mut reading.findings);
        workflow.findings = reading.findings;
        Ok(workflow)
    }
}

fn jobs(reading: &mut Reading<'_>, root: &Node) -> Result<Vec<Job>, WorkflowError> {
    let entry = root.get("jobs").ok_or_else(|| reading.refuse(root.extent, Problem::NoJobs))?;
    let entries = match &entry.value.value {
        Value::Map(entries) if !entries.is_empty() => entries,
        Value::Map(_) | Value::Null => return Err(reading.refuse(entry.key_extent, Problem::NoJobs)),
        _ => {
            let problem = Problem::NotAMap { what: "`jobs`".to_owned(), found: entry.value.kind() };
            return Err(reading.refuse(entry.value.extent, problem));
        }
    };
    if entries.len() > JOBS_MAX {
        return Err(reading.refuse(entry.key_extent, Problem::TooManyJobs { jobs: entries.len() }));
    }
    let path = Path::default().member("jobs");
    entries.iter().map(|entry| job(reading, entry, &path)).collect()
}

fn job(reading: &mut Reading<'_>, entry: &Entry, path: &Path) -> Result<Job, WorkflowError> {
    let (id, node) = (entry.key.as_str(), &entry.value);
    if let Some(rule) = identifier_rule(id) {
        let id = id.chars().take(100).collect();
        return Err(reading.refuse(entry.key_extent, Problem::Identifier { id, rule }));
    }
    let path = path.member(id);
    if !matches!(node.value, Value::Map(_) | Value::Null) {
        let problem = Problem::NotAMap { what: format!("the job `{id}`"), found: node.kind() };
        return Err(reading.refuse(node.extent, problem));
    }
    let body = body(reading, entry, &path)?;
    match &body {
        Body::Call(_) => reading.keys(node, &path, "a job that calls a workflow", keys::CALL),
        Body::Steps(_) => reading.keys(node, &path, "a job", keys::JOB),
    }
    if matches!(body, Body::Steps(_)) && node.get("runs-on").is_none() {
        let message = format!("the job `{id}` has no `runs-on`; GitHub does not start such a workflow");
        let mend = Some("write for example `runs-on: ubuntu-latest`".to_owned());
        reading.find(Severity::Error, "NO_RUNNER", (&path, entry.key_extent), message, mend);
    }
    if let Some(runs_on) = node.get("runs-on") {
        reading.keys(&runs_on.value, &path.member("runs-on"), "`runs-on`", keys::RUNS_ON);
    }
    Ok(Job {
        id: id.to_owned(),
        line: entry.key_extent.start.line,
        name: reading.text(node, &path, "name"),
        needs: node.get("needs").map(|it| reading.list(&it.value, &path.member("needs"))).unwrap_or_default(),
        condition: reading.text(node, &path, "if"),
        permissions: permissions::read(reading, node, &path),
        environment: environment(reading, node, &path)?,
        concurrency: concurrency(reading, node, &path),
        runs_on: reading.json(node, "runs-on"),
        strategy: strategy(reading, node, &path),
        outputs: reading.texts(node, &path, "outputs"),
        env: reading.texts(node, &path, "env"),
        defaults: defaults(reading, node, &path),
        body,
        continue_on_error: reading.text(node, &path, "continue-on-error"),
        timeout_minutes: reading.text(node, &path, "timeout-minutes"),
        container: reading.json(node, "container"),
        services: reading.json(node, "services"),
    })
}

fn body(reading: &mut Reading<'_>, entry: &Entry, path: &Path) -> Result<Body, WorkflowError> {
    let (job, node) = (entry.key.clone(), &entry.value);
    match (node.get("uses"), node.get("steps")) {
        (Some(_), Some(steps)) => Err(reading.refuse(steps.key_extent, Problem::JobWithTwoBodies { job })),
        (Some(uses), None) => {
            let uses = reading.text_of(&uses.value, &path.member("uses"));
            let uses = uses.filter(|uses| !uses.value.is_empty());
            let uses =
                uses.ok_or_else(|| reading.refuse(entry.key_extent, Problem::JobWithoutBody { job }))?;
            let with = reading.scalars(node, path, "with");
            Ok(Body::Call(Call { uses, with, secrets: secrets(reading, node, path) }))
        }
        (None, Some(steps)) => match &steps.value.value {
            Value::List(items) if !items.is_empty() => {
                if items.len() > STEPS_MAX {
                    let problem = Problem::TooManySteps { job, steps: items.len() };
                    return Err(reading.refuse(steps.key_extent, problem));
                }
                Ok(Body::Steps(self::steps(reading, items, &path.member("steps"))?))
            }
            _ => Err(reading.refuse(steps.key_extent, Problem::JobWithoutBody { job })),
        },
        (None, None) => Err(reading.refuse(entry.key_extent, Problem::JobWithoutBody { job })),
    }
}

fn secrets(reading: &mut Reading<'_>, node: &Node, path: &Path) -> Secrets {
    match node.get("secrets").map(|entry| &entry.value.value) {
        Some(Value::Text(text)) if text == "inherit" => Secrets::Inherit,
        _ => Secrets::Named(reading.texts(node, path, "secrets")),
    }
}

fn steps(reading: &mut Reading<'_>, items: &[Node], path: &Path) -> Result<Vec<Step>, WorkflowError> {
    let mut ids: HashMap<String, usize> = HashMap::new();
    let mut steps = Vec::with_capacity(items.len());
    for (number, item) in items.iter().enumerate() {
        let path = path.item(number);
        reading.entries(item, &path);
        reading.keys(item, &path, "a step", keys::STEP);
        let step = step(reading, item, &path);
        let does_nothing =
            ["run", "uses", "wait", "wait-all", "cancel"].iter().all(|it| item.get(it).is_none());
        if does_nothing || (step.uses.is_some() && step.run.is_some()) {
            let message = format!("`{path}` has one of `run` and `uses`");
            reading.find(Severity::Error, UNEXPECTED_VALUE, (&path, item.extent), message, None);
        }
        if let Some(id) = &step.id {
            let extent = item.get("id").map_or(item.extent, |entry| entry.value.extent);
            if let Some(rule) = identifier_rule(&id.value) {
                let id = id.value.chars().take(100).collect();
                return Err(reading.refuse(extent, Problem::Identifier { id, rule }));
            }
            if let Some(line) = ids.insert(id.value.to_ascii_lowercase(), id.line) {
                let id = id.value.clone();
                return Err(reading.refuse(extent, Problem::IdentifierTwice { id, line }));
            }
        }
        steps.push(step);
    }
    Ok(steps)
}

fn step(reading: &mut Reading<'_>, item: &Node, path: &Path) -> Step {
    Step {
        line: item.extent.start.line,
        id: reading.text(item, path, "id"),
        name: reading.text(item, path, "name"),
        condition: reading.text(item, path, "if"),
        uses: reading.text(item, path, "uses"),
        with: reading.texts(item, path, "with"),
        run: reading.text(item, path, "run"),
        shell: reading.text(item, path, "shell"),
        env: reading.texts(item, path, "env"),
        working_directory: reading.text(item, path, "working-directory"),
        continue_on_error: reading.text(item, path, "continue-on-error"),
        timeout_minutes: reading.text(item, path, "timeout-minutes"),
    }
}

fn environment(
    reading: &mut Reading<'_>,
    node: &Node,
    path: &Path,
) -> Result<Option<EnvironmentReference>, WorkflowError> {
    let Some(entry) = node.get("environment") else { return Ok(None) };
    let path = path.member("environment");
    let node = &entry.value;
    let reference = if matches!(node.value, Value::Map(_)) {
        reading.keys(node, &path, "an environment", keys::ENVIRONMENT);
        let url = reading.text(node, &path, "url");
        let deployment = reading.text(node, &path, "deployment");
        let name = reading.text(node, &path, "name");
        if name.is_none() {
            reading.unexpected(node, &path, "a name, or a map with `name`");
        }
        name.map(|name| EnvironmentReference { name, url, deployment })
    } else {
        let name: Option<Text> = reading.text_of(node, &path).filter(|name| !name.value.is_empty());
        name.map(|name| EnvironmentReference { name, url: None, deployment: None })
    };
    if let Some(reference) = &reference {
        let characters = reference.name.value.chars().count();
        if characters > ENVIRONMENT_CHARACTERS_MAX && !reference.name.value.contains("${{") {
            return Err(reading.refuse(node.extent, Problem::EnvironmentName { characters }));
        }
    }
    Ok(reference)
}

fn strategy(reading: &mut Reading<'_>, node: &Node, path: &Path) -> Option<Strategy> {
    let entry = node.get("strategy")?;
    let path = path.member("strategy");
    reading.entries(&entry.value, &path);
    reading.keys(&entry.value, &path, "a strategy", keys::STRATEGY);
    let axes = entry.value.get("matrix").map(|matrix| matrix.value.entries()).unwrap_or_default();
    let axes = axes.iter().map(|axis| axis.key.clone());
    Some(Strategy {
        matrix: reading.json(&entry.value, "matrix"),
        axes: axes.filter(|axis| !matches!(axis.as_str(), "exclude" | "include")).collect(),
        fail_fast: reading.text(&entry.value, &path, "fail-fast"),
        max_parallel: reading.text(&entry.value, &path, "max-parallel"),
    })
}

fn defaults(reading: &mut Reading<'_>, node: &Node, path: &Path) -> Defaults {
    let Some(entry) = node.get("defaults") else { return Defaults::default() };
    let path = path.member("defaults");
    reading.entries(&entry.value, &path);
    reading.keys(&entry.value, &path, "`defaults`", keys::DEFAULTS);
    let Some(run) = entry.value.get("run") else { return Defaults::default() };
    let path = path.member("run");
    reading.entries(&run.value, &path);
    reading.keys(&run.value, &path, "`defaults.run`", keys::DEFAULTS_RUN);
    Defaults {
        shell: reading.text(&run.value, &path, "shell"),
        working_directory: reading.text(&run.value, &path, "working-directory"),
    }
}

fn concurrency(reading: &mut Reading<'_>, node: &Node, path: &Path) -> Option<Concurrency> {
    let entry = node.get("concurrency")?;
    let path = path.member("concurrency");
    if !matches!(entry.value.value, Value::Map(_)) {
        let group = reading.text_of(&entry.value, &path)?;
        return Some(Concurrency { group, cancel_in_progress: None });
    }
    reading.keys(&entry.value, &path, "`concurrency`", keys::CONCURRENCY);
    let group = reading.text(&entry.value, &path, "group");
    if group.is_none() {
        reading.unexpected(&entry.value, &path, "a map with `group`");
    }
    let cancel_in_progress = reading.text(&entry.value, &path, "cancel-in-progress");
    Some(Concurrency { group: group?, cancel_in_progress })
}

/// What is wrong with the id of a job or step.
fn identifier_rule(id: &str) -> Option<&'static str> {
    let first = id.chars().next();
    let begins = first.is_some_and(|letter| letter.is_ascii_alphabetic() || letter == '_');
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    if !begins || !id.chars().all(allowed) {
        return Some(IDENTIFIER_RULE);
    }
    if id.len() > IDENTIFIER_CHARACTERS_MAX {
        return Some(LENGTH_RULE);
    }
    id.starts_with("__").then_some(RESERVED_RULE)
}
