//! `ForAllValues` and `ForAnyValue` where they are dangerous, and missing where they are needed.
//!
//! Source: IAM user guide, "Single-valued vs. multivalued context keys". The check for the absent key is our own.

use daypass_diagnostic::Severity;

use super::Report;
use crate::catalogue;
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft, Test};
use crate::validate::operator::{Family, Quantifier};

const MISSING_QUALIFIER: Code = Code::error("MISSING_QUALIFIER");
const FORALLVALUES_WITH_SINGLE_VALUED_KEY: Code = Code::security("FORALLVALUES_WITH_SINGLE_VALUED_KEY");
const FORALLVALUES_WITHOUT_NULL_CHECK: Code = Code::own(
    "FORALLVALUES_WITHOUT_NULL_CHECK",
    Severity::Warning,
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
);

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for clause in &draft.clauses {
        for test in &clause.tests {
            if let Some((code, message, mend)) = mistake(clause, test) {
                let location = report.location(test.path.clone(), test.key.span);
                report.add(code, location, message, mend);
            }
        }
    }
}

fn mistake(clause: &Clause<'_>, test: &Test<'_>) -> Option<(Code, String, String)> {
    let operator = test.operator.filter(|operator| operator.family != Family::Null)?;
    let name = &test.key.name;
    let is_multivalued = catalogue::condition_key(name)?.kind.is_multivalued();
    match operator.quantifier {
        None if is_multivalued => Some((
            MISSING_QUALIFIER,
            format!("a request may have several values of `{name}`, and the operator takes one"),
            format!(
                "write `ForAnyValue:{0}` where one of them is enough, else `ForAllValues:{0}`",
                test.block.name
            ),
        )),
        Some(Quantifier::ForAllValues) if !is_multivalued => Some((
            FORALLVALUES_WITH_SINGLE_VALUED_KEY,
            format!(
                "`ForAllValues` also holds where a request has no `{name}` at all, and the key has one value"
            ),
            format!("write `{}`", operator.name),
        )),
        Some(Quantifier::ForAllValues) if clause.allows() && !wants_key(clause, name) => Some((
            FORALLVALUES_WITHOUT_NULL_CHECK,
            format!("`ForAllValues` also holds where a request has no `{name}` at all"),
            format!("add \"Null\": {{\"{name}\": \"false\"}} to the condition"),
        )),
        _ => None,
    }
}

/// Whether another condition demands that the key exists.
fn wants_key(clause: &Clause<'_>, name: &str) -> bool {
    clause.tests.iter().any(|test| {
        let is_false = || test.values.iter().any(|value| value.scalar().as_deref() == Some("false"));
        test.key.name.eq_ignore_ascii_case(name)
            && test.operator.is_some_and(|operator| match operator.family {
                Family::Null => is_false(),
                _ => {
                    operator.quantifier != Some(Quantifier::ForAllValues)
                        && !operator.if_exists
                        && !operator.is_negated()
                }
            })
    })
}
