//! Jobs as a table, and below each line what there is to say about it.

use super::calls::{NO_CREDENTIALS, NO_ROLE};
use super::{CallLook, Look, Verdict};
use daypass_aws::tree::printable;

/// Columns of the whole.
const WIDTH: usize = 100;
/// Columns of the words before what is said about a job.
const LABEL: usize = 12;
/// Calls that are named one by one; more are counted.
const CALLS_NAMED: usize = 20;

/// What is said of a resource that is not one alone.
const OPEN: &str =
    "its `*` stands for what is known only when the script runs, and not all of that is allowed";

/// The columns of the table, with their greatest widths.
const COLUMNS: [(&str, usize); 6] =
    [("JOB", 28), ("ID TOKEN", 8), ("ENVIRONMENT", 16), ("ROLE", 24), ("STS", 8), ("AWS CALLS", 16)];

/// The whole table.
pub(in crate::rehearse) fn table(looks: &[Look]) -> String {
    let rows: Vec<[String; 6]> = looks.iter().map(row).collect();
    let widths: Vec<usize> = COLUMNS
        .iter()
        .enumerate()
        .map(|(column, (title, most))| {
            let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            cells.max().unwrap_or(0).clamp(title.len(), *most)
        })
        .collect();
    let titles = COLUMNS.map(|(title, _)| title.to_owned());
    let mut text = line(&titles, &widths);
    for (look, row) in looks.iter().zip(&rows) {
        text.push_str(&line(row, &widths));
        for (label, said) in remarks(look) {
            text.push_str(&remark(label, &said));
        }
    }
    text
}

fn row(look: &Look) -> [String; 6] {
    let token = match &look.id_token {
        _ if look.conclusion.as_deref() == Some("skipped") => "-",
        Some(token) if token.granted => "yes",
        Some(_) => "no",
        None => "-",
    };
    let roles: Vec<&str> = look
        .credentials
        .iter()
        .map(|look| look.role.as_deref().map_or("?", |role| role.rsplit('/').next().unwrap_or(role)))
        .collect();
    let role = match roles.as_slice() {
        [] => "-".to_owned(),
        [one] => (*one).to_owned(),
        several => format!("{} roles", several.len()),
    };
    let verdicts: Vec<Verdict> = look.credentials.iter().map(|look| look.verdict).collect();
    [
        look.key.clone(),
        token.to_owned(),
        look.environment.clone().unwrap_or_else(|| "-".to_owned()),
        role,
        verdict(&verdicts),
        calls(look),
    ]
    .map(|cell| printable(&cell))
}

fn verdict(verdicts: &[Verdict]) -> String {
    let word = match verdicts {
        [] => "-",
        all if all.contains(&Verdict::Denied) => "denied",
        all if all.contains(&Verdict::Unknown) => "unknown",
        _ => "allowed",
    };
    word.to_owned()
}

fn calls(look: &Look) -> String {
    let count = |verdict| look.calls.iter().filter(|call| call.verdict == verdict).count();
    let (allowed, denied, unknown) =
        (count(Verdict::Allowed), count(Verdict::Denied), count(Verdict::Unknown));
    match (allowed, denied, unknown) {
        _ if look.is_untold => "unknown".to_owned(),
        _ if look.conclusion.is_some() => look.conclusion.clone().unwrap_or_default(),
        (0, 0, 0) if look.credentials.is_empty() => "no AWS".to_owned(),
        (0, 0, 0) => "none found".to_owned(),
        (0, 0, unknown) => format!("{unknown} unknown"),
        (allowed, 0, 0) => format!("{allowed} allowed"),
        (allowed, denied, 0) => format!("{denied} of {} denied", allowed + denied),
        (allowed, 0, _) => format!("{allowed} allowed, ..."),
        (_, denied, _) => format!("{denied} denied, ..."),
    }
}

