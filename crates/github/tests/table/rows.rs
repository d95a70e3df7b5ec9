//! Row by row.

use std::collections::BTreeSet;

use daypass_github::workflow::{Trigger, plan};
use daypass_github::{Event, Property, subject};

use crate::{PATH, Pair, builder, trigger};

const TABLE: &str = include_str!("subjects.tsv");
const COLUMNS: usize = 13;

struct Row {
    number: usize,
    cells: Vec<&'static str>,
}

impl Row {
    fn cell(&self, name: &str) -> &'static str {
        let names = TABLE.lines().find(|line| !line.starts_with('#')).unwrap();
        let place = names.split('\t').position(|column| column == name).unwrap();
        self.cells.get(place).copied().unwrap()
    }

    fn said(&self, name: &str) -> Option<&'static str> {
        Some(self.cell(name)).filter(|cell| *cell != "-")
    }
}

fn rows() -> Vec<Row> {
    let lines = TABLE.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
    let rows =
        lines.skip(1).map(|(number, line)| Row { number: number + 1, cells: line.split('\t').collect() });
    rows.collect()
}

fn permissions(said: Option<&str>, indent: &str) -> String {
    said.map(|said| format!("{indent}permissions: {said}\n")).unwrap_or_default()
}

/// The workflow of a row, and the one that it calls.
fn files(row: &Row) -> Pair {
    let event = row.cell("event");
    let on = if event == "schedule" {
        "on: {schedule: [{cron: '1 1 * * *'}]}".to_owned()
    } else {
        format!("on: {event}")
    };
    let top = permissions(row.said("workflow permissions"), "");
    let job = permissions(row.said("job permissions"), "    ");
    let inner = permissions(row.said("inner permissions"), "    ");
    let environment =
        row.said("environment").map(|name| format!("    environment: \"{name}\"\n")).unwrap_or_default();
    let body = format!("{environment}    runs-on: ubuntu-latest\n    steps: [{{run: 'true'}}]\n");
    let called = format!("on: workflow_call\njobs:\n  j:\n{inner}{body}");
    let text = match row.said("called") {
        None => format!("{on}\n{top}jobs:\n  j:\n{job}{body}"),
        Some(whose) => {
            let uses = match whose {
                "same" => "./.github/workflows/called.yml",
                "other" => "p/q/.github/workflows/called.yml@v1",
                other => panic!("line {}: nobody knows `{other}`", row.number),
            };
            format!("{on}\n{top}jobs:\n  c:\n{job}    uses: {uses}\n")
        }
    };
    Pair { text, called }
}

/// The subject, or why there is none.
fn found(row: &Row) -> String {
    let (owner_id, repository_id) = row.said("ids").and_then(|ids| ids.split_once('/')).unzip();
    let mut trigger = Trigger {
        from_fork: row.cell("origin") == "fork",
        repository_id: repository_id.map(str::to_owned),
        repository_owner_id: owner_id.map(str::to_owned),
        ..trigger(row.cell("event"), row.cell("ref"), "o/r")
    };
    if let Some(actor) = row.said("actor") {
        trigger.actor = actor.to_owned();
    }
    let plan = match plan(&files(row), PATH, &trigger) {
        Ok(plan) => plan,
        Err(error) => {
            let words = error.to_string();
            let words = words.strip_prefix(&format!("{PATH}:")).unwrap_or(&words);
            let words = words.trim_start_matches(|place: char| place.is_ascii_digit() || place == ':');
            return format!("no run: {}", words.trim_start());
        }
    };
    let [job] = plan.jobs.as_slice() else { panic!("line {}: one job", row.number) };
    if !job.id_token.granted {
        return format!("no token: {}", job.id_token.reason);
    }
    let builder = builder(&plan, job, &trigger).with(Property::Immutable, owner_id.is_some().to_string());
    subject(&builder.build().unwrap())
}

#[test]
fn every_row_is_as_it_says() {
    let mut failed = Vec::new();
    for row in rows() {
        assert_eq!(row.cells.len(), COLUMNS, "line {}", row.number);
        let (expected, found) = (row.cell("expected"), found(&row));
        let is_so = match (expected.strip_prefix("no token: "), expected.starts_with("no run: ")) {
            (Some(words), _) => found.starts_with("no token: ") && found.contains(words),
            (None, true) => found.starts_with(expected),
            (None, false) => found == expected,
        };
        if !is_so {
            failed.push(format!("line {}: {}\n  found: {found}", row.number, row.cells.join(" | ")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_event_is_there_and_every_row_has_its_evidence() {
    let rows = rows();
    assert!(rows.len() >= 60, "{} rows", rows.len());
    let in_table: BTreeSet<&str> = rows.iter().map(|row| row.cell("event")).collect();
    let events: BTreeSet<&str> = Event::all().map(Event::name).collect();
    assert_eq!((in_table, events.len()), (events.clone(), 36));
    for row in &rows {
        let evidence = row.cell("evidence");
        assert!(matches!(evidence, "documented" | "observed" | "chosen"), "line {}: {evidence}", row.number);
        assert!(matches!(row.cell("origin"), "own" | "fork"), "line {}", row.number);
    }
    let chosen = rows.iter().filter(|row| row.cell("evidence") == "chosen");
    assert!(chosen.clone().all(|row| !row.cell("note").is_empty()), "a choice says why");
}

#[test]
fn no_line_is_there_twice() {
    let mut seen = BTreeSet::new();
    for row in rows() {
        let asked: Vec<_> = row.cells.iter().take(10).collect();
        assert!(seen.insert(format!("{asked:?}")), "line {} is there twice", row.number);
    }
}
