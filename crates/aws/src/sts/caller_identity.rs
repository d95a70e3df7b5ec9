//! GetCallerIdentity: who am I? Needs no permission, and no policy can forbid it.
//!
//! Source: STS API reference, "GetCallerIdentity".

use crate::caller::Caller;
use crate::outcome::Outcome;
use crate::shape::Shape;

/// The caller's user id, account and ARN.
#[must_use]
pub fn caller_identity(caller: &Caller) -> Outcome {
    let result = Shape::structure([
        ("Arn", Shape::Text(caller.arn())),
        ("UserId", Shape::Text(caller.user_id())),
        ("Account", Shape::text(caller.account())),
    ]);
    Outcome::read(result, None)
}
