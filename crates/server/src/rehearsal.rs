//! What would happen: a job's token at STS, and the calls that its session would make, without a credential leaving or an
//! event being written.
//!
//! A rehearsal goes through the functions that decide real exchanges and real calls, with a token that is made for it and
//! dropped with it, so that it cannot come to another answer than they do. The token of a job that still waits at its gate
//! is asked about too: the answer says what would be once the gate is open.

use std::sync::Arc;

use daypass_aws::arn::RoleArn;
use daypass_aws::authorize::{Action, Surroundings, authorize_with};
use daypass_aws::explanation::Check;
use daypass_aws::sts::web_identity;
use daypass_aws::{AccountId, AwsError, Caller, Explanation, Parameters, Reason, Refusal, Session};
use daypass_github::gate::{Gate, State as GateState};
use daypass_github::hosting::Repository;
use daypass_github::run::{Foresight, JobEnvironment, Run, RunJob};
use daypass_github::{JobContext, TOKEN_LIFETIME_SECONDS, subject};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::accounts::HostedAccount;
use crate::bucket_policies;
use crate::control::waits_for;
use crate::github::hub::{Holdings, HubError, job_context};
use crate::github::mint::{MintError, Minting, mint};
use crate::mend;
use crate::random::SystemRandom;
use crate::state::App;

/// The most calls of one rehearsal: more than any job's scripts name.
pub const CALLS_MAX: usize = 1_000;

/// What is to be rehearsed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The run's number.
    pub run: u64,
    /// The job's number.
    pub job: u64,
    /// The role's ARN, or the name of a role of the first account; nothing is asked of STS where there is none.
    pub role: Option<String>,
    /// `aud`; the owner's page where there is none.
    pub audience: Option<String>,
    /// The session's length; AWS's default where it is not given.
    pub duration_seconds: Option<i64>,
    /// The session's name.
    pub session_name: Option<String>,
    /// An inline session policy.
    pub policy: Option<String>,
    /// Managed session policies.
    #[serde(default)]
    pub policy_arns: Vec<String>,
    /// What the session would do.
    #[serde(default)]
    pub calls: Vec<Call>,
}

/// An action on a resource.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// E.g. `s3:PutObject`.
    pub action: String,
    /// The resource's ARN; `*` stands for what is not known.
    pub resource: String,
}

/// What would happen.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// The token's subject.
    pub subject: String,
    /// The token's claims.
    pub claims: Map<String, Value>,
    /// How the gate of its environment stands, or would if the job asked now; nothing where it names no environment.
    pub gate: Option<GateAnswer>,
    /// What STS would say; nothing where no role was named.
    pub exchange: Option<Explanation>,
    /// What the targets would say, where STS lets the job in.
    pub calls: Vec<Called>,
}

/// How a gate stands.
#[derive(Debug, Serialize)]
pub struct GateAnswer {
    /// `open`, `waiting`, `refused` and the like.
    pub state: &'static str,
    /// For whom or what the job waits, or why it may not deploy.
    pub reason: Option<String>,
}

/// What a target would say.
#[derive(Debug, Serialize)]
pub struct Called {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// Whether it would do it.
    pub allowed: bool,
    /// AWS's words where it would not.
    pub message: Option<String>,
    /// The likely mend where it would not.
    pub mend: Option<String>,
}

