//! Instants: an RFC 3339 text or TOML's own, with a zone; a date alone is its first moment at Greenwich.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use toml::{Spanned, Value};

use super::{At, ConfigError};

/// Characters of a date, `2026-07-16`.
const DATE_CHARACTERS: usize = 10;

pub(super) fn read(at: &At<'_>, key: &str, value: &Spanned<Value>) -> Result<Timestamp, ConfigError> {
    let text = match value.get_ref() {
        Value::String(text) => text.clone(),
        Value::Datetime(instant) => instant.to_string(),
        other => other.type_str().to_owned(),
    };
    let date = || {
        let date: Date = text.parse().ok().filter(|_| text.len() == DATE_CHARACTERS)?;
        date.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp())
    };
    text.parse().ok().or_else(date).ok_or_else(|| {
        at.place(&value.span(), format!("`{key}` is `{text}`, which is no instant"))
            .mend("write it as in 2026-07-16 or 2026-07-16T10:00:00Z, with its zone")
    })
}
