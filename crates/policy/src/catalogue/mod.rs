//! What AWS offers: services, their actions, resource types and condition keys, and the operations of their APIs.
//!
//! The tables are written by `cargo xtask catalog` from public package data (the versions and licences stand in their
//! first lines) and follow the Service Authorization Reference. They are part of the binary; a service is read from its
//! lines when it is first asked for, and kept.
//!
//! Names of services, actions and condition keys are compared without regard to case, as IAM does.

pub(crate) mod glob;
mod index;
mod key;
mod model;
mod nearest;
mod resource;
mod service;

pub use key::{ConditionKey, KeyType};
pub use model::{Model, Operation, Parameter, model, models, models_signing};
pub use nearest::{nearest, suggest};
pub use resource::ResourceType;
pub use service::{AccessLevel, Action, NeededResource, Service};

use std::collections::BTreeSet;
use std::sync::LazyLock;

use index::Index;
use key::fits;

static ACTIONS: Index<Service> = Index::new(include_str!("actions.txt"), Service::read);

/// The name under which the table keeps the global condition keys.
const GLOBAL: &str = "aws";

/// A service by the prefix of its actions, `s3`.
#[must_use]
pub fn service(prefix: &str) -> Option<&'static Service> {
    if prefix.eq_ignore_ascii_case(GLOBAL) { None } else { ACTIONS.find(prefix) }
}

/// The prefixes of all services, in their order.
pub fn services() -> impl Iterator<Item = &'static str> {
    ACTIONS.names().filter(|name| *name != GLOBAL)
}

/// An action by its whole name, `s3:GetObject`.
#[must_use]
pub fn action(name: &str) -> Option<&'static Action> {
    let (prefix, name) = name.split_once(':')?;
    service(prefix)?.action(name)
}

/// The global condition keys, in their order.
pub fn global_condition_keys() -> impl Iterator<Item = &'static ConditionKey> {
    ACTIONS.find(GLOBAL).into_iter().flat_map(Service::condition_keys)
}

/// A global condition key by its name, `aws:SourceIp` or `aws:PrincipalTag/team`.
#[must_use]
pub fn global_condition_key(name: &str) -> Option<&'static ConditionKey> {
    ACTIONS.find(GLOBAL)?.condition_key(name)
}

/// A condition key by its name, global or of a service.
#[must_use]
pub fn condition_key(name: &str) -> Option<&'static ConditionKey> {
    let (prefix, _) = name.split_once(':')?;
    let own = service(prefix).and_then(|service| service.condition_key(name));
    global_condition_key(name).or(own).or_else(|| {
        let foreign = FOREIGN.iter().filter(|(known, _)| fits(known, prefix));
        foreign.filter_map(|(_, owner)| service(owner)).find_map(|service| service.condition_key(name))
    })
}

/// Whether some service has condition keys of this prefix: its own, or another as `sts` has those of `saml`.
#[must_use]
pub fn is_key_prefix(prefix: &str) -> bool {
    prefix.eq_ignore_ascii_case(GLOBAL)
        || service(prefix).is_some()
        || FOREIGN.iter().any(|(known, _)| fits(known, prefix))
}

/// The prefixes of condition keys that stand with another service than their own, each with that service.
static FOREIGN: LazyLock<BTreeSet<(&'static str, &'static str)>> = LazyLock::new(|| {
    let sections = ACTIONS.sections();
    sections
        .flat_map(|(owner, lines)| {
            let keys = lines.lines().filter_map(|line| line.strip_prefix("k ")?.split_once(' '));
            keys.filter_map(|(_, key)| key.split_once(':'))
                .map(|(prefix, _)| prefix)
                .filter(move |prefix| *prefix != owner && *prefix != GLOBAL)
                .map(move |prefix| (prefix, owner))
        })
        .collect()
});

/// The services whose resource types have ARNs of this service part: mostly the one of that prefix. None where no ARN
/// has it.
#[must_use]
pub fn services_with_arns_of(part: &str) -> Vec<&'static Service> {
    let first = (part, "");
    let owners = ARN_SERVICES.range(first..).take_while(|(known, _)| *known == part);
    owners.filter_map(|(_, owner)| service(owner)).collect()
}

/// The service parts of ARNs, each with a service that has resource types of it.
static ARN_SERVICES: LazyLock<BTreeSet<(&'static str, &'static str)>> = LazyLock::new(|| {
    let sections = ACTIONS.sections();
    sections
        .flat_map(|(owner, lines)| {
            let resources = lines.lines().filter(|line| line.starts_with("r "));
            let parts = resources.filter_map(|line| line.split_once("\t~")?.1.split(':').next());
            parts.map(move |part| (part, owner))
        })
        .collect()
});
