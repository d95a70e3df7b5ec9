//! What can be asked for.

use std::path::PathBuf;
use std::time::Duration;

use crate::failure::Outcome;

pub(crate) const USAGE: &str = "\
Usage: daypass-bench exchange [OPTIONS]
  --seconds N      how long is measured [default: 15]
  --connections N  keep-alive connections, each with one request at a time [default: 8]
  --tokens N       tokens to prepare, each used once [default: 150000]
  --binary PATH    the server [default: daypass beside this program]

Usage: daypass-bench console [OPTIONS]
  --runs N         workflow runs in the store [default: 10000]
  --times N        how often each page is asked for [default: 200]
  --binary PATH    the server [default: daypass beside this program]

Usage: daypass-bench targets [OPTIONS]
  --rounds N       rounds over an object of 64 MiB [default: 7]
  --seconds N      how long each rate of small calls is measured [default: 4]
  --only PART      large, small, rates, cpu, gateway or memory alone
  --moto PATH      moto's server [default: target/clients/venv/bin/moto_server]
  --binary PATH    the server [default: daypass beside this program]";

/// The exchanges after which the memory is read.
pub(crate) const EXCHANGES_BEFORE_MEMORY: usize = 100_000;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) measured: Duration,
    pub(crate) connections: usize,
    pub(crate) tokens: usize,
    pub(crate) binary: PathBuf,
}

impl Options {
    /// Reads the command line; `None` where help was asked for.
    pub(crate) fn parse(arguments: &[String]) -> Outcome<Option<Self>> {
        let mut options = Self {
            measured: Duration::from_secs(15),
            connections: 8,
            tokens: 150_000,
            binary: std::env::current_exe()?.with_file_name("daypass"),
        };
        let mut rest = arguments.iter().map(String::as_str);
        match rest.next() {
            Some("exchange") => {}
            Some("--help" | "-h") => return Ok(None),
            _ => return Err("which benchmark? there are `exchange`, `console` and `targets`".into()),
        }
        while let Some(name) = rest.next() {
            if matches!(name, "--help" | "-h") {
                return Ok(None);
            }
            let value = rest.next().ok_or_else(|| format!("`{name}` needs a value"))?;
            let number = || value.parse::<usize>().map_err(|_| format!("`{value}` is not a number"));
            match name {
                "--seconds" => options.measured = Duration::from_secs(number()?.max(1) as u64),
                "--connections" => options.connections = number()?.max(1),
                "--tokens" => options.tokens = number()?.max(1),
                "--binary" => options.binary = PathBuf::from(value),
                other => return Err(format!("`{other}` is not an option").into()),
            }
        }
        Ok(Some(options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Outcome<Option<Options>> {
        Options::parse(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_read_and_unknown_ones_refused() {
        let options = parse("exchange --seconds 3 --tokens 7 --binary x").unwrap().unwrap();
        assert_eq!((options.measured.as_secs(), options.connections, options.tokens), (3, 8, 7));
        assert_eq!(options.binary, PathBuf::from("x"));
        assert_eq!(parse("exchange --speed 3").unwrap_err().to_string(), "`--speed` is not an option");
        assert_eq!(parse("exchange --seconds").unwrap_err().to_string(), "`--seconds` needs a value");
        assert!(parse("exchange --help").unwrap().is_none());
    }
}
