//! What the simulator is asked.

use daypass_policy::Context;

use super::{DECISIONS_MAX, entries, required_list};
use crate::account::AccountId;
use crate::arn::{self, RoleArn};
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::parameters::{Parameters, Text};

/// What an action may look like.
const ACTION: Text = Text::of(3, 128);
/// What a resource may look like.
const RESOURCE: Text = Text::of(1, 2_048);
/// What is asked about where no resource is named.
const EVERYTHING: &str = "*";

/// Calls that nobody makes.
pub struct Question<'a> {
    /// The actions, as they were sent.
    pub actions: Vec<&'a str>,
    /// The resources; one `*` where none was named.
    pub resources: Vec<&'a str>,
    /// Whether resources were named.
    pub has_resources: bool,
    /// Who would call.
    pub caller: Caller,
    /// The condition keys.
    pub context: Context,
    /// The account of resources whose ARN does not tell it; `None` for the caller's own.
    pub resource_owner: Option<String>,
}

/// Who would call.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Its ARNs, the most special first: a role is asked about as one of its sessions.
    pub arns: Vec<String>,
    /// Its account.
    pub account: String,
}

impl<'a> Question<'a> {
    /// Reads the parameters that both operations share, the policies excepted.
    ///
    /// # Errors
    /// `ValidationError` for lengths and what is missing; `InvalidInput` for an action, a caller or a condition key that
    /// cannot be, and for more than [`DECISIONS_MAX`] decisions.
    pub fn read(call: &Call<'a>, caller: Option<&str>) -> Result<Self, AwsError> {
        let parameters = call.parameters;
        let mut check = parameters.check();
        let actions = parameters.list("ActionNames").unwrap_or_default();
        let named = parameters.list("ResourceArns").unwrap_or_default();
        actions.iter().for_each(|action| check.value("actionNames", action, ACTION));
        named.iter().for_each(|resource| check.value("resourceArns", resource, RESOURCE));
        let owner = check.optional("ResourceOwner", RESOURCE);
        check.optional("CallerArn", RESOURCE);
        check.optional("ResourceHandlingOption", Text::of(1, 64));
        check.finish()?;
        required_list(call, "ActionNames")?;
        if let Some(action) = actions.iter().find(|action| !is_action(action)) {
            return Err(AwsError::invalid_input(format!(
                "Invalid Entry: {action} is not a valid action name."
            )));
        }
        let has_resources = !named.is_empty();
        let resources = if has_resources { named } else { vec![EVERYTHING] };
        if actions.len().saturating_mul(resources.len()) > DECISIONS_MAX {
            return Err(AwsError::invalid_input(format!(
                "daypass simulates at most {DECISIONS_MAX} pairs of an action and a resource in one request."
            )));
        }
        let caller = caller_of(&call.account.id, parameters, caller)?;
        let mut context = Context::new();
        caller_keys(&caller, &mut context);
        entries::read(parameters, &mut context)?;
        let resource_owner = owner.map(owner_account).transpose()?;
        Ok(Self { actions, resources, has_resources, caller, context, resource_owner })
    }

    /// The account that a resource belongs to; `None` for the caller's own.
    #[must_use]
    pub fn account_of<'b>(&'b self, resource: &'b str) -> Option<&'b str> {
        let told = resource.split(':').nth(4).filter(|account| AccountId::parse(account).is_some());
        told.or(self.resource_owner.as_deref()).filter(|account| *account != self.caller.account)
    }
}

/// A service, a colon and a name: an action that no service has is answered as one that nothing allows.
fn is_action(text: &str) -> bool {
    let Some((service, name)) = text.split_once(':') else { return false };
    !service.is_empty()
        && !name.is_empty()
        && text.chars().all(|character| character.is_ascii_alphanumeric() || ":-_".contains(character))
}

/// Who would call: the one that is named, or the account itself.
fn caller_of(id: &AccountId, parameters: &Parameters, caller: Option<&str>) -> Result<Caller, AwsError> {
    let Some(named) = caller else {
        if parameters.text("ResourcePolicy").is_some() {
            return Err(AwsError::invalid_input("A CallerArn is required if you include a ResourcePolicy."));
        }
        return Ok(Caller { arns: vec![arn::root(id)], account: id.to_string() });
    };
    if let Some(role) = RoleArn::parse(named)
        && let Some(account) = AccountId::parse(role.account)
    {
        let session = arn::assumed_role(&account, role.name, "simulated");
        return Ok(Caller { arns: vec![session, named.to_owned()], account: role.account.to_owned() });
    }
    let user = named.strip_prefix("arn:aws:iam::").and_then(|rest| rest.split_once(':'));
    match user {
        Some((account, entity))
            if AccountId::parse(account).is_some()
                && (entity.starts_with("user/") || entity.starts_with("group/")) =>
        {
            Ok(Caller { arns: vec![named.to_owned()], account: account.to_owned() })
        }
        _ => Err(AwsError::invalid_input(format!(
            "Invalid Entity Arn: {named} does not clearly define entity type and name."
        ))),
    }
}

/// The condition keys that follow from who calls. An entry of the request takes the place of one.
fn caller_keys(caller: &Caller, context: &mut Context) {
    let Some(principal) = caller.arns.last() else { return };
    context.insert("aws:PrincipalAccount", caller.account.clone());
    context.insert("aws:PrincipalArn", principal.clone());
    let kind = match principal.splitn(6, ':').nth(5).unwrap_or_default() {
        resource if resource.starts_with("role/") => "AssumedRole",
        "root" => "Account",
        _ => "User",
    };
    context.insert("aws:PrincipalType", kind);
    if let Some(user) = principal.split_once(":user/") {
        context.insert("aws:username", user.1.rsplit('/').next().unwrap_or_default());
    }
}

/// The number of `ResourceOwner`, which is an account's number or its root's ARN.
fn owner_account(owner: &str) -> Result<String, AwsError> {
    let number = owner.strip_prefix("arn:aws:iam::").and_then(|rest| rest.strip_suffix(":root"));
    let number = number.unwrap_or(owner);
    if AccountId::parse(number).is_some() {
        return Ok(number.to_owned());
    }
    Err(AwsError::invalid_input(format!("Invalid Entry: {owner} is not a valid resource owner.")))
}
