//! What was measured, beside what is aimed at.

use std::fmt;
use std::time::Duration;

use crate::load::Seen;

/// Everything that was measured.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) measured: Seen,
    pub(crate) server_cpu: Duration,
    /// One bare RSA verification.
    pub(crate) verification: Duration,
    /// Sorted.
    pub(crate) first_answers: Vec<Duration>,
    pub(crate) first_answer_again: Duration,
    pub(crate) resident_bytes: u64,
    pub(crate) answered_before_memory: usize,
    pub(crate) binary_bytes: u64,
}

impl Figures {
    fn rows(&self) -> Vec<[String; 3]> {
        let row = |what: &str, figure: String, aim: &str| [what.to_owned(), figure, aim.to_owned()];
        let answered = self.measured.answered();
        let mut latencies = self.measured.latencies.clone();
        latencies.sort_unstable();
        let cpu = self.server_cpu.as_secs_f64() / answered.max(1) as f64;
        let verification = self.verification.as_secs_f64();
        vec![
            row(
                "exchanges a second",
                format!("{:.0}", answered as f64 / self.measured.took.as_secs_f64()),
                "over 6000",
            ),
            row(
                "  exchanges, of which forged and refused",
                format!("{answered}, {}", self.measured.refused),
                "",
            ),
            row("  half are answered within", milliseconds(quantile(&latencies, 0.5)), ""),
            row("  99 of 100 are answered within", milliseconds(quantile(&latencies, 0.99)), "under 8 ms"),
            row("server CPU for an exchange", format!("{:.1} us", cpu * 1e6), ""),
            row("bare RSA-2048 verification", format!("{:.1} us", verification * 1e6), ""),
            row("  of which a CPU second does", format!("{:.0}", 1.0 / verification), ""),
            row("CPU of an exchange in verifications", format!("{:.2}", cpu / verification), "under 4"),
            row(
                &format!("resident memory after {} exchanges", self.answered_before_memory),
                mebibytes(self.resident_bytes),
                "under 40 MiB",
            ),
            row(
                "first answer, first start",
                milliseconds(quantile(&self.first_answers, 0.5)),
                "under 100 ms",
            ),
            row(
                "first answer, start on the used directory",
                milliseconds(self.first_answer_again),
                "under 100 ms",
            ),
            row("release binary", mebibytes(self.binary_bytes), "under 25 MiB"),
        ]
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| {:<46} | {:>14} | {:<12} |", "what", "measured", "aim")?;
        writeln!(formatter, "|{:-<48}|{:->15}:|{:-<14}|", "", "", "")?;
        for [what, figure, aim] in self.rows() {
            writeln!(formatter, "| {what:<46} | {figure:>14} | {aim:<12} |")?;
        }
        Ok(())
    }
}

/// The value below which this share of a sorted list lies.
pub(crate) fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let index = (sorted.len() as f64 * share) as usize;
    sorted.get(index.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_a_sorted_list() {
        let list: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(quantile(&list, 0.5), Duration::from_millis(51));
        assert_eq!(quantile(&list, 0.99), Duration::from_millis(100));
        assert_eq!(quantile(&[], 0.5), Duration::ZERO);
    }

    #[test]
    fn the_table_shows_the_ratio_and_its_aim() {
        let figures = Figures {
            measured: Seen {
                latencies: vec![Duration::from_millis(1); 100],
                refused: 1,
                took: Duration::from_millis(20),
            },
            server_cpu: Duration::from_millis(6),
            verification: Duration::from_micros(20),
            first_answers: vec![Duration::from_millis(50)],
            first_answer_again: Duration::from_millis(60),
            resident_bytes: 30 << 20,
            answered_before_memory: 100_000,
            binary_bytes: 20 << 20,
        };
        let table = figures.to_string();
        let expected = "| CPU of an exchange in verifications            |           3.00 | under 4      |";
        assert!(table.contains(expected), "{table}");
        assert!(table.contains("|           5000 | over 6000    |"), "{table}");
    }
}
