//! `Effect`.

use super::Report;
use crate::json::Value;
use crate::validate::UNKNOWN;
use crate::validate::code::Code;
use crate::validate::draft::Draft;

const INVALID_EFFECT: Code = Code::error("INVALID_EFFECT");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for clause in draft.clauses.iter().filter(|clause| clause.effect.is_none()) {
        let Some(member) = clause.member("Effect") else { continue };
        let Value::Text(text) = &member.value.value else { continue };
        if text.contains(UNKNOWN) {
            continue;
        }
        let near = ["Allow", "Deny"].into_iter().find(|word| word.eq_ignore_ascii_case(text));
        let mend = near.map_or("write Allow or Deny".to_owned(), |word| format!("write {word}"));
        let location = report.location(clause.path.member("Effect"), member.value.span);
        report.add(INVALID_EFFECT, location, format!("`{text}` is no effect"), mend);
    }
}
