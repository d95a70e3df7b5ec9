//! How a measurement goes.

use std::time::Duration;

use crate::failure::Outcome;

pub(crate) const USAGE: &str = "\
Usage: cargo xtask bench policy [OPTIONS]
  --rounds N        turns that every engine gets for each figure [default: 9]
  --milliseconds N  processor time of a turn [default: 200]";

/// How a turn goes, and how many there are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    pub(crate) rounds: usize,
    pub(crate) turn: Duration,
}

impl Options {
    /// Reads the arguments; `None` where help was asked for.
    pub(crate) fn parse(arguments: &[String]) -> Outcome<Option<Self>> {
        let mut options = Self { rounds: 9, turn: Duration::from_millis(200) };
        let mut rest = arguments.iter().map(String::as_str);
        while let Some(name) = rest.next() {
            if matches!(name, "--help" | "-h") {
                return Ok(None);
            }
            let value = rest.next().ok_or_else(|| format!("`{name}` needs a value"))?;
            let number: u32 = value.parse().map_err(|_| format!("`{value}` is not a number"))?;
            match name {
                "--rounds" => options.rounds = number.max(1) as usize,
                "--milliseconds" => options.turn = Duration::from_millis(number.max(1).into()),
                other => return Err(format!("`{other}` is not an option").into()),
            }
        }
        Ok(Some(options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
