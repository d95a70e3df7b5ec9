//! Times in words.

use askama::Template;
use jiff::Timestamp;

/// A time as pages show it.
#[derive(Debug, Clone, Template)]
#[template(
    source = "<time datetime=\"{{ exact }}\" title=\"{{ shown }}\">{{ distance }}</time>",
    ext = "html"
)]
pub(super) struct Moment {
    /// `2026-11-26T01:02:03Z`, for machines.
    pub(super) exact: String,
    /// `2026-11-26 01:02:03 UTC`
    pub(super) shown: String,
    /// `3 minutes ago`, `in 2 hours`
    pub(super) distance: String,
}

impl Moment {
    pub(super) fn new(at: Timestamp, now: Timestamp) -> Self {
        let exact = format!("{at:.0}");
        let shown = format!("{} UTC", exact.trim_end_matches('Z').replace('T', " "));
        let seconds = now.duration_since(at).as_secs();
        let distance = match seconds {
            0..=1 => "just now".to_owned(),
            2.. => format!("{} ago", length(seconds)),
            _ => format!("in {}", length(seconds.saturating_neg())),
        };
        Self { exact, shown, distance }
    }
}

/// A length of time, roughly: its largest unit alone.
pub(super) fn length(seconds: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let unit = UNITS.into_iter().find(|(length, _)| seconds >= *length).unwrap_or((1, "second"));
    let count = seconds / unit.0;
    format!("{count} {}{}", unit.1, if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn distances_have_one_unit() {
        let now: Timestamp = "2026-11-26T01:02:03Z".parse().unwrap();
        let cases = [
            (0, "just now"),
            (2, "2 seconds ago"),
            (60, "1 minute ago"),
            (7_300, "2 hours ago"),
            (90_000, "1 day ago"),
            (-30, "in 30 seconds"),
            (-3_600, "in 1 hour"),
        ];
        for (seconds, expected) in cases {
            let moment = Moment::new(now - SignedDuration::from_secs(seconds), now);
            assert_eq!(moment.distance, expected, "{seconds}");
        }
        let moment = Moment::new(now, now);
        assert_eq!(
            (moment.exact.as_str(), moment.shown.as_str()),
            ("2026-11-26T01:02:03Z", "2026-11-26 01:02:03 UTC")
        );
    }
}
