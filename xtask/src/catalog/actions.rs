//! The table of actions, resource types and condition keys.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::packages::{self, IAM_DATA};
use super::table::{Numbered, items, joined, line, text, texts};
use crate::failure::{Failure, Outcome};

/// Keys of identity tokens that IAM's pages on federation name, and that the package leaves out.
const TOKEN_KEYS: [&str; 5] = ["amr", "aud", "email", "oaud", "sub"];

const LEGEND: &str = "\
# Lines: `=` a service: prefix, name, `rcp` where resource control policies reach it; `p` a prefix of its condition keys that is not
# its own; `k` a condition key with the letter of its type: S text, N number, D date, B boolean, A ARN, I IP address,
# small where it holds several; `r` a resource type: name, ARN (~ is `arn:${Partition}:`), numbers of its keys; `s` a
# set of key numbers that several actions share, numbered from 0; `a` an action: L list, R read, W write, T tagging, P
# permissions, its name, numbers of its resource types (! needed), its keys (numbers, or `s` and the number of a set),
# and the actions it depends on. Numbers count from 0 in the order of the service's lines. The service `aws` holds the
# global condition keys.
";

pub(super) fn table(package: &Path) -> Outcome<String> {
    let data = package.join("data");
    let read = |path: &str| packages::read_json(&data.join(path));
    let names = read("serviceNames.json")?;
    let controlled = read("rcpSupportedServices.json")?;
    let controlled: BTreeSet<&str> = texts(&controlled).collect();
    let foreign = read("unassociatedConditions.json")?;
    let services = read("services.json")?;
    let services: BTreeSet<&str> = texts(&services).collect();

    let mut output = format!(
        "# Actions, resource types and condition keys of AWS's services. Written by `cargo xtask catalog`; not to be edited.\n\
         # From {} {} ({}).\n{LEGEND}",
        IAM_DATA.name, IAM_DATA.version, IAM_DATA.licence
    );
    for licence_line in packages::read_text(&package.join("LICENSE.txt"))?.lines() {
        line(&mut output, &[format!("# {licence_line}").trim_end()]);
    }
    globals(package, &mut output)?;
    for service in services {
        let name = names.get(service).and_then(Value::as_str).unwrap_or(service);
        let rcp = if controlled.contains(service) { "rcp" } else { "" };
        line(&mut output, &[&format!("= {service}"), name, rcp]);
        for (prefix, owners) in foreign.as_object().into_iter().flatten() {
            if texts(owners).any(|owner| owner == service) {
                line(&mut output, &[&format!("p {prefix}")]);
            }
        }
        let actions = read(&format!("actions/{service}.json"))?;
        let resources = read(&format!("resourceTypes/{service}.json"))?;
        let keys = read(&format!("conditionKeys/{service}.json"))?;
        Service { service, actions: &actions, resources: &resources, keys: &keys }.write(&mut output)?;
    }
    Ok(output)
}

/// The global condition keys stand in a module of the package, not in its data.
fn globals(package: &Path, output: &mut String) -> Outcome {
    let module = packages::read_text(&package.join("dist/cjs/globalConditionKeys.js"))?;
    let quoted = |line: &str, name: &str| {
        let rest = line.trim().strip_prefix(name)?.strip_prefix(": '")?;
        rest.split_once('\'').map(|(value, _)| value.to_owned())
    };
    let mut keys = BTreeMap::new();
    let mut current = None;
    for source_line in module.lines() {
        if let Some(key) = quoted(source_line, "key") {
            current = Some(key);
        } else if let Some(kind) = quoted(source_line, "type")
            && let Some(key) = current.take()
        {
            keys.insert(key.replace("/tag-key", "/${TagKey}"), kind);
        }
    }
    if keys.len() < 40 {
        return Err(Failure::new("the package's module of global condition keys has another shape"));
    }
    line(output, &["= aws", "Global condition keys"]);
    for (key, kind) in keys {
        line(output, &[&format!("k {} {key}", letter(&kind)?)]);
    }
    Ok(())
}

struct Service<'a> {
    service: &'a str,
    actions: &'a Value,
    resources: &'a Value,
    keys: &'a Value,
}

