//! Which condition keys do policies read? Whoever simulates them must know.
//!
//! Source: IAM API reference, "GetContextKeysForCustomPolicy" and "GetContextKeysForPrincipalPolicy": keys of conditions and
//! of policy variables, those of the boundary and of service control policies excepted.

use std::collections::BTreeSet;

use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::simulate::exclusions::Exclusions;
use crate::iam::simulate::sources::Sources;
use crate::iam::simulate::{required_list, source};
use crate::outcome::Outcome;
use crate::shape::Shape;

/// GetContextKeysForCustomPolicy: of policies that are sent.
///
/// # Errors
/// `InvalidInput` for a text that is no policy; `ValidationError` where none was sent.
pub fn custom(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    required_list(call, "PolicyInputList")?;
    Ok(answer(&Sources::sent(call.parameters)?))
}

/// GetContextKeysForPrincipalPolicy: of the policies of a role, and of others that are sent.
///
/// # Errors
/// As [`custom`]; `NoSuchEntity` for a principal that is not there.
pub fn principal(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let role = source(call)?;
    let mut sources = Sources::of_role(call.account, role, &Exclusions::default())?;
    sources.extend(Sources::sent(call.parameters)?);
    Ok(answer(&sources))
}

fn answer(sources: &Sources) -> Outcome {
    let mut seen = BTreeSet::new();
    let keys = sources.identity.iter().flat_map(|source| source.document.context_keys());
    let keys = keys.filter(|key| seen.insert(key.to_ascii_lowercase())).map(Shape::text).collect();
    Outcome::read(Shape::structure([("ContextKeyNames", Shape::List(keys))]), None)
}
