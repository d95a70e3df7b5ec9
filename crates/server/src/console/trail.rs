//! The trail: everything that happened, and one event with the reasons of its decision and the token behind it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use daypass_aws::Explanation;
use daypass_aws::reasons::{self, Names};
use daypass_aws::tree::Tree;
use daypass_store::TrailReader as _;
use daypass_trail::{Chain, StoredEvent};
use daypass_wire::form::Form;
use serde::Deserialize as _;
use serde_json::Value;

use super::changes::reading;
use super::event::{Event, in_words};
use super::json_layout::laid_out;
use super::page::{Frame, Here, PageError, render};
use super::prose::Prose;
use super::search::{Filter, search};
use super::viewer::Viewer;
use crate::control::trail::Reader;
use crate::mend;
use crate::state::App;

/// The longest id that is looked for, in bytes: event and request ids are UUIDs, and S3's request ids shorter.
const ID_BYTES_MAX: usize = 128;

#[derive(Template)]
#[template(path = "console/trail.html")]
struct Page {
    frame: Frame,
    filter: Filter,
    events: Vec<Event>,
    /// The address of the page with older events.
    older: Option<String>,
    /// Whether this is not the first page.
    is_further: bool,
}

/// `GET /console/trail`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    viewer: Viewer,
    uri: Uri,
) -> Result<Response, PageError> {
    viewer.operator()?;
    let query = Form::parse(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let filter = Filter::read(&query);
    let before: Option<i64> = query.text("before").and_then(|text| text.parse().ok());
    let accounts: Vec<String> = app.accounts.iter().map(|account| account.id.to_string()).collect();
    let now = app.clock.now();
    let asked = filter.clone();
    let found = reading(&app, move |database| search(database, &accounts, (&asked, before), now)).await?;
    Ok(render(&Page {
        frame: viewer.frame(Here::Trail, "Trail"),
        older: found.next.map(|next| filter.address(next)),
        filter,
        events: found.events,
        is_further: before.is_some(),
    }))
}

#[derive(Template)]
#[template(path = "console/trail_event.html")]
struct EventPage {
    frame: Frame,
    event: Event,
    record: String,
    /// The decision in words; none where nothing was kept but the record.
    explained: Option<Explained>,
    chain: Option<Chain>,
    /// The run behind it.
    run: Option<String>,
    claims: Vec<(String, String)>,
}

/// A decision in words.
struct Explained {
    allowed: bool,
    error: Option<String>,
    because: Option<Prose>,
    /// The questions that were put to the policies.
    tree: String,
    mend: Option<Prose>,
}

/// A tree, as lists within lists.
#[derive(Template)]
#[template(
    source = "<ul>{% for child in children %}<li>{{ Prose::new(child.label())|safe }}{{ self::below(child)|safe }}</li>{% endfor %}</ul>",
    ext = "html"
)]
struct Branch<'a> {
    children: &'a [Tree],
}

fn below(tree: &Tree) -> String {
    if tree.children().is_empty() {
        return String::new();
    }
    Branch { children: tree.children() }.render().unwrap_or_default()
}

/// `GET /console/trail/{id}`
pub(super) async fn event(
    State(app): State<Arc<App>>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    viewer.operator()?;
    let missing = || {
        let text = "No event has this id, and no call this request id.";
        viewer.refuse(StatusCode::NOT_FOUND, "There is no such event", text)
    };
    if id.len() > ID_BYTES_MAX {
        return Err(missing());
    }
    let found = reading(&app, move |database| {
        let Some(event) = database.by_id(&id)? else { return Ok(None) };
        let chain = daypass_trail::trace(&Reader(database), &id)?;
        Ok(Some((event, chain)))
    });
    let (stored, chain) = found.await?.ok_or_else(missing)?;
    let event = Event::new(&stored, app.clock.now());
    let claims = chain.as_ref().and_then(|chain| chain.origin.as_ref()).map(|origin| &origin.claims);
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let claims: Vec<(String, String)> =
        claims.into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect();
    let of_claims = claims.iter().find(|(name, _)| name == "run_id").map(|(_, value)| value.clone());
    let run = event.run.clone().or(of_claims).filter(|run| run.parse::<u64>().is_ok());
    Ok(render(&EventPage {
        frame: viewer.frame(Here::Trail, in_words(&event.name)),
        record: laid_out(&stored.record),
        explained: explained(&stored),
        chain: chain.filter(|_| event.source != "github.com"),
        event,
        run,
        claims,
    }))
}

fn explained(stored: &StoredEvent) -> Option<Explained> {
    let annotation = stored.annotation.as_ref()?;
    let explanation = Explanation::deserialize(&annotation.explanation).ok()?;
    let checks: Vec<Tree> =
        explanation.checks.iter().map(|check| reasons::tree(check, Names::Policies)).collect();
    let tree = if checks.is_empty() { String::new() } else { Branch { children: &checks }.render().ok()? };
    let mend = explanation.mend.clone().or_else(|| mend::in_sandbox(&explanation));
    Some(Explained {
        allowed: explanation.allowed,
        because: explanation.reason.as_ref().map(|reason| Prose::new(&reasons::sentence(reason))),
        tree,
        mend: mend.as_deref().map(Prose::new),
        error: explanation.error,
    })
}
