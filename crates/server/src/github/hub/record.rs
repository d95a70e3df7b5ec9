//! What happened at GitHub's side, as the trail has it.

use daypass_github::run::{Occurrence, Run};
use daypass_store::Entry;
use daypass_trail::{Category, Record, UserIdentity, hide_tokens};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::author::Author;
use crate::random::SystemRandom;

/// The `eventSource` of all of it.
pub const SOURCE: &str = "github.com";
/// An environment was made.
pub const ENVIRONMENT_CREATED: &str = "EnvironmentCreated";
/// An environment was set.
pub const ENVIRONMENT_UPDATED: &str = "EnvironmentUpdated";
/// An environment was taken out.
pub const ENVIRONMENT_DELETED: &str = "EnvironmentDeleted";
/// A branch's protection was set.
pub const BRANCH_PROTECTION_UPDATED: &str = "BranchProtectionUpdated";
/// A branch's protection was taken out.
pub const BRANCH_PROTECTION_DELETED: &str = "BranchProtectionDeleted";
/// What subjects are made of was set.
pub const SUBJECT_UPDATED: &str = "OidcSubjectUpdated";
/// A repository's custom properties were set.
pub const PROPERTIES_UPDATED: &str = "RepositoryPropertiesUpdated";
/// An app was told that a deployment waits for its rule.
pub const RULE_ANNOUNCED: &str = "DeploymentRuleAnnounced";
/// A program said something of its rule that decides nothing.
pub const RULE_COMMENTED: &str = "DeploymentRuleCommented";
/// A repository was made.
pub const REPOSITORY_CREATED: &str = "RepositoryCreated";
/// A user was added or changed.
pub const USER_UPDATED: &str = "UserUpdated";
/// A user was taken out.
pub const USER_DELETED: &str = "UserDeleted";
/// A team was set.
pub const TEAM_UPDATED: &str = "TeamUpdated";
/// A workflow's file was set.
pub const WORKFLOW_UPDATED: &str = "WorkflowUpdated";
/// A job was given a token.
pub const TOKEN_ISSUED: &str = "IdTokenIssued";
/// The operator made a token by hand.
pub const TOKEN_MINTED: &str = "IdTokenMinted";
/// A job was refused a token.
pub const TOKEN_REFUSED: &str = "IdTokenRefused";
/// Somebody signed in to the console.
pub const SIGNED_IN: &str = "ConsoleSignIn";

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Activity {
    /// What.
    pub name: &'static str,
    /// When.
    pub at: Timestamp,
    /// The login of who did it, where it is not the author.
    pub by: Option<String>,
    /// What it was about.
    pub parameters: Value,
    /// What came of it.
    pub result: Option<Value>,
    /// Why it was refused.
    pub error: Option<(String, String)>,
}

impl Activity {
    /// Something that happened to a run.
    #[must_use]
    pub fn of_run(run: &Run, occurrence: Occurrence) -> Self {
        let parameters = json!({
            "runId": run.id.to_string(),
            "repository": run.repository,
            "workflow": run.workflow.path,
            "ref": run.reference,
            "job": occurrence.job,
            "environment": occurrence.environment,
            "comment": occurrence.comment,
        });
        let result = Some(json!({ "from": occurrence.from, "to": occurrence.to }));
        Self { name: occurrence.name, at: occurrence.at, by: occurrence.by, parameters, result, error: None }
    }

    /// The event for the trail.
    pub(super) fn entry(&self, author: &Author) -> Result<Entry, serde_json::Error> {
        // What time brings about in the wake of somebody's act is not that person's doing.
        let is_authors = self.by.is_some() || author.login.is_none() || !is_of_time(self.name);
        let identity = if is_authors { author.identity() } else { Author::time().identity() };
        let record = self.record(author, identity);
        Ok(Entry {
            record: record.to_json().map(|text| hide_tokens(text.into()).into_owned())?,
            annotation: None,
            time: record.time,
            category: record.category,
            error: record.error.is_some(),
            event_id: record.event_id,
            request_id: record.request_id,
        })
    }

    fn record(&self, author: &Author, identity: UserIdentity) -> Record {
        Record {
            identity,
            time: self.at,
            source: SOURCE,
            name: self.name.to_owned(),
            region: String::new(),
            source_ip: author.source_ip.clone(),
            user_agent: author.user_agent.clone(),
            error: self.error.clone(),
            request_parameters: Some(self.parameters.clone()),
            response_elements: self.result.clone(),
            additional_event_data: None,
            request_id: author.request_id.clone(),
            shared_event_id: None,
            event_id: SystemRandom::new().uuid(),
            read_only: false,
            resources: Vec::new(),
            account: String::new(),
            category: Category::Activity,
            tls: None,
        }
    }
}

/// Whether it follows from other things, without anybody's act.
fn is_of_time(name: &str) -> bool {
    [
        Occurrence::DEPLOYMENT_CLOSED,
        Occurrence::DEPLOYMENT_OPENED,
        Occurrence::DEPLOYMENT_REQUESTED,
        Occurrence::JOB_QUEUED,
    ]
    .contains(&name)
}