impl Service<'_> {
    fn write(&self, output: &mut String) -> Outcome {
        let mut keys: BTreeMap<String, char> = BTreeMap::new();
        for key in items(self.keys) {
            keys.insert(placeholder(text(key, "key")), letter(text(key, "type"))?);
        }
        for key in self.token_keys(keys.keys().map(String::as_str)) {
            let letter = if key.ends_with(":amr") { 's' } else { 'S' };
            keys.entry(key).or_insert(letter);
        }
        let key_names: BTreeSet<&str> = keys.keys().map(String::as_str).collect();
        let key_numbers = Numbered::new(&key_names);
        for (key, letter) in &keys {
            line(output, &[&format!("k {letter} {key}")]);
        }
        let mut resources: Vec<&Value> = items(self.resources);
        resources.sort_by_key(|resource| text(resource, "key"));
        let resource_names: BTreeSet<&str> = resources.iter().map(|resource| text(resource, "key")).collect();
        let resource_numbers = Numbered::new(&resource_names);
        for resource in &resources {
            let numbers = numbers_of(&key_numbers, &condition_keys(resource));
            let arn = text(resource, "arn").replace("arn:${Partition}:", "~");
            line(output, &[&format!("r {}", text(resource, "key")), &arn, &joined(&numbers)]);
        }
        self.write_actions(&key_numbers, &resource_numbers, output)
    }

    fn write_actions(&self, keys: &Numbered<'_>, resources: &Numbered<'_>, output: &mut String) -> Outcome {
        let mut actions: Vec<&Value> = items(self.actions);
        actions.sort_by_key(|action| text(action, "name"));
        let sets: Vec<Vec<usize>> =
            actions.iter().map(|action| numbers_of(keys, &self.action_keys(action))).collect();
        let mut uses: BTreeMap<&[usize], usize> = BTreeMap::new();
        for set in sets.iter().filter(|set| set.len() > 1) {
            *uses.entry(set).or_default() += 1;
        }
        let shared: Vec<&[usize]> =
            uses.into_iter().filter(|(_, uses)| *uses > 1).map(|(set, _)| set).collect();
        for set in &shared {
            line(output, &[&format!("s {}", joined(set))]);
        }
        for (action, set) in actions.iter().zip(&sets) {
            let keys = match shared.iter().position(|known| known == set) {
                Some(number) => format!("s{number}"),
                None => joined(set),
            };
            let dependents: BTreeSet<&str> =
                parts(action).flat_map(|part| part.get("dependentActions")).flat_map(texts).collect();
            let dependents: Vec<&str> = dependents.into_iter().collect();
            let head = format!("a {} {}", level(text(action, "accessLevel"))?, text(action, "name"));
            line(output, &[&head, &needed(action, resources), &keys, &dependents.join(" ")]);
        }
        Ok(())
    }

    fn action_keys(&self, action: &Value) -> Vec<String> {
        let mut keys: Vec<String> = parts(action).flat_map(condition_keys).collect();
        keys.extend(self.token_keys(keys.iter().map(String::as_str)));
        keys
    }

    /// The keys of every identity token, for each provider that one of these keys is of.
    fn token_keys<'b>(&self, keys: impl Iterator<Item = &'b str>) -> BTreeSet<String> {
        let prefixes: BTreeSet<&str> = keys
            .filter_map(|key| key.split_once(':').map(|(prefix, _)| prefix))
            .filter(|prefix| self.service == "sts" && prefix.contains('.'))
            .collect();
        let names = |prefix| TOKEN_KEYS.iter().map(move |name| format!("{prefix}:{name}"));
        prefixes.into_iter().flat_map(names).collect()
    }
}

/// The action itself, and what it needs of each of its resource types.
fn parts(action: &Value) -> impl Iterator<Item = &Value> {
    std::iter::once(action).chain(action.get("resourceTypes").into_iter().flat_map(items))
}

fn condition_keys(part: &Value) -> Vec<String> {
    part.get("conditionKeys").into_iter().flat_map(texts).map(placeholder).collect()
}

fn numbers_of(keys: &Numbered<'_>, names: &[String]) -> Vec<usize> {
    keys.numbers(names.iter().map(String::as_str))
}

fn needed(action: &Value, resources: &Numbered<'_>) -> String {
    let mut words = BTreeSet::new();
    for resource in action.get("resourceTypes").into_iter().flat_map(items) {
        let is_needed = resource.get("required").and_then(Value::as_bool) == Some(true);
        if let Some(number) = resources.number(text(resource, "name")) {
            words.insert((number, is_needed));
        }
    }
    let words: Vec<String> = words
        .into_iter()
        .map(|(number, is_needed)| format!("{number}{}", if is_needed { "!" } else { "" }))
        .collect();
    words.join(" ")
}

/// Two notations of the package for a part that the reader fills in become one.
fn placeholder(key: &str) -> String {
    key.replace("<key>", "${Key}")
}

fn letter(kind: &str) -> Outcome<char> {
    Ok(match kind {
        "String" => 'S',
        "ArrayOfString" => 's',
        "Numeric" => 'N',
        "Date" => 'D',
        "Bool" => 'B',
        "ArrayOfBool" => 'b',
        "ARN" => 'A',
        "ArrayOfARN" => 'a',
        "IPAddress" => 'I',
        other => {
            return Err(Failure::new(format!("the package has a new type of condition keys: `{other}`")));
        }
    })
}

fn level(level: &str) -> Outcome<char> {
    Ok(match level {
        "List" => 'L',
        "Read" => 'R',
        "Write" => 'W',
        "Tagging, Write" | "Tagging" => 'T',
        "Permissions management, Write" | "Permissions management" => 'P',
        other => return Err(Failure::new(format!("the package has a new level of access: `{other}`"))),
    })
}
