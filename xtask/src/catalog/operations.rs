//! The table of operations and their parameters.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::packages::{self, BOTOCORE};
use super::table::{Numbered, line, text, texts};
use crate::failure::{Failure, Outcome};

const LEGEND: &str = "\
# Lines: `=` a service: botocore's name, service id, signing name, endpoint prefix, protocol, API version; `p` the names of its
# operations' parameters, numbered from 0; `o` an operation and the numbers of its parameters (! needed), where a number
# with + and a count stands for so many that follow it.
";

pub(super) fn table(package: &Path) -> Outcome<String> {
    let mut output = format!(
        "# Operations of AWS's services and their parameters. Written by `cargo xtask catalog`; not to be edited.\n\
         # From {} {} ({}).\n{LEGEND}",
        BOTOCORE.name, BOTOCORE.version, BOTOCORE.licence
    );
    for (service, file) in models(&package.join("data"))? {
        let model = packages::read_compressed_json(&file)?;
        write(&service, &model, &mut output);
    }
    Ok(output)
}

/// The newest model of each service.
fn models(data: &Path) -> Outcome<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    for (service, folder) in folders(data)? {
        let newest = folders(&folder)?.into_iter().rev().find_map(|(_, version)| {
            let file = version.join("service-2.json.gz");
            file.exists().then_some(file)
        });
        if let Some(file) = newest {
            found.insert(service, file);
        }
    }
    Ok(found)
}

fn folders(folder: &Path) -> Outcome<BTreeMap<String, PathBuf>> {
    let entries =
        fs::read_dir(folder).map_err(Failure::during(format_args!("cannot list {}", folder.display())))?;
    let mut found = BTreeMap::new();
    for entry in entries {
        let entry = entry.map_err(Failure::during(format_args!("cannot list {}", folder.display())))?;
        if entry.path().is_dir() {
            found.insert(entry.file_name().to_string_lossy().into_owned(), entry.path());
        }
    }
    Ok(found)
}

fn write(service: &str, model: &Value, output: &mut String) {
    let metadata = model.get("metadata").unwrap_or(&Value::Null);
    let prefix = text(metadata, "endpointPrefix");
    let signing = Some(text(metadata, "signingName")).filter(|name| !name.is_empty()).unwrap_or(prefix);
    let fields = [
        &format!("= {service}"),
        text(metadata, "serviceId"),
        signing,
        prefix,
        text(metadata, "protocol"),
        text(metadata, "apiVersion"),
    ];
    line(output, &fields);
    let operations: BTreeMap<&str, Parameters<'_>> = model
        .get("operations")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, operation)| (name.as_str(), Parameters::of(model, operation)))
        .collect();
    let names: BTreeSet<&str> =
        operations.values().flat_map(|parameters| parameters.names.iter().copied()).collect();
    let numbers = Numbered::new(&names);
    if !names.is_empty() {
        let names: Vec<&str> = names.iter().copied().collect();
        line(output, &[&format!("p {}", names.join(" "))]);
    }
    for (name, parameters) in operations {
        line(output, &[&format!("o {name}"), &parameters.numbered(&numbers)]);
    }
}

/// The members of an operation's input.
struct Parameters<'a> {
    names: BTreeSet<&'a str>,
    needed: BTreeSet<&'a str>,
}

impl<'a> Parameters<'a> {
    fn of(model: &'a Value, operation: &'a Value) -> Self {
        let shape = operation.get("input").map(|input| text(input, "shape"));
        let shape = shape.and_then(|name| model.get("shapes")?.get(name));
        let members = shape.and_then(|shape| shape.get("members")?.as_object());
        Self {
            names: members.into_iter().flatten().map(|(name, _)| name.as_str()).collect(),
            needed: shape.and_then(|shape| shape.get("required")).into_iter().flat_map(texts).collect(),
        }
    }

    fn numbered(&self, numbers: &Numbered<'_>) -> String {
        let mut runs: Vec<(usize, bool, usize)> = Vec::new();
        for name in &self.names {
            let Some(number) = numbers.number(name) else { continue };
            let is_needed = self.needed.contains(name);
            match runs.last_mut() {
                Some((first, same, count)) if *same == is_needed && *first + *count == number => *count += 1,
                _ => runs.push((number, is_needed, 1)),
            }
        }
        let words: Vec<String> = runs
            .into_iter()
            .map(|(first, is_needed, count)| {
                let more = if count > 1 { format!("+{}", count - 1) } else { String::new() };
                format!("{first}{more}{}", if is_needed { "!" } else { "" })
            })
            .collect();
        words.join(" ")
    }
}
