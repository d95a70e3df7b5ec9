//! The end of every call: its event becomes durable, and only then its answer leaves.
//!
//! **Invariant: no credential leaves before its event is durable.** [`Conclusion::done`] waits for the flushed commit
//! where the call hands out credentials or changes the account, and refuses with `ServiceFailure` where there is none.
//! Reads and refusals wait for a written record, and go on without one: a full disk must not hide what is there.

use daypass_aws::account::Change;
use daypass_aws::explanation::{Check, Explanation, Reason};
use daypass_aws::session::WebIdentity;
use daypass_aws::{AccountId, AwsError, Caller, Event, Refusal};
use daypass_store::{
    Change as Document, Commit, Durability, Entry, Journal as _, RECORD_BYTES_MAX, StoreError,
};
use daypass_trail::{
    BorrowedAnnotation, Category, Record, SessionContext, TlsDetails, UserIdentity, hide_tokens,
};
use serde_json::{Map, Value};

use super::authenticate::Refused;
use super::call::Call;
use crate::account_documents;
use crate::random::SystemRandom;

/// Characters that are kept of the sentence for a caller who was not established: CloudTrail's `errorMessage` has 1 KB.
const MESSAGE_CHARACTERS_MAX: usize = 1_024;

/// Who called, as far as it was established.
#[derive(Clone, Copy, Default)]
pub(super) enum Identity<'a> {
    /// A caller whose signature was good.
    Caller(&'a Caller),
    /// Nobody who is known; the key id that was presented, if one was.
    #[default]
    Unknown,
    /// Somebody with a verified token.
    Web { account: &'a AccountId, identity: &'a WebIdentity },
}

/// What came of a call.
#[derive(Default)]
pub(super) struct Happened<'a> {
    pub(super) identity: Identity<'a>,
    pub(super) event: Event,
    pub(super) changes: &'a [Change],
    /// What changed in a target, as the store keeps it: written together with the event, and flushed with it.
    pub(super) documents: Vec<Document>,
    pub(super) checks: Vec<Check>,
    /// The claims of the token behind an exchange.
    pub(super) claims: Option<&'a Map<String, Value>>,
    /// Whether the answer holds credentials.
    pub(super) grants: bool,
    /// Whether the call changed data, so that it must be on record.
    pub(super) writes_data: bool,
    /// Whether the call changed how a target is managed, where the target keeps the change by itself, or is to change it
    /// elsewhere: then the event is flushed before the answer leaves, as for changes of the account.
    pub(super) is_flushed: bool,
    /// Another account that the call was done in, which gets a record of its own.
    pub(super) also_in: Option<&'a AccountId>,
}

impl Happened<'_> {
    /// Whether the event must be flushed before the answer leaves.
    fn changes_something(&self) -> bool {
        self.grants || self.is_flushed || !self.changes.is_empty() || !self.documents.is_empty()
    }
}

/// A call that is to be concluded, once.
pub(super) struct Conclusion<'a> {
    call: &'a Call,
    source: &'static str,
    operation: String,
    read_only: bool,
    category: Category,
}

impl<'a> Conclusion<'a> {
    /// Of an operation of the account's management.
    pub(super) fn new(call: &'a Call, source: &'static str, operation: &str, read_only: bool) -> Self {
        Self { call, source, operation: operation.to_owned(), read_only, category: Category::Management }
    }

    /// Of an operation on data.
    pub(super) fn on_data(self) -> Self {
        Self { category: Category::Data, ..self }
    }

    /// Records a call that was done.
    ///
    /// # Errors
    /// `ServiceFailure` where what must be on record is not: then nothing was done, and nothing may be answered.
    pub(super) async fn done(self, happened: Happened<'_>) -> Result<(), AwsError> {
        self.answered(happened, None).await
    }

