//! The version of the language.

use daypass_diagnostic::Path;

use super::Report;
use crate::json::Value;
use crate::validate::UNKNOWN;
use crate::validate::code::Code;
use crate::validate::draft::Draft;

const INVALID_VERSION: Code = Code::error("INVALID_VERSION");
const MISSING_VERSION: Code = Code::warning("MISSING_VERSION");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    let Value::Object(_) = draft.root.value else { return };
    match draft.member("Version") {
        None => {
            let mut span = draft.root.span;
            span.length = 1;
            let location = report.location(Path::default(), span);
            report.add(
                MISSING_VERSION,
                location,
                "the policy does not say its `Version`, so that it is read as 2008-10-17, without policy variables",
                "add \"Version\": \"2012-10-17\"",
            );
        }
        Some(member) => {
            let Value::Text(version) = &member.value.value else { return };
            if !["2008-10-17", "2012-10-17"].contains(&version.as_str()) && !version.contains(UNKNOWN) {
                let location = report.location(Path::default().member("Version"), member.value.span);
                report.add(
                    INVALID_VERSION,
                    location,
                    format!("there is no version `{version}` of the policy language"),
                    "write \"Version\": \"2012-10-17\": it names the language and is no date of yours",
                );
            }
        }
    }
}
