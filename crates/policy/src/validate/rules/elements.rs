//! Elements that no policy has.

use super::Report;
use crate::catalogue::nearest;
use crate::json::Member;
use crate::validate::code::Code;
use crate::validate::draft::Draft;

const INVALID_POLICY_ELEMENT: Code = Code::error("INVALID_POLICY_ELEMENT");

const OF_DOCUMENT: [&str; 3] = ["Id", "Statement", "Version"];
const OF_STATEMENT: [&str; 9] = [
    "Action",
    "Condition",
    "Effect",
    "NotAction",
    "NotPrincipal",
    "NotResource",
    "Principal",
    "Resource",
    "Sid",
];

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for member in unknown(draft.members, &OF_DOCUMENT) {
        let path = daypass_diagnostic::Path::default().member(&member.name);
        add(member, path, &OF_DOCUMENT, "a policy", report);
    }
    for clause in &draft.clauses {
        for member in unknown(clause.members, &OF_STATEMENT) {
            add(member, clause.path.member(&member.name), &OF_STATEMENT, "a statement", report);
        }
    }
}

fn unknown<'a>(members: &'a [Member], known: &'a [&str]) -> impl Iterator<Item = &'a Member> {
    members.iter().filter(|member| !known.contains(&member.name.as_str()))
}

fn add(
    member: &Member,
    path: daypass_diagnostic::Path,
    known: &[&str],
    owner: &str,
    report: &mut Report<'_>,
) {
    let message = format!("{owner} has no element `{}`", member.name);
    let mend = match nearest(&member.name, known.iter().copied()).first() {
        Some(near) => format!("write `{near}`"),
        None => format!("take it out; the elements of {owner} are {}", known.join(", ")),
    };
    let location = report.location(path, member.span);
    report.add(INVALID_POLICY_ELEMENT, location, message, mend);
}
