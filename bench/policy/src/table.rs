//! What was measured.

use std::fmt;

use crate::hostile::{SIZES, Worst};

/// One way of asking one policy: decisions for each CPU second of daypass, cedar-policy and iam-rs, in this order.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) policy: &'static str,
    pub(crate) how: String,
    pub(crate) per_second: Vec<f64>,
}

/// All figures.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    pub(crate) worst: Vec<Worst>,
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "| {:<13} | {:<19} | {:>10} | {:>12} | {:>6} | {:>9} | {:>6} |",
            "policy", "request", "daypass", "cedar-policy", "times", "iam-rs", "times"
        )?;
        writeln!(
            formatter,
            "|{:-<15}|{:-<21}|{:->11}:|{:->13}:|{:->7}:|{:->10}:|{:->7}:|",
            "", "", "", "", "", "", ""
        )?;
        for row in &self.rows {
            let rate = |index: usize| row.per_second.get(index).copied().unwrap_or(f64::NAN);
            let times = |index: usize| format!("{:.1}", rate(0) / rate(index));
            writeln!(
                formatter,
                "| {:<13} | {:<19} | {:>10} | {:>12} | {:>6} | {:>9} | {:>6} |",
                row.policy,
                row.how,
                thousands(rate(0)),
                thousands(rate(1)),
                times(1),
                thousands(rate(2)),
                times(2)
            )?;
        }
        let [legal, readable] = SIZES.map(|size| format!("{} bytes", thousands(size as f64)));
        writeln!(formatter, "\n| {:<39} | {legal:>13} | {readable:>13} |", "hostile patterns, a policy of")?;
        writeln!(formatter, "|{:-<41}|{:->14}:|{:->14}:|", "", "", "")?;
        for worst in &self.worst {
            let [legal, readable] =
                [worst.legal, worst.readable].map(|time| format!("{:.1} us", time.as_secs_f64() * 1e6));
            writeln!(formatter, "| {:<39} | {legal:>13} | {readable:>13} |", worst.what)?;
        }
        Ok(())
    }
}

/// A whole number with commas between its thousands.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_their_ratios() {
        let row = Row {
            policy: "trust policy",
            how: "prepared".to_owned(),
            per_second: vec![4_200_000.0, 400_000.0, 99_999.6],
        };
        let table = Table { rows: vec![row], worst: Vec::new() }.to_string();
        let expected = "| trust policy  | prepared            |  4,200,000 |      400,000 |   10.5 |   100,000 |   42.0 |";
        assert!(table.contains(expected), "{table}");
    }
}
