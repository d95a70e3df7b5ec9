//! When a job may go on to an environment.
//!
//! A gate begins when its job asks, and takes the environment's protection as it is then: what is changed later counts for
//! later jobs. Review, wait timer and custom rules run side by side, and all that there are must be passed.
//!
//! | state | approve | reject | bypass | rule approves | rule rejects | cancel | revoke | time |
//! |---|---|---|---|---|---|---|---|---|
//! | waiting, review wanted | waiting or open | rejected | open | waiting | rejected | cancelled | - | expired after 30 days |
//! | waiting, review given | already approved | rejected | open | waiting or open | rejected | cancelled | - | open, or expired |
//! | open | over | over | over | over | over | cancelled | revoked | - |
//! | rejected, refused, expired, cancelled, revoked | over | over | over | over | over | over | over | - |
//!
//! "Over" and "-" are refusals with words ([`GateError`]); nothing changes then.
//!
//! Source: GitHub docs, "Reviewing deployments" and "Deployments and environments": one of the reviewers is enough, a job
//! that nobody approves fails after 30 days. Revoking is ours: whoever administers a repository can close a gate again.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::environment::{Environment, Protection, Reviewer};
use super::person::Person;

/// How long a job waits for an answer.
pub const ANSWER_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Characters of a comment.
pub const COMMENT_CHARACTERS_MAX: usize = 1_024;

/// The gate of one job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    environment: Environment,
    /// Who started the run, by number.
    actor: u64,
    requested_at: Timestamp,
    approved: bool,
    bypassed: bool,
    /// The rules that have approved, by number.
    passed_rules: Vec<u64>,
    end: Option<End>,
}

/// How a gate closed for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum End {
    Cancelled,
    Refused(String),
    Rejected,
    Revoked,
}

/// Whether the job may go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The run was cancelled or is over.
    Cancelled,
    /// Nobody answered in time.
    Expired,
    /// It may.
    Open,
    /// The ref may not deploy, for this reason.
    Refused(String),
    /// A reviewer or a rule said no.
    Rejected,
    /// It was open, and an administrator has closed it.
    Revoked,
    /// Not yet.
    Waiting(Waiting),
}

impl State {
    /// One word for it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Open => "open",
            Self::Refused(_) => "refused",
            Self::Rejected => "rejected",
            Self::Revoked => "revoked",
            Self::Waiting(_) => "waiting",
        }
    }
}

/// What is still missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waiting {
    /// One of the reviewers must approve.
    pub for_review: bool,
    /// The wait timer ends at this time.
    pub until: Option<Timestamp>,
    /// The numbers of the custom rules that have not answered.
    pub for_rules: Vec<u64>,
}

/// What somebody does at a gate.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// A reviewer says yes.
    Approve {
        /// Who.
        by: &'a Person,
        /// Why.
        comment: &'a str,
    },
    /// A reviewer says no.
    Reject {
        /// Who.
        by: &'a Person,
        /// Why.
        comment: &'a str,
    },
    /// An administrator opens it without waiting.
    Bypass {
        /// Who.
        by: &'a Person,
        /// Why.
        comment: &'a str,
    },
    /// A program answers for its rule.
    AnswerRule {
        /// The rule's number.
        rule: u64,
        /// Yes or no.
        approved: bool,
        /// Why.
        comment: &'a str,
    },
    /// The run is cancelled, or over.
    Cancel,
    /// An administrator closes an open gate.
    Revoke {
        /// Who.
        by: &'a Person,
        /// Why.
        comment: &'a str,
    },
}

