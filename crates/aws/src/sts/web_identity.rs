//! AssumeRoleWithWebIdentity: an identity token in, a session out.
//!
//! The steps in AWS's order, each with its own type so that none can be left out:
//! [`Request::read`] (parameters) -> [`Request::provider`] (is the issuer known?) -> the caller fetches the issuer's
//! keys -> [`Exchange::verify`] (signature, claims, times, audience) -> [`Verified::decide`] (roles claim, role, trust
//! policy, duration, session policies) -> [`Granted`].
//!
//! Source: STS API reference, "AssumeRoleWithWebIdentity"; the order and the texts are the observed ones.

use std::sync::Arc;

use daypass_policy::{Context, Decision, Named, Principal};
use daypass_token::{KeySet, Rules, UnverifiedToken, VerifiedToken};
use daypass_trail::Resource;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::account::{Account, Provider, Role};
use crate::arn;
use crate::authorize::Surroundings;
use crate::error::AwsError;
use crate::explanation::{Check, Reason};
use crate::identifier::Random;
use crate::outcome::{Event, Refusal};
use crate::parameters::{Parameters, Text};
use crate::seal::SealingKeys;
use crate::session::WebIdentity;
use crate::shape::Shape;
use crate::sts::grant::{DURATION_SECONDS_DEFAULT, Grant, GrantRequest, Granted};
use crate::sts::refusal::{self, not_authorized};
use crate::sts::roles_claim;
use crate::sts::session_tags::SessionTags;
use crate::sts::trust_question::{self, Extras, TrustQuestion};

/// The action that a trust policy must allow.
pub const ACTION: &str = "sts:AssumeRoleWithWebIdentity";
/// Characters of a web identity token.
pub const TOKEN_CHARACTERS_MAX: usize = 20_000;
/// How far a token's times may be off, in seconds.
pub const CLOCK_TOLERANCE_SECONDS: i64 = 300;

/// A well-formed call, its token not yet looked at.
pub struct Request {
    /// What it shares with AssumeRole.
    pub grant: GrantRequest,
    token: UnverifiedToken,
}

impl Request {
    /// Reads the parameters, and the form of the token.
    ///
    /// # Errors
    /// `ValidationError`, `MalformedInput`, `AccessDenied` for a `ProviderId`, `InvalidIdentityToken` for a token that
    /// is no JWT.
    pub fn read(parameters: &Parameters) -> Result<Self, Refusal> {
        let (grant, token) = GrantRequest::read(parameters, |check| {
            check.optional("ProviderId", Text::of(4, 2048));
            check.required("WebIdentityToken", Text::of(4, TOKEN_CHARACTERS_MAX).sensitive())
        })?;
        if parameters.text("ProviderId").is_some() {
            return Err(AwsError::access_denied(
                "Unrecognized OAuth provider. Do not include a provider parameter when submitting OpenIDConnect ID tokens",
            )
            .into());
        }
        grant.role()?;
        let token = UnverifiedToken::parse(token).map_err(|error| refusal::of_parse(&error))?;
        Ok(Self { grant, token })
    }

    /// Finds the provider of the token's issuer.
    ///
    /// # Errors
    /// `InvalidIdentityToken` where the token names no issuer or one that the account does not trust, `AccessDenied`
    /// where the role is of another account.
    pub fn provider(self, account: &Account) -> Result<Exchange, Refusal> {
        if self.grant.role()?.account != account.id.as_str() {
            let reason = Reason::Role { presented: self.grant.role_arn.clone(), near: None };
            return Err(Refusal::because(not_authorized(), reason));
        }
        let issuer = self.token.issuer().map_err(|error| refusal::of_claim(&error))?;
        let Some(provider) = account.provider_of_issuer(issuer) else {
            let registered = account.providers().map(|provider| provider.issuer()).collect();
            return Err(refusal::unknown_issuer(issuer, registered));
        };
        Ok(Exchange { provider: Arc::clone(provider), grant: self.grant, token: self.token })
    }
}

/// A call whose issuer is known; its keys are to be fetched.
pub struct Exchange {
    /// The provider.
    pub provider: Arc<Provider>,
    grant: GrantRequest,
    token: UnverifiedToken,
}

