//! What AssumeRole and AssumeRoleWithWebIdentity have in common: their parameters, and the session they grant.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::account::{Account, AccountId, Role};
use crate::arn::RoleArn;
use crate::error::AwsError;
use crate::identifier::{self, Random};
use crate::outcome::Refusal;
use crate::parameters::{Parameters, Text, is_name_character};
use crate::seal::SealingKeys;
use crate::session::{Credentials, Session, WebIdentity};
use crate::shape::{Shape, seconds};
use crate::sts::session_policies::{self, SessionPolicies};
use crate::sts::session_tags::SessionTags;

/// The shortest session, in seconds.
pub const DURATION_SECONDS_MIN: i64 = 900;
/// The longest session that any role gives, in seconds: twelve hours.
pub const DURATION_SECONDS_MAX: i64 = 43_200;
/// The length of a session where the caller does not say, in seconds.
pub const DURATION_SECONDS_DEFAULT: i64 = 3_600;
/// Bytes that count as full in `PackedPolicySize`. AWS does not publish its packing; this size and the next give its
/// observed figures: 25 % for an ordinary token, 26 % with a source identity, 34 % with a subject of 300 characters.
const PACKED_BYTES_MAX: usize = 2_833;
/// Bytes that every session takes before its subject, tags and policies.
const PACKED_BYTES_BASE: usize = 650;

/// The parameters of both operations.
#[derive(Debug, Clone)]
pub struct GrantRequest {
    /// The role's ARN as it was sent.
    pub role_arn: String,
    /// `[\w+=,.@-]`, 2 to 64 characters.
    pub session_name: String,
    /// The length asked for, in seconds, 900 to 43200.
    pub duration_seconds: Option<i64>,
    /// The session policies.
    pub policies: SessionPolicies,
}

impl GrantRequest {
    /// Reads and checks them. `more` checks what only one of the operations has.
    ///
    /// # Errors
    /// `ValidationError` with every broken constraint, `MalformedInput` for a number that is none.
    pub fn read<'a, T>(
        parameters: &'a Parameters,
        more: impl FnOnce(&mut crate::parameters::Check<'a>) -> T,
    ) -> Result<(Self, T), AwsError> {
        let mut check = parameters.check();
        let role_arn = check.required("RoleArn", Text::of(20, 2048));
        let session_name =
            check.required("RoleSessionName", Text::of(2, 64).matching("[\\w+=,.@-]*", is_name_character));
        let more = more(&mut check);
        let policies = SessionPolicies::read(parameters, &mut check);
        let duration_seconds =
            check.integer("DurationSeconds", DURATION_SECONDS_MIN, DURATION_SECONDS_MAX)?;
        check.finish()?;
        let request = Self {
            role_arn: role_arn.to_owned(),
            session_name: session_name.to_owned(),
            duration_seconds,
            policies,
        };
        Ok((request, more))
    }

    /// The role asked for, taken apart.
    ///
    /// # Errors
    /// `ValidationError` where it is no role's ARN.
    pub fn role(&self) -> Result<RoleArn<'_>, AwsError> {
        RoleArn::parse(&self.role_arn).ok_or_else(|| AwsError::validation("Request ARN is invalid"))
    }

    /// The session policies, after checking that they can be read and are there.
    ///
    /// # Errors
    /// Those of [`SessionPolicies::check`].
    pub fn session_policies(&self, account: &Account) -> Result<SessionPolicies, Refusal> {
        self.policies.check(account)?;
        Ok(self.policies.clone())
    }

    /// CloudTrail's `requestParameters`.
    #[must_use]
    pub fn event_parameters(&self, tags: &SessionTags, source_identity: Option<&str>) -> Value {
        let mut parameters = Map::new();
        if !tags.is_empty() {
            parameters.insert("principalTags".to_owned(), json!(tags.tags));
            parameters.insert("transitiveTagKeys".to_owned(), json!(tags.transitive));
        }
        if let Some(source_identity) = source_identity {
            parameters.insert("sourceIdentity".to_owned(), json!(source_identity));
        }
        parameters.insert("roleArn".to_owned(), json!(self.role_arn));
        parameters.insert("roleSessionName".to_owned(), json!(self.session_name));
        if let Some(seconds) = self.duration_seconds {
            parameters.insert("durationSeconds".to_owned(), json!(seconds));
        }
        self.policies.event(&mut parameters);
        Value::Object(parameters)
    }
}

/// What a session is made from, once everything was checked.
pub struct Grant<'a> {
    /// The account.
    pub account: &'a AccountId,
    /// The role it is of.
    pub role: &'a Role,
    /// The session name.
    pub session_name: &'a str,
    /// Its length, in seconds.
    pub duration_seconds: i64,
    /// The token it begins with.
    pub web_identity: Option<WebIdentity>,
    /// The source identity.
    pub source_identity: Option<String>,
    /// The session tags.
    pub tags: SessionTags,
    /// The session policies.
    pub policies: SessionPolicies,
}

