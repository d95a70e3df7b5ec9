//! Which jobs open which roles, and who stands between a push and a role: a picture, and the same in words.
//!
//! | module | part |
//! |---|---|
//! | [`context`] | the kinds of jobs that a repository can have |
//! | [`guard`] | who stands between a push and such a job's token |
//! | [`model`] | which roles they open |
//! | [`picture`] | the drawing |

mod context;
mod guard;
mod model;
mod picture;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use self::guard::Guard;
use self::model::{Map, Way};
use self::picture::Picture;
use super::page::{Frame, Here, PageError, render};
use super::viewer::Viewer;
use crate::github::hub::HubError;
use crate::state::App;

#[derive(Template)]
#[template(path = "console/trust.html")]
struct Page {
    frame: Frame,
    map: Map,
    picture: Picture,
    /// How many ways pass nobody, a machine, a person.
    counts: [usize; 3],
}

/// `GET /console/trust`
pub(super) async fn show(State(app): State<Arc<App>>, viewer: Viewer) -> Result<Response, PageError> {
    viewer.operator()?;
    let (asked, now) = (Arc::clone(&app), app.clock.now());
    // Thousands of questions to trust policies: away from the threads that answer requests.
    let made = tokio::task::spawn_blocking(move || Map::new(&asked, now)).await;
    let map = made.map_err(|error| HubError::Document(format!("the map could not be made: {error}")))?;
    let count = |guard: fn(&Guard) -> bool| map.ways.iter().filter(|way| guard(&way.context.guard)).count();
    let counts = [
        count(|guard| matches!(guard, Guard::Nobody(_))),
        count(|guard| matches!(guard, Guard::Machine(_))),
        count(|guard| matches!(guard, Guard::Person(_))),
    ];
    let picture = Picture::new(&map);
    Ok(render(&Page { frame: viewer.frame(Here::Trust, "Trust map"), map, picture, counts }))
}

impl Way {
    /// The page of the role.
    fn page(&self) -> String {
        format!("/console/roles/{}/{}", self.role.account, self.role.name)
    }
}
