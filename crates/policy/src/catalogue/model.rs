//! The operations of AWS's APIs, as botocore describes them.

use std::collections::BTreeMap;

use super::index::{Index, Section};

static OPERATIONS: Index<Model> = Index::new(include_str!("operations.txt"), Model::read);

/// A service's API by botocore's name for it, `s3` or `cognito-idp`.
#[must_use]
pub fn model(name: &str) -> Option<&'static Model> {
    OPERATIONS.find(name)
}

/// The names of all APIs, in their order.
pub fn models() -> impl Iterator<Item = &'static str> {
    OPERATIONS.names()
}

/// The APIs whose requests are signed for this service: one service may have several.
pub fn models_signing(service: &str) -> impl Iterator<Item = &'static Model> {
    models().filter_map(model).filter(move |model| model.signing_name.eq_ignore_ascii_case(service))
}

/// A service's API.
#[derive(Debug)]
pub struct Model {
    /// Botocore's name for it.
    pub name: &'static str,
    /// The service id, `S3`.
    pub service_id: &'static str,
    /// The service of the signature's scope.
    pub signing_name: &'static str,
    /// The first label of its host names.
    pub endpoint_prefix: &'static str,
    /// `query`, `ec2`, `json`, `rest-json`, `rest-xml` or a later one.
    pub protocol: &'static str,
    /// The version of the API, a date.
    pub api_version: &'static str,
    operations: BTreeMap<&'static str, Operation>,
}

/// An operation of an API.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// Its name, `PutObject`.
    pub name: &'static str,
    /// Its parameters, by name.
    pub parameters: Vec<Parameter>,
}

/// A parameter of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, as SDKs spell it.
    pub name: &'static str,
    /// Whether it must be given.
    pub is_required: bool,
}

impl Model {
    fn read(section: Section) -> Self {
        let mut fields = section.fields.split('\t');
        let mut field = || fields.next().unwrap_or_default();
        let mut model = Self {
            name: section.name,
            service_id: field(),
            signing_name: field(),
            endpoint_prefix: field(),
            protocol: field(),
            api_version: field(),
            operations: BTreeMap::new(),
        };
        let mut names: Vec<&str> = Vec::new();
        for line in section.lines.lines() {
            match line.split_once(' ') {
                Some(("p", rest)) => names = rest.split(' ').collect(),
                Some(("o", rest)) => {
                    let (name, numbers) = rest.split_once('\t').unwrap_or((rest, ""));
                    let operation = Operation { name, parameters: parameters(numbers, &names) };
                    model.operations.insert(name, operation);
                }
                _ => {}
            }
        }
        model
    }

    /// Its operations, by name.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.values()
    }

    /// An operation by its name, letter by letter as AWS takes it.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.get(name)
    }
}

fn parameters(field: &str, names: &[&'static str]) -> Vec<Parameter> {
    let runs = field.split(' ').filter(|word| !word.is_empty());
    runs.flat_map(|word| {
        let (word, is_required) = match word.strip_suffix('!') {
            Some(word) => (word, true),
            None => (word, false),
        };
        let (first, more) = word.split_once('+').unwrap_or((word, "0"));
        let first = first.parse().unwrap_or(usize::MAX);
        let count = more.parse().map_or(0, |more: usize| more.saturating_add(1));
        let run = names.iter().skip(first).take(count);
        run.map(move |name| Parameter { name, is_required })
    })
    .collect()
}
