//! The services that stand behind daypass: where they are, the keys for them, and the way there.
//!
//! **Invariant: nothing is sent to another place than the configured one.** Connections are made to the addresses that
//! the configuration was checked for, no name server and no proxy is asked, and an answer that redirects is passed on
//! and not followed.

mod client;
mod connector;
mod credentials;
mod error;
mod progress;
mod room;
mod silence;

use std::collections::BTreeMap;

use daypass_targets::gateway::Service;

pub(crate) use client::Upstream;
pub(crate) use error::Unanswered;
pub use error::UpstreamError;
pub(crate) use progress::Progress;
pub(crate) use room::{Place, Room};
pub(crate) use silence::Attended;

use crate::config::UpstreamEntry;

/// The configured upstreams.
pub struct Upstreams {
    by_service: BTreeMap<Service, Upstream>,
    /// For the bodies of calls to all of them.
    pub(crate) room: Room,
}

impl Upstreams {
    /// Makes ready to speak to them; none of them is asked anything.
    ///
    /// # Errors
    /// [`UpstreamError`] for a `ca_file` that cannot be used.
    pub fn open(entries: &[UpstreamEntry]) -> Result<Self, UpstreamError> {
        let opened = entries.iter().map(|entry| Ok((entry.service, Upstream::open(entry)?)));
        Ok(Self { by_service: opened.collect::<Result<_, _>>()?, room: Room::new() })
    }

    pub(crate) fn of(&self, service: Service) -> Option<&Upstream> {
        self.by_service.get(&service)
    }
}
