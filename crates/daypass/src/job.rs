//! `daypass job`, and the job of a run that `daypass env --run` starts.

use std::collections::BTreeMap;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use crate::arguments::DataArguments;
use crate::control::Control;
use crate::failure::Failure;

/// `daypass job`.
#[derive(Debug, Args)]
pub(crate) struct JobArguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// End a job that `daypass env --run` started, so that those which need it go on
    Finish {
        #[command(flatten)]
        data: DataArguments,
        /// The run
        #[arg(long, value_name = "ID")]
        run: u64,
        /// The job's key or number
        #[arg(long, value_name = "JOB")]
        job: String,
        /// What came of it
        #[arg(long, value_enum, default_value_t = Outcome::Success)]
        conclusion: Outcome,
        /// An output of the job, KEY=VALUE
        #[arg(long = "output", value_name = "KEY=VALUE")]
        outputs: Vec<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Outcome {
    Cancelled,
    Failure,
    Success,
}

impl Outcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Failure => "failure",
            Self::Success => "success",
        }
    }
}

pub(crate) async fn run(arguments: JobArguments) -> Result<(), Failure> {
    let Act::Finish { data, run, job, conclusion, outputs } = arguments.act;
    let outputs = outputs.iter().map(|text| output(text)).collect::<Result<BTreeMap<_, _>, _>>()?;
    let control = Control::find(&data.directory)?;
    let (id, _) = find(&control, run, &job).await?;
    let body = json!({ "conclusion": conclusion.name(), "outputs": outputs });
    let shown = control.write(&format!("runs/{run}/jobs/{id}/finish"), &body).await?;
    for other in jobs(&shown) {
        let text = |name: &str| other.get(name).and_then(Value::as_str).unwrap_or_default();
        let state = if text("conclusion").is_empty() { text("status") } else { text("conclusion") };
        println!("{:<24} {state}", text("key"));
    }
    Ok(())
}

/// Starts a job of a run: what it is handed.
pub(crate) async fn start(control: &Control, run: u64, wanted: &str) -> Result<Value, Failure> {
    let (id, url) = find(control, run, wanted).await?;
    let started = control.write(&format!("runs/{run}/jobs/{id}/start"), &json!({})).await;
    started.map_err(|failure| failure.or_hint(format!("the run is at {url}")))
}

/// The number of a job that is named by its key or its number, and the run's page.
async fn find(control: &Control, run: u64, wanted: &str) -> Result<(u64, String), Failure> {
    let shown = control.read(&format!("runs/{run}")).await?;
    let url = shown.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
    let number = |job: &Value| job.get("id").and_then(Value::as_u64);
    let is_wanted = |job: &&Value| {
        job.get("key").and_then(Value::as_str) == Some(wanted)
            || number(job).is_some_and(|id| id.to_string() == wanted)
    };
    let mut found = jobs(&shown).filter(is_wanted).filter_map(number);
    match (found.next(), found.next()) {
        (Some(id), None) => Ok((id, url)),
        (Some(_), Some(_)) => {
            Err(Failure::new(format!("several jobs of the run {run} have the key `{wanted}`"))
                .hint(format!("give the number: {}", listed(&shown))))
        }
        (None, _) => Err(Failure::new(format!("the run {run} has no job `{wanted}`"))
            .hint(format!("it has {}", listed(&shown)))),
    }
}

fn jobs(shown: &Value) -> impl Iterator<Item = &Value> {
    shown.get("jobs").and_then(Value::as_array).into_iter().flatten()
}

/// Keys with numbers.
fn listed(shown: &Value) -> String {
    let one = |job: &Value| {
        let key = job.get("key").and_then(Value::as_str).unwrap_or_default();
        format!("{key} ({})", job.get("id").map(Value::to_string).unwrap_or_default())
    };
    jobs(shown).map(one).collect::<Vec<_>>().join(", ")
}

fn output(text: &str) -> Result<(String, String), Failure> {
    let (name, value) = text.split_once('=').ok_or_else(|| {
        Failure::new(format!("`{text}` is not an output")).hint("write it as in --output version=1.2.3")
    })?;
    Ok((name.to_owned(), value.to_owned()))
}
