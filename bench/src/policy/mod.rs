//! `policy`: decisions of the policy engine beside those of others, on one thread.
//!
//! Every engine gets policies that say the same, in its own language, and must decide every case as expected before a
//! clock is started. The engines take turns, so that what else the machine does meets all of them alike.

mod cases;
mod cedar;
mod hostile;
mod iam;
mod ours;
mod table;
mod timing;

use crate::failure::Outcome;
use cases::{Case, Material, Subject};
use table::{Row, Table};

pub(crate) const USAGE: &str = "\
Usage: daypass-bench policy [OPTIONS]
  --rounds N        turns that every engine gets for each figure [default: 9]
  --milliseconds N  processor time of a turn [default: 200]";

/// Decides all cases once; gives back how many were allowed, so that nothing can be left out.
type Lap<'a> = Box<dyn FnMut() -> usize + 'a>;

/// An engine with a policy that it has read.
trait Engine {
    /// Whether each case is allowed.
    fn decisions(&self, cases: &[Case]) -> Outcome<Vec<bool>>;

    /// Laps over the cases, with each request made beforehand.
    fn prepared<'a>(&'a self, cases: &'a [Case]) -> Outcome<Lap<'a>>;

    /// Laps over the cases, with each request and its context made from texts for each decision.
    fn from_texts<'a>(&'a self, cases: &'a [Case]) -> Lap<'a>;
}

/// How a turn goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    rounds: usize,
    turn: std::time::Duration,
}

impl Options {
    /// Reads what follows `policy`; `None` where help was asked for.
    pub(crate) fn parse(arguments: &[String]) -> Outcome<Option<Self>> {
        let mut options = Self { rounds: 9, turn: std::time::Duration::from_millis(200) };
        let mut rest = arguments.iter().map(String::as_str);
        while let Some(name) = rest.next() {
            if matches!(name, "--help" | "-h") {
                return Ok(None);
            }
            let value = rest.next().ok_or_else(|| format!("`{name}` needs a value"))?;
            let number: u32 = value.parse().map_err(|_| format!("`{value}` is not a number"))?;
            match name {
                "--rounds" => options.rounds = number.max(1) as usize,
                "--milliseconds" => options.turn = std::time::Duration::from_millis(number.max(1).into()),
                other => return Err(format!("`{other}` is not an option").into()),
            }
        }
        Ok(Some(options))
    }
}

/// Measures everything.
///
/// # Errors
/// Whatever keeps a figure from being taken; a decision that is not as expected among them.
pub(crate) fn run(options: &Options) -> Outcome<Table> {
    let mut rows = Vec::new();
    for subject in [Subject::Trust, Subject::Deploy] {
        let material = Material::of(subject);
        let engines = engines(&material)?;
        for engine in &engines {
            check(engine.as_ref(), &material)?;
        }
        eprintln!("measuring the {}", material.name);
        for cases in [&material.cases_with_few_keys, &material.cases] {
            let keys = cases.first().map_or(0, |case| case.context.len());
            let prepared = |engine| Engine::prepared(engine, cases);
            rows.push(row(&material, format!("prepared, {keys} keys"), options, prepared, &engines)?);
            let from_texts = |engine| Ok(Engine::from_texts(engine, cases));
            rows.push(row(&material, format!("from texts, {keys} keys"), options, from_texts, &engines)?);
        }
    }
    Ok(Table { rows, worst: hostile::measure(options)? })
}

fn engines(material: &Material) -> Outcome<[Box<dyn Engine>; 3]> {
    Ok([
        Box::new(ours::Ours::read(material)?),
        Box::new(cedar::Cedar::read(material)?),
        Box::new(iam::Iam::read(material)?),
    ])
}

/// That an engine decides every case as expected.
fn check(engine: &dyn Engine, material: &Material) -> Outcome {
    for cases in [&material.cases, &material.cases_with_few_keys] {
        let expected: Vec<bool> = cases.iter().map(|case| case.allowed).collect();
        let decided = engine.decisions(cases)?;
        if decided != expected {
            return Err(format!("{}: {decided:?} was decided, {expected:?} expected", material.name).into());
        }
        let allowed = expected.iter().filter(|allowed| **allowed).count();
        for mut lap in [engine.prepared(cases)?, engine.from_texts(cases)] {
            if lap() != allowed {
                return Err(format!("{}: a lap does not allow {allowed}", material.name).into());
            }
        }
    }
    Ok(())
}

fn row<'a>(
    material: &'a Material,
    how: String,
    options: &Options,
    lap: impl Fn(&'a dyn Engine) -> Outcome<Lap<'a>>,
    engines: &'a [Box<dyn Engine>; 3],
) -> Outcome<Row> {
    let mut laps = Vec::new();
    for engine in engines {
        laps.push(lap(engine.as_ref())?);
    }
    let rates = timing::in_turns(&mut laps, options.rounds, options.turn)?;
    let per_second = rates.iter().map(|rate| rate * material.cases.len() as f64).collect();
    Ok(Row { policy: material.name, how, per_second })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_engines_decide_every_case_alike() {
        for subject in [Subject::Trust, Subject::Deploy] {
            let material = Material::of(subject);
            for engine in engines(&material).unwrap() {
                check(engine.as_ref(), &material).unwrap();
            }
        }
    }

    #[test]
    fn options_are_read_and_unknown_ones_refused() {
        let parse = |text: &str| {
            Options::parse(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
                .map_err(|failure| failure.to_string())
        };
        assert_eq!(parse("--rounds 3").unwrap().unwrap().rounds, 3);
        assert!(parse("--help").unwrap().is_none());
        assert_eq!(parse("--speed 3").unwrap_err(), "`--speed` is not an option");
    }
}
