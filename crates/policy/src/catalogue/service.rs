//! Services and actions.

use std::collections::BTreeMap;

use super::index::{Section, numbers};
use super::key::{ConditionKey, KeyType};
use super::resource::ResourceType;
use crate::pattern;

/// What an action does, in the words of the Service Authorization Reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessLevel {
    /// Lists what there is.
    List,
    /// Changes who may do what.
    PermissionsManagement,
    /// Reads what is in it.
    Read,
    /// Changes tags.
    Tagging,
    /// Changes what is in it.
    Write,
}

/// A resource type that an action is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeededResource {
    /// The type's name in the service's list.
    pub name: &'static str,
    /// Whether the action always has one.
    pub is_required: bool,
}

/// An action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Its name without the service's prefix, `PutObject`.
    pub name: &'static str,
    /// What it does.
    pub access: AccessLevel,
    /// What it is done to; empty where only `*` can be said.
    pub resources: Vec<NeededResource>,
    /// The condition keys of its own that a request has; global keys and the resource's own are not repeated here.
    pub condition_keys: Vec<&'static str>,
    /// The actions that whoever does it needs besides, with their prefixes.
    pub dependent_actions: Vec<&'static str>,
}

/// A service of AWS.
#[derive(Debug)]
pub struct Service {
    prefix: &'static str,
    name: &'static str,
    is_reached_by_rcp: bool,
    actions: BTreeMap<String, Action>,
    resource_types: Vec<ResourceType>,
    condition_keys: Vec<ConditionKey>,
}

impl Service {
    pub(super) fn read(section: Section) -> Self {
        let (name, flags) = section.fields.split_once('\t').unwrap_or((section.fields, ""));
        let mut service = Self {
            prefix: section.name,
            name,
            is_reached_by_rcp: flags == "rcp",
            actions: BTreeMap::new(),
            resource_types: Vec::new(),
            condition_keys: Vec::new(),
        };
        let mut sets: Vec<&str> = Vec::new();
        for line in section.lines.lines() {
            match line.split_once(' ') {
                Some(("k", rest)) => service.condition_keys.extend(read_key(rest)),
                Some(("r", rest)) => service.add_resource(rest),
                Some(("s", rest)) => sets.push(rest),
                Some(("a", rest)) => service.add_action(rest, &sets),
                _ => {}
            }
        }
        service
    }

    fn add_resource(&mut self, fields: &'static str) {
        let mut fields = fields.split('\t');
        let name = fields.next().unwrap_or_default();
        let template = fields.next().unwrap_or_default();
        let keys = self.key_names(fields.next().unwrap_or_default());
        self.resource_types.push(ResourceType::new(name, template, keys));
    }

    fn add_action(&mut self, fields: &'static str, sets: &[&str]) {
        let mut fields = fields.split('\t');
        let Some((level, name)) = fields.next().and_then(|head| head.split_once(' ')) else { return };
        let resources = fields.next().unwrap_or_default().split(' ').filter_map(|word| {
            let (number, is_required) = match word.strip_suffix('!') {
                Some(number) => (number, true),
                None => (word, false),
            };
            let kind = self.resource_types.get(number.parse::<usize>().ok()?)?;
            Some(NeededResource { name: kind.name, is_required })
        });
        let resources = resources.collect();
        let keys = fields.next().unwrap_or_default();
        let keys = match keys.strip_prefix('s').and_then(|number| number.parse::<usize>().ok()) {
            Some(number) => sets.get(number).copied().unwrap_or_default(),
            None => keys,
        };
        let dependents = fields.next().unwrap_or_default();
        let action = Action {
            name,
            access: access(level),
            resources,
            condition_keys: self.key_names(keys),
            dependent_actions: dependents.split(' ').filter(|name| !name.is_empty()).collect(),
        };
        self.actions.insert(name.to_ascii_lowercase(), action);
    }

    fn key_names(&self, field: &str) -> Vec<&'static str> {
        numbers(field).filter_map(|number| self.condition_keys.get(number)).map(|key| key.name).collect()
    }

    /// The prefix of its actions, `s3`.
    #[must_use]
    pub const fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// Its name, `Amazon S3`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Whether resource control policies may name its actions.
    #[must_use]
    pub const fn is_reached_by_rcp(&self) -> bool {
        self.is_reached_by_rcp
    }

    /// Its actions, by name.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.actions.values()
    }

    /// An action by its name without the prefix, in any case.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.get(&name.to_ascii_lowercase())
    }

    /// The actions whose name without the prefix matches a pattern of `*` and `?`, in any case.
    pub fn actions_matching<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Action> {
        self.actions().filter(move |action| pattern::matches_ignoring_case(name, action.name))
    }

    /// Its resource types, by name.
    pub fn resource_types(&self) -> impl Iterator<Item = &ResourceType> {
        self.resource_types.iter()
    }

    /// A resource type by its name.
    #[must_use]
    pub fn resource_type(&self, name: &str) -> Option<&ResourceType> {
        self.resource_types.iter().find(|kind| kind.name == name)
    }

    /// Its condition keys, by name; the global ones that it lists are among them.
    pub fn condition_keys(&self) -> impl Iterator<Item = &ConditionKey> {
        self.condition_keys.iter()
    }

    /// A condition key by its name, in any case, with something in place of `${TagKey}` and the like.
    #[must_use]
    pub fn condition_key(&self, name: &str) -> Option<&ConditionKey> {
        let exact = self.condition_keys.iter().find(|key| key.name.eq_ignore_ascii_case(name));
        exact.or_else(|| self.condition_keys.iter().find(|key| key.is_named(name)))
    }

    /// Every condition key that a request for an action may have: the action's own and those of its resource types.
    #[must_use]
    pub fn keys_of(&self, action: &Action) -> Vec<&'static str> {
        let kinds = action.resources.iter().filter_map(|needed| self.resource_type(needed.name));
        let mut keys: Vec<&str> = kinds.flat_map(|kind| kind.condition_keys.iter().copied()).collect();
        keys.extend(&action.condition_keys);
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

fn read_key(field: &'static str) -> Option<ConditionKey> {
    let (letter, name) = field.split_once(' ')?;
    Some(ConditionKey { name, kind: KeyType::of(letter) })
}

fn access(letter: &str) -> AccessLevel {
    match letter {
        "L" => AccessLevel::List,
        "P" => AccessLevel::PermissionsManagement,
        "R" => AccessLevel::Read,
        "T" => AccessLevel::Tagging,
        _ => AccessLevel::Write,
    }
}
