//! What is wrong with a policy that was refused, for the operator: the caller gets AWS's words, which seldom tell.

use daypass_policy::{Document, Kind};

use crate::error::AwsError;
use crate::explanation::Reason;
use crate::parameters::Parameters;

/// The trust policy of CreateRole; UpdateAssumeRolePolicy calls it `PolicyDocument` too.
const TRUST_POLICY: &str = "AssumeRolePolicyDocument";

/// The place and the hint that the grammar has for a `MalformedPolicyDocument`; `None` for other errors, and where the
/// grammar is right and another rule was broken.
///
/// The policy is read once more for that: a refusal is rare, and operations need not carry what they found.
pub(super) fn reason(error: &AwsError, operation: &str, parameters: &Parameters) -> Option<Reason> {
    if error.code != "MalformedPolicyDocument" {
        return None;
    }
    let of_trust = parameters.text(TRUST_POLICY).map(|text| (Kind::Trust, text));
    let (kind, text) = of_trust.or_else(|| {
        let kind = if operation == "UpdateAssumeRolePolicy" { Kind::Trust } else { Kind::Identity };
        Some((kind, parameters.text("PolicyDocument")?))
    })?;
    Document::parse(kind, text).err().map(|error| Reason::of_policy(&error))
}
