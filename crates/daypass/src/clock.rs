//! `daypass clock`.

use jiff::Timestamp;
use serde_json::json;

use crate::arguments::{ClockArguments, ClockMotion};
use crate::control::Control;
use crate::failure::Failure;

pub(crate) async fn run(arguments: ClockArguments) -> Result<(), Failure> {
    let control = Control::find(&arguments.data.directory)?;
    let answer = match arguments.motion {
        None => control.read("clock").await?,
        Some(ClockMotion::Advance { duration }) => {
            let seconds = seconds(&duration)?;
            control.write("clock", &json!({ "advance_seconds": seconds })).await?
        }
        Some(ClockMotion::Rate { rate }) => control.write("clock", &json!({ "rate": rate })).await?,
        Some(ClockMotion::Set { instant }) => control.write("clock", &json!({ "set": instant })).await?,
    };
    let text =
        |name: &str| answer.get(name).map(|value| value.to_string().replace('"', "")).unwrap_or_default();
    let now = text("now");
    // Whole seconds are what tokens and sessions count in.
    let now = now.parse::<Timestamp>().map_or(now, |now| format!("{now:.0}"));
    println!("now {now} at rate {}", text("rate"));
    Ok(())
}

/// Reads `61m`, `12h`, `90s`, `1h30m` as seconds.
pub(crate) fn seconds(text: &str) -> Result<i64, Failure> {
    let wrong = || {
        Failure::new(format!("`{text}` is not a length of time"))
            .hint("write it as in 90s, 61m, 12h or 1h30m")
    };
    let duration: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    let seconds = duration.as_secs();
    if seconds > 0 { Ok(seconds) } else { Err(wrong()) }
}
