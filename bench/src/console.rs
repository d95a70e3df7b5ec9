//! How long the console's pages take with many runs in the store, beside an answer that costs nothing.

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::failure::Outcome;
use crate::figures::quantile;
use crate::many_runs::{self, WORKFLOW};
use crate::pages::Pages;
use crate::server::Server;

/// What every other answer is compared with.
const TRIVIAL: &str = "/.well-known/openid-configuration";
const REPOSITORY: &str = "octo-org/repository-0";
const PATH: &str = ".github/workflows/deploy.yml";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    runs: usize,
    times: usize,
    binary: PathBuf,
}

impl Options {
    /// Reads the command line.
    pub(crate) fn parse(arguments: &[String]) -> Outcome<Self> {
        let binary = std::env::current_exe()?.with_file_name("daypass");
        let mut options = Self { runs: 10_000, times: 200, binary };
        let mut rest = arguments.iter().skip(1).map(String::as_str);
        while let Some(name) = rest.next() {
            let value = rest.next().ok_or_else(|| format!("`{name}` needs a value"))?;
            let number = || value.parse::<usize>().map_err(|_| format!("`{value}` is not a number"));
            match name {
                "--runs" => options.runs = number()?.max(1),
                "--times" => options.times = number()?.max(1),
                "--binary" => options.binary = PathBuf::from(value),
                other => return Err(format!("`{other}` is not an option").into()),
            }
        }
        Ok(options)
    }
}

/// What was measured.
#[derive(Debug)]
pub(crate) struct Figures {
    runs: usize,
    rows: Vec<Row>,
}

/// One page: its times, sorted.
#[derive(Debug)]
struct Row {
    page: String,
    bytes: usize,
    times: Vec<Duration>,
}

/// Measures every page.
pub(crate) fn run(options: &Options) -> Outcome<Figures> {
    let scratch = tempfile::tempdir()?;
    let data = scratch.path().join("data");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(many_runs::protect(&data))?;
    let first = Server::start_on(&options.binary, data.clone(), None)?;
    let (token, run) = prepare(&first)?;
    drop(first);
    eprintln!("writing {} runs", options.runs);
    runtime.block_on(many_runs::fill(&data, options.runs))?;

    let server = Server::start_on(&options.binary, data, None)?;
    let mut pages = Pages::connect(server.github_address()?)?;
    let headers = "content-type: application/x-www-form-urlencoded\r\n";
    let signed_in = pages.ask("POST", "/console/sign-in", headers, &format!("token={token}"))?;
    let cookie = signed_in.cookie.ok_or("the sign-in gave no session")?;
    let headers = format!("cookie: {cookie}\r\n");
    let middle = run + u64::try_from(options.runs / 2)?;
    let asked = [
        TRIVIAL.to_owned(),
        "/console/runs".to_owned(),
        format!("/console/runs?before={middle}"),
        "/console/runs?repository=octo-org%2Frepository-7".to_owned(),
        "/console/runs?status=success".to_owned(),
        "/console/runs?status=waiting".to_owned(),
        "/console/runs?status=failure".to_owned(),
        format!("/console/runs/{middle}"),
        "/console/pending".to_owned(),
        "/console/pending/news?seen=0".to_owned(),
        "/console/trust".to_owned(),
        "/console/roles".to_owned(),
        "/console/trail".to_owned(),
    ];
    let rows = asked.into_iter().map(|page| measure(&mut pages, page, &headers, options.times));
    Ok(Figures { runs: options.runs, rows: rows.collect::<Outcome<_>>()? })
}

/// A user, an environment with a reviewer, a role and a run; the user's token and the run's number.
fn prepare(server: &Server) -> Outcome<(String, u64)> {
    let mut pages = Pages::connect(server.github_address()?)?;
    let headers =
        format!("authorization: Bearer {}\r\ncontent-type: application/json\r\n", server.control_token()?);
    let mut control = |path: &str, body: Value| -> Outcome<Value> {
        let page = pages.ask("POST", &format!("/_daypass/{path}"), &headers, &body.to_string())?;
        if page.status != 200 {
            return Err(format!("{path}: {}", String::from_utf8_lossy(&page.body)).into());
        }
        Ok(serde_json::from_slice(&page.body)?)
    };
    let user = control("users", json!({ "login": "alice", "grants": ["*=admin"] }))?;
    let run = control(
        "runs",
        json!({
            "repository": REPOSITORY, "path": PATH, "ref": "refs/heads/main", "actor": "octocat",
            "files": [{ "repository": REPOSITORY, "path": PATH, "text": WORKFLOW }],
        }),
    )?;
    let token = user.get("token").and_then(Value::as_str).ok_or("no token")?;
    let run = run.pointer("/run/id").and_then(Value::as_u64).ok_or("no run")?;
    Ok((token.to_owned(), run))
}

fn measure(pages: &mut Pages, page: String, headers: &str, times: usize) -> Outcome<Row> {
    let mut measured = Vec::with_capacity(times);
    let mut bytes = 0;
    for _ in 0..times {
        let start = Instant::now();
        let answer = pages.ask("GET", &page, headers, "")?;
        measured.push(start.elapsed());
        if answer.status != 200 {
            return Err(format!("{page} is answered with {}", answer.status).into());
        }
        bytes = answer.body.len();
    }
    measured.sort_unstable();
    Ok(Row { page, bytes, times: measured })
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{} runs in the store; the pages of runs are to take under 20 ms", self.runs)?;
        writeln!(
            formatter,
            "| {:<50} | {:>9} | {:>10} | {:>10} | {:>8} |",
            "page", "bytes", "half within", "99 of 100", "to first"
        )?;
        let middle = |row: &Row| quantile(&row.times, 0.5);
        let trivial = self.rows.first().map_or(Duration::ZERO, middle).as_secs_f64();
        for row in &self.rows {
            let half = middle(row).as_secs_f64();
            writeln!(
                formatter,
                "| {:<50} | {:>9} | {:>8.2} ms | {:>7.2} ms | {:>8.1} |",
                row.page,
                row.bytes,
                half * 1e3,
                quantile(&row.times, 0.99).as_secs_f64() * 1e3,
                half / trivial
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_unknown_ones_refused() {
        let parse =
            |text: &str| Options::parse(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        let options = parse("console --runs 7 --times 3 --binary x").unwrap();
        assert_eq!(options, Options { runs: 7, times: 3, binary: PathBuf::from("x") });
        assert_eq!(parse("console --speed 3").unwrap_err().to_string(), "`--speed` is not an option");
        assert_eq!(parse("console --runs").unwrap_err().to_string(), "`--runs` needs a value");
    }
}
