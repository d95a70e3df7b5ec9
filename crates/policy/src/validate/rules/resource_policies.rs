//! What a resource's own policy may be about, where the resource's type is known.

use super::{ITEMS_MAX, Report};
use crate::catalogue;
use crate::document::Kind;
use crate::validate::arn::Arn;
use crate::validate::code::Code;
use crate::validate::draft::Draft;

const UNSUPPORTED_ACTION_IN_POLICY: Code = Code::error("UNSUPPORTED_ACTION_IN_POLICY");
const UNSUPPORTED_RESOURCE_ARN_IN_POLICY: Code = Code::error("UNSUPPORTED_RESOURCE_ARN_IN_POLICY");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    let Some(kind) = draft.options.resource_type.filter(|_| draft.kind == Kind::Resource) else { return };
    let Some(service) = kind.split("::").nth(1).and_then(catalogue::service) else { return };
    for clause in &draft.clauses {
        for (text, item) in clause.action_texts().take(ITEMS_MAX) {
            let Some((prefix, _)) = text.split_once(':') else { continue };
            if prefix.eq_ignore_ascii_case(service.prefix()) || catalogue::service(prefix).is_none() {
                continue;
            }
            let location = report.location(item.path.clone(), item.node.span);
            report.add(
                UNSUPPORTED_ACTION_IN_POLICY,
                location,
                format!("`{text}` is not done to a resource of type `{kind}`"),
                format!("take it out; actions here begin with `{}:`", service.prefix()),
            );
        }
        for (text, item) in clause.resource_texts().take(ITEMS_MAX) {
            let Some(arn) = Arn::read(text) else { continue };
            if arn.service == service.prefix() || arn.service.contains(['*', '?', '$']) {
                continue;
            }
            let location = report.location(item.path.clone(), item.node.span);
            report.add(
                UNSUPPORTED_RESOURCE_ARN_IN_POLICY,
                location,
                format!("`{text}` is no resource of type `{kind}`"),
                "name the resource that the policy is attached to",
            );
        }
    }
}
