//! What was measured, as ratios beside what is aimed at.

use std::fmt;
use std::time::Duration;

use crate::figures::quantile;

/// The times of one size of object, a list for each thing that was done with it.
#[derive(Debug, Default)]
pub(crate) struct Times {
    pub(crate) name: &'static str,
    put: Vec<Duration>,
    get: Vec<Duration>,
    moto_put: Vec<Duration>,
    moto_get: Vec<Duration>,
    plain_get: Vec<Duration>,
    copy: Vec<Duration>,
    digests: Vec<Duration>,
}

impl Times {
    pub(crate) fn of(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    #[expect(clippy::too_many_arguments, reason = "one round is one row")]
    pub(crate) fn push(
        &mut self,
        put: Duration,
        get: Duration,
        moto_put: Duration,
        moto_get: Duration,
        plain_get: Duration,
        copy: Duration,
        digests: Duration,
    ) {
        self.put.push(put);
        self.get.push(get);
        self.moto_put.push(moto_put);
        self.moto_get.push(moto_get);
        self.plain_get.push(plain_get);
        self.copy.push(copy);
        self.digests.push(digests);
    }
}

/// Small calls a second, at daypass and at moto.
#[derive(Debug)]
pub(crate) struct Rate {
    method: &'static str,
    own: Vec<f64>,
    moto: Vec<f64>,
}

impl Rate {
    pub(crate) const fn of(method: &'static str) -> Self {
        Self { method, own: Vec::new(), moto: Vec::new() }
    }

    pub(crate) fn push(&mut self, own: f64, moto: f64) {
        self.own.push(own);
        self.moto.push(moto);
    }
}

/// Processor time of one call, at daypass and at a server that does nothing but answer.
#[derive(Debug, Default)]
pub(crate) struct Cpu {
    pub(crate) method: &'static str,
    /// How many were made at once.
    pub(crate) at_once: u32,
    pub(crate) own: Duration,
    pub(crate) plain: Duration,
}

/// Everything that was measured.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) transfers: Vec<Times>,
    pub(crate) rates: Vec<Rate>,
    pub(crate) cpu: Vec<Cpu>,
    pub(crate) gateway: Vec<Duration>,
    pub(crate) direct: Vec<Duration>,
    /// Calls a second, many at once.
    pub(crate) gateway_rate: f64,
    pub(crate) direct_rate: f64,
    /// Bytes.
    pub(crate) peak: Option<u64>,
}

fn median(times: &[Duration]) -> f64 {
    at(times, 0.5)
}

/// The middle one.
fn middle(rates: &[f64]) -> f64 {
    let mut sorted = rates.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn at(times: &[Duration], share: f64) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    quantile(&sorted, share).as_secs_f64()
}

fn row(what: impl Into<String>, figure: String, aim: &'static str) -> Row {
    (what.into(), figure, aim)
}

fn ratio(one: f64, other: f64) -> String {
    format!("{:.2}", one / other)
}

fn milliseconds(seconds: f64) -> String {
    format!("{:.2} ms", seconds * 1e3)
}

