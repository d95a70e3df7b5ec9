//! What is wrong with a policy, or could be better: all of it, not the first thing only.
//!
//! The checks, their severities and their names are those of IAM Access Analyzer's `ValidatePolicy` (IAM user guide, "IAM
//! policy validation check reference") where it has them; those of our own are marked as such in their modules. The
//! sentences are our own. What exists is told by the [`catalogue`](crate::catalogue).
//!
//! The walk is lenient: a policy that [`Document::parse`] refuses is checked as far as it can be understood, and the
//! refusal itself is among the findings.

mod arn;
mod code;
mod codes;
mod draft;
mod operator;
mod report;
mod rules;

use daypass_diagnostic::{Finding, Path, Point, Severity, Step};

use crate::document::{Document, Kind, ParseError};
use crate::grammar::POLICY_BYTES_MAX;
use crate::json;
use code::Code;
use codes::CODES;
use draft::Draft;
use report::{Report, extent};

/// Stands for text that nobody knows before a deployment: a rule says nothing about a value that has it.
///
/// It is the first character of Unicode's private use area, which AWS's policies cannot hold.
pub const UNKNOWN: char = '\u{e000}';

/// What the one who asks knows besides the text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options<'a> {
    /// The type of resource that a resource policy is for, as CloudFormation names it, `AWS::S3::Bucket`.
    pub resource_type: Option<&'a str>,
}

const JSON_SYNTAX_ERROR: Code = Code::error("JSON_SYNTAX_ERROR");
const POLICY_TOO_LONG: Code = Code::own(
    "POLICY_TOO_LONG",
    Severity::Error,
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
);
const POLICY_REFUSED: Code = Code::own(
    "POLICY_REFUSED",
    Severity::Error,
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
);

/// Checks a policy; the findings come in the order of its text.
///
/// A text over [`POLICY_BYTES_MAX`] is not read: that is its only finding. At most
/// [`FINDINGS_MAX`] findings are given.
#[must_use]
pub fn validate(kind: Kind, text: &str, options: Options<'_>) -> Vec<Finding> {
    let mut report = Report::new(text);
    if text.len() > POLICY_BYTES_MAX {
        let message =
            format!("the policy has {} bytes; no more than {POLICY_BYTES_MAX} are read", text.len());
        report.add(POLICY_TOO_LONG, report.point(Path::default(), Point::START), message, "split it");
        return report.finish();
    }
    let root = match json::read(text) {
        Ok(root) => root,
        Err(error) => {
            let location = report.location(Path::default(), error.span);
            let message = format!("this is no JSON: {}", error.detail);
            report.add(JSON_SYNTAX_ERROR, location, message, "mend the JSON here");
            return report.finish();
        }
    };
    let draft = Draft::new(kind, text, options, &root);
    for rule in rules::ALL {
        rule(&draft, &mut report);
    }
    if !text.contains(UNKNOWN)
        && let Err(error) = Document::parse(kind, text)
    {
        add_refusal(&error, &mut report);
    }
    report.finish()
}

pub use report::FINDINGS_MAX;

/// Says that the policy's grammar is broken, unless a rule has said so of the same place.
fn add_refusal(error: &ParseError, report: &mut Report<'_>) {
    let extent = extent(report.text(), error.span());
    let path = path_of(error.path());
    if report.has_error_about(&path, extent) {
        return;
    }
    let location = daypass_diagnostic::Location { path, extent };
    let mend = error.hint().unwrap_or("write it as the grammar of this kind of policy has it");
    report.add(POLICY_REFUSED, location, format!("IAM refuses the policy: {error}"), mend);
}

/// A path as an error of the grammar writes it. Names of condition keys have dots of their own, and stay in one step.
fn path_of(text: &str) -> Path {
    const DEPTH: usize = 5;
    let mut steps = Vec::new();
    for part in text.splitn(DEPTH, '.').filter(|part| !part.is_empty()) {
        let (name, index) = match part.strip_suffix(']').and_then(|part| part.rsplit_once('[')) {
            Some((name, index)) => (name, index.parse().ok()),
            None => (part, None),
        };
        steps.push(Step::Name(name.to_owned()));
        steps.extend(index.map(Step::Index));
    }
    Path(steps)
}

/// The codes of all checks, in the order of the alphabet.
pub fn codes() -> impl Iterator<Item = &'static str> {
    CODES.iter().copied()
}
