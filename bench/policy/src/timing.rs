//! How often a second of the processor something can be done.

use std::hint::black_box;
use std::time::Duration;

use crate::Lap;
use crate::failure::Outcome;

/// Laps between two looks at the clock, at the most.
const LAPS_MAX: usize = 1 << 20;

/// Laps for each CPU second of every one, in their order: the median of its turns.
pub(crate) fn in_turns(laps: &mut [Lap<'_>], rounds: usize, turn: Duration) -> Outcome<Vec<f64>> {
    let mut counts = Vec::new();
    for lap in laps.iter_mut() {
        counts.push(warm_up(lap, turn)?);
    }
    let mut rates = vec![Vec::with_capacity(rounds); laps.len()];
    for _ in 0..rounds {
        for ((lap, count), rates) in laps.iter_mut().zip(&counts).zip(&mut rates) {
            rates.push(*count as f64 / time(lap, *count)?.as_secs_f64());
        }
    }
    Ok(rates.into_iter().map(median).collect())
}

/// How many laps take about a turn.
pub(crate) fn warm_up(lap: &mut Lap<'_>, turn: Duration) -> Outcome<usize> {
    let mut count = 1;
    while count < LAPS_MAX {
        let took = time(lap, count)?;
        if took * 4 > turn {
            let laps = count as f64 * turn.as_secs_f64() / took.as_secs_f64();
            return Ok((laps as usize).clamp(1, LAPS_MAX));
        }
        count *= 4;
    }
    Ok(LAPS_MAX)
}

/// Processor time of some laps.
pub(crate) fn time(lap: &mut Lap<'_>, count: usize) -> Outcome<Duration> {
    let start = thread_cpu_time()?;
    for _ in 0..count {
        black_box(lap());
    }
    // Never nothing, so that it can be divided by.
    Ok(thread_cpu_time()?.saturating_sub(start).max(Duration::from_nanos(1)))
}

/// The processor time that the calling thread has used: Linux's documentation, "Scheduler Statistics".
fn thread_cpu_time() -> Outcome<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = text.split_whitespace().next().and_then(|field| field.parse().ok());
    nanoseconds.map(Duration::from_nanos).ok_or_else(|| "cannot read the thread's time".into())
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