/// A step from one state to another, for the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// What was done.
    pub what: &'static str,
    /// The state before.
    pub from: State,
    /// The state after.
    pub to: State,
    /// When.
    pub at: Timestamp,
    /// The login of who did it; nobody's for a rule and the end of a run.
    pub by: Option<String>,
    /// What was said.
    pub comment: String,
}

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// Another reviewer was faster, or the same one says it again.
    #[error("the deployment to {0} was approved already")]
    AlreadyApproved(String),
    /// The environment lets nobody by.
    #[error("administrators may not pass by the protection of {0}")]
    BypassForbidden(String),
    /// The comment is too long.
    #[error("a comment has {COMMENT_CHARACTERS_MAX} characters at the most")]
    Comment,
    /// Only an administrator may.
    #[error("{0} does not administer the repository")]
    NotAdministrator(String),
    /// There is nothing to close.
    #[error("the deployment to {0} is not open")]
    NotOpen(String),
    /// The user is no reviewer.
    #[error("{login} is not a reviewer of {environment}")]
    NotReviewer {
        /// The user.
        login: String,
        /// The environment.
        environment: String,
    },
    /// No review is asked for.
    #[error("the environment {0} has no reviewers")]
    NoReview(String),
    /// It is decided.
    #[error("the deployment to {environment} is {state}: nothing can be changed any more")]
    Over {
        /// The environment.
        environment: String,
        /// The state it is in.
        state: &'static str,
    },
    /// The rule has answered.
    #[error("the rule {0} has approved already")]
    RuleAnswered(u64),
    /// Whoever started the run may not approve it.
    #[error("{0} started the run, and may not review it")]
    SelfReview(String),
    /// There is no such rule.
    #[error("the environment has no custom rule {0}")]
    UnknownRule(u64),
}

impl Gate {
    /// The gate of a job that asks now: of a run that this actor started, of this ref.
    #[must_use]
    pub fn request(
        environment: &Environment,
        actor: u64,
        (reference, protection): (&str, Protection),
        now: Timestamp,
    ) -> Self {
        let refused = environment.may_deploy(reference, protection).err();
        Self {
            environment: environment.clone(),
            actor,
            requested_at: now,
            approved: false,
            bypassed: false,
            passed_rules: Vec::new(),
            end: refused.map(|refusal| End::Refused(refusal.to_string())),
        }
    }

    /// The environment as it was when the job asked.
    #[must_use]
    pub const fn environment(&self) -> &Environment {
        &self.environment
    }

    /// When the job asked.
    #[must_use]
    pub const fn requested_at(&self) -> Timestamp {
        self.requested_at
    }

    /// Whether the job may have a token that names the environment.
    #[must_use]
    pub fn may_have_token(&self, now: Timestamp) -> bool {
        self.state(now) == State::Open
    }

