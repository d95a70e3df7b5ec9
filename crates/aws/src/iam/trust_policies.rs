//! Trust policies on their way into the account: grammar, the identity-provider control, size.
//!
//! All of it happens here and only here, when a role is made or its trust policy replaced: a policy that is stored
//! already keeps working when a rule is added later.
//!
//! Source: IAM API reference, "UpdateAssumeRolePolicy"; IAM user guide, "IAM and AWS STS quotas".

use std::collections::BTreeMap;

use daypass_policy::{Document, Kind};

use crate::account::{Account, Change, Role, StoredPolicy};
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::role_names::{self, ROLE_NAME};
use crate::iam::{quotas, trust_control, trusted_roles};
use crate::outcome::{Event, Outcome};
use crate::parameters::Text;
use crate::shape::Shape;

/// What the text of any policy may look like, before it is read.
pub const DOCUMENT: Text = Text::of(1, quotas::DOCUMENT_CHARACTERS)
    .matching("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+", is_document_character)
    .sensitive();

/// Reads a trust policy that is to be stored, and finds the roles that it names.
///
/// # Errors
/// `MalformedPolicyDocument` by grammar, by the identity-provider control, or for a role of this account that is not
/// there; `LimitExceeded` over the quota.
pub fn read(account: &Account, text: &str) -> Result<(StoredPolicy, BTreeMap<String, String>), AwsError> {
    let document =
        Document::parse(Kind::Trust, text).map_err(|error| AwsError::malformed_policy(error.to_string()))?;
    trust_control::check(&document)?;
    if quotas::policy_size(text) > quotas::TRUST_POLICY_CHARACTERS {
        return Err(quotas::exceeded("ACLSizePerRole", quotas::TRUST_POLICY_CHARACTERS));
    }
    let trusted_roles = trusted_roles::resolve(account, &document)?;
    Ok((StoredPolicy::new(document), trusted_roles))
}

/// UpdateAssumeRolePolicy: replaces the trust policy. Sessions that were given before keep what they have.
///
/// # Errors
/// `NoSuchEntity`, and the errors of [`read`].
pub fn update(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    let text = check.required("PolicyDocument", DOCUMENT);
    let mut role = Role::clone(role_names::existing(call.account, check, name)?);
    (role.trust, role.trusted_roles) = read(call.account, text)?;
    let changes = vec![Change::PutRole(Box::new(role))];
    Ok(Outcome { result: Shape::empty(), changes, event: Event::default() })
}

const fn is_document_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{ff}')
}
