//! Policies longer than their quota.
//!
//! Source: IAM user guide, "IAM and AWS STS quotas"; Organizations user guide, "Quotas".

use daypass_diagnostic::{Path, Point};

use super::Report;
use crate::document::Kind;
use crate::validate::code::Code;
use crate::validate::draft::Draft;

const IDENTITY: Code = Code::warning("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA");
const RESOURCE: Code = Code::warning("POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA");
const TRUST: Code = Code::warning("POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA");
const SERVICE_CONTROL: Code = Code::error("POLICY_SIZE_EXCEEDS_SCP_QUOTA");
const RESOURCE_CONTROL: Code = Code::error("POLICY_SIZE_EXCEEDS_RCP_QUOTA");

/// Characters of a managed policy, without white space.
const IDENTITY_MAX: usize = 6_144;
/// Characters of a bucket's policy, the longest of resource policies.
const RESOURCE_MAX: usize = 20_480;
/// Characters of a trust policy, without white space; may be raised to twice as many.
const TRUST_MAX: usize = 2_048;
/// Characters of a control policy of the organisation.
const CONTROL_MAX: usize = 5_120;

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    let all = draft.text.chars().count();
    let solid = draft.text.chars().filter(|character| !character.is_whitespace()).count();
    let (code, size, most, mend) = if draft.is_service_control() {
        (SERVICE_CONTROL, all, CONTROL_MAX, "split it into several policies")
    } else if draft.is_resource_control() {
        (RESOURCE_CONTROL, all, CONTROL_MAX, "split it into several policies")
    } else {
        match draft.kind {
            Kind::Resource => (RESOURCE, all, RESOURCE_MAX, "say the same in fewer statements"),
            Kind::Trust => (TRUST, solid, TRUST_MAX, "shorten it, or have the quota raised"),
            _ => (IDENTITY, solid, IDENTITY_MAX, "split it into several policies"),
        }
    };
    if size > most {
        let location = report.point(Path::default(), Point::START);
        report.add(code, location, format!("the policy has {size} characters; the quota is {most}"), mend);
    }
}
