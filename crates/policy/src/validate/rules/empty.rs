//! Lists and objects with nothing in them.

use super::Report;
use crate::json::Value;
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft, members};
use crate::validate::operator::Quantifier;

const EMPTY_ARRAY_ACTION: Code = Code::suggestion("EMPTY_ARRAY_ACTION");
const EMPTY_ARRAY_RESOURCE: Code = Code::suggestion("EMPTY_ARRAY_RESOURCE");
const EMPTY_ARRAY_PRINCIPAL: Code = Code::suggestion("EMPTY_ARRAY_PRINCIPAL");
const EMPTY_OBJECT_PRINCIPAL: Code = Code::suggestion("EMPTY_OBJECT_PRINCIPAL");
const EMPTY_OBJECT_CONDITION: Code = Code::suggestion("EMPTY_OBJECT_CONDITION");
const EMPTY_ARRAY_CONDITION: Code = Code::suggestion("EMPTY_ARRAY_CONDITION");
const EMPTY_ARRAY_CONDITION_FORALLVALUES: Code = Code::suggestion("EMPTY_ARRAY_CONDITION_FORALLVALUES");
const EMPTY_ARRAY_CONDITION_FORANYVALUE: Code = Code::suggestion("EMPTY_ARRAY_CONDITION_FORANYVALUE");
const EMPTY_ARRAY_CONDITION_IFEXISTS: Code = Code::suggestion("EMPTY_ARRAY_CONDITION_IFEXISTS");

const NO_EFFECT: &str = "so that the statement does nothing";

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for clause in &draft.clauses {
        for (element, code) in
            [(&clause.actions, EMPTY_ARRAY_ACTION), (&clause.resources, EMPTY_ARRAY_RESOURCE)]
        {
            if let Some(element) = element.as_ref().filter(|element| element.items.is_empty()) {
                let location = report.location(element.path.clone(), element.member.value.span);
                let message = format!("`{}` is empty, {NO_EFFECT}", element.member.name);
                report.add(code, location, message, "name at least one, or take the statement out");
            }
        }
        check_principals(clause, report);
        check_conditions(clause, report);
    }
}

fn check_principals(clause: &Clause<'_>, report: &mut Report<'_>) {
    let Some(principals) = &clause.principals else { return };
    let mend = "name at least one, or take the statement out";
    if matches!(&principals.member.value.value, Value::Object(members) if members.is_empty()) {
        let location = report.location(principals.path.clone(), principals.member.value.span);
        let message = format!("`{}` names nobody, {NO_EFFECT}", principals.member.name);
        report.add(EMPTY_OBJECT_PRINCIPAL, location, message, mend);
    }
    for kind in principals.kinds.iter().filter(|kind| kind.items.is_empty()) {
        let location = report.location(kind.path.clone(), kind.member.value.span);
        let message = format!("`{}` names nobody, {NO_EFFECT}", kind.member.name);
        report.add(EMPTY_ARRAY_PRINCIPAL, location, message, mend);
    }
}

fn check_conditions(clause: &Clause<'_>, report: &mut Report<'_>) {
    if let Some(condition) = clause.member("Condition") {
        let path = clause.path.member("Condition");
        let blocks = members(&condition.value).iter().map(|block| (path.member(&block.name), &block.value));
        for (path, node) in [(path.clone(), &condition.value)].into_iter().chain(blocks) {
            if matches!(&node.value, Value::Object(members) if members.is_empty()) {
                let location = report.location(path, node.span);
                let message = "the condition is empty, and always holds";
                report.add(EMPTY_OBJECT_CONDITION, location, message, "say what is wanted, or take it out");
            }
        }
    }
    for test in clause.tests.iter().filter(|test| test.values.is_empty()) {
        let null =
            format!("to ask whether the key is absent, write \"Null\": {{\"{}\": \"true\"}}", test.key.name);
        let (code, message, mend) = match test.operator {
            Some(operator) if operator.quantifier == Some(Quantifier::ForAllValues) => (
                EMPTY_ARRAY_CONDITION_FORALLVALUES,
                "`ForAllValues` of no values holds only where the key is absent",
                null,
            ),
            Some(operator) if operator.quantifier == Some(Quantifier::ForAnyValue) => (
                EMPTY_ARRAY_CONDITION_FORANYVALUE,
                "`ForAnyValue` of no values never holds",
                "name the wanted values".to_owned(),
            ),
            Some(operator) if operator.if_exists => (
                EMPTY_ARRAY_CONDITION_IFEXISTS,
                "`IfExists` with no values holds only where the key is absent",
                null,
            ),
            _ => (
                EMPTY_ARRAY_CONDITION,
                "the condition wants none of any values",
                "name the wanted values".to_owned(),
            ),
        };
        let location = report.location(test.path.clone(), test.key.value.span);
        report.add(code, location, message, mend);
    }
}
