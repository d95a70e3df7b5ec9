//! What is wrong with the workflow files, shown with the lines that it is about.

use daypass_diagnostic::{Extent, Finding, Location, Path, Severity, Source, Style, terminal};
use daypass_github::workflow::{Plan, PlanError};

use super::sources::Sources;
use crate::failure::Failure;

/// The name of what keeps a run from being planned.
const NO_PLAN: &str = "NO_RUN";

/// Shows the findings of a plan on standard error.
///
/// # Errors
/// Where one of them keeps GitHub from starting the run.
pub(super) fn show(plan: &Plan, sources: &Sources) -> Result<(), Failure> {
    let mut errors = 0;
    for file in &plan.findings {
        let text = sources.by_label(&file.path).unwrap_or_default();
        let source = Source { name: &file.path, text: &text };
        for finding in &file.findings {
            eprint!("{}", terminal(source, finding, Style::Plain));
            errors += usize::from(finding.severity == Severity::Error);
        }
    }
    if errors == 0 {
        return Ok(());
    }
    let plural = if errors == 1 { "an error" } else { "errors" };
    Err(Failure::new(format!("GitHub would not start this run: its files have {plural}")))
}

/// The failure of a workflow that GitHub would not run; its line was shown.
pub(super) fn no_plan(error: &PlanError, sources: &Sources) -> Failure {
    let message = error.to_string();
    let hint = error.hint();
    if let Some((label, line, said)) = place(&message)
        && let Some(text) = sources.by_label(label)
    {
        let mut finding = Finding::new(Severity::Error, NO_PLAN, said, location(&text, line));
        finding.mend = hint;
        eprint!("{}", terminal(Source { name: label, text: &text }, &finding, Style::Plain));
        return Failure::new(format!("GitHub would not start this run: {message}"));
    }
    let failure = Failure::new(message);
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

/// The file, line and sentence of `FILE:LINE: SENTENCE` or `FILE:LINE:COLUMN: SENTENCE`.
fn place(message: &str) -> Option<(&str, usize, &str)> {
    let (place, said) = message.split_once(": ")?;
    let mut parts = place.rsplitn(3, ':');
    let last: usize = parts.next()?.parse().ok()?;
    let before = parts.next()?;
    match (before.parse::<usize>(), parts.next()) {
        (Ok(line), Some(file)) => Some((file, line, said)),
        (_, Some(file)) => place
            .strip_suffix(&format!(":{last}"))
            .filter(|whole| whole.starts_with(file))
            .map(|whole| (whole, last, said)),
        (_, None) => Some((before, last, said)),
    }
}

/// A line of a text, without the spaces before it.
fn location(text: &str, line: usize) -> Location {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let whole = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let indent = whole.len() - whole.trim_start().len();
    Location {
        path: Path::default(),
        extent: Extent::of(text, start + indent..start + whole.trim_end().len().max(indent)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read() {
        for (message, expected) in [
            (".github/workflows/a.yml:3: no", Some((".github/workflows/a.yml", 3, "no"))),
            ("a.yml:3:7: no: why", Some(("a.yml", 3, "no: why"))),
            (
                "o/r/.github/workflows/a.yml@refs/heads/x:12: no",
                Some(("o/r/.github/workflows/a.yml@refs/heads/x", 12, "no")),
            ),
            ("no place at all", None),
            ("Required input: 'x'", None),
        ] {
            assert_eq!(place(message), expected, "{message}");
        }
    }
}
