//! The names of statements.

use std::collections::BTreeMap;

use super::Report;
use crate::document::Kind;
use crate::json::Value;
use crate::validate::UNKNOWN;
use crate::validate::code::Code;
use crate::validate::draft::Draft;

const UNIQUE_SIDS_REQUIRED: Code = Code::error("UNIQUE_SIDS_REQUIRED");
const UNIQUE_SIDS_RECOMMENDED: Code = Code::warning("UNIQUE_SIDS_RECOMMENDED");
const UNSUPPORTED_SID: Code = Code::error("UNSUPPORTED_SID");
const EMPTY_SID_VALUE: Code = Code::suggestion("EMPTY_SID_VALUE");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    let mut before: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, clause) in draft.clauses.iter().enumerate() {
        let Some(member) = clause.member("Sid") else { continue };
        let Value::Text(sid) = &member.value.value else { continue };
        if sid.contains(UNKNOWN) {
            continue;
        }
        let location = report.location(clause.path.member("Sid"), member.value.span);
        if sid.is_empty() {
            report.add(
                EMPTY_SID_VALUE,
                location,
                "the statement's name is empty",
                "name it, or take `Sid` out",
            );
            continue;
        }
        if has_other_characters(sid, draft.kind) {
            let kept: String = sid.chars().filter(char::is_ascii_alphanumeric).collect();
            let message = format!("the name `{sid}` has other characters than letters and digits");
            report.add(UNSUPPORTED_SID, location.clone(), message, format!("write `{kept}`"));
        }
        if let Some(first) = before.get(sid.as_str()) {
            let code =
                if draft.kind == Kind::Resource { UNIQUE_SIDS_RECOMMENDED } else { UNIQUE_SIDS_REQUIRED };
            let message = format!("the name `{sid}` is that of statement {first} already");
            report.add(code, location, message, "give each statement a name of its own");
        } else {
            before.insert(sid, index);
        }
    }
}

/// Policies of IAM take letters and digits only; those of some resources take more, and it is the resource's service
/// that says so.
fn has_other_characters(sid: &str, kind: Kind) -> bool {
    kind != Kind::Resource && !sid.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