    /// Records a call that its target answered, by an error's code and sentence or without one.
    ///
    /// # Errors
    /// As [`done`](Self::done).
    pub(super) async fn answered(
        self,
        mut happened: Happened<'_>,
        error: Option<(String, String)>,
    ) -> Result<(), AwsError> {
        let needed = happened.changes_something() || happened.writes_data;
        let sentence = error.as_ref().map(|(code, message)| format!("{code}: {message}"));
        let explanation = self.explanation(&mut happened, sentence, None);
        let recorded = self.record(happened, error, &explanation, None).await;
        let Err(error) = recorded else { return Ok(()) };
        tracing::error!(request_id = %self.call.request_id, %error, needed, "a call was not recorded");
        if needed {
            let message = "The request processing has failed because the service cannot record it.";
            return Err(AwsError::service_failure(message));
        }
        Ok(())
    }

    /// Records a call that was refused, and gives back what the caller is told.
    pub(super) async fn refused(self, refusal: Refusal, mut happened: Happened<'_>) -> AwsError {
        happened.checks = refusal.checks;
        happened.changes = &[];
        happened.documents = Vec::new();
        let explanation = self.explanation(&mut happened, Some(refusal.error.to_string()), refusal.reason);
        let code = refusal.error.code;
        let hidden = self.operation == "AssumeRoleWithWebIdentity" && code == "AccessDenied";
        // Observed: the record of a refused exchange does not say why.
        let message = if hidden { "An unknown error occurred" } else { &refusal.error.message };
        let error = (code.to_owned(), message.to_owned());
        if let Err(error) = self.record(happened, Some(error), &explanation, None).await {
            tracing::error!(request_id = %self.call.request_id, %error, "a refusal was not recorded");
        }
        refusal.error
    }

    /// Records a call whose caller was not established.
    pub(super) async fn unauthenticated(self, refused: &Refused, code: &str, message: &str) {
        let mut happened = Happened::default();
        // It may quote what a stranger sent, as a canonical request does.
        let message: String = message.chars().take(MESSAGE_CHARACTERS_MAX).collect();
        let reason = Reason::Authentication { detail: refused.detail.clone() };
        let explanation = self.explanation(&mut happened, Some(format!("{code}: {message}")), Some(reason));
        let error = (code.to_owned(), message);
        let key = refused.access_key_id.clone();
        if let Err(error) = self.record(happened, Some(error), &explanation, key).await {
            tracing::error!(request_id = %self.call.request_id, %error, "a refusal was not recorded");
        }
    }

    fn explanation(
        &self,
        happened: &mut Happened<'_>,
        error: Option<String>,
        reason: Option<Reason>,
    ) -> Explanation {
        let caller = match happened.identity {
            Identity::Caller(caller) => Some(caller.arn()),
            Identity::Unknown => None,
            Identity::Web { identity, .. } => Some(identity.subject.clone()),
        };
        Explanation {
            operation: self.operation.clone(),
            allowed: error.is_none(),
            caller,
            error,
            reason,
            checks: std::mem::take(&mut happened.checks),
            claims: None,
            mend: None,
        }
    }

    async fn record(
        &self,
        happened: Happened<'_>,
        error: Option<(String, String)>,
        explanation: &Explanation,
        access_key_id: Option<String>,
    ) -> Result<(), StoreError> {
        let call = self.call;
        let flushed = happened.changes_something();
        let event = happened.event;
        let also_in = happened.also_in.map(|account| (account, outside(happened.identity)));
        let record = Record {
            identity: user_identity(happened.identity, access_key_id),
            time: call.now,
            source: self.source,
            name: self.operation.clone(),
            region: call.surroundings.region.clone(),
            source_ip: call.surroundings.source_ip.clone(),
            user_agent: call.surroundings.user_agent.clone(),
            error,
            request_parameters: event.request_parameters,
            response_elements: event.response_elements,
            additional_event_data: event.additional_event_data,
            request_id: call.request_id.clone(),
            shared_event_id: also_in.as_ref().map(|_| SystemRandom::new().uuid()),
            event_id: SystemRandom::new().uuid(),
            read_only: self.read_only,
            resources: event.resources,
            account: call.account.id.to_string(),
            category: self.category,
            tls: self.tls(),
        };
        let failed = |error: serde_json::Error| StoreError::Failed(error.to_string());
        let annotate = |explanation| {
            let annotation = BorrowedAnnotation { token: happened.claims, explanation };
            serde_json::to_string(&annotation).map(shown).map_err(failed)
        };
        let mut annotation = annotate(explanation)?;
        if annotation.len() > RECORD_BYTES_MAX {
            // Many objects under many policies: the call must be on record, its every reason need not.
            annotation = annotate(&explanation.without_reasons())?;
        }
        let mut changes: Vec<Document> =
            happened.changes.iter().map(account_documents::of).collect::<Result<_, _>>().map_err(failed)?;
        changes.extend(self.use_of_role(happened.identity).transpose().map_err(failed)?);
        let placed = changes.into_iter().map(|document| call.account.place.document(document));
        let changes = placed.chain(happened.documents).collect();
        let mut entries = Vec::new();
        if let Some((account, identity)) = also_in {
            let event_id = SystemRandom::new().uuid();
            let other = Record { identity, account: account.to_string(), event_id, ..record.clone() };
            entries.push(entry(other, annotation.clone()).map_err(failed)?);
        }
        // The caller's own is the last one: what is found by the request or by the key that it handed out.
        entries.push(entry(record, annotation).map_err(failed)?);
        let durability = if flushed { Durability::Flushed } else { Durability::Written };
        call.app.database.commit(Commit { entries, changes, durability, ..Commit::default() }).await
    }