/// A session and its credentials, ready to be recorded and then handed out.
#[derive(Debug)]
pub struct Granted {
    /// The session.
    pub session: Session,
    /// Its credentials.
    pub credentials: Credentials,
    /// Percent of the allotted space.
    pub packed_policy_size: usize,
}

impl Grant<'_> {
    /// Makes the session and seals it.
    ///
    /// # Errors
    /// `PackedPolicyTooLarge`; `InternalFailure` where the sealing keys cannot be used.
    pub fn seal(
        self,
        now: Timestamp,
        keys: &SealingKeys,
        random: &mut dyn Random,
    ) -> Result<Granted, AwsError> {
        let packed_policy_size = self.packed_policy_size();
        if packed_policy_size > 100 {
            return Err(session_policies::too_large(packed_policy_size));
        }
        let failure = |_| AwsError {
            code: "InternalFailure",
            message: "The request processing has failed".into(),
            status: 500,
        };
        let issued_at = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let expires_at = issued_at
            .checked_add(SignedDuration::from_secs(self.duration_seconds))
            .map_err(|_| AwsError::validation("The session would end after the end of time"))?;
        let access_key_id = identifier::session_access_key(random);
        let SessionTags { tags, transitive } = self.tags;
        let session = Session {
            account: self.account.clone(),
            access_key_id: access_key_id.clone(),
            role_name: self.role.name.clone(),
            role_path: self.role.path.clone(),
            role_id: self.role.id.clone(),
            session_name: self.session_name.to_owned(),
            issued_at,
            expires_at,
            web_identity: self.web_identity,
            source_identity: self.source_identity,
            tags,
            transitive_tag_keys: transitive,
            policies: self.policies.inline.into_iter().collect(),
            policy_arns: self.policies.arns,
        };
        let credentials = Credentials {
            secret_access_key: keys.secret(&access_key_id).map_err(failure)?,
            session_token: keys.seal(&session, random).map_err(failure)?,
            access_key_id,
            expires_at,
        };
        Ok(Granted { session, credentials, packed_policy_size })
    }

    fn packed_policy_size(&self) -> usize {
        let subject =
            self.web_identity.as_ref().map_or(0, |identity| identity.subject.len() + identity.audience.len());
        let tags: usize = self.tags.tags.iter().map(|(key, value)| key.len() + value.len() + 2).sum();
        let policies = self.policies.characters();
        let source_identity = self.source_identity.as_ref().map_or(0, |identity| identity.len() + 20);
        let bytes = PACKED_BYTES_BASE + subject + tags + policies + source_identity;
        (bytes * 100).div_ceil(PACKED_BYTES_MAX)
    }
}

impl Granted {
    /// Whether it has policies or tags of its own, so that their packed size is told.
    #[must_use]
    pub fn is_packed(&self) -> bool {
        let Session { policies, policy_arns, tags, .. } = &self.session;
        !(policies.is_empty() && policy_arns.is_empty() && tags.is_empty())
    }

    /// `AssumedRoleUser` of the answer.
    #[must_use]
    pub fn assumed_role_user(&self) -> Shape {
        Shape::structure([
            ("AssumedRoleId", Shape::Text(self.session.user_id())),
            ("Arn", Shape::Text(self.session.arn())),
        ])
    }

    /// `Credentials` of the answer. `expiration` is the wall-clock instant at which the account's time reaches the
    /// session's end.
    #[must_use]
    pub fn credentials_shape(&self, expiration: Timestamp) -> Shape {
        Shape::structure([
            ("AccessKeyId", Shape::Text(self.credentials.access_key_id.clone())),
            ("SecretAccessKey", Shape::Secret(self.credentials.secret_access_key.clone())),
            ("SessionToken", Shape::Secret(self.credentials.session_token.clone())),
            ("Expiration", Shape::Text(seconds(expiration))),
        ])
    }

    /// CloudTrail's `responseElements` so far as both operations share them; the session token is left empty.
    #[must_use]
    pub fn event_elements(&self) -> Map<String, Value> {
        let mut elements = Map::new();
        elements.insert(
            "credentials".to_owned(),
            json!({
                "accessKeyId": self.credentials.access_key_id,
                "sessionToken": "",
                "expiration": self.credentials.expires_at.strftime("%b %-d, %Y, %-I:%M:%S %p").to_string(),
            }),
        );
        if let Some(source_identity) = &self.session.source_identity {
            elements.insert("sourceIdentity".to_owned(), json!(source_identity));
        }
        elements.insert(
            "assumedRoleUser".to_owned(),
            json!({ "assumedRoleId": self.session.user_id(), "arn": self.session.arn() }),
        );
        if self.is_packed() {
            elements.insert("packedPolicySize".to_owned(), json!(self.packed_policy_size));
        }
        elements
    }
}

/// The session tags as condition keys of the trust decision.
pub fn insert_tag_keys(context: &mut daypass_policy::Context, tags: &BTreeMap<String, String>) {
    for (key, value) in tags {
        context.insert(format!("aws:RequestTag/{key}"), value.clone());
    }
    if !tags.is_empty() {
        context.insert("aws:TagKeys", daypass_policy::Values::Many(tags.keys().cloned().collect()));
    }
}
