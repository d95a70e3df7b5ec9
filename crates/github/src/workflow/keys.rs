//! The keys that GitHub knows, by the place where they stand.
//!
//! Source: GitHub docs, "Workflow syntax for GitHub Actions", and the schema that GitHub's editor extension checks by.

pub(super) const WORKFLOW: &[&str] =
    &["concurrency", "defaults", "description", "env", "jobs", "name", "on", "permissions", "run-name"];

pub(super) const JOB: &[&str] = &[
    "cancel-timeout-minutes",
    "concurrency",
    "container",
    "continue-on-error",
    "defaults",
    "env",
    "environment",
    "if",
    "name",
    "needs",
    "outputs",
    "permissions",
    "runs-on",
    "services",
    "snapshot",
    "steps",
    "strategy",
    "timeout-minutes",
];

/// Of a job that calls a workflow.
pub(super) const CALL: &[&str] =
    &["concurrency", "if", "name", "needs", "permissions", "secrets", "strategy", "uses", "with"];

pub(super) const STEP: &[&str] = &[
    "background",
    "cancel",
    "continue-on-error",
    "env",
    "id",
    "if",
    "name",
    "run",
    "shell",
    "timeout-minutes",
    "uses",
    "wait",
    "wait-all",
    "with",
    "working-directory",
];

pub(super) const DEFAULTS: &[&str] = &["run"];
pub(super) const DEFAULTS_RUN: &[&str] = &["shell", "working-directory"];
pub(super) const CONCURRENCY: &[&str] = &["cancel-in-progress", "group", "queue"];
pub(super) const ENVIRONMENT: &[&str] = &["deployment", "name", "url"];
pub(super) const STRATEGY: &[&str] = &["fail-fast", "matrix", "max-parallel"];
pub(super) const RUNS_ON: &[&str] = &["group", "labels"];
pub(super) const SCHEDULE: &[&str] = &["cron", "timezone"];
pub(super) const WORKFLOW_CALL: &[&str] = &["inputs", "outputs", "secrets"];
pub(super) const CALL_OUTPUT: &[&str] = &["description", "value"];
pub(super) const CALL_SECRET: &[&str] = &["description", "required"];
pub(super) const INPUT: &[&str] =
    &["default", "deprecationMessage", "description", "options", "required", "type"];
pub(super) const FILTER: &[&str] = &[
    "branches",
    "branches-ignore",
    "inputs",
    "names",
    "paths",
    "paths-ignore",
    "tags",
    "tags-ignore",
    "types",
    "versions",
    "workflows",
];

/// The known name that a mistaken one resembles: about a third of its characters are wrong at the most.
pub(super) fn nearest<'known>(
    name: &str,
    known: impl IntoIterator<Item = &'known str>,
) -> Option<&'known str> {
    let name: Vec<char> = name.chars().take(100).map(|letter| letter.to_ascii_lowercase()).collect();
    let allowed = ((name.len() + 1) / 3).max(1);
    let by_distance = known.into_iter().map(|known| (distance(&name, known), known));
    by_distance.filter(|(distance, _)| *distance <= allowed).min().map(|(_, known)| known)
}

/// How many letters have to be put in, taken out or changed.
fn distance(name: &[char], known: &str) -> usize {
    let known: Vec<char> = known.chars().map(|letter| letter.to_ascii_lowercase()).collect();
    let mut row: Vec<usize> = (0..=known.len()).collect();
    for (number, letter) in name.iter().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(number + 1);
        for ((pair, other), left) in row.windows(2).zip(&known).zip(0..) {
            let &[diagonal, above] = pair else { continue };
            let beside = next.get(left).copied().unwrap_or(usize::MAX - 1);
            let changed = diagonal + usize::from(letter != other);
            next.push(changed.min(above + 1).min(beside + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_recognised() {
        for (name, expected) in [
            ("enviroment", Some("environment")),
            ("permission", Some("permissions")),
            ("Steps", Some("steps")),
            ("run-on", Some("runs-on")),
            ("runs_on", Some("runs-on")),
            ("need", Some("needs")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, JOB.iter().copied()), expected, "{name}");
        }
    }
}
