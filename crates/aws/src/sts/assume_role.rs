//! AssumeRole: a session of one role becomes a session of another (role chaining).
//!
//! The trust policy of the role must let the caller in. Where it names the caller's role or session itself, that is
//! enough; where it names the account, the caller's own policies must allow `sts:AssumeRole` too; and they may forbid it
//! in either case. A role of another account is assumed only where both sides allow it: the trust policy, whomever it
//! names, and the caller's own policies. Source identity and transitive tags of the caller's session go along and cannot
//! be changed.
//!
//! Source: STS API reference, "AssumeRole"; IAM user guide, "Roles terms and concepts", role chaining, and "Policy
//! evaluation logic", requests within a single account.

use daypass_policy::{Context, Decision, Effect, Layer, LayerReport, Outcome as StatementOutcome, Principal};
use daypass_trail::Resource;
use jiff::Timestamp;
use serde_json::Value;

use crate::account::{Account, Role};
use crate::arn;
use crate::authorize::{Action, Surroundings, authorize, principal_tags, session_keys};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::explanation::{Check, Reason};
use crate::identifier::Random;
use crate::outcome::{Event, Refusal};
use crate::parameters::{Parameters, Text, is_name_character};
use crate::seal::SealingKeys;
use crate::session::Session;
use crate::shape::Shape;
use crate::sts::grant::{DURATION_SECONDS_DEFAULT, Grant, GrantRequest, Granted, insert_tag_keys};
use crate::sts::session_tags::{self, SessionTags};
use crate::sts::web_identity::Asking;

/// The action that policies must allow.
pub const ACTION: &str = "sts:AssumeRole";
const SET_SOURCE_IDENTITY: &str = "sts:SetSourceIdentity";
/// The longest session that a session may be turned into, in seconds.
pub const CHAINED_SECONDS_MAX: i64 = 3_600;

/// A well-formed call.
#[derive(Debug)]
pub struct Request {
    /// What it shares with the exchange of a token.
    pub grant: GrantRequest,
    external_id: Option<String>,
    source_identity: Option<String>,
    tags: SessionTags,
}

/// A permitted call, ready to be recorded and then answered.
#[derive(Debug)]
pub struct Permitted {
    /// The session and its credentials.
    pub granted: Granted,
    /// The questions that were put to the policies.
    pub checks: Vec<Check>,
    /// For the trail.
    pub event: Event,
}

/// What the decision draws on besides the call.
pub struct Deciding<'a> {
    /// The role's account; the caller's own where the role's is not known.
    pub account: &'a Account,
    /// The caller's account.
    pub callers: &'a Account,
    /// Who calls.
    pub caller: &'a Caller,
    /// What is true of the request.
    pub surroundings: &'a Surroundings,
    /// The keys that seal sessions of the role's account.
    pub keys: &'a SealingKeys,
}

impl Request {
    /// Reads and checks the parameters.
    ///
    /// # Errors
    /// `ValidationError`, `MalformedInput`; a serial number or token code of an MFA device is refused, as there are none.
    pub fn read(parameters: &Parameters) -> Result<Self, AwsError> {
        let (grant, (external_id, source_identity)) = GrantRequest::read(parameters, |check| {
            let external_id = check.optional(
                "ExternalId",
                Text::of(2, 1224).matching("[\\w+=,.@:\\/-]*", |character| {
                    is_name_character(character) || matches!(character, ':' | '/')
                }),
            );
            let source_identity =
                check.optional("SourceIdentity", Text::of(2, 64).matching("[\\w+=,.@-]*", is_name_character));
            (external_id, source_identity)
        })?;
        for absent in ["SerialNumber", "TokenCode", "ProvidedContexts.member.1.ProviderArn"] {
            if parameters.text(absent).is_some() {
                return Err(AwsError::validation(format!(
                    "{absent} is not offered by daypass: leave it out"
                )));
            }
        }
        grant.role()?;
        Ok(Self {
            grant,
            external_id: external_id.map(str::to_owned),
            source_identity: source_identity.map(str::to_owned),
            tags: session_tags::of_parameters(parameters)?,
        })
    }