    /// The caller's role was used: kept with the record of the call, so that it costs no commit of its own.
    fn use_of_role(&self, identity: Identity<'_>) -> Option<Result<Document, serde_json::Error>> {
        let Identity::Caller(Caller::Session(session)) = identity else { return None };
        let account = self.call.account.load();
        let region = &self.call.surroundings.region;
        let noted = account.last_uses.note(&session.role_id, self.call.now, region)?;
        Some(account_documents::of_last_use(&session.role_id, &noted))
    }

    fn tls(&self) -> Option<TlsDetails> {
        self.call.tls.as_ref().map(|tls| TlsDetails {
            tls_version: tls.version.to_string(),
            cipher_suite: tls.cipher_suite.to_string(),
            client_provided_host_header: self.call.host.clone().unwrap_or_default(),
        })
    }
}

fn shown(text: String) -> String {
    hide_tokens(text.into()).into_owned()
}

fn entry(record: Record, annotation: String) -> Result<Entry, serde_json::Error> {
    Ok(Entry {
        record: record.to_json().map(shown)?,
        annotation: Some(annotation),
        time: record.time,
        category: record.category,
        error: record.error.is_some(),
        event_id: record.event_id,
        request_id: record.request_id,
    })
}

/// A caller as another account's record names it.
///
/// Source: IAM user guide, "Logging IAM and AWS STS API calls with AWS CloudTrail", cross-account events.
fn outside(identity: Identity<'_>) -> UserIdentity {
    match identity {
        Identity::Caller(caller) => {
            UserIdentity::AwsAccount { principal_id: caller.user_id(), account: caller.account().to_string() }
        }
        Identity::Unknown | Identity::Web { .. } => user_identity(identity, None),
    }
}

fn user_identity(identity: Identity<'_>, access_key_id: Option<String>) -> UserIdentity {
    match identity {
        Identity::Unknown => UserIdentity::Unknown { access_key_id },
        Identity::Web { account, identity } => UserIdentity::WebIdentity {
            provider: identity.provider_arn(account),
            audience: identity.audience.clone(),
            subject: identity.subject.clone(),
        },
        Identity::Caller(Caller::Administrator { account, access_key_id }) => {
            UserIdentity::Root { account: account.to_string(), access_key_id: access_key_id.clone() }
        }
        Identity::Caller(Caller::Session(session)) => UserIdentity::AssumedRole {
            principal_id: session.user_id(),
            arn: session.arn(),
            account: session.account.to_string(),
            access_key_id: session.access_key_id.clone(),
            session: Box::new(SessionContext {
                role_id: session.role_id.clone(),
                role_arn: session.role_arn(),
                role_name: session.role_name.clone(),
                provider: session
                    .web_identity
                    .as_ref()
                    .map(|identity| identity.provider_arn(&session.account)),
                created: session.issued_at,
                source_identity: session.source_identity.clone(),
            }),
        },
    }
}
