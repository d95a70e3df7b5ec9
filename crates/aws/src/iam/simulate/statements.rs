//! The statements that decided, and where they stand.
//!
//! A statement's place is told as AWS's reader of JSON sees it (observed): it begins where the token before it has ended,
//! so after the bracket of the list or after the statement before it, and it ends after its closing brace.

use std::collections::BTreeSet;

use daypass_policy::{Context, Effect, Layer, LayerReport, Mismatch, Outcome, Span, Statement, Version};

use super::sources::{Source, Sources};
use crate::shape::Shape;

/// A statement that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    id: String,
    kind: &'static str,
    start: (usize, usize),
    end: (usize, usize),
}

impl Matched {
    /// The structure `Statement`.
    #[must_use]
    pub fn shape(&self) -> Shape {
        let position = |(line, column): (usize, usize)| {
            Shape::structure([("Line", Shape::text(line)), ("Column", Shape::text(column))])
        };
        Shape::structure([
            ("SourcePolicyId", Shape::text(&self.id)),
            ("SourcePolicyType", Shape::text(self.kind)),
            ("StartPosition", position(self.start)),
            ("EndPosition", position(self.end)),
        ])
    }
}

/// The policies of a kind that a report is about. Those of an organisation are not told.
fn of_layer(sources: &Sources, layer: Layer) -> &[Source] {
    match layer {
        Layer::Identity => &sources.identity,
        Layer::Boundary => sources.boundary.as_slice(),
        Layer::Resource => sources.resource.as_slice(),
        Layer::ResourceControl | Layer::ServiceControl | Layer::Session | Layer::Trust => &[],
    }
}

/// Every statement of a report beside what became of it.
fn statements<'a>(
    sources: &'a Sources,
    report: &'a LayerReport,
) -> impl Iterator<Item = (&'a Source, &'a Statement, &'a Outcome)> {
    let all = of_layer(sources, report.layer).iter();
    let all =
        all.flat_map(|source| source.document.statements().iter().map(move |statement| (source, statement)));
    all.zip(&report.statements).map(|((source, statement), told)| (source, statement, &told.outcome))
}

/// The statements with this effect that matched. What lets in is told of the caller's and the resource's policies only:
/// a boundary lets nobody in.
#[must_use]
pub fn matched(sources: &Sources, reports: &[LayerReport], effect: Effect) -> Vec<Matched> {
    let told = reports.iter().filter(|report| effect == Effect::Deny || report.layer != Layer::Boundary);
    told.flat_map(|report| statements(sources, report).map(move |found| (report.layer, found)))
        .filter(|(_, (_, statement, outcome))| {
            statement.effect == effect && matches!(outcome, Outcome::Matched)
        })
        .map(|(layer, (source, statement, _))| {
            let kind = if layer == Layer::Resource { "Resource Policy" } else { "IAM Policy" };
            let (start, end) = place(source.document.text(), statement.span);
            Matched { id: source.id.clone(), kind, start, end }
        })
        .collect()
}

/// The keys that statements about this call read, in their conditions and variables, and that were not given: each once,
/// as it is spelled first.
#[must_use]
pub fn missing_keys(sources: &Sources, reports: &[LayerReport], context: &Context) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut missing = Vec::new();
    for (source, statement, outcome) in reports.iter().flat_map(|report| statements(sources, report)) {
        let has_variables = source.document.version() == Version::V2012;
        let about = match outcome {
            Outcome::Matched | Outcome::Failed(Mismatch::Condition { .. }) => true,
            // The resource may be another once the variable has a value.
            Outcome::Failed(Mismatch::Resource { .. }) => {
                has_variables && statement.resources.texts().iter().any(|text| text.contains("${"))
            }
            Outcome::Failed(_) => false,
        };
        if !about {
            continue;
        }
        let mut keys: Vec<&str> =
            statement.conditions.iter().map(|condition| condition.key.as_str()).collect();
        if has_variables {
            let values = statement.conditions.iter().flat_map(|condition| &condition.values);
            keys.extend(statement.resources.texts().iter().chain(values).flat_map(|text| variables(text)));
        }
        let absent = keys.into_iter().filter(|key| context.get(key).is_none());
        missing.extend(absent.filter(|key| seen.insert(key.to_ascii_lowercase())).map(str::to_owned));
    }
    missing
}

/// The keys of the policy variables in a text.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    let written = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
    written
        .map(|(inner, _)| inner.split_once(',').map_or(inner, |(key, _)| key).trim())
        .filter(|key| !matches!(*key, "*" | "?" | "$" | ""))
}

/// Line and column, from 1, of a statement's two ends.
fn place(text: &str, span: Span) -> ((usize, usize), (usize, usize)) {
    let before = text.get(..span.offset).unwrap_or_default().trim_end();
    let start = match before.strip_suffix(',') {
        Some(before) => before.trim_end().len(),
        None => before.len(),
    };
    let point = |offset: usize| {
        let Span { line, column, .. } = Span::of(text, offset, offset);
        (line, column)
    };
    (point(start), point(span.offset + span.length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_observed_of_aws() {
        let administrator = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \
                             \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}";
        let open = administrator.rfind("    {").unwrap() + 4;
        let close = administrator.rfind("    }").unwrap() + 5;
        assert_eq!(place(administrator, Span::of(administrator, open, close)), ((3, 17), (8, 6)));
        let compact = "{\"Version\":\"2012-10-17\",\"Statement\":[{},{}]}";
        assert_eq!(place(compact, Span::of(compact, 37, 39)), ((1, 38), (1, 40)));
        assert_eq!(place(compact, Span::of(compact, 40, 42)), ((1, 40), (1, 43)));
    }

    #[test]
    fn variables_are_keys() {
        let found: Vec<&str> = variables("arn:aws:s3:::${aws:username}/${*}${a:b, 'none'}/${open").collect();
        assert_eq!(found, ["aws:username", "a:b"]);
    }
}
