//! Looking for events: by one index, then by everything else that was asked for.

use daypass_store::sqlite::Database;
use daypass_store::{StoreError, TrailReader as _};
use daypass_trail::{Attribute, StoredEvent};
use daypass_wire::form::Form;
use jiff::Timestamp;

use super::calls::{by_attribute, events_of_run};
use super::event::Event;

/// Events of a page.
const PAGE: usize = 50;
/// Events that are read at a time.
const BATCH: usize = 200;
/// How often is read on where few events fit: after that the page says that one may go on.
const BATCHES_MAX: usize = 10;
/// The longest text to look for, in bytes: subjects are shorter.
const TEXT_BYTES_MAX: usize = 1_024;

/// What to look for; an empty text is anything.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    /// The event's name.
    pub(super) name: String,
    /// The login, the subject, the session's name.
    pub(super) user: String,
    /// The key that signed, or that was handed out.
    pub(super) key: String,
    /// The run's number.
    pub(super) run: String,
    /// Whether only what was refused.
    pub(super) refused: bool,
}

/// A page of events.
pub(super) struct Found {
    pub(super) events: Vec<Event>,
    /// Where the next page begins.
    pub(super) next: Option<i64>,
}

impl Filter {
    pub(super) fn read(query: &Form<'_>) -> Self {
        let text = |name: &str| {
            let text = query.text(name).unwrap_or_default().trim();
            if text.len() <= TEXT_BYTES_MAX { text.to_owned() } else { String::new() }
        };
        Self {
            name: text("name"),
            user: text("user"),
            key: text("key"),
            run: text("run"),
            refused: query.text("refused") == Some("yes"),
        }
    }

    /// Whether anything is asked for.
    pub(super) fn is_set(&self) -> bool {
        self.refused || [&self.name, &self.user, &self.key, &self.run].iter().any(|text| !text.is_empty())
    }

    /// The address of the page before an event.
    pub(super) fn address(&self, before: i64) -> String {
        let before = before.to_string();
        let refused = if self.refused { "yes" } else { "" };
        let fields = [
            ("name", self.name.as_str()),
            ("user", &self.user),
            ("key", &self.key),
            ("run", &self.run),
            ("refused", refused),
            ("before", &before),
        ];
        let fields: Vec<(&str, &str)> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        format!("/console/trail?{}", daypass_wire::form::encode(&fields))
    }

    fn fits(&self, event: &Event) -> bool {
        let is = |wanted: &str, found: &str| wanted.is_empty() || wanted == found;
        let has_key = self.key.is_empty()
            || [&event.key, &event.issued].into_iter().flatten().any(|key| *key == self.key);
        is(&self.name, &event.name)
            && is(&self.user, &event.who)
            && has_key
            && (!self.refused || event.error.is_some())
    }
}

/// The newest events that fit, before a place in the trail.
pub(super) fn search(
    database: &Database,
    accounts: &[String],
    (filter, before): (&Filter, Option<i64>),
    now: Timestamp,
) -> Result<Found, StoreError> {
    let mut events: Vec<Event> = Vec::new();
    let mut before = before;
    for _ in 0..BATCHES_MAX {
        let batch = candidates(database, accounts, (filter, before), now)?;
        let is_last = batch.len() < BATCH;
        for stored in &batch {
            before = Some(stored.sequence);
            let event = Event::new(stored, now);
            if filter.fits(&event) {
                events.push(event);
            }
            if events.len() == PAGE {
                return Ok(Found { events, next: before });
            }
        }
        if is_last {
            return Ok(Found { events, next: None });
        }
    }
    Ok(Found { events, next: before })
}

/// Events among which all that fit are, by the index that leaves the fewest; the newest first.
fn candidates(
    database: &Database,
    accounts: &[String],
    (filter, before): (&Filter, Option<i64>),
    now: Timestamp,
) -> Result<Vec<StoredEvent>, StoreError> {
    // What happened at GitHub's side is of no account.
    let everywhere = |attribute: Attribute, value: &str| {
        let mut found = Vec::new();
        for account in accounts.iter().map(String::as_str).chain([""]) {
            found.extend(by_attribute(database, account, (attribute, value), (before, BATCH), now)?);
        }
        Ok(newest(found))
    };
    if !filter.run.is_empty() {
        let Ok(run) = filter.run.parse::<u64>() else { return Ok(Vec::new()) };
        let mut found = database.activity(Some(run), before, BATCH)?;
        let (calls, _) = events_of_run(database, run, now)?;
        found.extend(calls.into_iter().filter(|event| before.is_none_or(|before| event.sequence < before)));
        return Ok(newest(found));
    }
    if !filter.key.is_empty() {
        let mut found = everywhere(Attribute::AccessKeyId, &filter.key)?;
        let issued = database.by_issued_access_key(&filter.key)?;
        found.extend(issued.filter(|event| before.is_none_or(|before| event.sequence < before)));
        return Ok(newest(found));
    }
    if !filter.user.is_empty() {
        return everywhere(Attribute::Username, &filter.user);
    }
    if !filter.name.is_empty() {
        return everywhere(Attribute::EventName, &filter.name);
    }
    if filter.refused {
        return database.refused(before, BATCH);
    }
    database.recent(before, BATCH)
}

fn newest(mut found: Vec<StoredEvent>) -> Vec<StoredEvent> {
    found.sort_by_key(|event| std::cmp::Reverse(event.sequence));
    found.dedup_by_key(|event| event.sequence);
    found.truncate(BATCH);
    found
}