    /// Decides, and makes the session.
    ///
    /// # Errors
    /// `AccessDenied`; `ValidationError` for the duration; `MalformedPolicyDocument` and `PackedPolicyTooLarge` for the
    /// session policy.
    pub fn decide(&self, deciding: &Deciding<'_>, random: &mut dyn Random) -> Result<Permitted, Refusal> {
        let Caller::Session(session) = deciding.caller else {
            return Err(AwsError::access_denied("Roles may not be assumed by root accounts.").into());
        };
        let account = &deciding.account.id;
        let role = self.role(deciding)?;
        let tags = self.all_tags(session)?;
        let source_identity = self.kept_source_identity(session, deciding.caller)?;
        let context = self.context(deciding, session, &tags, source_identity.as_deref());
        let mut actions = vec![ACTION];
        // Tags and an identity that come along from the caller's session need the same leave as the call's own.
        actions.extend((!tags.is_empty()).then_some("sts:TagSession"));
        actions.extend(source_identity.is_some().then_some(SET_SOURCE_IDENTITY));
        let checks = self.ask(deciding, session, role, (&actions, &context))?;
        let checked = |error: AwsError| Refusal { error, reason: None, checks: checks.clone() };
        let granted = Grant {
            account,
            role,
            session_name: &self.grant.session_name,
            duration_seconds: self.duration(role).map_err(checked)?,
            web_identity: None,
            source_identity: source_identity.clone(),
            tags: tags.clone(),
            policies: self
                .grant
                .session_policies(deciding.account)
                .map_err(|refusal| refusal.with(&checks))?,
        }
        .seal(deciding.surroundings.now, deciding.keys, random)
        .map_err(checked)?;
        let event = Event {
            request_parameters: Some(self.grant.event_parameters(&tags, source_identity.as_deref())),
            response_elements: Some(Value::Object(granted.event_elements())),
            additional_event_data: None,
            resources: vec![Resource::role(account.as_str(), &role.arn(account))],
        };
        Ok(Permitted { granted, checks, event })
    }

    /// What the trail keeps of a refused call.
    #[must_use]
    pub fn refused_event(&self) -> Event {
        Event {
            request_parameters: Some(
                self.grant.event_parameters(&self.tags, self.source_identity.as_deref()),
            ),
            ..Event::default()
        }
    }