/// Why a question cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// GitHub's side.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// There is no token.
    #[error(transparent)]
    Mint(#[from] MintError),
    /// The job is not what it will be yet.
    #[error(transparent)]
    NotYet(#[from] Foresight),
    /// Too many calls.
    #[error("a rehearsal takes {CALLS_MAX} calls at the most")]
    TooManyCalls,
}

/// Answers a question.
///
/// # Errors
/// [`RehearsalError`]
pub async fn rehearse(app: &App, question: &Question) -> Result<Answer, RehearsalError> {
    if question.calls.len() > CALLS_MAX {
        return Err(RehearsalError::TooManyCalls);
    }
    let missing = || HubError::Missing(format!("job {} of a run {}", question.job, question.run));
    let run = app.hub.run(question.run).await?.ok_or_else(missing)?;
    let holdings = &app.hub.snapshot().holdings;
    let now = app.clock.now();
    let strict = app.config.strict_environment_names;
    let job = settled(&run, run.job(question.job).ok_or_else(missing)?, (holdings, strict), now)?;
    let context = job_context::of_run(&run, &job, holdings, &app.config).map_err(HubError::from)?;
    let minted = mint(app, &minting(&context, question.audience.as_deref(), &Map::new())).await?;
    let mut answer = Answer {
        subject: subject(&context),
        claims: minted.claims,
        gate: gate_answer(&job, holdings, now),
        exchange: None,
        calls: Vec::new(),
    };
    let Some(role) = &question.role else { return Ok(answer) };
    let rehearsing = Rehearsing::new(app, question, role);
    let exchange = rehearsing.exchange(&minted.token).await;
    if let Ok((session, _)) = &exchange {
        let caller = Caller::Session(Arc::new(session.clone()));
        answer.calls = question.calls.iter().map(|call| rehearsing.call(&caller, call)).collect();
    }
    answer.exchange = Some(explained(exchange, &answer.subject));
    Ok(answer)
}

fn minting<'a>(
    job: &'a JobContext,
    audience: Option<&'a str>,
    overrides: &'a Map<String, Value>,
) -> Minting<'a> {
    Minting { job, issuer: None, audience, lifetime_seconds: TOKEN_LIFETIME_SECONDS, overrides }
}

/// A job as it will be once it begins, as far as that can be told now.
fn settled(
    run: &Run,
    job: &RunJob,
    (holdings, strict): (&Holdings, bool),
    now: Timestamp,
) -> Result<RunJob, RehearsalError> {
    let mut job = job.clone();
    if job.ready.is_some() || job.completed.is_some() {
        return Ok(job);
    }
    let settled = run.foresee(job.key())?;
    job.environment = settled.environment.map(|named| JobEnvironment { name: named.name, url: None });
    let repository = holdings.repository(&run.repository);
    if let (Some(named), Some(repository)) = (&job.environment, repository) {
        let mut tried = Repository::clone(repository);
        tried.create_environment(&named.name, strict, now).map_err(HubError::from)?;
    }
    // One that nobody made has no protection.
    if let (Some(named), Some(repository)) = (&job.environment, repository)
        && let Some(environment) = repository.environment(&named.name)
    {
        let protection = repository.protection(&run.reference);
        job.gate = Some(Gate::request(environment, run.actor.id, (&run.reference, protection), now));
    }
    Ok(job)
}

fn gate_answer(job: &RunJob, holdings: &Holdings, now: Timestamp) -> Option<GateAnswer> {
    let state = job.gate.as_ref()?.state(now);
    let reason = match &state {
        GateState::Waiting(_) => Some(waits_for(job, holdings, now)),
        GateState::Refused(reason) => Some(reason.clone()),
        _ => None,
    };
    Some(GateAnswer { state: state.name(), reason })
}

/// One question to one account.
struct Rehearsing<'a> {
    app: &'a App,
    account: Arc<HostedAccount>,
    surroundings: Surroundings,
    parameters: Vec<(String, String)>,
}

