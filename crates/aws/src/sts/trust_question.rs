//! The question that a token puts to a trust policy: the actions, and the condition keys.
//!
//! It is the same whether credentials hang on the answer or not, so that a simulation cannot differ from an exchange.
//!
//! Source: IAM user guide, "Available keys for AWS OIDC federation" and "Pass session tags in AWS STS"; the global keys
//! are the observed ones.

use daypass_policy::{Context, Decision, Named, Principal, Request, Values, evaluate_trust};
use daypass_token::Claimed;

use crate::account::AccountId;
use crate::arn;
use crate::error::AwsError;
use crate::explanation::Check;
use crate::sts::condition_keys;
use crate::sts::grant::insert_tag_keys;
use crate::sts::session_tags::{self, SessionTags};
use crate::sts::web_identity::ACTION;

/// What a token asks for besides the session itself.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    /// The session tags.
    pub tags: SessionTags,
    /// The source identity.
    pub source_identity: Option<String>,
}

impl Extras {
    /// Reads them from the claims.
    ///
    /// # Errors
    /// `InvalidIdentityToken` where a claim is of another form.
    pub fn of(token: &Claimed<'_>) -> Result<Self, AwsError> {
        Ok(Self {
            tags: session_tags::of_token(token.claims)?,
            source_identity: session_tags::source_identity_of_token(token.claims)?,
        })
    }

    /// The actions that the trust policy has to allow, each by itself.
    #[must_use]
    pub fn actions(&self) -> Vec<&'static str> {
        let mut actions = vec![ACTION];
        actions.extend((!self.tags.is_empty()).then_some("sts:TagSession"));
        actions.extend(self.source_identity.is_some().then_some("sts:SetSourceIdentity"));
        actions
    }
}

/// A token before a trust policy.
#[derive(Debug)]
pub struct TrustQuestion<'a> {
    /// The account of the provider.
    pub account: &'a AccountId,
    /// The provider's location: its URL without the scheme.
    pub location: &'a str,
    /// The token.
    pub token: &'a Claimed<'a>,
    /// What it asks for besides the session.
    pub extras: &'a Extras,
    /// The name of the session, where it is known.
    pub session_name: Option<&'a str>,
    /// Whether the issuer names the role in the token's roles claim.
    pub by_issuer: bool,
}

impl TrustQuestion<'_> {
    /// Puts the keys of the decision into the context, which holds those that every request has.
    pub fn insert_keys(&self, context: &mut Context) {
        let provider_arn = arn::provider(self.account, self.location);
        context.insert("aws:PrincipalAccount", self.account.to_string());
        context.insert("aws:PrincipalType", "User");
        context.insert("aws:userid", provider_arn.clone());
        context.insert("aws:FederatedProvider", provider_arn);
        if let Some(session_name) = self.session_name {
            context.insert("sts:RoleSessionName", session_name);
        }
        context.insert("sts:RoleAuthorizedByIdp", self.by_issuer.to_string());
        if let Some(source_identity) = &self.extras.source_identity {
            context.insert("sts:SourceIdentity", source_identity.clone());
        }
        let tags = &self.extras.tags;
        if !tags.transitive.is_empty() {
            context.insert("sts:TransitiveTagKeys", Values::Many(tags.transitive.clone()));
        }
        insert_tag_keys(context, &tags.tags);
        condition_keys::insert(context, self.location, self.token);
    }
}

/// Asks a trust policy for each action; ends at the first that is not allowed.
#[must_use]
pub fn ask(
    policy: Named<'_>,
    principal: Principal<'_>,
    role_arn: &str,
    actions: &[&str],
    context: &Context,
) -> Vec<Check> {
    let mut checks = Vec::with_capacity(actions.len());
    for action in actions {
        let request = Request { principal, action, resource: role_arn, context, resource_account: None };
        let evaluation = evaluate_trust(policy, &request);
        let allowed = matches!(evaluation.decision, Decision::Allowed);
        checks.push(Check::new(action, role_arn, evaluation));
        if !allowed {
            break;
        }
    }
    checks
}
