//! Elements that every policy of a kind has.

use daypass_diagnostic::Path;

use super::Report;
use crate::document::Kind;
use crate::json::Value;
use crate::span::Span;
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft};

const MISSING_STATEMENT: Code = Code::error("MISSING_STATEMENT");
const MISSING_EFFECT: Code = Code::error("MISSING_EFFECT");
const MISSING_ACTION: Code = Code::error("MISSING_ACTION");
const MISSING_RESOURCE: Code = Code::error("MISSING_RESOURCE");
const MISSING_PRINCIPAL: Code = Code::error("MISSING_PRINCIPAL");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    let Value::Object(_) = draft.root.value else { return };
    let mend = "add a \"Statement\" with at least one statement";
    match draft.member("Statement") {
        None => {
            let location = report.location(Path::default(), opening(draft.root.span));
            report.add(MISSING_STATEMENT, location, "the policy has no `Statement`", mend);
        }
        Some(member) if matches!(&member.value.value, Value::Array(nodes) if nodes.is_empty()) => {
            let location = report.location(Path::default().member("Statement"), member.value.span);
            report.add(MISSING_STATEMENT, location, "the policy has no statement", mend);
        }
        Some(_) => {}
    }
    for clause in &draft.clauses {
        check_clause(draft, clause, report);
    }
}

fn check_clause(draft: &Draft<'_>, clause: &Clause<'_>, report: &mut Report<'_>) {
    let location = || report.location(clause.path.clone(), opening(clause.span));
    let (here, needs_principal) = (location(), matches!(draft.kind, Kind::Resource | Kind::Trust));
    if clause.member("Effect").is_none() {
        let mend = "add \"Effect\": \"Allow\" or \"Effect\": \"Deny\"";
        report.add(MISSING_EFFECT, here.clone(), "the statement does not say its `Effect`", mend);
    }
    if clause.actions.is_none() {
        let mend = "add \"Action\" or \"NotAction\"";
        report.add(MISSING_ACTION, here.clone(), "the statement says nothing of actions", mend);
    }
    if clause.resources.is_none() && draft.kind != Kind::Trust {
        let mend = "add \"Resource\" with ARNs, or \"*\" where the actions have no resources";
        report.add(MISSING_RESOURCE, here.clone(), "the statement says nothing of resources", mend);
    }
    if clause.principals.is_none() && (needs_principal || draft.is_resource_control()) {
        let mend = if draft.is_resource_control() {
            "add \"Principal\": \"*\""
        } else {
            "add \"Principal\" with whom it is about, e.g. {\"AWS\": \"123456789012\"}"
        };
        report.add(MISSING_PRINCIPAL, here, "the statement does not say whom it is about", mend);
    }
}

/// The brace that opens an object.
fn opening(span: Span) -> Span {
    Span { length: span.length.min(1), ..span }
}