impl Exchange {
    /// The key that the token says it was signed with.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.token.header().key_id()
    }

    /// The same with the provider as the account has it now.
    ///
    /// # Errors
    /// `InvalidIdentityToken` where it was removed since.
    pub fn with_current_provider(self, account: &Account) -> Result<Self, Refusal> {
        let issuer = self.provider.issuer();
        let Some(provider) = account.provider_of_issuer(&issuer) else {
            let registered = account.providers().map(|provider| provider.issuer()).collect();
            return Err(refusal::unknown_issuer(&issuer, registered));
        };
        Ok(Self { provider: Arc::clone(provider), ..self })
    }

    /// Checks signature, claims, times and audience.
    ///
    /// # Errors
    /// `InvalidIdentityToken` or `ExpiredTokenException` in AWS's words.
    pub fn verify(self, keys: &KeySet, now: Timestamp) -> Result<Verified, Refusal> {
        let signed = self.token.verify(keys).map_err(|error| refusal::of_signature(&error))?;
        let rules = Rules { now, tolerance_seconds: CLOCK_TOLERANCE_SECONDS };
        let token = signed.check(&rules).map_err(|error| refusal::of_claim(&error))?;
        if !self.provider.client_ids.iter().any(|registered| registered == token.audience()) {
            return Err(Refusal::because(
                AwsError::bad_request("InvalidIdentityToken", refusal::NOT_VALIDATED),
                Reason::Audience {
                    presented: token.audience().to_owned(),
                    registered: self.provider.client_ids.clone(),
                },
            ));
        }
        Ok(Verified { provider: self.provider, grant: self.grant, token })
    }
}

/// A call whose token is genuine, current and made out to this account's audience.
pub struct Verified {
    /// The provider.
    pub provider: Arc<Provider>,
    /// The parameters.
    pub grant: GrantRequest,
    /// The token.
    pub token: VerifiedToken,
}

/// What the decision draws on besides the call.
pub struct Deciding<'a> {
    /// The account.
    pub account: &'a Account,
    /// What is true of the request.
    pub surroundings: &'a Surroundings,
    /// The keys that seal the session.
    pub keys: &'a SealingKeys,
}

/// A permitted exchange, ready to be recorded and then answered.
#[derive(Debug)]
pub struct Permitted {
    /// The session and its credentials.
    pub granted: Granted,
    /// The question that was put to the trust policy.
    pub checks: Vec<Check>,
    /// For the trail.
    pub event: Event,
    provider_arn: String,
    identity: WebIdentity,
}

impl Verified {
    /// The token's provider, audience and subject.
    #[must_use]
    pub fn identity(&self) -> WebIdentity {
        WebIdentity {
            provider: self.provider.location.clone(),
            audience: self.token.audience().to_owned(),
            subject: self.token.subject().to_owned(),
            methods: self.token.amr().to_vec(),
        }
    }

    /// Decides, and makes the session.
    ///
    /// # Errors
    /// `AccessDenied` in the one sentence that AWS has for every mismatch, with the reason for the operator;
    /// `InvalidIdentityToken` for the roles, tags and source identity claims; `ValidationError` for a duration over
    /// the role's; `MalformedPolicyDocument` and `PackedPolicyTooLarge` for the session policy.
    pub fn decide(&self, deciding: &Deciding<'_>, random: &mut dyn Random) -> Result<Permitted, Refusal> {
        let claims = self.token.claims();
        let by_issuer = roles_claim::authorized_by_issuer(claims, &self.grant.role_arn)?;
        let extras = Extras::of(&self.token.claimed())?;
        let Extras { tags, source_identity } = &extras;
        let role = named_role(deciding.account, &self.grant)?;
        let context = self.context(deciding, &extras, by_issuer);
        let provider_arn = arn::provider(&deciding.account.id, &self.provider.location);
        let asking = Asking {
            role,
            role_arn: &self.grant.role_arn,
            principal: Principal::Federated(&provider_arn),
            context: &context,
        };
        let checks = asking.all(&extras.actions(), &not_authorized())?;
        let checked = |error: AwsError| Refusal { error, reason: None, checks: checks.clone() };
        let duration_seconds = duration(&self.grant, role).map_err(checked)?;
        let granted = Grant {
            account: &deciding.account.id,
            role,
            session_name: &self.grant.session_name,
            duration_seconds,
            web_identity: Some(self.identity()),
            source_identity: source_identity.clone(),
            tags: tags.clone(),
            policies: self
                .grant
                .session_policies(deciding.account)
                .map_err(|refusal| refusal.with(&checks))?,
        }
        .seal(deciding.surroundings.now, deciding.keys, random)
        .map_err(checked)?;
        let mut event = self.event(tags, source_identity.as_deref(), role, deciding);
        event.response_elements = Some(self.event_elements(&granted, &provider_arn));
        if by_issuer {
            event.additional_event_data = Some(json!({ "RoleAuthorizedByIdp": true }));
        }
        Ok(Permitted { granted, checks, event, provider_arn, identity: self.identity() })
    }

