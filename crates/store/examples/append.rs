//! How quickly commits are kept: `cargo run --release -p daypass-store --example append [DIRECTORY] [SECONDS]`.
//!
//! Eight tasks commit one event of the size of an exchange's each and wait for it, again and again, as eight connections
//! do. It prints commits per second, the times that a commit takes, and the processor time of one, first flushed and
//! then only written.

#![expect(clippy::disallowed_methods, reason = "a program that measures looks at the clock and opens files")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use daypass_store::sqlite::Database;
use daypass_store::{Category, Commit, Durability, Entry, Journal as _, TrailReader as _};
use jiff::Timestamp;
use serde_json::json;

/// How many commit at a time.
const TASKS: usize = 8;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().map_or_else(|| PathBuf::from("target/append"), PathBuf::from);
    let seconds = arguments.next().map_or(Ok(5), |text| text.parse())?;
    let length = Duration::from_secs(seconds);
    for (name, durability) in [("flushed", Durability::Flushed), ("written", Durability::Written)] {
        run(&directory.join(name), name, durability, length).await?;
    }
    Ok(())
}

async fn run(directory: &Path, name: &str, durability: Durability, length: Duration) -> Result<(), Failure> {
    if directory.exists() {
        std::fs::remove_dir_all(directory)?;
    }
    let database = Arc::new(Database::open(directory, None)?);
    let (began, processor) = (Instant::now(), processor_time()?);
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| tokio::spawn(append(Arc::clone(&database), task, durability, length)))
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    let (elapsed, processor) = (began.elapsed().as_secs_f64(), processor_time()? - processor);
    times.sort_unstable();
    let at = |part: f64| {
        times.get((times.len() as f64 * part) as usize).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    };
    let count = times.len() as f64;
    println!(
        "{name}: {:.0} commits/s, p50 {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms, {:.1} us of processor time per commit",
        count / elapsed,
        at(0.5),
        at(0.99),
        at(0.999),
        processor / count * 1e6
    );
    let (began, before) = (Instant::now(), processor_time()?);
    let found = database.by_issued_access_key("ASIA-0-0")?;
    println!(
        "  indexed in {:.2} s, {:.1} us of processor time per event; the first is {}",
        began.elapsed().as_secs_f64(),
        (processor_time()? - before) / count * 1e6,
        if found.is_some() { "there" } else { "missing" }
    );
    Ok(())
}

async fn append(
    database: Arc<Database>,
    task: usize,
    durability: Durability,
    length: Duration,
) -> Result<Vec<Duration>, Failure> {
    let began = Instant::now();
    let (template, mut times) = (template(), Vec::new());
    while began.elapsed() < length {
        let entry = entry(&template, &format!("{task}-{}", times.len()));
        let started = Instant::now();
        database.commit(Commit { entries: vec![entry], durability, ..Commit::default() }).await?;
        times.push(started.elapsed());
    }
    Ok(times)
}

/// About as large as the event of an exchange: a record of 1.6 KB and as much beside it.
fn template() -> String {
    let subject = "repo:octo-org/octo-repo:environment:production";
    let role = "arn:aws:iam::123456789012:role/github-prod-deploy";
    let record = json!({
        "eventVersion": "1.08",
        "userIdentity": { "type": "WebIdentityUser", "principalId": format!("provider:{subject}"), "userName": subject },
        "eventTime": "2026-11-23T10:00:00Z",
        "eventSource": "sts.amazonaws.com",
        "eventName": "AssumeRoleWithWebIdentity",
        "userAgent": "aws-sdk-nodejs/2.1112.0 linux/v20.19.0 ".repeat(4),
        "requestParameters": { "roleArn": role, "roleSessionName": "GitHubActions", "durationSeconds": 3600 },
        "responseElements": {
            "credentials": { "accessKeyId": "ASIA-@", "expiration": "Nov 23, 2026, 11:00:00 AM" },
            "assumedRoleUser": { "assumedRoleId": "AROA:GitHubActions", "arn": format!("{role}/GitHubActions") },
            "padding": "x".repeat(600),
        },
        "requestID": "request-@",
        "eventID": "event-@",
        "readOnly": true,
        "resources": [{ "accountId": "123456789012", "type": "AWS::IAM::Role", "ARN": role }],
    });
    record.to_string()
}

fn entry(template: &str, id: &str) -> Entry {
    Entry {
        event_id: format!("event-{id}"),
        request_id: format!("request-{id}"),
        time: Timestamp::UNIX_EPOCH,
        category: Category::Management,
        error: false,
        record: template.replace('@', id),
        annotation: Some(format!("{{\"explanation\":\"{}\"}}", "y".repeat(1_600))),
    }
}

/// Seconds of processor time that this process took, as Linux counts them in hundredths of a second.
fn processor_time() -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/stat")?;
    let fields = status.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks: u64 =
        fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Ok(ticks as f64 / 100.0)
}