impl<'a> Rehearsing<'a> {
    fn new(app: &'a App, question: &Question, role: &str) -> Self {
        let account = RoleArn::parse(role).and_then(|role| app.accounts.numbered(role.account));
        let account = account.unwrap_or_else(|| app.accounts.first());
        let session_name = question.session_name.as_deref().unwrap_or("GitHubActions");
        let mut parameters = vec![
            ("RoleArn".to_owned(), role_arn(&account.id, role)),
            ("RoleSessionName".to_owned(), session_name.to_owned()),
        ];
        if let Some(seconds) = question.duration_seconds {
            parameters.push(("DurationSeconds".to_owned(), seconds.to_string()));
        }
        if let Some(policy) = &question.policy {
            parameters.push(("Policy".to_owned(), policy.clone()));
        }
        for (number, arn) in question.policy_arns.iter().enumerate() {
            parameters.push((format!("PolicyArns.member.{}.arn", number + 1), arn.clone()));
        }
        let surroundings = Surroundings {
            now: app.clock.now(),
            source_ip: "127.0.0.1".to_owned(),
            secure_transport: app.endpoints.tls_ca_file.is_some(),
            region: app.config.region.clone(),
            user_agent: None,
        };
        Self { app, account: Arc::clone(account), surroundings, parameters }
    }

    /// As AssumeRoleWithWebIdentity does it, up to where the event would be written.
    async fn exchange(&self, token: &str) -> Result<(Session, Vec<Check>), Refusal> {
        let own = [("WebIdentityToken".to_owned(), token.to_owned())];
        let parameters: Parameters = self.parameters.iter().cloned().chain(own).collect();
        let account = self.account.load_full();
        let exchange = web_identity::Request::read(&parameters)?.provider(&account)?;
        let keys = self.app.issuers.keys(&exchange.provider.issuer(), exchange.key_id()).await;
        let keys = keys.map_err(|error| {
            let reason = Reason::Keys { detail: error.to_string() };
            Refusal::because(daypass_aws::sts::refusal::keys_unavailable(), reason)
        })?;
        let verified = exchange.verify(&keys, self.surroundings.now)?;
        let deciding = web_identity::Deciding {
            account: &account,
            surroundings: &self.surroundings,
            keys: &self.account.sealing_keys,
        };
        let permitted = verified.decide(&deciding, &mut SystemRandom::new())?;
        Ok((permitted.granted.session, permitted.checks))
    }

    /// As a target asks before it does anything.
    fn call(&self, caller: &Caller, call: &Call) -> Called {
        let account = self.account.load_full();
        let action = Action { name: &call.action, resource: &call.resource, keys: &[] };
        let refusal = match bucket_policies::involved(self.app, &account.id, &call.action, &call.resource) {
            Some(bucket) => {
                let target = bucket.target(caller, &call.action);
                authorize_with(&account, caller, &action, target, &self.surroundings).err()
            }
            None => Some(AwsError::access_denied("Access Denied").into()),
        };
        let (message, mend) = match refusal {
            None => (None, None),
            Some(refusal) => {
                let message = refusal.error.message.to_string();
                (Some(message), mend::in_sandbox(&of_refusal(&call.action, caller.arn(), refusal)))
            }
        };
        let (action, resource, allowed) = (call.action.clone(), call.resource.clone(), message.is_none());
        Called { action, resource, allowed, message, mend }
    }
}

/// A role's ARN, of one that may be named by its name alone.
fn role_arn(account: &AccountId, role: &str) -> String {
    if role.starts_with("arn:") { role.to_owned() } else { format!("arn:aws:iam::{account}:role/{role}") }
}

fn explained(exchange: Result<(Session, Vec<Check>), Refusal>, subject: &str) -> Explanation {
    match exchange {
        Ok((_, checks)) => Explanation {
            operation: web_identity::ACTION.trim_start_matches("sts:").to_owned(),
            allowed: true,
            caller: Some(subject.to_owned()),
            error: None,
            reason: None,
            checks,
            claims: None,
            mend: None,
        },
        Err(refusal) => {
            let mut explanation = of_refusal("AssumeRoleWithWebIdentity", subject.to_owned(), refusal);
            explanation.mend = mend::mend(&explanation);
            explanation
        }
    }
}

fn of_refusal(operation: &str, caller: String, refusal: Refusal) -> Explanation {
    Explanation {
        operation: operation.to_owned(),
        allowed: false,
        caller: Some(caller),
        error: Some(refusal.error.to_string()),
        reason: refusal.reason,
        checks: refusal.checks,
        claims: None,
        mend: None,
    }
}
