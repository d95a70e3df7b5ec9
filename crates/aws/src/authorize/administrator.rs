//! The account's administrator as policies see it: the account's root user.
//!
//! Source: IAM user guide, "AWS global condition context keys": `aws:PrincipalType` is `Account` for the root user,
//! `aws:userid` the account's number, and what belongs to temporary credentials is absent.

use std::sync::LazyLock;

use daypass_policy::{Context, Document, Kind, Layer, Named, ParseError};

use crate::account::AccountId;
use crate::arn;
use crate::effective::Unreadable;
use crate::explanation::{self, Reason};

/// How reports name what stands for the administrator's own policies.
const NAME: &str = "administrator";

/// What the administrator may do where nothing denies: everything.
const EVERYTHING: &str =
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;

static POLICY: LazyLock<Result<Document, ParseError>> =
    LazyLock::new(|| Document::parse(Kind::Identity, EVERYTHING));

/// The administrator's own leave.
pub(super) fn policy() -> Result<Named<'static>, Unreadable> {
    match &*POLICY {
        Ok(document) => Ok(Named { name: NAME, document }),
        Err(error) => Err(Unreadable {
            layer: Layer::Identity,
            reason: Reason::UnreadablePolicy { policy: NAME.to_owned(), detail: explanation::detail(error) },
        }),
    }
}

/// The condition keys that the administrator brings to each call.
pub(super) fn keys(account: &AccountId, context: &mut Context) {
    context.insert("aws:PrincipalArn", arn::root(account));
    context.insert("aws:PrincipalAccount", account.to_string());
    context.insert("aws:PrincipalType", "Account");
    context.insert("aws:PrincipalIsAWSService", "false");
    context.insert("aws:userid", account.to_string());
}