    /// The state at a time.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> State {
        match &self.end {
            Some(End::Cancelled) => return State::Cancelled,
            Some(End::Refused(reason)) => return State::Refused(reason.clone()),
            Some(End::Rejected) => return State::Rejected,
            Some(End::Revoked) => return State::Revoked,
            None if self.bypassed => return State::Open,
            None => {}
        }
        let waiting = self.waiting(now);
        // The timer is no answer that could be late: it may be as long as the time for one.
        let is_unanswered = waiting.for_review || !waiting.for_rules.is_empty();
        if is_unanswered && now.duration_since(self.requested_at) >= ANSWER_WITHIN {
            return State::Expired;
        }
        if waiting == Waiting::default() { State::Open } else { State::Waiting(waiting) }
    }

    fn waiting(&self, now: Timestamp) -> Waiting {
        let wait = SignedDuration::from_mins(i64::from(self.environment.wait_minutes));
        let until = self.requested_at.checked_add(wait).unwrap_or(Timestamp::MAX);
        let rules = self.environment.custom_rules.iter().filter(|rule| rule.enabled).map(|rule| rule.id);
        Waiting {
            for_review: !self.environment.reviewers.is_empty() && !self.approved,
            until: (until > now).then_some(until),
            for_rules: rules.filter(|rule| !self.passed_rules.contains(rule)).collect(),
        }
    }

    /// Whether this user may approve or reject.
    #[must_use]
    pub fn may_review(&self, person: &Person) -> bool {
        self.check_reviewer(person).is_ok()
    }

    /// Does what somebody asks for.
    ///
    /// # Errors
    /// [`GateError`]; the gate is as it was.
    pub fn apply(&self, input: Input<'_>, now: Timestamp) -> Result<(Self, Transition), GateError> {
        check_comment(input)?;
        let from = self.state(now);
        let name = || self.environment.name.clone();
        let mut next = self.clone();
        let (what, by, comment) = match (&from, input) {
            (State::Open, Input::Cancel) | (State::Waiting(_), Input::Cancel) => {
                next.end = Some(End::Cancelled);
                ("cancelled", None, "")
            }
            (State::Open, Input::Revoke { by, comment }) => {
                check_administrator(by)?;
                next.end = Some(End::Revoked);
                ("revoked", Some(by), comment)
            }
            (State::Waiting(_), Input::Revoke { .. }) => return Err(GateError::NotOpen(name())),
            (State::Waiting(waiting), Input::Approve { by, comment }) => {
                self.check_reviewer(by)?;
                if !waiting.for_review {
                    return Err(GateError::AlreadyApproved(name()));
                }
                next.approved = true;
                ("approved", Some(by), comment)
            }
            (State::Waiting(_), Input::Reject { by, comment }) => {
                self.check_reviewer(by)?;
                next.end = Some(End::Rejected);
                ("rejected", Some(by), comment)
            }
            (State::Waiting(_), Input::Bypass { by, comment }) => {
                check_administrator(by)?;
                if !self.environment.admins_can_bypass {
                    return Err(GateError::BypassForbidden(name()));
                }
                next.bypassed = true;
                ("bypassed", Some(by), comment)
            }
            (State::Waiting(_), Input::AnswerRule { rule, approved, comment }) => {
                self.check_rule(rule)?;
                if approved {
                    next.passed_rules.push(rule);
                } else {
                    next.end = Some(End::Rejected);
                }
                (if approved { "rule approved" } else { "rule rejected" }, None, comment)
            }
            (
                State::Cancelled
                | State::Expired
                | State::Open
                | State::Refused(_)
                | State::Rejected
                | State::Revoked,
                _,
            ) => return Err(GateError::Over { environment: name(), state: from.name() }),
        };
        let (by, comment) = (by.map(|person| person.login.clone()), comment.to_owned());
        let to = next.state(now);
        Ok((next, Transition { what, from, to, at: now, by, comment }))
    }

    fn check_reviewer(&self, person: &Person) -> Result<(), GateError> {
        let environment = &self.environment;
        if environment.reviewers.is_empty() {
            return Err(GateError::NoReview(environment.name.clone()));
        }
        let is_one = environment.reviewers.iter().any(|reviewer| match reviewer {
            Reviewer::Team(team) => person.teams.contains(team),
            Reviewer::User(user) => *user == person.id,
        });
        if !is_one {
            let (login, environment) = (person.login.clone(), environment.name.clone());
            return Err(GateError::NotReviewer { login, environment });
        }
        if environment.prevent_self_review && person.id == self.actor {
            return Err(GateError::SelfReview(person.login.clone()));
        }
        Ok(())
    }

    fn check_rule(&self, rule: u64) -> Result<(), GateError> {
        let known = &self.environment.custom_rules;
        if !known.iter().any(|known| known.enabled && known.id == rule) {
            return Err(GateError::UnknownRule(rule));
        }
        if self.passed_rules.contains(&rule) { Err(GateError::RuleAnswered(rule)) } else { Ok(()) }
    }
}

fn check_administrator(person: &Person) -> Result<(), GateError> {
    if person.is_administrator { Ok(()) } else { Err(GateError::NotAdministrator(person.login.clone())) }
}

fn check_comment(input: Input<'_>) -> Result<(), GateError> {
    let comment = match input {
        Input::AnswerRule { comment, .. }
        | Input::Approve { comment, .. }
        | Input::Bypass { comment, .. }
        | Input::Reject { comment, .. }
        | Input::Revoke { comment, .. } => comment,
        Input::Cancel => "",
    };
    if comment.chars().count() > COMMENT_CHARACTERS_MAX { Err(GateError::Comment) } else { Ok(()) }
}