/// What, how much, and what is aimed at.
type Row = (String, String, &'static str);

impl Times {
    fn rows(&self) -> Vec<Row> {
        let is_large = self.name == "large";
        let size = if is_large { "64 MiB" } else { "4 KiB" };
        let aimed = |aim| if is_large { aim } else { "" };
        let (put, get, copy) = (median(&self.put), median(&self.get), median(&self.copy));
        let sum = copy + median(&self.digests);
        vec![
            row(format!("PUT of {size}"), milliseconds(put), ""),
            row("  of MD5 + SHA-256 + fsynced copy", ratio(put, sum), aimed("at most 1.3")),
            row("  of a fsynced copy", ratio(put, copy), ""),
            row("  moto's time, of daypass's", ratio(median(&self.moto_put), put), ""),
            row(format!("GET of {size}"), milliseconds(get), ""),
            row(
                "  speed, of a plain HTTP server's",
                ratio(median(&self.plain_get), get),
                aimed("at least 0.80"),
            ),
            row("  moto's time, of daypass's", ratio(median(&self.moto_get), get), ""),
        ]
    }
}

impl Rate {
    fn rows(&self) -> [Row; 2] {
        let own = middle(&self.own);
        [
            row(format!("{} of 4 KiB, calls a second", self.method), format!("{own:.0}"), ""),
            row("  of moto's", ratio(own, middle(&self.moto)), "at least 20"),
        ]
    }
}

impl Cpu {
    fn rows(&self) -> [Row; 3] {
        let micros = |time: Duration| format!("{:.1} us", time.as_secs_f64() * 1e6);
        let (method, own) = (self.method, self.own.saturating_sub(self.plain));
        let aim = if self.at_once > 1 { "under 60 us" } else { "" };
        // A GET reads a file besides.
        let (what, aim) = match method {
            "HEAD" => ("  signature, permission, record", aim),
            _ => ("  the same, and an object's file", ""),
        };
        [
            row(format!("CPU of a small {method}, {} at once", self.at_once), micros(self.own), ""),
            row("  at a server that only answers", micros(self.plain), ""),
            row(what, micros(own), aim),
        ]
    }
}

impl Figures {
    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        rows.extend(self.transfers.iter().flat_map(Times::rows));
        rows.extend(self.rates.iter().flat_map(Rate::rows));
        rows.extend(self.cpu.iter().flat_map(Cpu::rows));
        if !self.gateway.is_empty() {
            rows.extend(self.gateway_rows());
        }
        if let Some(peak) = self.peak {
            let peak = format!("{:.1} MiB", peak as f64 / f64::from(1 << 20));
            rows.push(row("peak memory, 16 of 64 MiB at once", peak, "at most 64 MiB"));
        }
        rows
    }

    fn gateway_rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (name, share) in [("half", 0.5), ("99 of 100", 0.99)] {
            let (through, direct) = (at(&self.gateway, share), at(&self.direct, share));
            rows.push(row(format!("gateway, {name} within"), milliseconds(through), ""));
            rows.push(row("  added to the service's own", milliseconds(through - direct), ""));
        }
        let rate = self.gateway_rate;
        rows.push(row("gateway, calls a second", format!("{rate:.0}"), ""));
        rows.push(row("  of the service's own", ratio(rate, self.direct_rate), ""));
        rows
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| {:<40} | {:>12} | {:<14} |", "what", "measured", "aim")?;
        writeln!(formatter, "|{:-<42}|{:->13}:|{:-<16}|", "", "", "")?;
        for (what, figure, aim) in self.rows() {
            writeln!(formatter, "| {what:<40} | {figure:>12} | {aim:<14} |")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_ratios_of_medians() {
        let ms = Duration::from_millis;
        let mut large = Times::of("large");
        for _ in 0..3 {
            large.push(ms(130), ms(50), ms(1300), ms(500), ms(40), ms(60), ms(40));
        }
        let mut rate = Rate::of("GET");
        for (own, moto) in [(4000.0, 100.0), (9000.0, 900.0), (10.0, 99.0)] {
            rate.push(own, moto);
        }
        let figures = Figures {
            transfers: vec![large],
            rates: vec![rate],
            cpu: vec![Cpu {
                method: "HEAD",
                at_once: 8,
                own: Duration::from_micros(90),
                plain: Duration::from_micros(40),
            }],
            gateway: vec![ms(2); 10],
            direct: vec![ms(1); 10],
            gateway_rate: 3000.0,
            direct_rate: 6000.0,
            peak: Some(32 << 20),
        };
        let table = figures.to_string();
        for expected in [
            "|         1.30 | at most 1.3",
            "|         0.80 | at least 0.80",
            "|        40.00 | at least 20",
            "|      50.0 us | under 60 us",
            "|     32.0 MiB | at most 64 MiB",
        ] {
            assert!(table.contains(expected), "{expected}\n{table}");
        }
    }
}
