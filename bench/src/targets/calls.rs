//! Small calls: how many a second, and what one of them takes of the server's processor.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::client::{Asked, Connection, Keys};
use super::compare::{BUCKET, Payload, Scene, s3, send};
use super::figures::{Cpu, Figures, Rate};
use super::{Options, SMALL};
use crate::failure::Outcome;
use crate::process_figures::cpu_time;

/// Connections that drive calls at once.
const CONNECTIONS: usize = 4;
/// Calls at a time while processor time is taken: as many as for exchanges.
const CALLS_AT_ONCE: u32 = 8;
/// Small calls over which processor time is taken.
const CALLS_FOR_CPU: u32 = 20_000;
/// Parts that they are made in, those of one server between those of the other.
const TURNS: u32 = 4;
/// Calls that warm up.
const WARMING: u32 = 500;
/// Times that each rate is taken, one server after the other.
const RATES: usize = 3;

/// Answered calls a second, over some connections. Each is signed once, so that its client takes little of the machine
/// that it shares with the server. `asked` is told the connection's number.
pub(super) fn rate<'a>(asked: impl Fn(usize) -> Asked<'a> + Sync, seconds: usize) -> Outcome<f64> {
    let over = AtomicBool::new(false);
    let answered = AtomicU64::new(0);
    let begun = Instant::now();
    std::thread::scope(|scope| -> Outcome {
        let threads: Vec<_> = (0..CONNECTIONS)
            .map(|number| {
                let (asked, over, answered) = (&asked, &over, &answered);
                scope.spawn(move || -> Result<(), String> {
                    let asked = asked(number);
                    let mut connection = Connection::open(asked.address).map_err(text)?;
                    let prepared = asked.prepare().map_err(text)?;
                    while !over.load(Ordering::Relaxed) {
                        send(&mut connection, &asked, &prepared).map_err(text)?;
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(())
                })
            })
            .collect();
        std::thread::sleep(Duration::from_secs(seconds as u64));
        over.store(true, Ordering::Relaxed);
        for thread in threads {
            thread.join().map_err(|_| "a connection's thread ended early")??;
        }
        Ok(())
    })?;
    Ok(answered.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64())
}

impl Scene {
    /// GET and PUT of small objects, a second.
    pub(super) fn rates(&self, figures: &mut Figures, options: &Options) -> Outcome {
        for method in ["GET", "PUT"] {
            let payload = Payload::of(if method == "PUT" { SMALL } else { 0 });
            let targets: Vec<String> = (0..CONNECTIONS)
                .map(|number| match method {
                    "PUT" => format!("/{BUCKET}/rate-{number}"),
                    _ => format!("/{BUCKET}/small"),
                })
                .collect();
            let of = |place| {
                rate(
                    |number| s3(place, method, targets.get(number).map_or("/", |it| it), &payload),
                    options.seconds,
                )
            };
            let mut measured = Rate::of(method);
            for _ in 0..RATES {
                measured.push(of(&self.daypass)?, of(&self.moto)?);
            }
            figures.rates.push(measured);
        }
        Ok(())
    }

    /// What a call of no or one byte takes of the processor, at daypass and at a server that does nothing but answer.
    pub(super) fn cpu(&self, figures: &mut Figures) -> Outcome {
        let plain = (self.plain, Keys::any(), "us-east-1".to_owned());
        let nothing = Payload::of(0);
        let target = format!("/{BUCKET}/one");
        for (method, at_once) in [("HEAD", CALLS_AT_ONCE), ("GET", CALLS_AT_ONCE), ("HEAD", 1)] {
            let own = (s3(&self.daypass, method, &target, &nothing), self.server);
            let other = (s3(&plain, method, "/one", &nothing), self.neighbour);
            used(own, at_once, WARMING)?;
            used(other, at_once, WARMING)?;
            let mut cpu = Cpu { method, at_once, ..Cpu::default() };
            for _ in 0..TURNS {
                cpu.own += used(own, at_once, CALLS_FOR_CPU / TURNS)?;
                cpu.plain += used(other, at_once, CALLS_FOR_CPU / TURNS)?;
            }
            cpu.own /= CALLS_FOR_CPU;
            cpu.plain /= CALLS_FOR_CPU;
            figures.cpu.push(cpu);
        }
        Ok(())
    }
}

/// The processor time that a process took while it answered some calls, `at_once` at a time.
fn used((asked, process): (Asked<'_>, u32), at_once: u32, calls: u32) -> Outcome<Duration> {
    let before = cpu_time(process)?;
    std::thread::scope(|scope| -> Outcome {
        let calling = || -> Result<(), String> {
            let mut connection = Connection::open(asked.address).map_err(text)?;
            let prepared = asked.prepare().map_err(text)?;
            for _ in 0..calls / at_once {
                send(&mut connection, &asked, &prepared).map_err(text)?;
            }
            Ok(())
        };
        let threads: Vec<_> = (0..at_once).map(|_| scope.spawn(calling)).collect();
        for thread in threads {
            thread.join().map_err(|_| "a connection's thread ended early")??;
        }
        Ok(())
    })?;
    Ok(cpu_time(process)?.saturating_sub(before))
}

/// An error as it may cross from one thread to another.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(super) fn text(error: Box<dyn std::error::Error + Send + Sync>) -> String {
    error.to_string()
}
