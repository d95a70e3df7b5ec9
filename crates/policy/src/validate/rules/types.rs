//! Operators of another type than the key's.

use super::Report;
use crate::catalogue::{self, KeyType};
use crate::validate::code::Code;
use crate::validate::draft::Draft;
use crate::validate::operator::Family;

const TYPE_MISMATCH: Code = Code::warning("TYPE_MISMATCH");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for test in draft.clauses.iter().flat_map(|clause| &clause.tests) {
        let Some(operator) = test.operator else { continue };
        let Some(key) = catalogue::condition_key(&test.key.name) else { continue };
        let wanted = families(key.kind, &test.key.name);
        if operator.family == Family::Null || wanted.contains(&operator.family) {
            continue;
        }
        let names: Vec<String> = wanted.iter().map(|family| format!("{} operator", family.name())).collect();
        let location = report.location(test.block_path.clone(), test.block.span);
        let key_place = report.location(test.path.clone(), test.key.span);
        report.add_at(
            TYPE_MISMATCH,
            vec![location, key_place],
            format!(
                "`{}` compares {} values, and `{}` is of type {}",
                operator.name,
                operator.family.name(),
                test.key.name,
                key.kind.name()
            ),
            format!("take a {}", names.join(" or a ")),
        );
    }
}

/// The operators that compare values of a type, the fittest first. An ARN may also be compared as text, and the seconds
/// since 1970 as a number.
fn families(kind: KeyType, name: &str) -> &'static [Family] {
    match kind {
        KeyType::Arn | KeyType::ArrayOfArn => &[Family::Arn, Family::String],
        KeyType::ArrayOfBool | KeyType::Bool => &[Family::Bool],
        KeyType::ArrayOfString | KeyType::String => &[Family::String, Family::Binary],
        KeyType::Date if name.eq_ignore_ascii_case("aws:EpochTime") => &[Family::Date, Family::Numeric],
        KeyType::Date => &[Family::Date],
        KeyType::IpAddress => &[Family::Ip],
        KeyType::Numeric => &[Family::Numeric],
    }
}
