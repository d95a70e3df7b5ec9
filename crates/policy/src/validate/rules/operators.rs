//! Condition operators that do not exist, or not in this form.

use super::Report;
use crate::catalogue::nearest;
use crate::validate::code::Code;
use crate::validate::draft::{Draft, members};
use crate::validate::operator::{Family, NAMES, Named, Quantifier};

const INVALID_CONDITION_OPERATOR: Code = Code::error("INVALID_CONDITION_OPERATOR");
const NULL_WITH_IF_EXISTS: Code = Code::error("NULL_WITH_IF_EXISTS");
const NULL_WITH_QUALIFIER: Code = Code::suggestion("NULL_WITH_QUALIFIER");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for clause in &draft.clauses {
        let Some(condition) = clause.member("Condition") else { continue };
        for block in members(&condition.value) {
            let path = clause.path.member("Condition").member(&block.name);
            let location = report.location(path, block.span);
            let Some(operator) = Named::read(&block.name) else {
                let message = format!("there is no condition operator `{}`", block.name);
                report.add(INVALID_CONDITION_OPERATOR, location, message, mend_of(&block.name));
                continue;
            };
            if operator.family != Family::Null {
                continue;
            }
            if operator.if_exists {
                let message = "`Null` asks whether the key exists, and takes no `IfExists`";
                report.add(NULL_WITH_IF_EXISTS, location.clone(), message, "write `Null`");
            }
            if let Some(quantifier) = operator.quantifier {
                let outcome = match quantifier {
                    Quantifier::ForAllValues => "always holds",
                    Quantifier::ForAnyValue => "never holds",
                };
                let message = format!("`{}` {outcome}", block.name);
                report.add(NULL_WITH_QUALIFIER, location, message, "write `Null`");
            }
        }
    }
}

fn mend_of(name: &str) -> String {
    let bare = name.rsplit_once(':').map_or(name, |(_, bare)| bare);
    match nearest(bare, NAMES.iter().map(|(known, _)| *known)).first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            "take one of the String, Numeric, Date, Bool, BinaryEquals, IpAddress, Arn and Null operators"
                .to_owned()
        }
    }
}
