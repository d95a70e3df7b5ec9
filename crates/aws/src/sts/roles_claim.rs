//! The claim `https://aws.amazon.com/roles`: the issuer itself says which roles its token is for.
//!
//! It is enforced before the trust policy. Absent or null, it says nothing; present, it must name the role exactly.
//!
//! Source: observed, 2026; the three error texts are AWS's.

use serde_json::{Map, Value};

use crate::arn::RoleArn;
use crate::error::AwsError;
use crate::explanation::Reason;
use crate::outcome::Refusal;

/// The claim's name.
pub const CLAIM: &str = "https://aws.amazon.com/roles";

/// Whether the issuer authorised the role: `false` where it says nothing, which is the value of the condition key
/// `sts:RoleAuthorizedByIdp`.
///
/// # Errors
/// `InvalidIdentityToken` where the claim is there and does not name the role, names no role, or is no list.
pub fn authorized_by_issuer(claims: &Map<String, Value>, role_arn: &str) -> Result<bool, Refusal> {
    let unsupported = || {
        Refusal::from(AwsError::bad_request(
            "InvalidIdentityToken",
            "The roles claim is not in a supported format",
        ))
    };
    let named: Vec<&str> = match claims.get(CLAIM) {
        None | Some(Value::Null) => return Ok(false),
        Some(Value::String(text)) => text.split(';').map(str::trim).collect(),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map(str::trim))
            .collect::<Option<_>>()
            .ok_or_else(unsupported)?,
        Some(_) => return Err(unsupported()),
    };
    if !named.iter().any(|name| RoleArn::parse(name).is_some()) {
        return Err(AwsError::bad_request(
            "InvalidIdentityToken",
            "The roles claim contains no valid role ARNs",
        )
        .into());
    }
    if named.contains(&role_arn) {
        return Ok(true);
    }
    Err(Refusal::because(
        AwsError::bad_request(
            "InvalidIdentityToken",
            "The target role ARN is not present in the roles claim of the identity token",
        ),
        Reason::RolesClaim { presented: named.into_iter().map(str::to_owned).collect() },
    ))
}
