//! Elements that exclude each other.

use super::Report;
use crate::validate::code::Code;
use crate::validate::draft::Draft;

const UNSUPPORTED_ELEMENT_COMBINATION: Code = Code::error("UNSUPPORTED_ELEMENT_COMBINATION");

const PAIRS: [(&str, &str); 3] =
    [("Action", "NotAction"), ("Principal", "NotPrincipal"), ("Resource", "NotResource")];

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for clause in &draft.clauses {
        for (name, negated) in PAIRS {
            let (Some(one), Some(other)) = (clause.member(name), clause.member(negated)) else { continue };
            let locations = vec![
                report.location(clause.path.member(negated), other.span),
                report.location(clause.path.member(name), one.span),
            ];
            report.add_at(
                UNSUPPORTED_ELEMENT_COMBINATION,
                locations,
                format!("`{name}` and `{negated}` stand in one statement"),
                format!("keep `{name}`, or make two statements of it"),
            );
        }
    }
}
