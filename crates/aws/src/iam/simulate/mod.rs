//! The policy simulator: SimulateCustomPolicy and SimulatePrincipalPolicy.
//!
//! The very evaluator that decides real calls is asked about calls that nobody makes. Each action has one result over all
//! resources that are asked about, and one of its own for each of them.
//!
//! | module | what it holds |
//! |---|---|
//! | [`request`] | what is asked, from the parameters |
//! | [`entries`] | the condition keys that are given, with their types |
//! | [`exclusions`] | attached policies that are to be left out |
//! | [`sources`] | the policies, each under the name that AWS gives it |
//! | [`statements`] | which statements decided, and where they stand |
//! | [`result`] | the answer |
//!
//! Unlike AWS's, it takes a resource policy for a role too.
//!
//! Source: IAM API reference, "SimulateCustomPolicy", "SimulatePrincipalPolicy", "EvaluationResult" and "Statement"; the
//! names of policies and the places of statements are the observed ones.

pub mod entries;
pub mod exclusions;
pub mod request;
pub mod result;
pub mod sources;
pub mod statements;

use crate::arn::RoleArn;
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::pages::PageRequest;
use crate::iam::simulate::exclusions::Exclusions;
use crate::iam::simulate::request::Question;
use crate::iam::simulate::sources::Sources;
use crate::outcome::Outcome;
use crate::parameters::Text;
use crate::shape::Shape;
use crate::{Account, Role};

/// The most decisions, actions times resources, of one request: each may go through half a megabyte of policies.
pub const DECISIONS_MAX: usize = 2_000;

/// The most work of one answer: decisions times bytes of policies. One request must not keep a thread
/// for long.
pub const WORK_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What an ARN may look like.
const ARN: Text = Text::of(20, 2_048);

/// SimulateCustomPolicy: policies that are sent.
///
/// # Errors
/// `InvalidInput` for a policy, an action or a condition key that cannot be; `ValidationError` for the rest.
pub fn custom(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    required_list(call, "PolicyInputList")?;
    let sources = Sources::sent(call.parameters)?;
    let caller = call.parameters.text("CallerArn");
    answer(call, &sources, caller)
}

/// SimulatePrincipalPolicy: the policies of a role, and others that are sent.
///
/// # Errors
/// As [`custom`]; `NoSuchEntity` for a principal that is not there; `PolicyEvaluation` where one of its policies cannot
/// be read.
pub fn principal(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let role = source(call)?;
    let exclusions = Exclusions::read(call.parameters)?;
    let mut sources = Sources::of_role(call.account, role, &exclusions)?;
    sources.extend(Sources::sent(call.parameters)?);
    let own = role.arn(&call.account.id);
    let caller = call.parameters.text("CallerArn").unwrap_or(&own);
    answer(call, &sources, Some(caller))
}

/// Checks that a list was sent.
///
/// # Errors
/// `ValidationError`.
pub(in crate::iam) fn required_list(call: &Call<'_>, name: &str) -> Result<(), AwsError> {
    if call.parameters.list(name).is_some() {
        return Ok(());
    }
    let mut check = call.parameters.check();
    check.required(name, Text::of(0, 0));
    check.finish()
}

/// The role of `PolicySourceArn`.
///
/// # Errors
/// `ValidationError` for its length; `InvalidInput` for what is no ARN of a user, group or role; `NoSuchEntity`.
pub(in crate::iam) fn source<'a>(call: &Call<'a>) -> Result<&'a Role, AwsError> {
    let mut check = call.parameters.check();
    let arn = check.required("PolicySourceArn", ARN);
    check.finish()?;
    existing(call.account, arn)
}

fn existing<'a>(account: &'a Account, arn: &str) -> Result<&'a Role, AwsError> {
    let prefix = format!("arn:{}:iam::{}:", crate::arn::PARTITION, account.id);
    let entity = arn.strip_prefix(&prefix).and_then(|entity| entity.split_once('/'));
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    match entity {
        Some(("role", _)) => {}
        Some((kind @ ("user" | "group"), path)) => {
            let name = name(path);
            return Err(AwsError::no_such_entity(format!("The {kind} with name {name} cannot be found.")));
        }
        _ => {
            return Err(AwsError::invalid_input(format!(
                "Invalid Entity Arn: {arn} does not clearly define entity type and name."
            )));
        }
    }
    let absent = |name: &str| AwsError::no_such_entity(format!("The role with name {name} cannot be found."));
    let asked = RoleArn::parse(arn).ok_or_else(|| absent(""))?;
    let role = account.role(asked.name).filter(|role| role.path == asked.path);
    role.map(|role| &**role).ok_or_else(|| absent(asked.name))
}

/// Decides the actions of the page that is asked for.
fn answer(call: &Call<'_>, sources: &Sources, caller: Option<&str>) -> Result<Outcome, AwsError> {
    let page = PageRequest::read(call.parameters.check())?;
    let question = Question::read(call, caller)?;
    let actions = question.actions.iter().enumerate();
    let page = page.cut(actions.map(|(index, action)| (format!("{index:06}"), *action)));
    let decisions = page.items.len().saturating_mul(question.resources.len());
    if decisions.saturating_mul(sources.bytes()) > WORK_BYTES_MAX {
        return Err(AwsError::invalid_input(
            "daypass does not simulate so many actions and resources with so long policies in one answer: \
             ask for smaller pages with MaxItems, or for fewer resources.",
        ));
    }
    let results = page.items.iter().map(|action| result::of_action(action, &question, sources)).collect();
    let mut members = vec![
        ("EvaluationResults", Shape::List(results)),
        ("IsTruncated", Shape::text(page.marker.is_some())),
    ];
    members.extend(page.marker.map(|marker| ("Marker", Shape::Text(marker))));
    Ok(Outcome::read(Shape::Structure(members), None))
}
