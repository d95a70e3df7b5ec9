//! A call before the policies that have a say in it.

use std::path::Path;

use daypass_aws::explanation::Check;
use daypass_policy::{Context, Kind, Named, Policies, Request, evaluate};

use super::answer::Answer;
use super::caller::Caller;
use super::files::Policy;
use super::{context, names};
use crate::arguments::SimulateArguments;
use crate::failure::Failure;

pub(super) fn ask(action: &str, resource: &str, arguments: &SimulateArguments) -> Result<Answer, Failure> {
    let action = names::action(action)?;
    let resource = names::resource(resource)?;
    let caller = arguments.principal.as_deref().map_or(Ok(Caller::Nobody), Caller::read)?;
    let account = arguments.resource_account.as_deref().map(names::account).transpose()?;
    let context = keys(&caller, account.as_ref().map(ToString::to_string), &arguments.context)?;
    let read = Read::of(arguments)?;
    let evaluation = read.with(|policies| {
        caller.ask(|principal| {
            let request = Request {
                principal,
                action,
                resource,
                context: &context,
                resource_account: account.as_ref().map(daypass_aws::AccountId::as_str),
            };
            evaluate(policies, &request)
        })
    });
    let check = Check { action: action.to_owned(), resource: resource.to_owned(), evaluation };
    Ok(Answer::of_call(action, check))
}

/// The keys that follow from who calls and what, and those that were given, which stand in their place.
fn keys(caller: &Caller, account: Option<String>, given: &[String]) -> Result<Context, Failure> {
    let mut keys = Context::new();
    caller.insert_keys(&mut keys);
    if let Some(account) = account {
        keys.insert("aws:ResourceAccount", account);
    }
    for (key, values) in context::read(given)? {
        keys.insert(key, values);
    }
    Ok(keys)
}

/// The policies of a question, read.
struct Read {
    identity: Vec<Policy>,
    session: Vec<Policy>,
    boundary: Option<Policy>,
    resource: Option<Policy>,
    service_control: Vec<Vec<Policy>>,
    resource_control: Vec<Vec<Policy>>,
}

impl Read {
    fn of(arguments: &SimulateArguments) -> Result<Self, Failure> {
        let one = |kind, path: &Option<std::path::PathBuf>| {
            path.as_deref().map(|path| Policy::read(kind, path)).transpose()
        };
        Ok(Self {
            identity: Policy::read_all(Kind::Identity, &arguments.policies)?,
            session: Policy::read_all(Kind::Session, &arguments.session_policies)?,
            boundary: one(Kind::Boundary, &arguments.boundary)?,
            resource: one(Kind::Resource, &arguments.resource_policy)?,
            service_control: levels(Kind::ServiceControl, &arguments.service_control)?,
            resource_control: with_full_access(levels(Kind::ResourceControl, &arguments.resource_control)?)?,
        })
    }

    fn with<T>(&self, question: impl FnOnce(&Policies<'_>) -> T) -> T {
        let (identity, session) = (all(&self.identity), all(&self.session));
        let resource: Vec<Named<'_>> = self.resource.iter().map(Policy::named).collect();
        let service_control: Vec<Vec<Named<'_>>> =
            self.service_control.iter().map(|level| all(level)).collect();
        let resource_control: Vec<Vec<Named<'_>>> =
            self.resource_control.iter().map(|level| all(level)).collect();
        let service_control: Vec<&[Named<'_>]> = service_control.iter().map(Vec::as_slice).collect();
        let resource_control: Vec<&[Named<'_>]> = resource_control.iter().map(Vec::as_slice).collect();
        question(&Policies {
            identity: &identity,
            session: (!session.is_empty()).then_some(session.as_slice()),
            boundary: self.boundary.as_ref().map(Policy::named),
            resource: &resource,
            service_control: &service_control,
            resource_control: &resource_control,
        })
    }
}

fn all(policies: &[Policy]) -> Vec<Named<'_>> {
    policies.iter().map(Policy::named).collect()
}

/// The resource control policy that AWS attaches to every level of an organisation and that cannot be detached.
///
/// Source: AWS Organizations user guide, "Resource control policies (RCPs)".
const FULL_ACCESS: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" }]
}"#;

fn with_full_access(mut levels: Vec<Vec<Policy>>) -> Result<Vec<Vec<Policy>>, Failure> {
    for level in &mut levels {
        level.insert(0, Policy::parse(Kind::ResourceControl, "RCPFullAWSAccess".to_owned(), FULL_ACCESS)?);
    }
    Ok(levels)
}

/// One argument for each level, in which the files stand with commas between them.
fn levels(kind: Kind, arguments: &[String]) -> Result<Vec<Vec<Policy>>, Failure> {
    arguments.iter().map(|level| Policy::read_all(kind, level.split(',').map(Path::new))).collect()
}