/// What there is to say about a job, each behind a word.
fn remarks(look: &Look) -> Vec<(&'static str, String)> {
    let mut said = Vec::new();
    if let Some(reason) = &look.reason {
        said.push((if look.fails() { "fails" } else { "note" }, reason.clone()));
    }
    if look.conclusion.is_some() {
        return said;
    }
    if !look.needs.is_empty() && look.status == "pending" {
        said.push(("needs", look.needs.join(", ")));
    }
    if let Some(token) = &look.id_token {
        // Who has no use for a token needs no advice how to get one.
        let reason = if look.credentials.is_empty() { plain(&token.reason) } else { &token.reason };
        said.push(("id token", reason.to_owned()));
    }
    if let Some(subject) = &look.subject {
        said.push(("subject", subject.clone()));
    }
    if let Some(waits) = &look.waits_for {
        let own = format!("the job {} waits ", look.key);
        said.push(("waits", waits.strip_prefix(&own).unwrap_or(waits).to_owned()));
    }
    for credentials in &look.credentials {
        let place = format!("line {}", credentials.line);
        let role = credentials.role.as_deref().unwrap_or("a role");
        let reason = credentials.reason.as_deref().unwrap_or_default();
        match credentials.verdict {
            Verdict::Allowed => {}
            Verdict::Denied => said.push(("denied", format!("{role} ({place}): {reason}"))),
            Verdict::Unknown => said.push(("unknown", format!("{role} ({place}): {reason}"))),
        }
        said.extend(credentials.mend.iter().map(|mend| ("mend", mend.clone())));
        said.extend(credentials.warnings.iter().map(|warning| ("warning", format!("{place}: {warning}"))));
    }
    said.extend(of_calls(&look.calls));
    if !look.not_performed.is_empty() {
        said.push(("note", format!("--execute does not perform {}", look.not_performed.join(", "))));
    }
    said
}

/// The calls that are denied, and those that nobody can tell of; the others are counted in the table.
fn of_calls(calls: &[CallLook]) -> Vec<(&'static str, String)> {
    let mut said = Vec::new();
    for why in [NO_CREDENTIALS, NO_ROLE] {
        let count = calls.iter().filter(|call| call.reason.as_deref() == Some(why)).count();
        if count > 0 {
            let calls = if count == 1 { "1 call is" } else { &format!("{count} calls are") };
            said.push(("unknown", format!("{calls} not asked about: {why}")));
        }
    }
    let is_asked = |call: &&CallLook| !matches!(call.reason.as_deref(), Some(NO_CREDENTIALS | NO_ROLE));
    let to_tell = || calls.iter().filter(is_asked).filter(|call| call.verdict != Verdict::Allowed);
    let mut last_mend = None;
    for call in to_tell().take(CALLS_NAMED) {
        let resource = call.resource.as_deref().unwrap_or_default();
        let reason = short(call.reason.as_deref().unwrap_or_default(), resource);
        let what = match (&call.action, &call.resource) {
            (Some(action), Some(resource)) => format!("{action} on {resource}"),
            _ => format!("`{}`", call.command),
        };
        let label = if call.verdict == Verdict::Denied { "denied" } else { "unknown" };
        said.push((label, format!("{what} (line {}): {reason}", call.line)));
        if call.verdict == Verdict::Denied && !call.exact {
            said.push(("", OPEN.to_owned()));
        }
        if call.mend.is_some() && call.mend != last_mend {
            said.extend(call.mend.iter().map(|mend| ("mend", mend.clone())));
            last_mend.clone_from(&call.mend);
        }
    }
    let more = to_tell().count().saturating_sub(CALLS_NAMED);
    if more > 0 {
        said.push(("", format!("and {more} more; --json names all")));
    }
    said
}

/// A reason without the advice behind it.
fn plain(reason: &str) -> &str {
    reason.rsplit_once(": add `").map_or(reason, |(reason, _)| reason)
}

/// AWS's words without what stands beside them: who calls what.
fn short<'a>(reason: &'a str, resource: &str) -> &'a str {
    // S3 puts the resource into quotation marks, the other services do not.
    let behind = [format!("on resource: {resource} "), format!("on resource: \"{resource}\" ")];
    let behind = behind.iter().find_map(|before| reason.split_once(before));
    behind.map_or(reason, |(_, why)| why.strip_prefix("because ").unwrap_or(why))
}

fn line(cells: &[String; 6], widths: &[usize]) -> String {
    let mut text = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let shown = if cell.chars().count() > *width {
            let kept: String = cell.chars().take(width.saturating_sub(2)).collect();
            format!("{kept}..")
        } else {
            cell.clone()
        };
        text.push_str(&format!("{shown:<width$}  ", width = *width));
    }
    format!("{}\n", text.trim_end())
}

/// A line below a job's, and the lines that it goes on with where it is too long for one.
pub(in crate::rehearse) fn remark(label: &str, said: &str) -> String {
    let room = WIDTH - LABEL;
    let mut lines = vec![String::new()];
    for word in printable(said).split(' ') {
        let last = lines.last_mut().map_or(0, |line| line.chars().count());
        let is_full = last > 0 && last + 1 + word.chars().count() > room;
        if is_full {
            lines.push(word.to_owned());
        } else if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        let word = if index == 0 { label } else { "" };
        text.push_str(format!("  {word:<width$}{line}", width = LABEL - 2).trim_end());
        text.push('\n');
    }
    text
}
