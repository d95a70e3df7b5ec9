//! One step: a script, a checkout, credentials, or an action that is not performed.

use std::path::PathBuf;

use daypass_github::workflow::{Step, Text};
use serde_json::{Map, Value, json};
use tokio::time::{Instant, timeout_at};

use super::environment::{self, Variables};
use super::job::Session;
use super::pairs::pairs;
use super::process::{self, Ended};
use super::room::{CommandFiles, written};
use super::{copy, exchange, shell, texts};
use crate::rehearse::configure;

/// Names that `GITHUB_ENV` cannot set.
const BLOCKED: &str = "NODE_OPTIONS";

/// What came of a step.
#[derive(Debug, Default)]
pub(super) struct Performed {
    /// Why it failed; nothing where it did not.
    pub(super) failure: Option<String>,
    /// Its outputs.
    pub(super) outputs: Map<String, Value>,
}

impl Performed {
    /// A step that failed, with no outputs.
    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self { failure: Some(reason.into()), outputs: Map::new() }
    }

    fn of(result: Result<Map<String, Value>, String>) -> Self {
        match result {
            Ok(outputs) => Self { failure: None, outputs },
            Err(reason) => Self::failed(reason),
        }
    }
}

impl Session<'_> {
    /// Does what a step asks for.
    pub(super) async fn perform(
        &mut self,
        index: usize,
        step: &Step,
        env: Variables,
        deadline: Instant,
    ) -> Performed {
        match (&step.run, &step.uses) {
            (Some(run), _) => self.script(index, step, run, env, deadline).await,
            (None, Some(uses)) => match timeout_at(deadline, self.action(step, uses, &env)).await {
                Ok(performed) => performed,
                Err(_) => Performed::failed(LATE),
            },
            (None, None) => Performed::failed("the step has neither `run` nor `uses`"),
        }
    }

    async fn script(
        &mut self,
        index: usize,
        step: &Step,
        run: &Text,
        env: Variables,
        deadline: Instant,
    ) -> Performed {
        let prepared = self.prepare(index, step, run, &env);
        let (mut command, files) = match prepared {
            Ok(prepared) => prepared,
            Err(reason) => return Performed::failed(reason),
        };
        let action = step.id.as_ref().map_or_else(|| format!("__run_{}", index + 1), |id| id.value.clone());
        command.env_clear().envs(self.variables(&env, &files, &action));
        let failure = match process::run(command, self.output, &self.groups, deadline).await {
            Ok(Ended::Status(0)) => None,
            Ok(Ended::Status(status)) => Some(format!("the script ended with exit code {status}")),
            Ok(Ended::Late) => Some(LATE.to_owned()),
            Err(error) => Some(format!("the shell cannot be started: {error}")),
        };
        // What a step said counts also where it failed in the end.
        match self.take(&files) {
            Ok(outputs) => Performed { failure, outputs },
            Err(reason) => Performed { failure: failure.or(Some(reason)), outputs: Map::new() },
        }
    }

    fn prepare(
        &self,
        index: usize,
        step: &Step,
        run: &Text,
        env: &Variables,
    ) -> Result<(tokio::process::Command, CommandFiles), String> {
        let context = self.context(env);
        let text = texts::text(run, &context)?;
        let (defaults, of_job) = (&self.work.defaults, self.work.contexts.of_job());
        let name = match (&step.shell, &defaults.shell) {
            (Some(shell), _) => Some(texts::text(shell, &context)?),
            (None, Some(shell)) => Some(texts::text(shell, &of_job)?),
            (None, None) => None,
        };
        let folder = match (&step.working_directory, &defaults.working_directory) {
            (Some(folder), _) => texts::text(folder, &context)?,
            (None, Some(folder)) => texts::text(folder, &of_job)?,
            (None, None) => String::new(),
        };
        let folder = self.room.workspace.join(folder);
        if !folder.is_dir() {
            let within = folder.strip_prefix(&self.room.workspace).unwrap_or(&folder);
            return Err(format!("there is no folder `{}` in the workspace", within.display()));
        }
        let script = self.room.script(index, &text).map_err(|error| error.to_string())?;
        let mut command = shell::command(name.as_deref(), &script).ok_or_else(|| {
            format!(
                "the shell `{}` is not run in a rehearsal: it runs `bash` and `sh`",
                name.unwrap_or_default()
            )
        })?;
        command.current_dir(folder);
        let files = self.room.command_files(index).map_err(|error| error.to_string())?;
        Ok((command, files))
    }

    /// The whole environment of a script.
    fn variables(&self, env: &Variables, files: &CommandFiles, action: &str) -> Variables {
        let mut variables = environment::base(self.place, &self.room);
        variables.extend(env.iter().map(|(name, value)| (name.clone(), value.clone())));
        variables.extend(environment::of_runner(self.work, &self.room, self.ticket, action));
        for (name, path) in [
            ("GITHUB_OUTPUT", &files.output),
            ("GITHUB_ENV", &files.env),
            ("GITHUB_PATH", &files.path),
            ("GITHUB_STEP_SUMMARY", &files.summary),
        ] {
            variables.insert(name.to_owned(), path.display().to_string());
        }
        if !self.path.is_empty() {
            let old = variables.get("PATH").cloned().unwrap_or_default();
            variables.insert("PATH".to_owned(), format!("{}:{old}", self.path.join(":")));
        }
        // A variable's name with a `=` would be another variable, and no system takes a NUL.
        variables
            .retain(|name, value| !name.is_empty() && !name.contains(['=', '\0']) && !value.contains('\0'));
        variables
    }

    /// Takes over what a step wrote for the runner; its outputs.
    fn take(&mut self, files: &CommandFiles) -> Result<Map<String, Value>, String> {
        let mut outputs: Map<String, Value> =
            self.output.take_said().into_iter().map(|(name, value)| (name, json!(value))).collect();
        let read = |path: &PathBuf, what: &str| {
            let text = written(path)?;
            pairs(&text).map_err(|error| format!("{what}: {error}"))
        };
        for (name, value) in read(&files.output, "GITHUB_OUTPUT")? {
            outputs.insert(name, json!(value));
        }
        for (name, value) in read(&files.env, "GITHUB_ENV")? {
            if name.eq_ignore_ascii_case(BLOCKED) {
                return Err(format!("Can't store {BLOCKED} output parameter using '$GITHUB_ENV' command."));
            }
            self.env.insert(name, value);
        }
        for folder in written(&files.path)?.lines().filter(|line| !line.is_empty()) {
            self.path.insert(0, folder.to_owned());
        }
        let summary = written(&files.summary)?;
        for line in summary.lines() {
            self.output.say(&format!("summary: {line}"));
        }
        Ok(outputs)
    }

    async fn action(&mut self, step: &Step, uses: &Text, env: &Variables) -> Performed {
        let inputs = match texts::texts(&step.with, &self.context(env)) {
            Ok(inputs) => inputs,
            Err(reason) => return Performed::failed(reason),
        };
        if is_checkout(&uses.value) {
            return Performed::of(self.checkout(&inputs).await);
        }
        if configure::is_configure(&uses.value) {
            return Performed::of(self.configure(&inputs, env).await);
        }
        let what = format!("line {}: `{}` is not performed in a rehearsal", uses.line, uses.value);
        if self.place.skip_unknown {
            self.output.say(&format!("left out: {what}"));
            return Performed::default();
        }
        Performed::failed(format!("{what}; --skip-unknown goes on without it"))
    }

    async fn checkout(&self, inputs: &Variables) -> Result<Map<String, Value>, String> {
        let input = |name: &str| inputs.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
        let own = self.work.contexts.github("repository");
        if let Some(other) = input("repository").filter(|other| !other.eq_ignore_ascii_case(own)) {
            return Err(format!("a rehearsal checks out `{own}` alone, not `{other}`"));
        }
        let within = PathBuf::from(input("path").unwrap_or_default());
        let is_within = within
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_) | std::path::Component::CurDir));
        if !is_within {
            return Err(format!("`path` is a folder within the workspace, not `{}`", within.display()));
        }
        if let Some(reference) = input("ref") {
            self.output.say(&format!("the working tree is taken as it is, not at `{reference}`"));
        }
        let target = self.room.workspace.join(within);
        let copied = copy::copy(&self.place.tree, &self.place.data, &target).await?;
        for link in &copied.left_out {
            self.output
                .say(&format!("left out: the link `{}` leads out of the working tree", link.display()));
        }
        let chosen = if copied.by_git { ", without what git ignores" } else { "" };
        self.output.say(&format!(
            "copied {} files, {} bytes of the working tree{chosen}",
            copied.files, copied.bytes
        ));
        let mut outputs = Map::new();
        outputs.insert("ref".to_owned(), json!(self.work.contexts.github("ref")));
        outputs.insert("commit".to_owned(), json!(self.work.contexts.github("sha")));
        Ok(outputs)
    }

    async fn configure(&mut self, inputs: &Variables, env: &Variables) -> Result<Map<String, Value>, String> {
        for warning in configure::unexpected(inputs.keys()) {
            self.output.say(&format!("warning: {warning}"));
        }
        let asked = configure::read(inputs, env).map_err(|error| error.to_string())?;
        let Some(ticket) = self.ticket else {
            return Err(format!(
                "Credentials could not be loaded: the job has no identity token, since {}",
                self.work.id_token
            ));
        };
        let exchanged = exchange::exchange(&asked, self.place, ticket, self.output.masks()).await?;
        self.output.say(&format!("Authenticated as {}", exchanged.arn));
        self.env.extend(exchanged.exported);
        Ok(exchanged.outputs)
    }
}

/// Whether a rehearsal does what an action does.
pub(crate) fn is_performed(uses: &str) -> bool {
    is_checkout(uses) || configure::is_configure(uses)
}

fn is_checkout(uses: &str) -> bool {
    uses.split_once('@').is_some_and(|(name, _)| name.eq_ignore_ascii_case("actions/checkout"))
}

/// What is said of a step whose time is up.
const LATE: &str = "the time of the step is up";
