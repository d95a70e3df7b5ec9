//! Wanted values that have not the form of what their key holds.

use super::Report;
use crate::validate::arn::is_region;
use crate::validate::code::Code;
use crate::validate::draft::Draft;
use crate::validate::operator::Family;

const INVALID_REGION: Code = Code::error("INVALID_REGION");
const INVALID_VPC_FORMAT: Code = Code::error("INVALID_VPC_FORMAT");
const INVALID_VPCE_FORMAT: Code = Code::error("INVALID_VPCE_FORMAT");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for test in draft.clauses.iter().flat_map(|clause| &clause.tests) {
        if !test.operator.is_some_and(|operator| operator.family == Family::String) {
            continue;
        }
        let (code, what, mend, has_form): (_, _, _, fn(&str) -> bool) =
            match test.key.name.to_ascii_lowercase().as_str() {
                "aws:requestedregion" => {
                    (INVALID_REGION, "region", "write a region such as eu-west-1", is_region)
                }
                "aws:sourcevpc" => {
                    (INVALID_VPC_FORMAT, "id of a VPC", "write vpc- and 8 or 17 letters and digits", |text| {
                        is_identifier(text, "vpc-")
                    })
                }
                "aws:sourcevpce" => (
                    INVALID_VPCE_FORMAT,
                    "id of a VPC endpoint",
                    "write vpce- and 8 or 17 letters and digits",
                    |text| is_identifier(text, "vpce-"),
                ),
                _ => continue,
            };
        for item in &test.values {
            let Some(text) = item.text().filter(|text| !text.contains(['*', '?', '$'])) else { continue };
            let is_global = code.id == INVALID_REGION.id && text == "aws-global";
            if !has_form(text) && !is_global {
                let location = report.location(item.path.clone(), item.node.span);
                report.add(code, location, format!("`{text}` is no {what}"), mend);
            }
        }
    }
}

fn is_identifier(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        matches!(rest.len(), 8 | 17) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}