    fn role<'a>(&self, deciding: &Deciding<'a>) -> Result<&'a Role, Refusal> {
        let wanted = self.grant.role()?;
        let account = deciding.account;
        let found = account.role(wanted.name);
        found
            .filter(|role| wanted.account == account.id.as_str() && role.path == wanted.path)
            .map(|role| &**role)
            .ok_or_else(|| {
                let near = found.map(|role| role.arn(&account.id));
                let reason = Reason::Role { presented: self.grant.role_arn.clone(), near };
                Refusal::because(self.denied(deciding.caller, ACTION), reason)
            })
    }

    /// Each action is put to the trust policy and, where that names the account only or is another account's, to the
    /// caller's policies.
    fn ask(
        &self,
        deciding: &Deciding<'_>,
        session: &Session,
        role: &Role,
        (actions, context): (&[&'static str], &Context),
    ) -> Result<Vec<Check>, Refusal> {
        let session_arn = session.arn();
        let session_role_arn = session.role_arn();
        let arns = [session_arn.as_str(), session_role_arn.as_str()];
        let former = role.trusted_roles.get(&session_role_arn).is_some_and(|id| *id != session.role_id);
        // The caller's role has the name of one that was trusted, and is another.
        let arns = if former { arns.get(..1).unwrap_or_default() } else { &arns };
        let because = |refusal: Refusal| {
            let reason = former.then(|| Reason::FormerRole { trusted: session_role_arn.clone() });
            Refusal { reason: reason.or(refusal.reason), ..refusal }
        };
        let role_arn = role.arn(&deciding.account.id);
        let asking = |account| Asking {
            role,
            role_arn: &role_arn,
            principal: Principal::Aws { arns, account },
            context,
        };
        let nobody = arn::assumed_role(&session.account, "-", "-");
        let only = |arn: &str, action: &str| {
            let asking = Asking {
                role,
                role_arn: &role_arn,
                principal: Principal::Aws { arns: &[arn], account: "" },
                context,
            };
            asking.all(&[action], &self.denied(deciding.caller, action)).is_ok()
        };
        // A statement that lets everybody in does not name the session.
        // The caller's own policies are asked in its own account, about a resource that may be of another.
        let keys = [("aws:ResourceAccount".to_owned(), deciding.account.id.to_string().into())];
        let is_within = deciding.account.id == session.account;
        let is_session_named = |action: &str| only(&session_arn, action) && !only(&nobody, action);
        let mut checks = Vec::new();
        for &action in actions {
            let denied = self.denied(deciding.caller, action);
            // With no account to match, only a statement that names the caller itself, or everybody, lets it in.
            let by_name = asking("").all(&[action], &denied);
            checks.extend(match &by_name {
                Ok(answers) => answers.clone(),
                Err(_) => asking(session.account.as_str()).all(&[action], &denied).map_err(because)?,
            });
            let asked = Action { name: action, resource: &role_arn, keys: &keys };
            match authorize(deciding.callers, deciding.caller, &asked, deciding.surroundings) {
                Ok(permission) => checks.extend(permission.checks),
                Err(refusal)
                    if is_within && by_name.is_ok() && is_made_good(&refusal, is_session_named(action)) =>
                {
                    checks.extend(refusal.checks);
                }
                Err(mut refusal) => {
                    checks.append(&mut refusal.checks);
                    return Err(Refusal { checks, ..refusal });
                }
            }
        }
        Ok(checks)
    }

    fn context(
        &self,
        deciding: &Deciding<'_>,
        session: &Session,
        tags: &SessionTags,
        source_identity: Option<&str>,
    ) -> Context {
        let mut context = deciding.surroundings.context();
        context.insert("aws:ResourceAccount", deciding.account.id.to_string());
        session_keys(session, &mut context);
        context.insert("sts:RoleSessionName", self.grant.session_name.clone());
        if let Some(role) =
            deciding.callers.role(&session.role_name).filter(|role| role.id == session.role_id)
        {
            principal_tags(session, role, &mut context);
        }
        if let Some(external_id) = &self.external_id {
            context.insert("sts:ExternalId", external_id.clone());
        }
        if let Some(source_identity) = source_identity {
            // What is asked for. `aws:SourceIdentity` is what the caller's session has, and cannot be chosen here.
            context.insert("sts:SourceIdentity", source_identity.to_owned());
        }
        insert_tag_keys(&mut context, &tags.tags);
        context
    }

    /// The call's own tags and the transitive ones of the caller's session.
    fn all_tags(&self, session: &Session) -> Result<SessionTags, AwsError> {
        let mut all = self.tags.clone();
        for key in &session.transitive_tag_keys {
            let Some(value) = session.tags.get(key) else { continue };
            all.insert(key, value).ok_or_else(|| {
                AwsError::bad_request(
                    "InvalidParameterValue",
                    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag \
                     key from the calling session.",
                )
            })?;
            if !all.transitive.contains(key) {
                all.transitive.push(key.clone());
            }
        }
        Ok(all)
    }

    fn kept_source_identity(&self, session: &Session, caller: &Caller) -> Result<Option<String>, AwsError> {
        match (&session.source_identity, &self.source_identity) {
            (Some(kept), Some(asked)) if kept != asked => Err(self.denied(caller, SET_SOURCE_IDENTITY)),
            (Some(kept), _) => Ok(Some(kept.clone())),
            (None, asked) => Ok(asked.clone()),
        }
    }

    fn duration(&self, role: &Role) -> Result<i64, AwsError> {
        let asked = self.grant.duration_seconds.unwrap_or(DURATION_SECONDS_DEFAULT);
        if asked > CHAINED_SECONDS_MAX {
            return Err(AwsError::validation(
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
            ));
        }
        if asked > i64::from(role.max_session_seconds) {
            return Err(AwsError::validation(
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            ));
        }
        Ok(asked)
    }

    fn denied(&self, caller: &Caller, action: &str) -> AwsError {
        AwsError::access_denied(format!(
            "User: {} is not authorized to perform: {action} on resource: {}",
            caller.arn(),
            self.grant.role_arn
        ))
    }
}

impl Permitted {
    /// The content of `AssumeRoleResult`.
    #[must_use]
    pub fn result(&self, expiration: Timestamp) -> Shape {
        let mut members = vec![
            ("AssumedRoleUser", self.granted.assumed_role_user()),
            ("Credentials", self.granted.credentials_shape(expiration)),
        ];
        if let Some(source_identity) = &self.granted.session.source_identity {
            members.push(("SourceIdentity", Shape::Text(source_identity.clone())));
        }
        if self.granted.is_packed() {
            members.push(("PackedPolicySize", Shape::text(self.granted.packed_policy_size)));
        }
        Shape::Structure(members)
    }
}

/// Whether a trust policy that names the caller makes a refusal good: nothing is denied in words, and the caller's own
/// policies alone say nothing. The session's policies and the boundary restrict all the same, unless the trust policy
/// names the session itself.
///
/// Source: IAM user guide, "Policy evaluation logic" and "Permissions boundaries for IAM entities".
fn is_made_good(refusal: &Refusal, session_is_named: bool) -> bool {
    let allows = |report: &LayerReport| {
        report.statements.iter().any(|statement| {
            statement.effect == Effect::Allow && statement.outcome == StatementOutcome::Matched
        })
    };
    refusal.reason.is_none()
        && refusal.checks.iter().all(|check| {
            let others = check.evaluation.layers.iter().filter(|report| report.layer != Layer::Identity);
            matches!(check.evaluation.decision, Decision::ImplicitlyDenied { .. })
                && (session_is_named || others.into_iter().all(allows))
        })
}
