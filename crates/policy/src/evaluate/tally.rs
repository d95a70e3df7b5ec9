//! What the kinds of policies said, summed up to an answer.
//!
//! Source: IAM user guide, "How AWS enforcement code logic evaluates requests to allow or deny access", which names the
//! kinds in the order in which they are looked at; the first that does not allow is the one to blame.

use super::grant::{self, Grant};
use super::{Policies, Request};
use crate::document::{Effect, Statement};
use crate::reason::{Layer, Verdict};

/// The sum so far.
#[derive(Debug)]
pub(super) struct Tally {
    /// Whether the resource is of another account than the caller.
    is_across: bool,
    /// Whom to blame where neither the caller's own policies nor the resource's allow.
    granting: Layer,
    denied: Option<Layer>,
    /// The furthest that a matching Allow of the resource's policies goes.
    grant: Option<Grant>,
    identity: bool,
    resource: bool,
    session: bool,
    boundary: bool,
    service_control: bool,
    resource_control: bool,
}

impl Tally {
    pub(super) fn new(policies: &Policies<'_>, request: &Request<'_>) -> Self {
        let own = request.principal.account();
        let is_across = own.zip(request.resource_account).is_some_and(|(own, owner)| own != owner);
        // Who is no identity of an account has no policies of its own.
        let resource_only = own.is_none() && policies.identity.is_empty() && !policies.resource.is_empty();
        Self {
            is_across,
            granting: if resource_only { Layer::Resource } else { Layer::Identity },
            denied: None,
            grant: None,
            identity: false,
            resource: false,
            session: policies.session.is_none(),
            boundary: policies.boundary.is_none(),
            service_control: true,
            resource_control: true,
        }
    }

    pub(super) const fn is_across(&self) -> bool {
        self.is_across
    }

    pub(super) const fn is_denied(&self) -> bool {
        self.denied.is_some()
    }

    /// Takes down a statement that matched.
    pub(super) fn note(&mut self, layer: Layer, statement: &Statement, request: &Request<'_>) {
        match statement.effect {
            Effect::Deny => self.denied = self.denied.or(Some(layer)),
            Effect::Allow if layer == Layer::Resource => {
                self.grant = self.grant.max(grant::of(&statement.principals, &request.principal));
            }
            Effect::Allow => {}
        }
    }

    /// Takes down whether the policies of a kind, or of a level of it, allow.
    pub(super) const fn close(&mut self, layer: Layer, allowed: bool) {
        match layer {
            Layer::Boundary => self.boundary = allowed,
            Layer::Identity => self.identity = allowed,
            Layer::Resource => self.resource = allowed,
            Layer::ResourceControl => self.resource_control &= allowed,
            Layer::ServiceControl => self.service_control &= allowed,
            Layer::Session => self.session = allowed,
            Layer::Trust => {}
        }
    }

    pub(super) fn verdict(&self) -> Verdict {
        if let Some(layer) = self.denied {
            return Verdict::ExplicitlyDenied { layer };
        }
        self.silent().map_or(Verdict::Allowed, |layer| Verdict::ImplicitlyDenied { layer })
    }

    /// The first kind that has to allow and does not.
    fn silent(&self) -> Option<Layer> {
        let control =
            [(self.resource_control, Layer::ResourceControl), (self.service_control, Layer::ServiceControl)];
        let is_granted = !self.is_across && self.grant == Some(Grant::ForAll);
        let identity = self.identity || !self.is_across && self.grant.is_some();
        let rest = [
            (identity, self.granting),
            (self.resource || !self.is_across, Layer::Resource),
            (self.boundary, Layer::Boundary),
            (self.session, Layer::Session),
        ];
        let needed = control.into_iter().chain(rest.into_iter().filter(|_| !is_granted));
        needed.into_iter().find_map(|(allows, layer)| (!allows).then_some(layer))
    }
}
