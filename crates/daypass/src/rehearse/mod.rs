//! `daypass rehearse`: a workflow's run, as far as its credentials go, before anything is pushed.
//!
//! The run is planned here, for the sake of places and hints, and registered with the running sandbox, which is GitHub to
//! it: who may have a token, whose approval is needed, what STS says. The steps are executed here too, where that is asked
//! for: the sandbox runs nobody's scripts, and is told no secret but what a step shows to AWS itself, a role's ARN.

pub(crate) mod arguments;
mod configure;
mod execute;
mod faults;
mod given;
mod look;
mod partial;
mod registered;
mod secrets;
mod sources;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use daypass_github::workflow::{Plan, plan};
use serde_json::{Map, Value, json};

use crate::clock;
use crate::control::{self, Control};
use crate::failure::Failure;
use crate::tree::printable;
use arguments::RehearseArguments;
use execute::{Execution, Finished, Place, Stream};
use look::{Look, Looking};
use registered::Registered;
use sources::Sources;

/// Something would fail, or failed.
const FAILS: u8 = 1;
/// It could not be asked.
const UNASKED: u8 = 2;
/// Somebody interrupted it, as shells count that.
const INTERRUPTED: u8 = 130;

/// Rehearses a run. The status is 0 where all is as hoped, 1 where something would fail or failed, and 2 where it could
/// not be asked.
pub(crate) async fn run(arguments: &RehearseArguments) -> Result<ExitCode, Failure> {
    rehearse(arguments).await.map_err(|failure| failure.status(UNASKED))
}

async fn rehearse(arguments: &RehearseArguments) -> Result<ExitCode, Failure> {
    let sources = Sources::find(arguments)?;
    let secrets = given::secrets(arguments)?;
    let wait = clock::seconds(&arguments.wait)?;
    let trigger = given::trigger(arguments, &sources)?;
    let plan = plan(&sources, &sources.path, &trigger).map_err(|error| faults::no_plan(&error, &sources))?;
    faults::show(&plan, &sources)?;
    let control = Control::find(&arguments.data.directory)?;
    let registration = given::registration(arguments, &trigger, &sources.path, &sources);
    let registered = Registered::begin(&control, &registration).await?;
    let rehearsal = Rehearsal {
        arguments,
        sources: &sources,
        secrets: &secrets,
        plan: &plan,
        control: &control,
        registered: &registered,
    };
    let wait = Duration::from_secs(u64::try_from(wait).unwrap_or_default());
    tokio::select! {
        result = rehearsal.run(wait) => result,
        signal = interrupted() => {
            signal?;
            registered.cancel(&control).await?;
            eprintln!("interrupted: the run is cancelled");
            Ok(ExitCode::from(INTERRUPTED))
        }
    }
}

struct Rehearsal<'a> {
    arguments: &'a RehearseArguments,
    sources: &'a Sources,
    secrets: &'a Map<String, Value>,
    plan: &'a Plan,
    control: &'a Control,
    registered: &'a Registered,
}

impl Rehearsal<'_> {
    async fn run(&self, wait: Duration) -> Result<ExitCode, Failure> {
        let looks = self.looking().all(&self.arguments.jobs).await;
        if !self.arguments.execute {
            // Nobody will take its jobs.
            self.registered.cancel(self.control).await?;
        }
        let looks = looks?;
        if !self.arguments.json {
            show(&format!("{}\n{}", self.title(), look::text::table(&looks)));
        }
        let finished = if self.arguments.execute { Some(self.execute(wait).await?) } else { None };
        let fails = match &finished {
            Some(finished) => !finished.is_success(),
            None => looks.iter().any(Look::fails),
        };
        if self.arguments.json {
            show(&format!("{:#}\n", self.json(&looks, finished.as_ref(), fails)));
        } else if let Some(finished) = &finished {
            show(&format!("\n{}", results(finished)));
        }
        Ok(if fails { ExitCode::from(FAILS) } else { ExitCode::SUCCESS })
    }

    fn looking(&self) -> Looking<'_> {
        Looking {
            control: self.control,
            registered: self.registered,
            plan: self.plan,
            sources: self.sources,
            secrets: self.secrets,
        }
    }

    async fn execute(&self, wait: Duration) -> Result<Finished, Failure> {
        let running = &self.control.running;
        let place = Place {
            aws_url: running.aws_url.clone(),
            authority: running.tls_ca_file.clone(),
            http: control::client(running.tls_ca_file.as_deref())?,
            tree: self.sources.tree.clone(),
            data: self.arguments.data.directory.clone(),
            path: std::env::var("PATH").unwrap_or_default(),
            skip_unknown: self.arguments.skip_unknown,
            stream: if self.arguments.json { Stream::Error } else { Stream::Output },
        };
        if !self.arguments.json {
            show("\n");
        }
        withhold();
        Execution { looking: self.looking(), place: &place, wait }.run().await
    }

    /// What run the table is of.
    fn title(&self) -> String {
        let run = &self.registered.run;
        let title = format!(
            "{} ({}): a {} of {} by {}, run {}\n",
            run.workflow.name, run.workflow.path, run.event, run.reference, run.actor.login, run.id
        );
        format!("{}\n", printable(title.trim_end()))
    }

    fn json(&self, looks: &[Look], finished: Option<&Finished>, fails: bool) -> Value {
        let run = &self.registered.run;
        json!({
            "run": {
                "id": run.id,
                "repository": run.repository,
                "workflow": run.workflow.path,
                "event": run.event,
                "ref": run.reference,
                "sha": run.sha,
                "url": self.registered.url,
            },
            "jobs": looks,
            "executed": finished,
            "fails": fails,
        })
    }
}

/// Whoever reads the output may stop reading it.
fn show(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Keeps this process's memory and environment from the steps, which are its children and of the same user: what the
/// caller has in it is no step's business.
fn withhold() {
    // Where the system has no such wish, the steps' own environment is clean all the same.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// What came of the jobs, one a line.
fn results(finished: &Finished) -> String {
    let width = finished.jobs.iter().map(|job| job.key.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for job in &finished.jobs {
        let line = format!("{:<width$}  {}", job.key, job.result);
        text.push_str(&format!("{}\n", printable(&line)));
        text.extend(job.reason.iter().map(|reason| look::text::remark("why", reason)));
    }
    let conclusion = finished.conclusion.as_deref().unwrap_or("not over");
    text.push_str(&format!("the run: {conclusion}, {}\n", finished.url));
    text
}

/// Waits until somebody interrupts.
async fn interrupted() -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hang_up = signal(SignalKind::hangup()).map_err(Failure::new)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::new)?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result.map_err(Failure::new),
        _ = hang_up.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
    }
}