    /// What the trail keeps of a refused exchange.
    #[must_use]
    pub fn refused_event(&self) -> Event {
        Event {
            request_parameters: Some(self.grant.event_parameters(&SessionTags::default(), None)),
            ..Event::default()
        }
    }

    fn context(&self, deciding: &Deciding<'_>, extras: &Extras, by_issuer: bool) -> Context {
        let mut context = deciding.surroundings.context();
        let question = TrustQuestion {
            account: &deciding.account.id,
            location: &self.provider.location,
            token: &self.token.claimed(),
            extras,
            session_name: Some(&self.grant.session_name),
            by_issuer,
        };
        question.insert_keys(&mut context);
        context
    }

    fn event(
        &self,
        tags: &SessionTags,
        source_identity: Option<&str>,
        role: &Role,
        deciding: &Deciding<'_>,
    ) -> Event {
        let account = &deciding.account.id;
        Event {
            request_parameters: Some(self.grant.event_parameters(tags, source_identity)),
            resources: vec![Resource::role(account.as_str(), &role.arn(account))],
            ..Event::default()
        }
    }

    fn event_elements(&self, granted: &Granted, provider_arn: &str) -> Value {
        let mut elements = granted.event_elements();
        elements.insert("subjectFromWebIdentityToken".to_owned(), json!(self.token.subject()));
        elements.insert("provider".to_owned(), json!(provider_arn));
        elements.insert("audience".to_owned(), json!(self.token.audience()));
        Value::Object(elements)
    }
}

impl Permitted {
    /// The content of `AssumeRoleWithWebIdentityResult`.
    #[must_use]
    pub fn result(&self, expiration: Timestamp) -> Shape {
        let mut members = vec![
            ("SubjectFromWebIdentityToken", Shape::Text(self.identity.subject.clone())),
            ("Audience", Shape::Text(self.identity.audience.clone())),
            ("AssumedRoleUser", self.granted.assumed_role_user()),
            ("Credentials", self.granted.credentials_shape(expiration)),
            ("Provider", Shape::Text(self.provider_arn.clone())),
            ("PackedPolicySize", Shape::text(self.granted.packed_policy_size)),
        ];
        if let Some(source_identity) = &self.granted.session.source_identity {
            members.push(("SourceIdentity", Shape::Text(source_identity.clone())));
        }
        Shape::Structure(members)
    }
}

/// Questions to one role's trust policy.
pub(super) struct Asking<'a> {
    pub(super) role: &'a Role,
    pub(super) role_arn: &'a str,
    pub(super) principal: Principal<'a>,
    pub(super) context: &'a Context,
}

impl Asking<'_> {
    /// Asks for each action; all must be allowed.
    pub(super) fn all(&self, actions: &[&str], denied: &AwsError) -> Result<Vec<Check>, Refusal> {
        let document = self.role.trust.document().map_err(|detail| {
            let reason =
                Reason::UnreadablePolicy { policy: "trust policy".to_owned(), detail: detail.to_owned() };
            Refusal::because(denied.clone(), reason)
        })?;
        let policy = Named { name: "trust policy", document };
        let checks = trust_question::ask(policy, self.principal, self.role_arn, actions, self.context);
        if checks.iter().all(|check| matches!(check.evaluation.decision, Decision::Allowed)) {
            return Ok(checks);
        }
        Err(Refusal { error: denied.clone(), reason: None, checks })
    }
}

/// The role that is asked for by its exact ARN.
fn named_role<'a>(account: &'a Account, grant: &GrantRequest) -> Result<&'a Arc<Role>, Refusal> {
    let wanted = grant.role()?;
    let found = account.role(wanted.name);
    found
        .filter(|role| {
            role.arn(&account.id).eq_ignore_ascii_case(&grant.role_arn) && role.path == wanted.path
        })
        .ok_or_else(|| {
            let near = found.map(|role| role.arn(&account.id));
            Refusal::because(not_authorized(), Reason::Role { presented: grant.role_arn.clone(), near })
        })
}

/// The session's length in seconds, within the role's.
fn duration(grant: &GrantRequest, role: &Role) -> Result<i64, AwsError> {
    let asked = grant.duration_seconds.unwrap_or(DURATION_SECONDS_DEFAULT);
    if asked > i64::from(role.max_session_seconds) {
        return Err(AwsError::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(asked)
}
