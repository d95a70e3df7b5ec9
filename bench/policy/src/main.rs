//! `cargo xtask bench policy`: decisions of the policy engine beside those of others, on one thread.
//!
//! Every engine gets policies that say the same, in its own language, and must decide every case as expected before a
//! clock is started. The engines take turns, so that what else the machine does meets all of them alike.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads clocks and its arguments")]

mod cases;
mod cedar;
mod failure;
mod hostile;
mod iam;
mod options;
mod ours;
mod table;
mod timing;

use std::process::ExitCode;

use cases::{Case, Material, Subject};
use failure::Outcome;
use options::{Options, USAGE};
use table::{Row, Table};

/// Decides all cases once; gives back how many were allowed, so that nothing can be left out.
type Lap<'a> = Box<dyn FnMut() -> usize + 'a>;

/// An engine with a policy that it has read.
trait Engine {
    /// Whether each case is allowed.
    fn decisions(&self, cases: &[Case]) -> Outcome<Vec<bool>>;

    /// Laps over the cases, with each request made beforehand.
    fn prepared<'a>(&'a self, cases: &'a [Case]) -> Outcome<Lap<'a>>;

    /// Laps over the cases, with each request and its context made from texts for each decision.
    fn made_anew<'a>(&'a self, cases: &'a [Case]) -> Lap<'a>;
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let options = match Options::parse(&arguments) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(failure) => {
            eprintln!("daypass-bench-policy: {failure}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(table) => {
            println!("{table}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("daypass-bench-policy: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Checks that all engines decide every case as expected, and then measures.
fn run(options: &Options) -> Outcome<Table> {
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
            let made_anew = |engine| Ok(Engine::made_anew(engine, cases));
            rows.push(row(&material, format!("from texts, {keys} keys"), options, made_anew, &engines)?);
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
        for mut lap in [engine.prepared(cases)?, engine.made_anew(cases)] {
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
}
