//! What the steps came to, as a table at the end.

use std::time::Duration;

/// One step that was run.
pub(crate) struct StepReport {
    pub(crate) name: &'static str,
    pub(crate) took: Duration,
    /// What went wrong, or nothing.
    pub(crate) failure: Option<String>,
}

/// The table: a line for each step, and below it every failure in full.
pub(crate) fn table(reports: &[StepReport]) -> String {
    let mut lines = vec![String::new(), format!("{:<16} {:>9}  result", "step", "seconds")];
    for report in reports {
        let result = if report.failure.is_some() { "FAILED" } else { "ok" };
        lines.push(format!("{:<16} {:>9.1}  {result}", report.name, report.took.as_secs_f64()));
    }
    for report in reports {
        if let Some(failure) = &report.failure {
            lines.push(String::new());
            lines.push(format!("{}: {failure}", report.name));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_named_in_the_table_and_told_below() {
        let reports = [
            StepReport { name: "fmt", took: Duration::from_millis(1250), failure: None },
            StepReport {
                name: "tidy",
                took: Duration::from_secs(2),
                failure: Some("a.rs:1: too long".to_owned()),
            },
        ];
        let expected = "\nstep               seconds  result\nfmt                    1.2  ok\ntidy                   2.0  FAILED\n\ntidy: a.rs:1: too long";
        assert_eq!(table(&reports), expected);
    }
}
